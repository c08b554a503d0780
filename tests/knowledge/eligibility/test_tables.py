from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from city.errors import BadInput, NotFound
from knowledge.eligibility import tables
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.tables import from_row, one_profile, open_source
from tests.knowledge.eligibility.making import small_book

HEAD = "id,in_city,size,staff,registered_on,bans\n"


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def read(
    path: Path, subject: Subject = "firm", book: RuleBook | None = None
) -> tuple[list[dict[str, object]], dict[str | None, str]]:
    """The sound rows without what is unknown, and the reasons by id."""
    source = open_source(path, subject, book or small_book())
    wanted = frozenset(fact.id for fact in source.facts.values())
    good: list[dict[str, object]] = []
    bad: dict[str | None, str] = {}
    for rows, aside in source.pieces(book or small_book(), wanted):
        good += [{key: value for key, value in row.items() if value is not None} for row in rows.to_dicts()]
        bad |= {row["id"]: row["reason"] for row in aside.to_dicts()}
    return good, bad


ONE = {
    "id": "1",
    "firm.in_city": True,
    "firm.size": "small",
    "firm.staff": 12.0,
    "firm.registered_on": date(2020, 3, 1),
    "firm.bans": ["green", "tech"],
}


def test_a_csv_is_read_in_types_and_an_empty_cell_is_unknown(tmp_path: Path) -> None:
    path = put(
        tmp_path, "f.csv", HEAD + '1,true,small,12,2020-03-01,green; tech\n2,,,,,\n3,"","","","",;\n4, no ,, 3 ,,\n'
    )
    good, bad = read(path)
    assert good == [
        ONE, {"id": "2"}, {"id": "3", "firm.bans": []}, {"id": "4", "firm.in_city": False, "firm.staff": 3.0}
    ]  # fmt: skip
    assert bad == {}


def test_a_jsonl_is_read_in_types(tmp_path: Path) -> None:
    path = put(tmp_path, "f.jsonl", (
        '{"id":1,"in_city":true,"size":"small","staff":12,"registered_on":"2020-03-01","bans":["green","tech"]}\n'
        '{"id":2,"staff":null,"bans":[]}\n'
    ))  # fmt: skip
    assert read(path) == ([ONE, {"id": "2", "firm.bans": []}], {})


def test_a_parquet_is_read_in_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({
        "id": [1, 2], "firm.in_city": [True, None], "size": ["small", None], "staff": [12, None],
        "registered_on": [datetime(2020, 3, 1, 9, 30), None], "bans": [["green", "tech"], []],
    }, schema_overrides={"bans": pl.List(pl.String)})  # fmt: skip
    frame.write_parquet(tmp_path / "f.parquet")
    assert read(tmp_path / "f.parquet") == ([ONE, {"id": "2", "firm.bans": []}], {})


def test_labels_name_facts_and_codes(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "f.csv",
        "id,在本市登记,规模,住所,受限资金,行业\n1,是,小型,一街道,绿色;tech,B05\n2,否,large,east,;,电池\n",
    )
    good, bad = read(path)
    assert bad == {}
    assert good[0] == {
        "id": "1", "firm.in_city": True, "firm.size": "small", "firm.place": "east-1", "firm.bans": ["green", "tech"],
        "firm.industry": "B05",
    }  # fmt: skip
    assert (good[1]["firm.size"], good[1]["firm.industry"], good[1]["firm.bans"]) == ("large", "B05", [])


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("in_city", "maybe", "in_city: maybe is neither true nor false"),
        ("in_city", "2", "in_city: 2 is neither true nor false"),
        ("size", "huge", "size: huge is none of its codes"),
        ("规模", "巨型", "规模: 巨型 is none of its codes"),
        ("staff", "many", "staff: many is no whole number from 0 to 1,000,000"),
        ("staff", "3.5", "staff: 3.5 is no whole number from 0 to 1,000,000"),
        ("staff", "-1", "staff: -1 is no whole number from 0 to 1,000,000"),
        ("revenue", "nan", "revenue: nan is no number from 0 to"),
        ("revenue", "inf", "revenue: inf is no number from 0 to"),
        ("score", "120万", "score: 120万 is no number"),
        ("registered_on", "2020-13-01", "registered_on: 2020-13-01 is no date such as 2026-01-31"),
        ("registered_on", "2023-02-29", "registered_on: 2023-02-29 is no date"),
        ("bans", "green;xx", "bans: is none of its codes"),
    ],
)
def test_a_bad_cell_sets_its_row_aside_with_the_reason(tmp_path: Path, column: str, cell: str, reason: str) -> None:
    good, bad = read(put(tmp_path, "f.csv", f"id,{column}\na,\nb,{cell}\nc,\n"))
    assert [row["id"] for row in good] == ["a", "c"]
    assert bad.keys() == {"b"}
    assert bad["b"].startswith(reason)


def test_every_bad_cell_of_a_row_is_told(tmp_path: Path) -> None:
    _, bad = read(put(tmp_path, "f.csv", HEAD + "1,x,y,z,w,v\n"))
    assert bad["1"].count("; ") == 4


