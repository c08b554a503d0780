"""The order of a bundle's steps in working days: the critical path method over the items that are done.

An item begins when every item before it is done; one that is not done in this situation is passed over, and what is
before it counts instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from tools.items.pack import Bundle, Situation, Step


class Done(NamedTuple):
    """A step that is done: working days after the beginning at which it begins and ends; its round of steps."""

    item: str
    days: int | None
    begin: int
    end: int
    round: int
    after: tuple[str, ...]
    is_critical: bool


class Course(NamedTuple):
    """The steps in order of their beginning. ``together``: the longest chain; ``one_by_one``: all days added."""

    steps: tuple[Done, ...]
    together: int
    one_by_one: int
    unknown: int


def is_done(step: Step, holds: Collection[Situation]) -> bool:
    """Whether the step is done in that situation."""
    return (not step.when or any(s in holds for s in step.when)) and not any(s in holds for s in step.unless)


def course(bundle: Bundle, holds: Collection[Situation], days: Mapping[str, int | None]) -> Course:
    """The steps done in the situation ``holds``. ``days``: working days of each item; unknown ones count as none."""
    named = {step.item: step for step in bundle.steps}
    done = [step for step in bundle.steps if is_done(step, holds)]
    ids = {step.item for step in done}
    rows: dict[str, Done] = {}
    for step in done:
        before = [rows[item] for item in _before(step, named, ids)]
        begin = max((row.end for row in before), default=0)
        needs = step.days if step.days is not None else days.get(step.item)
        number = 1 + max((row.round for row in before), default=0)
        names = tuple(row.item for row in before)
        rows[step.item] = Done(step.item, needs, begin, begin + (needs or 0), number, names, False)
    together = max((row.end for row in rows.values()), default=0)
    critical = _critical(rows, together)
    steps = sorted(
        (row._replace(is_critical=row.item in critical) for row in rows.values()),
        key=lambda row: (row.begin, row.round),
    )
    known = [row.days for row in rows.values() if row.days is not None]
    return Course(tuple(steps), together, sum(known), len(rows) - len(known))


def _before(step: Step, named: Mapping[str, Step], ids: Collection[str]) -> list[str]:
    """The items done that come before it, through those that are not done."""
    found: dict[str, None] = {}
    for item in step.after:
        if item in ids:
            found[item] = None
        else:
            found |= dict.fromkeys(_before(named[item], named, ids))
    return list(found)


def _critical(rows: Mapping[str, Done], together: int) -> set[str]:
    """The items of the chains that take the whole time."""
    found: set[str] = set()
    open_ends = [row for row in rows.values() if row.end == together]
    while open_ends:
        row = open_ends.pop()
        if row.item not in found:
            found.add(row.item)
            open_ends += [rows[item] for item in row.after if rows[item].end == row.begin]
    return found
