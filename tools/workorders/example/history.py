"""An example history: made-up work orders of a city pack, every step of which was allowed when it was taken.

::

    history = ExampleHistory(Path("cities/x"), code="XC", orders=3_000, months=18, until=date(2026, 11, 25), seed=7)
    for events in history:      # one work order after another, its chain complete
        ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from city.errors import BadInput
from tools.workorders.calendar import WorkCalendar
from tools.workorders.example.arrivals import Matter, arrivals
from tools.workorders.example.closing import close
from tools.workorders.example.desk import Desk, OverError
from tools.workorders.example.dispatching import to_unit
from tools.workorders.example.handling import handle
from tools.workorders.example.intake import take_in
from tools.workorders.example.town import Town
from tools.workorders.guards import Rules
from tools.workorders.model import Event
from tools.workorders.number import number


class ExampleHistory:
    """``orders`` work orders of the ``months`` that end with the day ``until``; ``code`` begins their numbers.

    The same pack and arguments give the same events, byte for byte. Raises PackError for a pack without a script or
    leaves, BadInput for a span that the working-day calendar does not know or that makes no sense.
    """

    def __init__(self, root: Path, *, code: str, orders: int, months: int, until: date, seed: int) -> None:
        if orders < 1 or months < 1:
            raise BadInput(f"{orders!r} work orders in {months!r} months make no history; give 1 or more of each")
        self.town, self.seed = Town(root, WorkCalendar.load(root)), seed
        zone = ZoneInfo(self.town.pack.city.timezone)
        self.end = datetime.combine(until, time(), zone) + timedelta(days=1)
        self.start = datetime.combine(_months_before(until, months), time(), zone) + timedelta(days=1)
        self.matters = arrivals(self.town, orders, self.start, self.end, seed)
        _give_numbers(self.matters, code)

    def __iter__(self) -> Iterator[list[Event]]:
        rules = self.town.scheme.deadlines.rules()
        return (_life(self.town, matter, self.end, self.seed, rules) for matter in self.matters)


def _life(town: Town, matter: Matter, end: datetime, seed: int, rules: Rules) -> list[Event]:
    """Everything that happens to one matter before ``end``."""
    desk = Desk(town, matter, end, seed, rules)
    try:
        for stage in (take_in, to_unit, handle, close):
            stage(desk)
    except OverError:
        pass
    return desk.events


def _months_before(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise BadInput(f"{months} months before {day} there is no day")


def _give_numbers(matters: list[Matter], code: str) -> None:
    running = Counter[date]()
    for matter in matters:
        day = matter.at.date()
        running[day] += 1
        matter.number = number(code, day, running[day])
