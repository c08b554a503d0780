"""A template is held against its result before anybody hears it."""

from __future__ import annotations

from datetime import date

import pytest

from agents.citydata.telling import lines
from agents.citydata.templates import template_faults
from city.errors import BadInput
from tests.conftest import YUNLAN
from tools.seam.fields import Found, measure
from tools.seam.finding import every_tool
from tools.seam.packed import read_told


class Lot(Found):
    name: str = measure("名称")
    free: int | None = measure("空位", "个")


class Lots(Found):
    place: str = measure("地点")
    day: date | None = measure("日期", default=None)
    best: Lot | None = measure("最近", default=None)
    lots: list[Lot] = measure("停车场", default=[])
    groups: list[list[Lot]] = measure("分组", default=[])


SOUND = [
    "{{ place }}有{{ lots | length }}个，{{ lots[0].free }}。",
    "{% for lot in lots %}{{ loop.index }}{{ lot.name }}{% else %}{{ place }}{% endfor %}",
    "{% for lot in lots[:2] if lot.free %}{{ lot.name }}{% endfor %}",
    "{% set first = lots[0] %}{{ first.name }}{{ first.free | bare }}",
    "{% if best is not none and best.free > 0 %}{{ best.name }}{% endif %}",
    "{% for group in groups %}{% for lot in group %}{{ lot.name }}{% endfor %}{% endfor %}",
    "{% macro told(lot, tail='。') %}{{ lot.name }}{{ tail }}{% endmacro %}{{ told(lots[0]) }}",
    "{% if lots[1] is defined %}{{ lots[1].name }}{% endif %}",
    "{% for at in range(3) %}{{ at }}{% endfor %}",
    "{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %}".replace("pairs", "[(1, 2)]"),
]
WRONG = [
    ("{{ plaec }}", "line 1: nothing is named 'plaec'; write 'place'"),
    ("\n{{ place }}{{ zzz }}", "line 2: nothing is named 'zzz'"),
    ("{{ best.nam }}", "line 1: no field 'nam'; write 'name'"),
    ("{{ lots[0].fre }}", "line 1: no field 'fre'; write 'free'"),
    ("{{ lots.name }}", "line 1: 'name' is asked of what is a list"),
    ("{{ day.month }}", "line 1: 'month' is asked of what is no record but date"),
    ("{% for lot in lots %}{{ lot.nme }}{% endfor %}", "line 1: no field 'nme'; write 'name'"),
    ("{% for lot in lots %}{{ lot.name }}{% endfor %}{{ lot.name }}", "line 1: nothing is named 'lot'; write 'lots'"),
    ("{% for one in lot %}{% endfor %}", "line 1: nothing is named 'lot'; write 'lots'"),
    ("{% for group in groups %}{{ group.name }}{% endfor %}", "line 1: 'name' is asked of what is a list"),
    ("{% set first = lots[0] %}{{ first.fee }}", "line 1: no field 'fee'; write 'free'"),
    ("{% if besst %}{% endif %}", "line 1: nothing is named 'besst'; write 'best'"),
    ("{{ place | shout }}", "line 1: there is no filter 'shout'"),
    ("{{ place", "line 1: unexpected end of template"),
    ("{% if place %}", "line 1: Unexpected end of template"),
]


@pytest.mark.parametrize("template", SOUND)
def test_what_fits_is_sound(template: str) -> None:
    assert template_faults(template, Lots) == []


@pytest.mark.parametrize(("template", "says"), WRONG)
def test_what_does_not_fit_is_named_with_its_line(template: str, says: str) -> None:
    (fault,) = template_faults(template, Lots)
    assert fault.startswith(says)


@pytest.mark.parametrize(("template", "says"), WRONG[:6])
def test_telling_would_fail_on_it(template: str, says: str) -> None:
    lot = Lot(name="甲", free=3)
    with pytest.raises(BadInput):
        lines(template, Lots(place="鼓楼", day=date(2026, 1, 1), best=lot, lots=[lot]), "c")


def test_the_same_fault_is_told_once() -> None:
    assert len(template_faults("{{ a }}{{ a }}{{ b }}", Lots)) == 2


def test_every_template_of_the_example_city_fits() -> None:
    tools = every_tool()
    told = {id: one for id, one in read_told(YUNLAN).items() if id in tools}
    assert told
    assert {id: faults for id, one in told.items() if (faults := template_faults(one.tell, tools[id].result))} == {}
