"""What became of a suggestion: what the machine proposed beside what the person sent."""

from __future__ import annotations

import difflib
from typing import Any

LIKE = 0.5
"""Share of a draft's characters, in their order, from which a text counts as that draft edited."""


def judged(suggested: dict[str, Any], sent: dict[str, Any]) -> str:
    """``accepted`` where nothing was changed, ``rejected`` where the heart of it was not taken, else ``edited``; empty
    where nothing was suggested. The heart is the first thing suggested: the lead unit, the text, the provisions.

    >>> judged({"lead": "a", "co": ["b"]}, {"lead": "a", "co": []})
    'edited'
    """
    if not suggested or not next(iter(suggested.values())):
        return ""
    if all(_same(sent.get(name), value) for name, value in suggested.items()):
        return "accepted"
    heart = next(iter(suggested))
    return "edited" if _near(suggested[heart], sent.get(heart)) else "rejected"


def _same(sent: object, suggested: object) -> bool:
    if isinstance(sent, list | tuple) and isinstance(suggested, list):
        return sorted(sent) == sorted(suggested)
    return sent == suggested


def _near(suggested: Any, sent: Any) -> bool:
    if isinstance(suggested, list):
        return bool(set(suggested) & set(sent or ()))
    if len(str(suggested)) < 40:
        return bool(suggested == sent)
    return difflib.SequenceMatcher(None, suggested, str(sent), autojunk=False).ratio() >= LIKE
