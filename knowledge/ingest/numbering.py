"""Whether a text's article numbers run 1, 2, 2-1, 3 …; what does not is noted, never changed."""

from __future__ import annotations

from knowledge.ingest.lines import Line

_MOST = 20


def numbering_notes(lines: list[Line]) -> list[str]:
    """One note per gap, repeated number or step back, in the order of the text (at most 20, then a count)."""
    notes: list[str] = []
    seen: set[tuple[int, int]] = set()
    last: tuple[int, int] | None = None
    before = ""
    for line in lines:
        if line.kind != "article" or line.number is None:
            continue
        here = (line.number, line.sub)
        note = _note(here, last, seen, line.label, before)
        if note:
            notes.append(note)
        if here == (1, 0) and last is not None:
            seen = set()  # an annex or a second text in the same file starts afresh
        seen.add(here)
        last, before = here, line.label
    if len(notes) > _MOST:
        notes = [*notes[:_MOST], f"numbering: {len(notes) - _MOST} more exceptions"]
    return notes


def _note(
    here: tuple[int, int], last: tuple[int, int] | None, seen: set[tuple[int, int]], label: str, before: str
) -> str:
    if last is None:
        return "" if here == (1, 0) else f"numbering starts: at {label}"
    if here in ((last[0] + 1, 0), (last[0], last[1] + 1)):
        return f"numbering repeated: {label}" if here in seen else ""
    if here == (1, 0):
        return f"numbering restarts: {label} after {before}"
    if here in seen:
        return f"numbering repeated: {label} after {before}"
    if here < last:
        return f"numbering backwards: {label} after {before}"
    return f"numbering gap: {label} after {before}"
