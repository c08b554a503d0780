"""Two runs against each other, case by case, and whether the later one may pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from city.errors import BadInput
from eval.runs.figures import has_values, specs_of, statistic, table_of
from eval.runs.folder import RunFolder
from eval.runs.model import CaseLog, ChangedCase, Compared, FigureDifference, Run, SuiteRun, Verdict
from eval.statistics import ALPHA, Difference, difference, gate
from eval.suite import FigureSpec, find

_SETTING = ("day", "engine", "model", "judge", "pack", "snapshot", "seeds", "small", "code")
_SAME = frozenset({"day", "engine", "model", "judge", "seeds", "small"})
"""Where these differ, the runs did not ask the same; another pack, snapshot or code is what one compares."""


def compare(before: RunFolder, after: RunFolder, *, alpha: float = ALPHA, seed: int = 0) -> Compared:
    """Compare the suites that both runs have. Raises NotFound for an unfinished run, BadInput where they share none."""
    first, second = before.run(), after.run()
    names = [one.name for one in second.suites if one.name in _names(first)]
    if not names:
        raise BadInput(f"The runs {first.id} and {second.id} have no suite in common: run the same suites.")
    logs = {name: (list(before.cases(name)), list(after.cases(name))) for name in names}
    told = {name: _differences(name, *logs[name], seed) for name in names}
    guarded = [one for name in names for spec, one in told[name].values() if spec.guard]
    judged = {one.name: one for one in gate(guarded, alpha).verdicts}
    figures = tuple(
        _told(name, figure, spec, one, judged[one.name].p_adjusted if one.name in judged else None, alpha)
        for name in names
        for figure, (spec, one) in told[name].items()
    )
    notes = tuple(_notes(first, second))
    return Compared(
        before=first.id,
        after=second.id,
        figures=figures,
        changed=tuple(one for name in names for one in _changed(*logs[name])),
        only_before=tuple(_only(logs, 0))
        + tuple(f"{one.name}/*" for one in first.suites if one.name not in _names(second)),
        only_after=tuple(_only(logs, 1))
        + tuple(f"{one.name}/*" for one in second.suites if one.name not in _names(first)),
        suites=_suites(first, second),
        same_setting=all(getattr(first, name) == getattr(second, name) for name in _SAME),
        notes=notes,
    )


def _differences(
    name: str, before: Sequence[CaseLog], after: Sequence[CaseLog], seed: int
) -> dict[str, tuple[FigureSpec, Difference]]:
    found, tables = find(name), (table_of(before), table_of(after))
    return {
        figure: (spec, difference(*tables, statistic(found, figure, spec), seed=seed))
        for figure, spec in specs_of(found).items()
        if not spec.timed and all(has_values(table, spec) for table in tables)
    }


def _told(
    suite: str, figure: str, spec: FigureSpec, one: Difference, adjusted: float | None, alpha: float
) -> FigureDifference:
    return FigureDifference(
        suite=suite,
        figure=figure,
        title=spec.title,
        before=one.before,
        after=one.after,
        difference=one.change,
        low=one.low,
        high=one.high,
        p=one.p_worse,
        adjusted=adjusted,
        n=one.n,
        verdict=_verdict(one, adjusted, alpha),
        better=spec.better,
        guard=spec.guard,
    )


def _verdict(one: Difference, adjusted: float | None, alpha: float) -> Verdict:
    """Worse by the same rule as the gate; for an unguarded figure its own p counts."""
    if not one.moved:
        return "same"
    p = one.p_worse if adjusted is None else adjusted
    if p < alpha and one.worsened:
        return "worse"
    good = one.low is not None and one.high is not None and (one.low > 0 if one.better == "higher" else one.high < 0)
    return "better" if good else "unclear"


def _changed(before: Sequence[CaseLog], after: Sequence[CaseLog]) -> Iterator[ChangedCase]:
    earlier = {(one.case, one.trial): one for one in before}
    for one in after:
        was = earlier.get((one.case, one.trial))
        if was is not None and was.failed != one.failed:
            yield ChangedCase(
                suite=one.suite,
                case=one.case,
                trial=one.trial,
                now="wrong" if one.failed else "right",
                before=was,
                after=one,
            )


def _only(logs: dict[str, tuple[list[CaseLog], list[CaseLog]]], side: int) -> Iterator[str]:
    for name, both in logs.items():
        there = {one.case for one in both[1 - side]}
        yield from (f"{name}/{case}" for case in dict.fromkeys(one.case for one in both[side]) if case not in there)


def _names(run: Run) -> set[str]:
    return {one.name for one in run.suites}


def _suites(first: Run, second: Run) -> tuple[SuiteRun, ...]:
    return second.suites + tuple(one for one in first.suites if one.name not in _names(second))


def _notes(first: Run, second: Run) -> Iterator[str]:
    for name in _SETTING:
        was, now = getattr(first, name), getattr(second, name)
        if was != now:
            yield f"{name}: {was} → {now}"
    packages = {**first.versions.packages, **second.versions.packages}
    for name in sorted(packages):
        was, now = first.versions.packages.get(name, "none"), second.versions.packages.get(name, "none")
        if was != now:
            yield f"{name}: {was} → {now}"
