"""The words a city speaks: every fixed reply lives in the pack, and a missing one fails by its name."""

from __future__ import annotations

import string
from collections.abc import Mapping

from city.errors import NotFound


class Wording:
    """Fixed replies of one language.

    >>> Wording({"bye": "再见，{name}"}, "zh").text("bye", name="张女士")
    '再见，张女士'
    """

    def __init__(self, texts: Mapping[str, str], language: str):
        self._texts = dict(texts)
        self.language = language

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> set[str]:
        """The keys that have a text."""
        return set(self._texts)

    def text(self, key: str, **fields: object) -> str:
        """The reply ``key`` with its placeholders filled. Raises NotFound naming the key or the placeholder."""
        if key not in self._texts:
            raise NotFound(
                f"No wording {key!r} in language {self.language!r}: add it to the pack's wording/{self.language}.yaml."
            )
        try:
            return self._texts[key].format(**fields).strip()
        except KeyError as error:
            raise NotFound(f"The wording {key!r} has a placeholder {error} that the program does not fill.") from error

    def raw(self, key: str) -> str:
        """The reply ``key`` with its placeholders left in. Raises NotFound naming the key."""
        if key not in self._texts:
            raise NotFound(f"No wording {key!r} in language {self.language!r}: add it to wording/{self.language}.yaml.")
        return self._texts[key].strip()

    def placeholders(self, key: str) -> set[str]:
        """Names in braces of one text."""
        return {name for _, name, _, _ in string.Formatter().parse(self._texts[key]) if name}


def template_fault(text: str) -> str:
    """What keeps ``text`` from being filled: a lone brace, or a placeholder that is no plain name; else nothing."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        return f"has a brace that opens or closes nothing ({error})"
    odd = [name for name in names if not name.isidentifier()]
    return f"has braces around {odd[0]!r}, which is no name" if odd else ""
