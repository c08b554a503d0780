from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from city.gazetteer import Gazetteer
from city.pack import CityPack
from tests.tools.patrols.conftest import Town, at, own_feeds
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.patrols.fleet import duties, fleet, named
from tools.seam import CannotCompute, NoData

ROSTER = """力量编号,上班,下班,人数
next,2026-11-26 16:00,2026-11-27 00:00,2
next,2026-11-26 08:00,2026-11-26 16:00,2
gap,2026-11-26 08:00,2026-11-26 16:00,2
gap,2026-11-26 17:00,2026-11-27 00:00,2
later,2026-11-26 16:00,2026-11-27 00:00,2
over,2026-11-26 08:00,2026-11-26 16:00,2
over,2026-11-26 09:00,2026-11-26 12:00,2
night,2026-11-25 22:00,2026-11-26 12:30,2
past,2026-11-26 00:00,2026-11-26 08:00,2
"""


def test_shifts_without_a_gap_are_one_duty(pack: CityPack, tmp_path: Path) -> None:
    (tmp_path / "patrols").mkdir()
    (tmp_path / "patrols" / "shifts.csv").write_text(ROSTER, "utf-8")

    def ends(now: datetime) -> dict[str, datetime] | None:
        return duties(CityData(pack, Gazetteer.of(pack), Feeds(pack, own_feeds(), tmp_path), now, internal=True))

    assert ends(at(26, 10)) == {"next": at(27, 0), "gap": at(26, 16), "over": at(26, 16), "night": at(26, 12, 30)}
    assert ends(at(26, 16)) == {"next": at(27, 0), "later": at(27, 0)}
    assert ends(at(27, 0)) == {}


def test_no_roster_is_not_an_empty_one(town: Town) -> None:
    assert duties(town.without("patrols.shifts").data(at(26, 9))) is None
    everybody = fleet(town.without("patrols.shifts").data(at(26, 9)))
    assert "free" in {unit.state for unit in everybody if unit.kind == "team"}


@pytest.mark.parametrize("said", ["鼓楼街道巡飞1号", "鼓楼巡飞1号", "鼓楼1号无人机", "UAV001", " 鼓楼 巡飞1号 "])
def test_names_as_people_say_them(town: Town, said: str) -> None:
    data = town.data(at(26, 9))
    assert named(said, fleet(data), data).id == "UAV001"


def test_names_that_several_bear_or_nobody(town: Town) -> None:
    data = town.data(at(26, 9))
    with pytest.raises(CannotCompute, match="may be several"):
        named("鼓楼1号", fleet(data), data)
    with pytest.raises(NoData, match="nothing is named"):
        named("飞毛腿", fleet(data), data)
