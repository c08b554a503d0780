"""Words and numbers as reports write them: nothing hidden in a text stays hidden, nothing in it is obeyed."""

from __future__ import annotations

import json
import re
import unicodedata
from html import escape

from markupsafe import Markup
from markupsafe import escape as escaped

NOTHING = "无数据"
_HIDDEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\n\t")
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by their kind, and yet nothing is seen of them."""
_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$@])")


def hidden(letter: str) -> bool:
    """Whether a reader would not see the letter, or would see others in another order because of it."""
    selector = "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
    return letter not in _KEPT and (selector or letter in _BLANK or unicodedata.category(letter) in _HIDDEN_KINDS)


def visible(text: object) -> Markup:
    """A text for HTML: escaped, kept apart from the direction of what is around it, hidden letters by their number."""
    parts: list[Markup] = []
    seen = ""
    for letter in str(text):
        if hidden(letter):
            parts += [escaped(seen), Markup('<span class="hidden-letter">{}</span>').format(_number(letter))]
            seen = ""
        else:
            seen += letter
    return Markup("<bdi>{}</bdi>").format(Markup("").join([*parts, escaped(seen)]))


def plain(text: object) -> str:
    """A text for XML and Markdown: hidden letters by their number, everything else as it is."""
    return "".join(f"⟦{_number(letter)}⟧" if hidden(letter) else letter for letter in str(text))


def markdown(text: object) -> str:
    """A text for one cell of Markdown: no markup in it works, no line ends in it."""
    return _MARKDOWN.sub(r"\\\1", escape(" ".join(plain(text).split()), quote=False))


def quoted(text: object) -> str:
    """A text between back quotes for one cell of Markdown: nobody is notified by an @ in it, nothing linked."""
    whole = " ".join(plain(text).split()).replace("|", "¦")
    fence = "`" * (max((len(run) for run in re.findall("`+", whole)), default=0) + 1)
    return f"{fence} {whole} {fence}" if "`" in whole else f"{fence}{whole or ' '}{fence}"


def clipped(text: object, most: int) -> str:
    """At most ``most`` letters, the cut told by how many are missing."""
    whole = str(text)
    return whole if len(whole) <= most else f"{whole[:most]}……（略去 {len(whole) - most} 字）"


def label(text: object, most: int = 40) -> str:
    """A short name, cut with … where it is not short."""
    whole = " ".join(str(text).split())
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def number(value: float | None, *, like: float | None = None) -> str:
    """A figure: three decimals below ten, fewer above; ``like`` lends its decimals."""
    if value is None:
        return NOTHING
    size = abs(value if like is None else like)
    digits = 3 if size < 10 else 1 if size < 1000 else 0
    return f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0 turns -0.0 into 0.0


def signed(value: float | None) -> str:
    """A difference with its sign."""
    text = number(value)
    return text if value is None or text.startswith("-") else f"+{text}"


def span(low: float | None, high: float | None, *, like: float | None = None) -> str:
    """An interval between brackets; nothing where there is none."""
    return "" if low is None or high is None else f"[{number(low, like=like)}, {number(high, like=like)}]"


def chance(p: float | None) -> str:
    """A p value."""
    return "" if p is None else "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def told(value: object) -> str:
    """Anything of a case as text: a string as it is, all else as JSON with an entry a line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)


def _number(letter: str) -> str:
    return f"U+{ord(letter):04X}"
