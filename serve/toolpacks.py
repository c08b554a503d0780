"""The feeds, tools and rights of a pack, held against the tools that this installation has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from agents.citydata.templates import template_faults
from agents.specialists import specialists
from city.pack import CityPack, PackError, Problem
from serve.citydata import check_messages
from serve.desk.staff import Post
from tools.feeds.checking import check_feeds
from tools.feeds.dataset import Dataset
from tools.feeds.known import every_dataset
from tools.seam.checking import check_rights, check_told
from tools.seam.finding import every_tool
from tools.seam.packed import Told, read_told


def known_datasets() -> dict[str, Dataset]:
    """Every dataset that a room or an installed tool names, by id."""
    needed = {dataset.id: dataset for tool in every_tool().values() for dataset in tool.needs}
    return dict(sorted((needed | every_dataset()).items()))


def check_tool_packs(pack: CityPack) -> list[Problem]:
    """Everything that is wrong with ``feeds/``, ``tools/`` and ``citydata/rights.yaml``."""
    tools = every_tool()
    units = {unit.id for unit in pack.units}
    return [
        *_gathered(lambda: check_feeds(pack.root, known_datasets(), units)),
        *_gathered(lambda: check_told(pack.root, tools, template_faults)),
        *_gathered(lambda: _check_left(_told(pack))),
        *_gathered(lambda: check_messages(pack, tools)),
        *_gathered(lambda: check_rights(pack.root, tools, _told(pack), [post.value for post in Post])),
    ]


def _check_left(told: Mapping[str, Told]) -> Iterator[Problem]:
    """What a tool leaves to a specialist is left to one that there is."""
    known = sorted(specialists())
    for tool, one in told.items():
        for code, name in one.leave.items():
            if name not in known:
                yield Problem(
                    file="tools/",
                    where=f"{tool}.leave.{code}",
                    message=f"there is no specialist {name!r}",
                    remedy=f"write one of {', '.join(known)}",
                )


def _told(pack: CityPack) -> dict[str, Told]:
    try:
        return read_told(pack.root)
    except PackError:  # told by its own check
        return {}


def _gathered(check: Callable[[], Iterator[Problem]]) -> list[Problem]:
    try:
        return list(check())
    except PackError as error:
        return error.problems
