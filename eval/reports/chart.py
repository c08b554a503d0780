"""Two drawings that `tools.charts` has not: values with their intervals and bars in rows, and points in a plane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from eval.reports.svg import ALARM, BLUE, FAINT, GREEN, INK, WIDTH, diamond, dot, drawing, fitting, line, words
from eval.reports.text import number, span
from tools.charts.ticks import Tick, em, value_ticks

_ROW, _SIDE = 32.0, 10.0
_SMALL = 120.0


class Row(NamedTuple):
    """A value with its interval, and what must be reached; ``good`` None where nothing must."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    bar: float | None = None
    good: bool | None = None


class Point(NamedTuple):
    """A point with the intervals of both its values, where known."""

    name: str
    x: float
    y: float
    low: float | None = None
    high: float | None = None
    left: float | None = None
    right: float | None = None


class _Scale(NamedTuple):
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def intervals(title: str, rows: Sequence[Row], *, zero_line: bool = False) -> str:
    """Rows of value and interval over one axis, 320 units wide; an upright stroke marks what must be reached.

    Values without a shape of their own for colour-blind readers: a dot is fine, a diamond misses its bar. With
    ``zero_line`` the axis holds 0 and a line stands there (differences).
    """
    known = [v for row in rows for v in (row.value, row.low, row.high, row.bar) if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    shares = not zero_line and low >= 0 and high <= 1
    ticks = _shares() if shares else value_ticks(low, high, zero=zero_line)
    scale = _Scale(ticks[0].at, ticks[-1].at, _SIDE + 4, WIDTH - _SIDE - 4)
    bottom = 14 + _ROW * len(rows)
    parts = [*_upright(scale, ticks, 8, bottom)]
    if zero_line:
        parts.append(line(scale.at(0), 8, scale.at(0), bottom, INK, 1.2))
    for place, row in enumerate(rows):
        parts += _row(row, scale, 20 + _ROW * place)
    return drawing(title, "".join(map(_said, rows)), bottom + 22, parts)


def bar(row: Row) -> str:
    """One row without words, 120 units wide, for a cell of a table that says the same in words beside it."""
    known = [v for v in (row.value, row.low, row.high, row.bar) if v is not None]
    if row.value is None:
        return ""
    low, high = (0.0, 1.0) if min(known) >= 0 and max(known) <= 1 else (min(0.0, *known), max(0.0, *known) * 1.05)
    scale = _Scale(low, high if high > low else low + 1.0, 4, _SMALL - 4)
    body = line(scale.start, 9, scale.end, 9, FAINT, 1) + "".join(_mark(row, scale, 9))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bar" aria-hidden="true" viewBox="0 0 {_SMALL:.0f} 18" '
        f'width="{_SMALL:.0f}" height="18"><rect width="{_SMALL:.0f}" height="18" fill="#ffffff"/>{body}</svg>'
    )


def plane(title: str, across: str, up: str, points: Sequence[Point], *, diagonal: bool = False) -> str:
    """Points over two axes, joined in their order. ``diagonal``: both axes are 0 … 1, and a line shows x = y."""
    if diagonal:
        wide, tall = _shares(), _shares()
    else:
        wide = value_ticks(0.0, max((p.right or p.x for p in points), default=1.0), zero=True)
        tall = value_ticks(0.0, max((p.high or p.y for p in points), default=1.0), zero=True)
    left = 12 + max(em(tick.text) for tick in tall) * 11
    top, bottom = 28.0, 28.0 + (WIDTH - left - 16 if diagonal else 150)
    across_scale = _Scale(wide[0].at, wide[-1].at, left, WIDTH - 16)
    up_scale = _Scale(tall[0].at, tall[-1].at, bottom, top)
    parts = [words(4, 14, f"↑ {up}"), *_upright(across_scale, wide, top, bottom)]
    for tick in tall:
        y = up_scale.at(tick.at)
        parts += [line(left, y, WIDTH - 16, y, FAINT, 0.6), words(left - 4, y + 4, tick.text, anchor="end")]
    if diagonal:
        parts.append(line(left, bottom, WIDTH - 16, top, INK, 1, "4 3"))
    parts += _joined(points, across_scale, up_scale, named=not diagonal)
    parts.append(words(WIDTH - 16, bottom + 32, f"{across} →", anchor="end"))
    said = "；".join(f"{p.name}：{across} {number(p.x)}，{up} {number(p.y)}{span(p.low, p.high)}" for p in points)
    return drawing(title, said, bottom + 40, parts)


def _row(row: Row, scale: _Scale, y: float) -> Iterator[str]:
    end = f"{number(row.value)} {span(row.low, row.high, like=row.value)}".strip()
    yield words(_SIDE, y, fitting(row.name, WIDTH - 2 * _SIDE - em(end) * 11 - 8))
    yield words(WIDTH - _SIDE, y, end, anchor="end")
    if row.value is not None:
        yield line(scale.start, y + 10, scale.end, y + 10, FAINT, 0.6)
        yield from _mark(row, scale, y + 10)


def _mark(row: Row, scale: _Scale, y: float) -> Iterator[str]:
    colour = BLUE if row.good is None else GREEN if row.good else ALARM
    if row.low is not None and row.high is not None:
        yield line(scale.at(row.low), y, scale.at(row.high), y, colour, 3)
    if row.bar is not None:
        yield line(scale.at(row.bar), y - 6, scale.at(row.bar), y + 6, INK, 2)
    if row.value is not None:
        yield (diamond if row.good is False else dot)(scale.at(row.value), y, colour)


def _upright(scale: _Scale, ticks: Sequence[Tick], top: float, bottom: float) -> Iterator[str]:
    for tick in ticks:
        x, half = scale.at(tick.at), em(tick.text) * 11 / 2
        yield line(x, top, x, bottom, FAINT, 0.6)
        yield words(min(max(x, half + 2), WIDTH - half - 2), bottom + 15, tick.text, anchor="middle")


def _joined(points: Sequence[Point], across: _Scale, up: _Scale, *, named: bool) -> Iterator[str]:
    path = " ".join(f"{across.at(p.x):.1f},{up.at(p.y):.1f}" for p in points)
    if len(points) > 1:
        yield f'<polyline points="{path}" fill="none" stroke="{BLUE}" stroke-width="1.6"/>'
    for p in points:
        x, y = across.at(p.x), up.at(p.y)
        if p.low is not None and p.high is not None:
            yield line(x, up.at(p.low), x, up.at(p.high), BLUE, 1.2)
        if p.left is not None and p.right is not None:
            yield line(across.at(p.left), y, across.at(p.right), y, BLUE, 1.2)
        yield dot(x, y, BLUE)
        if named:
            half = em(p.name) * 11 / 2
            yield words(min(max(x, half + 2), WIDTH - half - 2), y - 8, p.name, anchor="middle")


def _shares() -> list[Tick]:
    return [Tick(n / 5, f"{n / 5:.1f}" if n % 5 else f"{n // 5}") for n in range(6)]


def _said(row: Row) -> str:
    must = "" if row.bar is None else f"，门槛 {number(row.bar)}，{'达到' if row.good else '未达到'}"
    return f"{row.name}：{number(row.value)} {span(row.low, row.high, like=row.value)}{must}。"
