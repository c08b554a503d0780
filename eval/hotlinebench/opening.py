"""The bench over a place of evaluation, and over an installation by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval.hotlinebench.feeds import with_feeds
from eval.hotlinebench.stage import Bench
from eval.hotlinebench.tasks import Task

if TYPE_CHECKING:
    from agents.context import House
    from serve.settings import Settings


def open_bench(settings: Settings, scratch: Path, tasks: Iterable[Task], house: House | None = None) -> Bench:
    """The bench for these tasks; the example data are made where one of them needs them."""
    from serve.citydata import open_planner
    from serve.house import open_house

    scratch.mkdir(parents=True, exist_ok=True)
    house = house or open_house(settings)
    if any(task.feeds for task in tasks):
        fed = with_feeds(settings, house.pack)
        house = replace(house, citydata=open_planner(fed, house.pack, house.gazetteer))
    return Bench.open(settings, scratch, house)
