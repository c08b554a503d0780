"""``${NAME}`` in a feed's address or headers: a variable of the environment, so that no secret is in a pack.

CityDesk's own variables (``CITYDESK_…``) are not for feeds: a pack shall not be able to send them away.
"""

from __future__ import annotations

import os
import re

from tools.feeds.feed import Feed
from tools.feeds.reading import fault

_NAMED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def filled(feed: Feed, text: str, where: str) -> str:
    """The text with its variables' values. Raises BadInput for a variable that is not set."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("CITYDESK_"):
            raise fault(feed, f"{name} is a setting of CityDesk itself", "name a variable of the feed's own", where)
        if name not in os.environ:
            raise fault(feed, f"the variable {name} is not set", f"set {name} where citydesk runs", where)
        return os.environ[name]

    return _NAMED.sub(value, text)
