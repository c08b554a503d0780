"""What can be drawn of a suite, found from its figures and values; nothing is named twice in ``suite.yaml``.

- Every suite: its figures with intervals and bars.
- A figure of two values, the first a probability and the second 0 or 1: a reliability diagram.
- A figure of two labels: a confusion table, what was right in rows (the first of ``of``), what was said in columns.
- Figures that differ in the option ``k`` alone (pass^k, recall at k): a line along k.
- Figures ``lead…@POINT`` with ``false_alarm…@POINT`` (the same points of operation): lead time against false alarms.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from eval.reports.chart import Point, Row, intervals, plane
from eval.reports.text import label, number
from eval.runs.model import CaseLog, FigureResult
from tools.charts import Band, Chart, Rows, Series, rows, svg

_BINS, _LABELS = 10, 12
_REST = "（其余）"


class Picture(NamedTuple):
    """A drawing with the same numbers as a table."""

    title: str
    note: str
    svg: Markup
    table: Rows


class Confusion(NamedTuple):
    """Counts of right (rows) against said (columns); ``shades`` 0 … 5 are shares of the row's sum."""

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    shades: tuple[tuple[int, ...], ...]


def overview(title: str, figures: Sequence[FigureResult]) -> Markup | None:
    """All figures between 0 and 1 over one axis; None where there are fewer than two."""
    drawn = [one for one in figures if not one.timed and one.value is not None and 0 <= one.value <= 1]
    made = [Row(one.title, one.value, one.low, one.high, one.bar, one.reached) for one in drawn]
    return _safe(intervals(title, made)) if len(made) > 1 else None


def pictures(figures: Sequence[FigureResult], cases: Sequence[CaseLog]) -> list[Picture]:
    """All further drawings of a suite."""
    return [*_along_k(figures), *_lead(figures), *_reliabilities(figures, cases)]


def confusions(figures: Sequence[FigureResult], cases: Sequence[CaseLog]) -> list[Confusion]:
    """A table for every pair of labels that a figure takes; the most frequent labels, the others together."""
    found: dict[tuple[str, ...], Confusion] = {}
    for one in figures:
        if len(one.of) == 2 and one.of not in found:
            pairs = [(right, said) for right, said in _both(one, cases) if isinstance(right, str)]
            told = [(right, said if isinstance(said, str) else number(None)) for right, said in pairs]
            if told:
                found[one.of] = _confusion(f"{one.of[0]} × {one.of[1]}", told)
    return list(found.values())


def _confusion(title: str, pairs: Sequence[tuple[str, str]]) -> Confusion:
    often = Counter(right for right, _ in pairs) + Counter(said for _, said in pairs)
    order = sorted(often, key=lambda one: (-often[one], one))
    kept = order if len(order) <= _LABELS else [*order[: _LABELS - 1], _REST]
    place = {one: min(at, len(kept) - 1) for at, one in enumerate(order)}
    counts = [[0] * len(kept) for _ in kept]
    for right, said in pairs:
        counts[place[right]][place[said]] += 1
    shades = [[math.ceil(5 * cell / sum(row)) if cell else 0 for cell in row] for row in counts]
    labels = tuple(label(one, 20) for one in kept)
    return Confusion(title, labels, tuple(map(tuple, counts)), tuple(map(tuple, shades)))


def _reliabilities(figures: Sequence[FigureResult], cases: Sequence[CaseLog]) -> Iterator[Picture]:
    drawn = set()
    for one in figures:
        if len(one.of) != 2 or one.of in drawn:
            continue
        pairs = [(p, right) for p, right in _both(one, cases) if _number(p) and _number(right)]
        sure = [(float(p), float(right)) for p, right in pairs if p is not None and right is not None]
        if len(sure) > 1 and _probable(sure):
            drawn.add(one.of)
            yield _reliability(f"{one.of[0]} / {one.of[1]}", sure)


def _probable(pairs: Sequence[tuple[float, float]]) -> bool:
    """Whether the first are probabilities of the second: within 0 … 1, not all of them 0 or 1."""
    inside = all(0 <= p <= 1 and right in (0, 1) for p, right in pairs)
    return inside and any(0 < p < 1 for p, _ in pairs)


