"""Whether the right provisions are cited, and whether what is quoted is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple


class Cited(NamedTuple):
    """Cited provisions against the right ones. None where there is nothing to divide by."""

    right: int
    extra: int
    missing: int

    @property
    def exact(self) -> float:
        """1 where exactly the right ones are cited, else 0."""
        return float(not self.extra and not self.missing)

    @property
    def precision(self) -> float | None:
        """Share of the cited that are right; None where nothing is cited."""
        return self.right / (self.right + self.extra) if self.right + self.extra else None

    @property
    def recall(self) -> float | None:
        """Share of the right ones that are cited; None where none is right."""
        return self.right / (self.right + self.missing) if self.right + self.missing else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where nothing is cited and none is right."""
        both = 2 * self.right + self.extra + self.missing
        return 2 * self.right / both if both else None


def compare(cited: Collection[str], right: Collection[str]) -> Cited:
    """Compare as sets: neither order nor repetition counts."""
    said, wanted = set(cited), set(right)
    return Cited(len(said & wanted), len(said - wanted), len(wanted - said))


class Quote(NamedTuple):
    """Words with the place from which they are said to come: offsets into the text of ``source``."""

    source: str
    start: int
    end: int
    words: str


class Support(NamedTuple):
    """How many quotes are in their sources, and what is wrong with the others, one line each."""

    quotes: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Share of the quotes that equal their source at their place; None without quotes."""
        return 1 - len(self.wrong) / self.quotes if self.quotes else None


def support(quotes: Iterable[Quote], sources: Mapping[str, str]) -> Support:
    """Look every quote up: it must equal its source at ``[start, end)``, character for character."""
    held = list(quotes)
    found = [_fault(quote, sources) for quote in held]
    return Support(len(held), tuple(fault for fault in found if fault))


def _fault(quote: Quote, sources: Mapping[str, str]) -> str:
    text = sources.get(quote.source)
    where = f"{quote.source} [{quote.start}, {quote.end})"
    if text is None:
        return f"{where}: there is no such source"
    if not quote.words or not 0 <= quote.start < quote.end <= len(text):
        return f"{where}: no place in a text of {len(text)} characters, or no words"
    there = text[quote.start : quote.end]
    return "" if there == quote.words else f"{where}: {_brief(quote.words)} is quoted, {_brief(there)} is there"


def _brief(words: str, most: int = 30) -> str:
    return repr(words if len(words) <= most else f"{words[:most]}…")
