"""Are schemes checked right? Written cases of building schemes; ``docs/schemes.md`` has their form.

Each case is given to the tool itself, over the example register that the pack's plans make. A case is exact where every
expected rule has its result and no other rule comes out violated.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator

from city.errors import BadInput
from city.gazetteer import Gazetteer
from city.pack import CityPack
from city.pack.record import read_record
from city.schema import Record
from eval.articles import read_models
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.feeds.world import World
from tools.land.answers import Finding, SchemeAsked
from tools.land.book import FILE, Book
from tools.land.example import make
from tools.land.scheme import Scheme
from tools.land.tools import check_scheme
from tools.seam import NoData

Result = Literal["ok", "violated", "unknown", "none"]
_NONE: Result = "none"
_VIOLATED: Result = "violated"


class Expected(Record):
    """What one rule must come to."""

    rule: str
    result: Result


class Case(Record):
    """A scheme on a day, and what is expected of its rules."""

    id: str
    title: str = ""
    as_of: date
    scheme: Scheme
    expected: tuple[Expected, ...] = Field(min_length=1)
    note: str = ""

    @field_validator("expected")
    @classmethod
    def _once(cls, value: tuple[Expected, ...]) -> tuple[Expected, ...]:
        twice = [rule for rule, count in Counter(one.rule for one in value).items() if count > 1]
        if twice:
            raise ValueError(f"expects {twice[0]!r} twice")
        return value


class Difference(BaseModel):
    """A rule that came out otherwise; ``expected`` is empty where the case expects nothing of it."""

    case: str
    rule: str
    expected: str
    got: str
    seen: str = Field(description="what the tool found: value, limits, what it lacks, the clause")
    note: str = ""


class SchemeReport(BaseModel):
    """All cases. ``right``: rules of all cases that have the expected result."""

    cases: int
    exact: int
    rules: int
    right: int
    by_result: dict[str, str] = Field(description="expected result → right of how many")
    not_exact: list[str]
    without: list[str] = Field(description="rules that no case expects anything of")
    differences: list[Difference]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file. Raises BadInput naming a bad line, or an id that stands twice."""
    found = read_models(path, Case)
    twice = [id for id, count in Counter(case.id for case in found).items() if count > 1]
    if twice:
        raise BadInput(f"{path}: {twice[0]!r} is the id of two cases")
    return found


def measure(pack: CityPack, cases: Sequence[Case]) -> SchemeReport:
    """Check every case. Raises BadInput where one names a rule or a parcel that there is none of."""
    book = read_record(pack.root, FILE, Book)
    for case in cases:
        unknown = [one.rule for one in case.expected if one.rule not in book.ids]
        if unknown:
            raise BadInput(f"case {case.id!r} expects something of {unknown[0]!r}: there is no such rule")
    differences: list[Difference] = []
    counts: Counter[tuple[Result, bool]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        data = _example(pack, Path(folder))
        for case in cases:
            found = _findings(case, data)
            counts.update((one.result, _got(found, one.rule) == one.result) for one in case.expected)
            differences += _differences(case, found)
    return _report(cases, counts, differences, book)


def _example(pack: CityPack, folder: Path) -> CityData:
    """The example register of a pack. Parcels and rules are asked for as of each case's own day."""
    now = datetime.now(ZoneInfo(pack.city.timezone))
    make(World.of(pack, since=now.date(), until=now.date() + timedelta(days=1)), folder)
    return CityData(pack, Gazetteer.of(pack), Feeds.open(pack, folder), now, internal=True)


def _findings(case: Case, data: CityData) -> Mapping[str, Finding]:
    try:
        checked = check_scheme.run(SchemeAsked(scheme=case.scheme, as_of=case.as_of), data)
    except NoData as error:
        raise BadInput(f"case {case.id!r}: {error}") from error
    return {finding.rule: finding for finding in checked.findings}


def _got(found: Mapping[str, Finding], rule: str) -> Result:
    return found[rule].result if rule in found else _NONE


def _differences(case: Case, found: Mapping[str, Finding]) -> Iterator[Difference]:
    expected = {one.rule: one.result for one in case.expected}
    for rule, result in expected.items():
        if _got(found, rule) != result:
            yield _difference(case, rule, result, found)
    for rule, finding in found.items():
        if rule not in expected and finding.result == _VIOLATED:
            yield _difference(case, rule, "", found)


def _difference(case: Case, rule: str, expected: str, found: Mapping[str, Finding]) -> Difference:
    return Difference(
        case=case.id,
        rule=rule,
        expected=expected,
        got=_got(found, rule),
        seen=_seen(found[rule]) if rule in found else "",
        note=case.note,
    )


def _seen(finding: Finding) -> str:
    """What decided, in one line."""
    values = {"given": finding.given, "least": finding.least, "most": finding.most}
    parts = [f"{name} {value:g}" for name, value in values.items() if value is not None]
    parts += [f"at {'、'.join(finding.where)}"] if finding.where else []
    parts += [f"lacks {'、'.join(finding.missing)}"] if finding.missing else []
    return "; ".join([*parts, f"{finding.clause.document}#{finding.clause.article}"])


def _report(
    cases: Sequence[Case], counts: Counter[tuple[Result, bool]], differences: list[Difference], book: Book
) -> SchemeReport:
    wrong = list(dict.fromkeys(one.case for one in differences))
    results: tuple[Result, ...] = ("violated", "unknown", "ok", "none")
    asked = {one.rule for case in cases for one in case.expected}
    return SchemeReport(
        cases=len(cases),
        exact=len(cases) - len(wrong),
        rules=counts.total(),
        right=sum(count for (_, is_right), count in counts.items() if is_right),
        by_result={r: f"{counts[r, True]}/{counts[r, True] + counts[r, False]}" for r in results},
        not_exact=wrong,
        without=[rule for rule in book.ids if rule not in asked],
        differences=differences,
    )