def _reliability(name: str, pairs: Sequence[tuple[float, float]]) -> Picture:
    binned: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for p, right in pairs:
        binned[min(int(p * _BINS), _BINS - 1)].append((p, right))
    points, body = [], []
    for bin_ in sorted(binned):
        inside = binned[bin_]
        n = len(inside)
        mean, share = sum(p for p, _ in inside) / n, sum(right for _, right in inside) / n
        low, high = _wilson(share, n)
        between = f"{bin_ / _BINS:.1f}–{(bin_ + 1) / _BINS:.1f}"
        points.append(Point(between, mean, share, low, high))
        body.append((between, str(n), number(mean), number(share), f"[{number(low)}, {number(high)}]"))
    title = f"把握与实际（{name}）"
    drawn = plane(title, "所说的把握", "实际正确的比例", points, diagonal=True)
    head = ("把握", "案例数", "平均把握", "实际正确", "95% 区间")
    return Picture(title, "虚线上：说几成就对几成。线下是过于自信。", _safe(drawn), Rows(head, tuple(body)))


def _wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The Wilson score interval of a share."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _along_k(figures: Sequence[FigureResult]) -> Iterator[Picture]:
    alike: dict[tuple[str, ...], list[tuple[int, FigureResult]]] = defaultdict(list)
    for one in figures:
        k = one.options.get("k")
        if isinstance(k, int) and one.value is not None:
            rest = repr(sorted((name, value) for name, value in one.options.items() if name != "k"))
            alike[(one.how, *one.of, rest)].append((k, one))
    for series in alike.values():
        if len(series) > 1:
            yield _line([one for _, one in sorted(series, key=lambda pair: pair[0])])


def _line(ordered: Sequence[FigureResult]) -> Picture:
    title = f"{ordered[0].title} … {ordered[-1].title}"
    known = all(one.low is not None and one.high is not None for one in ordered)
    low, high = tuple(one.low for one in ordered), tuple(one.high for one in ordered)
    chart = Chart(
        kind="line",
        title=title,
        digits=3,
        labels=tuple(f"k={one.options['k']}" for one in ordered),
        series=(Series(name="数值", values=tuple(one.value for one in ordered)),),
        band=Band(name="95% 区间", low=low, high=high) if known else None,
    )
    return Picture(title, "", _safe(svg(chart)), rows(chart))


def _lead(figures: Sequence[FigureResult]) -> Iterator[Picture]:
    at: dict[str, dict[str, FigureResult]] = defaultdict(dict)
    for one in figures:
        stem, _, point = one.figure.partition("@")
        if point and one.value is not None:
            at[point].update({kind: one for kind in ("lead", "false_alarm") if stem.startswith(kind)})
    pairs = [(point, both["lead"], both["false_alarm"]) for point, both in at.items() if len(both) == 2]
    if not pairs:
        return
    ordered = sorted((Point(name, false.value or 0.0, lead.value or 0.0, lead.low, lead.high, false.low, false.high)
                      for name, lead, false in pairs), key=lambda p: p.x)  # fmt: skip
    across, up = pairs[0][2].title, pairs[0][1].title
    body = tuple((p.name, number(p.x), number(p.y)) for p in ordered)
    title = "提前量与误报"
    drawn = plane(title, across, up, ordered)
    yield Picture(title, "越靠左上越好：误报少，发现早。", _safe(drawn), Rows(("工作点", across, up), body))


def _both(one: FigureResult, cases: Sequence[CaseLog]) -> list[tuple[float | str | None, float | str | None]]:
    first, second = one.of
    return [(case.values.get(first), case.values.get(second)) for case in cases]


def _number(value: float | str | None) -> bool:
    return isinstance(value, int | float)


def _safe(drawn: str) -> Markup:
    """SVG that `tools.charts` or `eval.reports.chart` made: their texts are escaped there."""
    return Markup(drawn)  # noqa: S704
