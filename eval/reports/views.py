"""What the pages show, gathered from a finished run: plain values, so that templates only lay out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from eval.reports.chart import Row, intervals
from eval.reports.failing import FIRST, Failing, Kind, failing, kinds, shown
from eval.reports.pictures import Confusion, Picture, confusions, overview, pictures
from eval.runs.model import CaseLog, Compared, FigureDifference, FigureResult, Figures, Run, SliceResult, SuiteRun

_GROUPS = 12


class SuiteView(NamedTuple):
    """One suite: figures, drawings, groups, failures. ``title`` is the id where there is none."""

    run: SuiteRun
    anchor: str
    figures: tuple[FigureResult, ...]
    overview: Markup | None
    pictures: tuple[Picture, ...]
    confusions: tuple[Confusion, ...]
    slices: tuple[SliceView, ...]
    failing: tuple[Failing, ...]
    kinds: tuple[Kind, ...]

    @property
    def title(self) -> str:
        """For readers."""
        return self.run.title or self.run.name

    @property
    def watched(self) -> tuple[FigureResult, ...]:
        """The figures that are guarded or have a bar."""
        return tuple(one for one in self.figures if one.guard or one.bar is not None)

    @property
    def left(self) -> int:
        """Failing cases that are not shown."""
        return len(self.failing) - sum(len(kind.first) for kind in self.kinds)


class SliceView(NamedTuple):
    """The groups of one figure along one slice: those that fare worse, then the least likely by chance; ``more`` are
    not shown.
    """

    title: str
    slice: str
    rows: tuple[SliceResult, ...]
    more: int

    @property
    def flagged(self) -> int:
        """Groups that fare worse beyond chance."""
        return sum(row.flagged for row in self.rows)


class RunView(NamedTuple):
    """A whole run."""

    run: Run
    suites: tuple[SuiteView, ...]

    @property
    def cases(self) -> int:
        """Of all suites."""
        return sum(one.run.cases for one in self.suites)

    @property
    def failed(self) -> int:
        """Failing cases of all suites."""
        return sum(len(one.failing) for one in self.suites)

    @property
    def flagged(self) -> int:
        """Groups that fare worse beyond chance."""
        return sum(one.flagged for suite in self.suites for one in suite.slices)

    @property
    def barred(self) -> tuple[FigureResult, ...]:
        """All figures with a bar."""
        return tuple(figure for suite in self.suites for figure in suite.figures if figure.bar is not None)

    @property
    def missed(self) -> tuple[FigureResult, ...]:
        """Those that miss it."""
        return tuple(figure for figure in self.barred if not figure.reached)


class ChangeView(NamedTuple):
    """A case before and after."""

    case: str
    trial: int
    before: Failing
    after: Failing


class ComparedSuite(NamedTuple):
    """What changed in one suite; the first of the cases, and how many there are."""

    name: str
    title: str
    figures: tuple[FigureDifference, ...]
    drawn: Markup | None
    wrong: tuple[ChangeView, ...]
    wrong_count: int
    right: tuple[ChangeView, ...]
    right_count: int


def run_view(run: Run, figures: Figures, cases: Iterable[CaseLog], first: int = FIRST) -> RunView:
    """All suites of a run in its order; of each at most ``first`` failing cases."""
    logs: dict[str, list[CaseLog]] = defaultdict(list)
    for case in cases:
        logs[case.suite].append(case)
    suites = [_suite(one, f"s{at}", figures, logs[one.name], first) for at, one in enumerate(run.suites, 1)]
    return RunView(run, tuple(suites))


def compared_view(compared: Compared, first: int = FIRST) -> list[ComparedSuite]:
    """Two runs by suite; a suite that ``compared.suites`` does not describe shows no texts."""
    known = {one.name: one for one in compared.suites}
    order = [one.name for one in compared.suites]
    names = dict.fromkeys([*order, *(one.suite for one in compared.figures), *(one.suite for one in compared.changed)])
    made = [_compared(name, known.get(name), compared, first) for name in names]
    return [one for one in made if one.figures or one.wrong or one.right]


def lasted(begun: datetime, ended: datetime) -> str:
    """A time in words."""
    minutes, seconds = divmod(round((ended - begun).total_seconds()), 60)
    return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"


def _suite(run: SuiteRun, anchor: str, figures: Figures, logs: Sequence[CaseLog], first: int) -> SuiteView:
    own = tuple(one for one in figures.figures if one.suite == run.name)
    wrong = failing(logs, texts=run.texts)
    return SuiteView(
        run,
        anchor,
        own,
        overview(f"{run.title or run.name}：数值与 95% 区间", own),
        tuple(pictures(own, logs)),
        tuple(confusions(own, logs)),
        tuple(_slices(own, [one for one in figures.slices if one.suite == run.name])),
        tuple(wrong),
        tuple(kinds(wrong, first)),
    )


def _slices(figures: Sequence[FigureResult], slices: Sequence[SliceResult]) -> list[SliceView]:
    titles = {one.figure: one.title for one in figures}
    order = sorted(slices, key=lambda one: (one.figure, one.slice))
    made = []
    for (figure, name), rows in groupby(order, key=lambda one: (one.figure, one.slice)):
        worst_first = sorted(rows, key=lambda one: (not one.flagged, 1.0 if one.p is None else one.p, one.label))
        kept = max(_GROUPS, sum(one.flagged for one in worst_first))
        left = max(0, len(worst_first) - kept)
        made.append(SliceView(titles.get(figure, figure), name, tuple(worst_first[:kept]), left))
    return made


def _compared(name: str, run: SuiteRun | None, compared: Compared, first: int) -> ComparedSuite:
    figures = tuple(one for one in compared.figures if one.suite == name)
    changed = sorted((one for one in compared.changed if one.suite == name), key=lambda one: (one.case, one.trial))
    texts = run is not None and run.texts
    views = {
        now: [ChangeView(one.case, one.trial, shown(one.before, texts=texts), shown(one.after, texts=texts))
              for one in changed if one.now == now]
        for now in ("wrong", "right")
    }  # fmt: skip
    title = (run.title if run else "") or name
    drawn = [Row(one.title, one.difference, one.low, one.high, None, _good(one))
             for one in figures if one.difference is not None and abs(one.difference) <= 1]  # fmt: skip
    return ComparedSuite(
        name,
        title,
        figures,
        Markup(intervals(f"{title}：差与 95% 区间", drawn, zero_line=True)) if drawn else None,  # noqa: S704  # our SVG
        tuple(views["wrong"][:first]),
        len(views["wrong"]),
        tuple(views["right"][:first]),
        len(views["right"]),
    )


def _good(one: FigureDifference) -> bool | None:
    return {"better": True, "worse": False}.get(one.verdict)