def test_what_a_sensitive_cell_says_is_not_repeated(tmp_path: Path) -> None:
    _, bad = read(put(tmp_path, "f.csv", "id,disabled\n1,精神二级\n"), "person")
    assert bad == {"1": "disabled: is neither true nor false"}


def test_a_row_without_an_id_is_set_aside(tmp_path: Path) -> None:
    good, bad = read(put(tmp_path, "f.csv", "id,staff\n,3\n2,4\n"))
    assert [row["id"] for row in good] == ["2"]
    assert bad == {None: "id: is missing"}


@pytest.mark.parametrize(
    ("values", "reason"), [([2, 1], "in_city: 2"), ([0.5, 1.0], "in_city: 0.5")], ids=["whole", "part"]
)
def test_a_number_is_a_truth_only_as_none_or_one(tmp_path: Path, values: list[float], reason: str) -> None:
    pl.DataFrame({"id": ["a", "b"], "in_city": values}).write_parquet(tmp_path / "f.parquet")
    good, bad = read(tmp_path / "f.parquet")
    assert good == [{"id": "b", "firm.in_city": True}]
    assert bad["a"].startswith(reason)


def test_a_truth_is_no_number(tmp_path: Path) -> None:
    assert read(put(tmp_path, "f.jsonl", '{"id":"a","staff":true}\n'))[1].keys() == {"a"}


def test_a_byte_order_mark_does_not_hide_the_id(tmp_path: Path) -> None:
    assert read(put(tmp_path, "f.csv", "\ufeffid,staff\n1,3\n"))[0] == [{"id": "1", "firm.staff": 3.0}]


def test_columns_that_are_no_facts_are_told(tmp_path: Path) -> None:
    source = open_source(
        put(tmp_path, "f.csv", "id,subject,colour,person.income,staff\n1,firm,red,3,4\n"), "firm", small_book()
    )
    assert source.ignored == ("colour", "person.income")


def test_only_wanted_facts_are_read_and_judged(tmp_path: Path) -> None:
    source = open_source(put(tmp_path, "f.csv", "id,staff,score\n1,3,bad\n"), "firm", small_book())
    ((good, bad),) = source.pieces(small_book(), frozenset({"firm.staff"}))
    assert (good.columns, good.height, bad.height) == (["id", "firm.staff"], 1, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("f.xlsx", "x", r"is none of \.parquet, \.csv, \.jsonl"),
        ("f.csv", "in_city\ntrue\n", "has no column 'id' → add one that names each firm"),
        ("f.csv", "id,colour\n1,red\n", "no column that is a fact → `citydesk policy facts`"),
        ("f.csv", "id,in_city,firm.in_city\n1,true,false\n", "the columns 'in_city' and 'firm.in_city' are one fact"),
        ("f.csv", "id,staff,职工人数\n1,2,3\n", "the columns 'staff' and '职工人数' are one fact"),
        ("f.csv", "id,staff,staff\n1,2,3\n", "has the column 'staff' twice"),
        ("f.csv", "", "is not what its ending says"),
        ("f.csv", "id,在本市登记\n1,是\n".encode("gbk"), "is not in UTF-8 → save it as CSV UTF-8"),
        ("f.parquet", "id,staff\n1,2\n", "is not what its ending says"),
        ("f.jsonl", "id,staff\n1,2\n", "is not what its ending says"),
        ("f.csv", b"PAR1\x00\xff\xfe", "is not in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_remedy(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        open_source(put(tmp_path, name, content), "firm", small_book())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not there → name a file of profiles"):
        open_source(tmp_path / "gone.csv", "firm", small_book())


@pytest.mark.parametrize("content", ["id,staff\n1,3\n2,3,4,5\n", 'id,staff\n1,"3\n'])
def test_a_file_that_breaks_off_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadInput, match="cannot be read to its end"):
        read(put(tmp_path, "f.csv", content))


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_long_file_is_read_piece_by_piece_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(tables, "PIECE", 7)
    path = tmp_path / f"f.{ending}"
    frame = pl.DataFrame({"id": [f"p{n}" for n in range(40)], "staff": [float(n) for n in range(40)]})
    if ending == "csv":
        frame.write_csv(path)
    elif ending == "jsonl":
        frame.write_ndjson(path)
    else:
        frame.write_parquet(path)
    good, _ = read(path)
    assert [row["id"] for row in good] == [f"p{n}" for n in range(40)]


def test_one_profile_out_of_a_file(tmp_path: Path) -> None:
    path = put(tmp_path, "f.csv", HEAD + "1,true,small,12,2020-03-01,green;tech\n007,x,,,,\n")
    found = one_profile(path, "firm", small_book(), "1")
    assert (found.subject, found.id) == ("firm", "1")
    assert {**found.values, "id": "1"} == {**ONE, "firm.bans": frozenset({"green", "tech"})}
    with pytest.raises(BadInput, match="007: in_city: x is neither"):
        one_profile(path, "firm", small_book(), "007")
    with pytest.raises(NotFound, match="has no profile '9'"):
        one_profile(path, "firm", small_book(), "9")


def test_a_row_becomes_a_profile_without_what_is_unknown() -> None:
    assert from_row({"id": "x", "firm.staff": None, "firm.bans": ["green"]}, "firm") == Profile(
        "firm", {"firm.bans": frozenset({"green"})}, "x"
    )
