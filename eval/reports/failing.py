"""The failing cases of a suite as a reader sees them: trials of a case together, alike failures together, and no text
of data that must not be published.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from eval.reports.text import clipped, label, number, told
from eval.runs.model import CaseLog
from eval.suite import Value

FIRST = 30
_LONGEST = 1_500
_HEAD = re.compile(r"^(.{1,40}?)(?:[：:；;，（(]|, not )")
"""What reasons have in common ends where particulars begin."""
RAISED, WRONG, OTHER = "运行出错", "未通过", "其他"
CLOSED = "文本不公开"
"""Stands where a text would be, for suites of public data that must not be published again."""


class Part(NamedTuple):
    """A named piece of a case."""

    name: str
    text: str


class Failing(NamedTuple):
    """A case with at least one failing trial. The pieces are of the first failing one."""

    suite: str
    case: str
    kind: str
    why: str
    trials: int
    failed: int
    group: str
    given: tuple[Part, ...]
    said: tuple[Part, ...]
    expect: tuple[Part, ...]
    values: tuple[Part, ...]
    slices: tuple[Part, ...]
    ms: float
    raised: bool


class Kind(NamedTuple):
    """Failures that are alike: how many cases, and the first of them."""

    name: str
    cases: int
    first: tuple[Failing, ...]


def failing(cases: Iterable[CaseLog], *, texts: bool) -> list[Failing]:
    """The failing cases of one suite, by id. Without ``texts`` only ids, numbers and labels are in them."""
    trials: dict[str, list[CaseLog]] = defaultdict(list)
    for one in cases:
        trials[one.case].append(one)
    found = []
    for case in sorted(trials):
        wrong = sorted((one for one in trials[case] if one.failed), key=lambda one: one.trial)
        if wrong:
            found.append(shown(wrong[0], texts=texts, trials=len(trials[case]), failed=len(wrong)))
    return found


def shown(one: CaseLog, *, texts: bool, trials: int = 1, failed: int = 1) -> Failing:
    """What a reader may see of a case. Without ``texts`` neither what was given or said, nor reasons that quote it."""
    return Failing(
        suite=one.suite,
        case=one.case,
        kind=RAISED if one.error else _kind(one.why) if texts else WRONG,
        why=clipped(one.error or one.why, _LONGEST) if texts else CLOSED,
        trials=trials,
        failed=failed,
        group=one.group if one.group != one.case else "",
        given=_parts(one.given) if texts else (),
        said=_parts(one.said or {}) if texts else (),
        expect=_parts(one.expect) if texts else (),
        values=tuple(Part(name, _value(value)) for name, value in one.values.items()),
        slices=tuple(Part(name, label(value)) for name, value in one.slices.items()),
        ms=one.ms,
        raised=bool(one.error),
    )


def kinds(found: Sequence[Failing], first: int = FIRST) -> list[Kind]:
    """Failures by kind, the most frequent before the others; ``first`` of all of them are kept, some of each kind.

    Kinds with a single case stand together at the end.
    """
    by_kind: dict[str, list[Failing]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    lone = [name for name, ones in by_kind.items() if len(ones) == 1 and name != RAISED]
    if len(lone) > 1:
        by_kind[OTHER] += [one for name in lone for one in by_kind.pop(name)]
    order = sorted(by_kind, key=lambda name: (name == OTHER, -len(by_kind[name]), name))
    kept = _dealt([len(by_kind[name]) for name in order], first)
    return [Kind(name, len(by_kind[name]), tuple(by_kind[name][:n])) for name, n in zip(order, kept, strict=True)]


def _dealt(sizes: Sequence[int], whole: int) -> list[int]:
    """``whole`` places dealt to the sizes one after the other, until each has its size or none is left."""
    dealt = [0] * len(sizes)
    while whole > 0 and dealt != list(sizes):
        for at, size in enumerate(sizes):
            if whole > 0 and dealt[at] < size:
                dealt[at], whole = dealt[at] + 1, whole - 1
    return dealt


def _kind(why: str) -> str:
    head = _HEAD.match(why)
    return head[1].strip() if head else label(why)


def _parts(of: Mapping[str, object]) -> tuple[Part, ...]:
    return tuple(Part(name, clipped(told(value), _LONGEST)) for name, value in of.items() if value not in (None, ""))


def _value(value: Value) -> str:
    return label(value) if isinstance(value, str) else number(value)
