from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from city.errors import BadInput, NotFound, Refused
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.finding import (
    ASIDE,
    DECISIONS,
    MANIFEST,
    MATCHES,
    SHEET,
    Manifest,
    decide,
    decisions,
    digest,
    find,
    read_manifest,
    read_opt_outs,
    release,
)
from knowledge.eligibility.matching import Status
from knowledge.eligibility.tables import open_source
from tests.knowledge.eligibility.making import DAY
from tests.knowledge.eligibility.making_profiles import small_rules

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
FIRMS = """\ufeffid,在本市登记,honest,registered_on,rd_expense,revenue,size,staff,receiving,industry,bans,score,colour
good,是,是,2020-03-01,60000,1000000,small,12,;,C,,,red
granted,true,,2020-03-01,60000,1000000,medium,3,;,C,,,
green,false,,,,,,,,电池,;,90,
open,true,true,2020-03-01,60000,,small,12,;,C,,,
no,false,,,,,,,,C,,,
broken,true,true,long ago,60000,1000000,small,12,;,C,,,
"""


def run(out: Path, folder: Path, content: str = FIRMS, **more: Any) -> Manifest:
    path = folder / "firms.csv"
    path.write_text(content, encoding="utf-8")
    rules = small_rules()
    source = open_source(path, "firm", rules.every)
    return find(rules, rules.rules(DAY, "firm"), source, out, city="xiaocheng", now=NOW, **more)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A list that was just made."""
    run(tmp_path / "list", tmp_path)
    return tmp_path / "list"


def rows(out: Path) -> list[tuple[Any, ...]]:
    parts = sorted((out / MATCHES).glob("*.parquet"))
    return list(pl.concat([pl.read_parquet(part) for part in parts]).sort("policy", "id").iter_rows())


def confirm(out: Path, decision: Any = "confirmed", **more: Any) -> None:
    decide(out, decision, **{"by": "王芳", "post": "科长", "reason": "抽查20家无误", "now": NOW, **more})


def released(out: Path, rules: Eligibility | None = None, today: date = DAY) -> Sequence[pl.DataFrame]:
    return list(release(out, rules or small_rules(), today))


# —— lists ——


def test_a_list_says_who_matches_what_it_gives_and_what_is_open(out: Path) -> None:
    assert rows(out) == [
        ("green", "tp-green", "eligible", 80_000.0, "补贴", "", ""),
        ("good", "tp-tech", "eligible", 107_200.0, "一次性奖励；房租补贴", "", ""),
        ("granted", "tp-tech", "likely", 50_000.0, "一次性奖励", "", "没有失信记录：是"),
    ]


def test_the_sheet_is_the_same_and_opens_in_a_spreadsheet(out: Path) -> None:
    raw = (out / SHEET).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,policy,status,worth,benefits,failed,open\n")
    assert pl.read_csv(out / SHEET).height == 3


def test_what_cannot_be_read_is_set_aside_with_the_reason(out: Path) -> None:
    (aside,) = pl.read_csv(out / ASIDE).to_dicts()
    assert aside == {"id": "broken", "reason": "registered_on: long ago is no date such as 2026-01-31"}


def test_the_manifest_counts(out: Path) -> None:
    made = read_manifest(out)
    assert (made.city, made.subject, made.as_of, made.source, made.rows, made.set_aside) == (
        "xiaocheng", "firm", DAY, "firms.csv", 5, 1,
    )  # fmt: skip
    green, tech = made.policies
    assert tech.by_status == {"not": 2, "needs_facts": 1, "likely": 1, "eligible": 1}
    assert (tech.listed, tech.worth, tech.opted_out) == (2, 157_200.0, 0)
    assert (green.listed, green.worth) == (1, 80_000.0)
    assert made.digest == digest(out)


def test_other_statuses_are_listed_with_what_failed(tmp_path: Path) -> None:
    run(tmp_path / "list", tmp_path, kept=[Status.NOT, Status.NEEDS])
    found = {row[0]: row for row in rows(tmp_path / "list") if row[1] == "tp-tech"}
    assert found.keys() == {"no", "green", "open"}
    assert (found["no"][2], found["no"][3], found["no"][5]) == ("not", None, "在本市登记：是")
    assert (found["open"][2], found["open"][6]) == ("needs_facts", "研发占比不低于3%")


def test_a_list_without_matches_is_a_list(tmp_path: Path) -> None:
    made = run(tmp_path / "list", tmp_path, "id,in_city,industry\nx,false,C\n")
    assert [one.listed for one in made.policies] == [0, 0]
    assert (tmp_path / "list" / SHEET).read_text("utf-8-sig") == "id,policy,status,worth,benefits,failed,open\n"


def test_the_rows_are_the_same_however_the_file_is_cut(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.eligibility import tables

    path = tmp_path / "firms.parquet"
    source = open_source(tmp_path / "firms.csv", "firm", small_rules().every)
    (whole,) = [good for good, _ in source.pieces(small_rules().every, frozenset(f.id for f in source.facts.values()))]
    whole.write_parquet(path)
    monkeypatch.setattr(tables, "PIECE", 2)
    seen: list[int] = []
    rules = small_rules()
    cut = find(
        rules, rules.rules(DAY, "firm"), open_source(path, "firm", rules.every), tmp_path / "cut",
        city="x", now=NOW, progress=seen.append,
    )  # fmt: skip
    assert seen == [2, 4, 5]
    assert rows(tmp_path / "cut") == rows(out)
    assert [one.by_status for one in cut.policies] == [one.by_status for one in read_manifest(out).policies]
    assert (tmp_path / "cut" / SHEET).read_text("utf-8-sig").count("id,policy") == 1


def test_a_folder_holds_one_list(tmp_path: Path, out: Path) -> None:
    with pytest.raises(BadInput, match=r"holds a list already.*name another folder"):
        run(out, tmp_path)


def test_what_a_broken_run_left_is_not_mixed_with_a_list(tmp_path: Path) -> None:
    (tmp_path / "list" / MATCHES).mkdir(parents=True)
    pl.DataFrame({"id": ["stranger"]}).write_parquet(tmp_path / "list" / MATCHES / "part-00009.parquet")
    with pytest.raises(BadInput, match="part of one"):
        run(tmp_path / "list", tmp_path)


# —— who objects ——


def opt_outs(folder: Path, content: str) -> dict[str, frozenset[str]]:
    path = folder / "opt_outs.csv"
    path.write_text(content, encoding="utf-8")
    return read_opt_outs(path)


def test_who_objects_is_on_no_list(tmp_path: Path) -> None:
    made = run(tmp_path / "list", tmp_path, opt_outs=opt_outs(tmp_path, "id\ngood\n"))
    assert {row[0] for row in rows(tmp_path / "list")} == {"green", "granted"}
    green, tech = made.policies
    assert (tech.listed, tech.opted_out, tech.worth) == (1, 1, 50_000.0)
    assert green.opted_out == 0
    assert "good" not in (tmp_path / "list" / SHEET).read_text("utf-8")


def test_one_may_object_to_one_policy(tmp_path: Path) -> None:
    objected = opt_outs(tmp_path, "\ufeffid,policy\ngood,tp-green\ngreen,tp-green\ngranted,\n")
    assert objected == {"tp-green": frozenset({"good", "green"}), "*": frozenset({"granted"})}
    run(tmp_path / "list", tmp_path, opt_outs=objected)
    assert [(row[0], row[1]) for row in rows(tmp_path / "list")] == [("good", "tp-tech")]


def test_objections_that_cannot_be_read(tmp_path: Path) -> None:
    assert read_opt_outs(None) == {}
    with pytest.raises(BadInput, match="no column 'id'"):
        opt_outs(tmp_path, "name\nx\n")
    with pytest.raises(BadInput, match="cannot be read"):
        read_opt_outs(tmp_path / "gone.csv")
    with pytest.raises(BadInput, match="cannot be read"):
        opt_outs(tmp_path, "")


# —— decisions ——


def test_a_confirmed_list_is_released(out: Path) -> None:
    confirm(out)
    (part,) = released(out)
    assert part["id"].sort().to_list() == ["good", "granted", "green"]
    (said,) = decisions(out)
    assert (said.decision, said.by, said.post, said.reason, said.digest) == (
        "confirmed", "王芳", "科长", "抽查20家无误", digest(out),
    )  # fmt: skip


def test_nobody_is_told_before_a_person_said_yes(out: Path) -> None:
    with pytest.raises(Refused, match=r"Nobody has confirmed the list .*citydesk policy confirm"):
        released(out)


def test_the_last_word_counts(out: Path) -> None:
    confirm(out)
    confirm(out, "refused", reason="名单有误")
    with pytest.raises(Refused, match="Nobody has confirmed"):
        released(out)
    confirm(out)
    assert len(released(out)) == 1
    assert [said.decision for said in decisions(out)] == ["confirmed", "refused", "confirmed"]


@pytest.mark.parametrize("missing", [{"by": " "}, {"reason": ""}])
def test_a_word_has_a_name_and_a_reason(out: Path, missing: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="a name and a reason"):
        confirm(out, **missing)
    assert decisions(out) == []


def _spoil(out: Path) -> None:
    (part,) = (out / MATCHES).glob("*.parquet")
    pl.read_parquet(part).with_columns(id=pl.lit("stranger")).write_parquet(part)


def test_rows_that_were_changed_are_neither_confirmed_nor_released(out: Path) -> None:
    confirm(out)
    _spoil(out)
    with pytest.raises(Refused, match="are not those that 王芳 confirmed"):
        released(out)
    with pytest.raises(Refused, match="were changed after they were made"):
        confirm(out)


def test_rows_that_were_added_are_not_released(out: Path) -> None:
    confirm(out)
    pl.DataFrame({"id": ["stranger"]}).write_parquet(out / MATCHES / "part-00002.parquet")
    with pytest.raises(Refused, match="are not those"):
        released(out)


def with_policies(change: dict[str, dict[str, Any] | None]) -> Eligibility:
    """The rules with some changed, or taken away."""
    rules = small_rules()
    kept = {name: policy.model_copy(update=change.get(name) or {}) for name, policy in rules.book.policies.items()
            if change.get(name, {}) is not None}  # fmt: skip
    book = RuleBook(rules.book.facts, rules.book.lists, kept, rules.book.documents, rules.book.files)
    return replace(rules, book=book)


@pytest.mark.parametrize("change", [{"summary": "另一项"}, None], ids=["changed", "not signed"])
def test_a_rule_that_changed_since_is_not_released(out: Path, change: dict[str, Any] | None) -> None:
    confirm(out)
    with pytest.raises(Refused, match="The rule tp-tech has changed or is no longer signed"):
        released(out, with_policies({"tp-tech": change}))
    assert len(released(out, with_policies({"tp-elder": None}))) == 1  # it is not on this list


def test_a_policy_that_has_ended_is_not_released(out: Path) -> None:
    confirm(out)
    with pytest.raises(Refused, match="is no longer in force"):
        released(out, today=date(2023, 1, 1))


def test_a_chain_that_was_changed_is_not_believed(out: Path) -> None:
    confirm(out, "refused")
    confirm(out)
    lines = (out / DECISIONS).read_text("utf-8").splitlines()
    (out / DECISIONS).write_text(lines[1] + "\n", "utf-8")
    with pytest.raises(BadInput, match="does not follow from the one before"):
        released(out)
    (out / DECISIONS).write_text(lines[0].replace("refused", "confirmed") + "\n" + lines[1] + "\n", "utf-8")
    with pytest.raises(BadInput, match="does not follow from the one before"):
        released(out)
    (out / DECISIONS).write_text("{torn\n", "utf-8")
    with pytest.raises(BadInput, match="is broken → restore it"):
        confirm(out)


def test_a_folder_without_a_list(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="holds no list → make one: citydesk policy find"):
        confirm(tmp_path)


def test_a_broken_manifest(out: Path) -> None:
    raw = json.loads((out / MANIFEST).read_text("utf-8"))
    (out / MANIFEST).write_text(json.dumps({**raw, "rows": "many"}), "utf-8")
    with pytest.raises(BadInput, match="is broken → make the list anew"):
        read_manifest(out)
