from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.library.validity import settle_ends
from knowledge.model import Level, Metadata


def meta(name: str, start: int | None, end: int | None = None, **fields: Any) -> Metadata:
    return Metadata(
        id=name,
        title=name,
        level=Level.CITY_RULE,
        valid_from=date(start, 1, 1) if start else None,
        valid_to=date(end, 1, 1) if end else None,
        **fields,
    )


def ends(*metas: Metadata) -> dict[str, int]:
    return {name: day.year for name, day in settle_ends(metas)[0].items()}


def test_what_is_replaced_ends_when_the_new_one_begins() -> None:
    old, new = meta("old", 2010), meta("new", 2020, replaces=("old",))
    assert ends(old, new) == {"old": 2020}
    assert settle_ends([old, new])[1] == ["old ends on 2020-01-01, when new begins"]


def test_versions_of_a_work_follow_each_other() -> None:
    versions = [meta(f"v{year}", year, work="w") for year in (2020, 2010, 2015)]
    assert ends(*versions) == {"v2010": 2015, "v2015": 2020}


def test_an_earlier_end_of_its_own_stays() -> None:
    assert ends(meta("old", 2010, 2012), meta("new", 2020, replaces=("old",))) == {}


def test_nothing_is_ended_by_what_has_no_start_or_began_before() -> None:
    assert ends(meta("old", 2010), meta("new", None, replaces=("old",))) == {}
    assert ends(meta("old", 2010), meta("new", 2005, replaces=("old",))) == {}
    assert ends(meta("a", 2010, work="w"), meta("b", 2010, work="w")) == {}


def test_replacing_what_is_not_held_or_itself_changes_nothing() -> None:
    assert ends(meta("a", 2010, replaces=("gone", "a"))) == {}
