"""Is the level of response right? Written cases of the emergency plans; ``docs/emergency-plans.md`` has their form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, Field

from city.errors import BadInput
from city.pack.record import read_record
from city.schema import Record
from eval.articles import read_models
from tools.emergencies.judging import judge
from tools.emergencies.plans import Book, FactValue, Level, open_book


class Expected(Record):
    """What must come out; ``missing`` None is not judged."""

    applies: bool = True
    level: Level | None
    open: tuple[Level, ...] = ()
    missing: frozenset[str] | None = None


class Case(Record):
    """What is known of an incident, and the level that its plan then asks for."""

    id: str
    hazard: str
    day: date | None = Field(default=None, description="None: a day on which the plan applies")
    facts: dict[str, FactValue]
    expect: Expected
    why: str = ""


class Miss(BaseModel):
    """A case that came out otherwise."""

    id: str
    hazard: str
    expected: str
    got: str
    why: str


class PlanReport(BaseModel):
    """All cases. ``exact``: everything that the case judges is right; the parts count each by itself."""

    cases: int
    exact: int
    applies: int
    level: int
    open: int
    missing: int
    with_missing: int
    by_hazard: dict[str, str]
    without: list[str]
    misses: list[Miss]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file. Raises BadInput naming a bad line."""
    return read_models(path, Case)


def run_plans(root: Path, cases: Sequence[Case]) -> PlanReport:
    """Judge every case with the plans of the pack at ``root``. Raises BadInput where a case names an unknown thing."""
    book = open_book(lambda file, model: read_record(root, file, model))
    right: Counter[str] = Counter()
    own: dict[str, list[int]] = {}
    misses = []
    for case in cases:
        got = outcome(book, case)
        parts = _parts(case.expect, got)
        right.update(name for name, fits in parts.items() if fits)
        exact = all(parts.values())
        counts = own.setdefault(case.hazard, [0, 0])
        counts[0] += exact
        counts[1] += 1
        if not exact:
            expected, told = _told(case.expect), _told(got)
            misses.append(Miss(id=case.id, hazard=case.hazard, expected=expected, got=told, why=case.why))
    return PlanReport(
        cases=len(cases),
        exact=len(cases) - len(misses),
        **{name: right[name] for name in ("applies", "level", "open", "missing")},
        with_missing=sum(case.expect.missing is not None for case in cases),
        by_hazard={hazard: f"{good}/{total}" for hazard, (good, total) in sorted(own.items())},
        without=sorted(set(book.plans) - set(own)),
        misses=misses,
    )


def outcome(book: Book, case: Case) -> Expected:
    """What the plans say of a case. Raises BadInput."""
    plan = book.plans.get(case.hazard)
    if plan is None:
        raise BadInput(f"{case.id}: {case.hazard!r} is no hazard: write one of {', '.join(book.plans)}")
    unknown = sorted(set(case.facts) - set(book.facts))
    if unknown:
        raise BadInput(f"{case.id}: {unknown[0]!r} is no fact; docs/emergency-plans.md lists them")
    if case.day is not None and not plan.applies(case.day):
        return Expected(applies=False, level=None, missing=frozenset())
    verdict = judge(plan, case.facts, book.facts)
    return Expected(level=verdict.level, open=verdict.open, missing=frozenset(verdict.missing))


def _parts(expected: Expected, got: Expected) -> dict[str, bool]:
    parts = {
        "applies": expected.applies == got.applies,
        "level": expected.level == got.level,
        "open": sorted(expected.open) == sorted(got.open),
    }
    return parts if expected.missing is None else parts | {"missing": expected.missing == got.missing}


def _told(one: Expected) -> str:
    missing = "" if one.missing is None else f", missing {', '.join(sorted(one.missing)) or 'nothing'}"
    return f"{'level ' + str(one.level) if one.applies else 'does not apply'}, open {list(one.open)}{missing}"
