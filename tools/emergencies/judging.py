"""Which level of response the facts reach: three-valued, so that what is not known is said and never taken for no.

A level is reached where its condition is true, open where it is unknown. The gravest level reached counts; graver ones
that are open are named with the facts that would settle them (Kleene's logic).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tools.emergencies.plans import COLOURS, Check, Either, Every, Fact, FactValue, Level, Plan, checks_of

Known = Mapping[str, FactValue]
LEVELS: tuple[Level, ...] = (1, 2, 3, 4)


class Trial(NamedTuple):
    """One test as the facts have it; ``holds`` is None where it is unknown."""

    check: Check
    holds: bool | None


class Verdict(NamedTuple):
    """``level``: the gravest reached for certain. ``open``: graver ones that the facts do not exclude.

    ``missing``: facts that would settle the open ones. ``reasons``: the tests that hold of the level reached.
    """

    level: Level | None
    open: tuple[Level, ...]
    missing: tuple[str, ...]
    reasons: tuple[Trial, ...]


def judge(plan: Plan, known: Known, facts: Mapping[str, Fact]) -> Verdict:
    """The level that the facts reach under ``plan``."""
    known = completed(known, facts)
    truths = {level: truth(plan.levels[level].when, known) for level in LEVELS if level in plan.levels}
    reached = next((level for level in LEVELS if truths.get(level)), None)
    graver = [level for level in LEVELS if level in truths and (reached is None or level < reached)]
    open_ = tuple(level for level in graver if truths[level] is None)
    missing = dict.fromkeys(name for level in open_ for name in _missing(plan.levels[level].when, known))
    tests = checks_of(plan.levels[reached].when) if reached else iter(())
    reasons = tuple(trial for trial in (Trial(test, _holds(test, known)) for test in tests) if trial.holds)
    return Verdict(reached, open_, tuple(missing), reasons)


def missing_for(plan: Plan, level: Level, known: Known, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The facts that would settle one level."""
    return tuple(dict.fromkeys(_missing(plan.levels[level].when, completed(known, facts))))


def completed(known: Known, facts: Mapping[str, Fact]) -> dict[str, FactValue]:
    """The facts with what follows from them: a flag from its numbers, and numbers of nought from a flag that is no."""
    found = dict(known)
    for name, fact in facts.items():
        if not fact.of:
            continue
        parts = [found[part] for part in fact.of if part in found]
        if found.get(name) is False:
            found |= {part: 0.0 for part in fact.of if part not in found}
        elif name not in found and any(isinstance(part, int | float) and part > 0 for part in parts):
            found[name] = True
        elif name not in found and len(parts) == len(fact.of):
            found[name] = False
    return found


def truth(condition: Either | Every | Check, known: Known) -> bool | None:
    """Whether a condition holds; None where that is unknown."""
    if isinstance(condition, Check):
        return _holds(condition, known)
    if isinstance(condition, Either):
        return _either([truth(part, known) for part in condition.any])
    denied = _either([_not(truth(part, known)) for part in condition.all])
    return _not(denied)


def _missing(condition: Either | Every | Check, known: Known) -> Iterator[str]:
    """Facts still asked for once everything is struck out that is settled."""
    if truth(condition, known) is not None:
        return
    if isinstance(condition, Check):
        yield from (name for name in condition.facts if name not in known)
        return
    for part in condition.any if isinstance(condition, Either) else condition.all:
        yield from _missing(part, known)


def _holds(test: Check, known: Known) -> bool | None:
    if test.sum:
        return _sum_holds(test, known)
    value = known.get(test.fact)
    if value is None:
        return None
    if test.is_ is not None:
        return bool(value) == test.is_
    if test.one_of:
        return value in test.one_of
    if isinstance(test.at_least, str):
        return COLOURS.index(str(value)) >= COLOURS.index(test.at_least)
    return _within(test, float(value))


def _sum_holds(test: Check, known: Known) -> bool | None:
    """Numbers of people add up and are never below 0: a part alone may reach the bound, or go beyond it."""
    parts = [float(known[name]) for name in test.sum if name in known]
    if len(parts) == len(test.sum):
        return _within(test, sum(parts))
    if test.at_most is not None and sum(parts) > test.at_most:
        return False
    # The upper bound only parts this level from the graver one, which is judged by itself.
    return True if parts and _within(test.model_copy(update={"at_most": None}), sum(parts)) else None


def _within(test: Check, value: float) -> bool:
    """以上 and 以下 include the number, 不足 and 超过 do not (Civil Code, art. 1259)."""
    return (
        (test.at_least is None or value >= float(test.at_least))
        and (test.at_most is None or value <= test.at_most)
        and (test.above is None or value > test.above)
        and (test.below is None or value < test.below)
    )


def _either(truths: list[bool | None]) -> bool | None:
    if any(truths):
        return True
    return None if None in truths else False


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value
