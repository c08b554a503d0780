"""Draw a chart as SVG text: no script, no link, no font or style fetched, no style sheet.

The drawing is 320 units wide, the narrowest screen, with letters of 11; a page lets it grow. Lines differ by dash and
bars by hatching as well as by colour, so that a black-and-white print can be read. Colours are those of Okabe and Ito,
darkened until each has a contrast of 4.5 to white.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tools.charts.chart import Chart, Mark
from tools.charts.table import number, when
from tools.charts.ticks import Tick, em, label_ticks, short, time_ticks, value_ticks

WIDTH = 320.0
_PLOT_HEIGHT = 132.0
_SIZE = 11.0
_LINE = 15.0
_COLOURS = ("#005b96", "#a63d00", "#00694b", "#8a3a6e", "#5c5200", "#333333")
_DASHES = ("", "6 3", "2 2", "8 3 2 3", "1 3", "10 4")
_FONTS = "system-ui, sans-serif"
_NOT_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INK, _FAINT, _ALARM = "#222222", "#c4c4c4", "#b00020"


@dataclass(frozen=True)
class _Frame:
    """Where the plot lies, and how values and points are placed in it."""

    chart: Chart
    key: str
    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def x(self, at: float) -> float:
        """The middle of a point: by its time where there are times, else by its number."""
        chart, wide = self.chart, self.right - self.left
        if chart.kind == "bar" or not chart.times:
            return self.left + (at + 0.5) / chart.count * wide
        if chart.count == 1:
            return self.left + wide / 2
        whole = (chart.times[-1] - chart.times[0]).total_seconds() or 1.0
        return self.left + (chart.times[int(at)] - chart.times[0]).total_seconds() / whole * wide

    @property
    def ground(self) -> float:
        """Where bars and areas stand."""
        return self.y(min(max(0.0, self.low), self.high))


def svg(chart: Chart) -> str:
    """The chart as one ``<svg>`` element, with ``role="img"``, a title and a description for screen readers."""
    key = "c" + hashlib.sha256(chart.model_dump_json().encode()).hexdigest()[:10]
    ticks = value_ticks(*_range(chart), zero=chart.kind != "line")
    heads = _wrapped(chart.title, (WIDTH - 8) / (_SIZE + 1))
    top = 12 + _LINE * (len(heads) + bool(chart.unit))
    left = 10 + max(em(tick.text) for tick in ticks) * _SIZE
    frame = _Frame(chart, key, left, top, WIDTH - 10, top + _PLOT_HEIGHT, ticks[0].at, ticks[-1].at)
    legend, height = _legend(frame, frame.bottom + _LINE * 2 + 4)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}t {key}d" '
        f'viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="100%" '
        f'font-family="{_FONTS}" font-size="{_SIZE:.0f}" fill="{_INK}">',
        f'<title id="{key}t">{_text(chart.title)}</title><desc id="{key}d">{_text(describe(chart))}</desc>',
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        *_patterns(frame),
        *(_words(4, 14 + _LINE * row, head, size=_SIZE + 1) for row, head in enumerate(heads)),
        *([_words(4, top - 11, f"单位：{chart.unit}")] if chart.unit else []),
        *_axes(frame, ticks),
        *_stretches(frame),
        *_band(frame),
        *_drawn(frame),
        *_marks(frame),
        *legend,
        "</svg>",
    ]
    return "".join(parts)


def describe(chart: Chart) -> str:
    """What a screen reader says of the chart: from when to when, lowest, highest and last of each series, marks."""
    points = when(chart.times) if chart.times else chart.labels
    said = [f"{points[0]}至{points[-1]}，共{chart.count}个点。"]
    for one in chart.series:
        known = [(value, at) for at, value in enumerate(one.values) if value is not None]
        if not known:
            said.append(f"{one.name}：无数据。")
            continue
        (low, low_at), (high, high_at) = min(known), max(known)
        told = [f"{name}{number(v, chart.digits)}{chart.unit}（{points[at]}）" for name, v, at in
                (("最低", low, low_at), ("最高", high, high_at), ("最后", *known[-1]))]  # fmt: skip
        said.append(f"{one.name}：{'，'.join(told)}。")
    said += [f"标记：{mark.name}。" for mark in chart.marks]
    return "".join(said)


def _range(chart: Chart) -> tuple[float, float]:
    values = [value for one in chart.series for value in one.values if value is not None]
    values += [v for v in (*chart.band.low, *chart.band.high) if v is not None] if chart.band else []
    values += [mark.value for mark in chart.marks if mark.value is not None]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _axes(frame: _Frame, ticks: Sequence[Tick]) -> Iterator[str]:
    for tick in ticks:
        y = frame.y(tick.at)
        yield _line(frame.left, y, frame.right, y, _FAINT, 0.6)
        yield _words(frame.left - 4, y + 4, tick.text, anchor="end")
    yield _line(frame.left, frame.ground, frame.right, frame.ground, _INK, 1)
    chart, wide = frame.chart, frame.right - frame.left
    places = time_ticks(chart.times) if chart.times else label_ticks(chart.labels, wide, _SIZE)
    reached = -1e9
    for tick in places:
        x, half = frame.x(tick.at), em(tick.text) * _SIZE / 2
        middle = min(max(x, half + 2), WIDTH - half - 2)
        if middle - half < reached + 4:  # one name would stand in the other
            continue
        reached = middle + half
        yield _line(x, frame.bottom, x, frame.bottom + 4, _INK, 1)
        yield _words(middle, frame.bottom + _LINE, tick.text, anchor="middle")


def _drawn(frame: _Frame) -> Iterator[str]:
    for index, one in reversed(list(enumerate(frame.chart.series))):  # the first lies on top
        if frame.chart.kind == "bar":
            yield from _bars(frame, index, one.values)
        else:
            yield from _lines(frame, index, one.values)


def _bars(frame: _Frame, index: int, values: Sequence[float | None]) -> Iterator[str]:
    slot = (frame.right - frame.left) / frame.chart.count
    wide = slot * 0.8 / len(frame.chart.series)
    for at, value in enumerate(values):
        if value is not None:
            x = frame.x(at) - slot * 0.4 + wide * index
            y, foot = sorted((frame.y(value), frame.ground))
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{foot - y:.1f}" '
                f'fill="url(#{frame.key}p{index})" stroke="{_COLOURS[index]}" stroke-width="0.8"/>'
            )


def _lines(frame: _Frame, index: int, values: Sequence[float | None]) -> Iterator[str]:
    colour = _COLOURS[index]
    for run in _runs(values):
        points = [(frame.x(at), frame.y(value)) for at, value in run]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        if len(points) == 1:
            yield f'<circle cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="2" fill="{colour}"/>'
            continue
        if frame.chart.kind == "area":
            foot = f"{points[-1][0]:.1f},{frame.ground:.1f} {points[0][0]:.1f},{frame.ground:.1f}"
            yield f'<polygon points="{path} {foot}" fill="url(#{frame.key}p{index})"/>'
        dash = f' stroke-dasharray="{_DASHES[index]}"' if _DASHES[index] else ""
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'


def _band(frame: _Frame) -> Iterator[str]:
    band = frame.chart.band
    if band is None:
        return
    whole = [high if low is not None else None for low, high in zip(band.low, band.high, strict=True)]
    for run in _runs(whole):
        above = [f"{frame.x(at):.1f},{frame.y(high):.1f}" for at, high in run]
        below = [f"{frame.x(at):.1f},{frame.y(band.low[at] or 0.0):.1f}" for at, _ in reversed(run)]
        yield f'<polygon points="{" ".join(above + below)}" fill="#d9d9d9" fill-opacity="0.7"/>'


def _stretches(frame: _Frame) -> Iterator[str]:
    for mark in frame.chart.marks:
        if mark.kind == "stretch":
            left, right = frame.x(mark.at or 0) - 2, frame.x(mark.to or 0) + 2
            yield (
                f'<rect x="{left:.1f}" y="{frame.top:.1f}" width="{right - left:.1f}" '
                f'height="{frame.bottom - frame.top:.1f}" fill="{_ALARM}" fill-opacity="0.12" stroke="{_ALARM}" '
                f'stroke-width="0.6" stroke-dasharray="2 2"/>'
            )
            yield _beside((left + right) / 2, frame.top + 10, mark.name)


def _marks(frame: _Frame) -> Iterator[str]:
    for mark in frame.chart.marks:
        if mark.value is None:
            continue
        y = frame.y(mark.value)
        if mark.kind == "level":
            yield _line(frame.left, y, frame.right, y, _ALARM, 1, "4 3")
            yield _words(frame.right, y - 3, f"{mark.name} {_value(mark, frame.chart)}", anchor="end", colour=_ALARM)
        elif mark.kind == "point":
            x = frame.x(mark.at or 0)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="none" stroke="{_ALARM}" stroke-width="1.6"/>'
            yield _beside(x, y - 7 if y - 16 > frame.top else y + 16, mark.name)


def _value(mark: Mark, chart: Chart) -> str:
    value = mark.value or 0.0
    return short(value, 0 if value == int(value) else max(chart.digits, 1))


def _legend(frame: _Frame, top: float) -> tuple[list[str], float]:
    """The names of the series and of the band in rows, and the height of the whole drawing."""
    chart = frame.chart
    names = [one.name for one in chart.series] if len(chart.series) > 1 or chart.band else []
    names += [chart.band.name] if chart.band else []
    parts: list[str] = []
    x, y = 4.0, top
    for index, name in enumerate(names):
        wide = 30 + em(name) * _SIZE
        if x > 4 and x + wide > WIDTH:
            x, y = 4.0, y + _LINE
        parts += [_sample(frame, index, x, y), _words(x + 26, y, name)]
        x += wide + 8
    return parts, (y if names else top - _LINE) + 6


def _sample(frame: _Frame, index: int, x: float, y: float) -> str:
    box = f'<rect x="{x:.1f}" y="{y - 9:.1f}" width="20" height="9" '
    if index >= len(frame.chart.series):
        return box + 'fill="#d9d9d9"/>'
    if frame.chart.kind == "line":
        return _line(x, y - 4, x + 20, y - 4, _COLOURS[index], 2, _DASHES[index])
    return box + f'fill="url(#{frame.key}p{index})" stroke="{_COLOURS[index]}"/>'


def _patterns(frame: _Frame) -> Iterator[str]:
    """The filling of each series: plain, then hatched at other angles and spacings."""
    if frame.chart.kind == "line":
        return
    yield "<defs>"
    for index, colour in enumerate(_COLOURS[: len(frame.chart.series)]):
        step = 3 + index
        ink = f'<rect width="{step}" height="{step}" fill="{colour}" fill-opacity="{0.75 if index == 0 else 0.15}"/>'
        ink += f'<path d="M0 0V{step}" stroke="{colour}" stroke-width="1.6"/>' if index else ""
        yield (
            f'<pattern id="{frame.key}p{index}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({index * 45})">{ink}</pattern>'
        )
    yield "</defs>"


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Stretches without a gap."""
    run: list[tuple[int, float]] = []
    for at, value in enumerate(values):
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _wrapped(text: str, room: float) -> list[str]:
    lines = [""]
    for letter in text:
        if lines[-1] and em(lines[-1] + letter) > room:
            lines.append("")
        lines[-1] += letter
    return lines


def _beside(x: float, y: float, text: str) -> str:
    half = em(text) * _SIZE / 2
    return _words(min(max(x, half + 2), WIDTH - half - 2), y, text, anchor="middle", colour=_ALARM)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def _words(x: float, y: float, text: str, *, anchor: str = "start", colour: str = _INK, size: float = _SIZE) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{colour}"'
    place += ' paint-order="stroke" stroke="#ffffff" stroke-width="2"' if colour == _ALARM else ""
    return f"<text {place}>{_text(text)}</text>"


def _text(text: str) -> str:
    """Text that may stand in XML: letters it does not know are left out."""
    return escape(_NOT_XML.sub("", text))
