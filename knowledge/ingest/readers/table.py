"""Rows of cells as Markdown table lines, the form in which every reader keeps tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown_rows(rows: Iterable[Sequence[str]]) -> list[str]:
    """One line ``| a | b |`` per row that says something.

    Newlines and pipes inside cells become blanks and ／.
    """
    lines = []
    for row in rows:
        cells = [" ".join(cell.replace("|", "／").split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            lines.append("| " + " | ".join(cells) + " |")
    return lines
