from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from city.errors import BadInput
from knowledge.eligibility.asking import Prior
from knowledge.eligibility.priors import FILE, LEAST, learn, load, save
from tests.knowledge.eligibility.making import DAY, small_book

ROWS = 100


@pytest.fixture
def table() -> pl.DataFrame:
    """A hundred firms; what fewer than LEAST state is among it."""
    rare: list[float | None] = [1.0] * (LEAST - 1) + [None] * (ROWS - LEAST + 1)
    enough: list[bool | None] = [True] * 20 + [False] * (LEAST - 20) + [None] * (ROWS - LEAST)
    return pl.DataFrame(
        {
            "id": [f"secret-{number}" for number in range(ROWS)],
            "firm.in_city": [True] * 75 + [False] * 25,
            "firm.exporter": enough,
            "firm.score": rare,
            "firm.size": ["small"] * 60 + ["medium"] * 30 + ["large"] * 10,
            "firm.bans": [["green"]] * 10 + [["green", "tech"]] * 10 + [[]] * 80,
            "firm.staff": [float(number) for number in range(ROWS)],
            "firm.registered_on": [DAY - timedelta(days=number) for number in range(ROWS)],
            "firm.rd_share": [0.5] * ROWS,
            "firm.unheard_of": [1] * ROWS,
            "note": ["x"] * ROWS,
        },
        schema_overrides={"firm.bans": pl.List(pl.String)},
    )


def test_shares_are_those_of_the_profiles_that_state_the_fact(table: pl.DataFrame) -> None:
    found = learn(small_book(), table)
    assert found["firm.in_city"] == Prior({"true": 0.75})
    assert found["firm.exporter"] == Prior({"true": 0.4})
    assert found["firm.size"] == Prior({"small": 0.6, "medium": 0.3, "large": 0.1})
    assert found["firm.bans"] == Prior({"green": 0.2, "tech": 0.1})


def test_numbers_and_days_become_quantiles(table: pl.DataFrame) -> None:
    found = learn(small_book(), table)
    staff = found["firm.staff"].quantiles
    assert len(staff) == 41
    assert list(staff) == sorted(staff)
    assert staff[20] == pytest.approx(49.5, abs=1)
    last = found["firm.registered_on"].quantiles[-1]
    assert isinstance(last, date)
    assert DAY - timedelta(days=3) <= last < DAY  # the very last is somebody's own day, and stays at home


def test_nothing_leaves_of_a_fact_that_few_state_or_that_is_none(table: pl.DataFrame) -> None:
    found = learn(small_book(), table)
    assert "firm.score" not in found
    assert "firm.rd_share" not in found  # it is computed
    assert set(found) == {
        "firm.in_city", "firm.exporter", "firm.size", "firm.bans", "firm.staff", "firm.registered_on"
    }  # fmt: skip


def test_what_is_saved_is_read_again_and_names_nobody(table: pl.DataFrame, tmp_path: Path) -> None:
    learnt = learn(small_book(), table)
    (tmp_path / "eligibility").mkdir()
    path = save(tmp_path, learnt, DAY)
    assert path == tmp_path / FILE
    assert load(tmp_path, DAY) == learnt
    text = path.read_text("utf-8")
    assert "secret" not in text
    assert "2026" not in text
    assert json.loads(text).keys() == learnt.keys()


def test_days_move_with_time(table: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "eligibility").mkdir()
    learnt = learn(small_book(), table)
    save(tmp_path, learnt, DAY)
    later = load(tmp_path, DAY + timedelta(days=400))
    before, after = learnt["firm.registered_on"].quantiles, later["firm.registered_on"].quantiles
    assert [(now - was).days for was, now in zip(before, after, strict=True)] == [400] * 41  # type: ignore[operator]
    assert later["firm.staff"] == learnt["firm.staff"]


def test_learning_twice_writes_the_same(table: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "eligibility").mkdir()
    first = save(tmp_path, learn(small_book(), table), DAY).read_bytes()
    assert save(tmp_path, learn(small_book(), table.reverse()), DAY).read_bytes() == first


def test_a_pack_without_priors_has_none(tmp_path: Path) -> None:
    assert load(tmp_path, DAY) == {}


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"firm.staff": 3}', '{"firm.staff": {"quantiles": ["x"]}}', '{"firm.staff": {}}',
     '{"firm.size": {"shares": [1]}}', '{"firm.registered_on": {"days_ago": [99999999999]}}', b"\xff\xfe"],
)  # fmt: skip
def test_a_broken_file_is_named_with_the_remedy(content: str | bytes, tmp_path: Path) -> None:
    (tmp_path / "eligibility").mkdir()
    (tmp_path / FILE).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadInput, match=r"priors\.json is broken .* citydesk policy learn"):
        load(tmp_path, date(2026, 1, 1))
