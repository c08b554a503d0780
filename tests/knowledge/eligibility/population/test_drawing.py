from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from city.errors import BadInput
from knowledge.eligibility.columns import Columns
from knowledge.eligibility.compiling import compile_gate
from knowledge.eligibility.facts import FactType, Subject
from knowledge.eligibility.population import draw
from knowledge.eligibility.population import drawing as module
from tests.knowledge.eligibility.population.packs import WAYS, YUNLAN, pack, yunlan

DAY = date(2026, 11, 15)
SEED, MANY = 7, 20_000
TYPES: dict[FactType, pl.DataType | type[pl.DataType]] = {
    FactType.BOOLEAN: pl.Boolean,
    FactType.DATE: pl.Date,
    FactType.CHOICE: pl.String,
    FactType.CHOICES: pl.List(pl.String),
}
SUBJECTS: tuple[Subject, ...] = ("firm", "person")


@cache
def many(subject: Subject) -> pl.DataFrame:
    return pl.concat(list(draw(yunlan(), YUNLAN, subject, MANY, SEED, DAY)))


def never(subject: Subject, broken: pl.Expr) -> None:
    rows = many(subject).filter(broken)
    assert rows.height == 0, rows.head(3).to_dicts()


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 100)


def drawn(root: Path, count: int, seed: int = 3, batch: int = 1000, **rest: object) -> pl.DataFrame:
    return pl.concat(list(draw(pack(root, WAYS, **rest), root, "firm", count, seed, DAY, batch)))


@pytest.mark.usefixtures("small_blocks")
def test_the_rows_depend_on_the_seed_alone(tmp_path: Path) -> None:
    whole = drawn(tmp_path, 450)
    assert whole["id"].to_list()[::449] == ["F0000001", "F0000450"]
    for batch in (1, 7, 100, 130, 450):
        assert drawn(tmp_path, 450, batch=batch).equals(whole)
    assert drawn(tmp_path, 130).equals(whole.head(130))
    assert not drawn(tmp_path, 450, seed=4).equals(whole)
    assert not whole["firm.sales"][:100].equals(whole["firm.sales"][100:200])


@pytest.mark.usefixtures("small_blocks")
def test_batches_are_as_long_as_asked(tmp_path: Path) -> None:
    book = pack(tmp_path, WAYS)
    assert [table.height for table in draw(book, tmp_path, "firm", 250, 1, DAY, 120)] == [120, 120, 10]
    assert list(draw(book, tmp_path, "firm", 0, 1, DAY)) == []
    with pytest.raises(BadInput, match="batch at least 1"):
        draw(book, tmp_path, "firm", 10, 1, DAY, 0)


@pytest.mark.usefixtures("small_blocks")
def test_another_fact_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    before = drawn(tmp_path, 100)
    book = pack(tmp_path, {**WAYS, "firm.staff": [1, 5]})
    after = pl.concat(list(draw(book, tmp_path, "firm", 100, 3, DAY)))
    assert after.drop("firm.staff").equals(before.drop("firm.staff"))
    assert not after["firm.staff"].equals(before["firm.staff"])


def test_ways_mean_what_they_say(tmp_path: Path) -> None:
    table = drawn(tmp_path, MANY, batch=MANY)
    sizes = dict(table["firm.size"].value_counts().iter_rows())
    assert sizes["micro"] == pytest.approx(0.5 * MANY, rel=0.05)
    by_size = table.group_by("firm.size").agg(
        pl.col("firm.open").mean(), pl.col("firm.staff").min(), pl.col("firm.staff").max().alias("most")
    )
    rows = {name: values for name, *values in by_size.iter_rows()}
    assert rows["micro"] == [0.0, 1.0, 3.0]  # the parent's entry counts for micro
    assert rows["large"] == [1.0, 100.0, 200.0]
    sales = table["firm.sales"].drop_nulls()
    assert sales.quantile(0.1) == pytest.approx(10, rel=0.15)
    assert sales.quantile(0.9) == pytest.approx(900, rel=0.15)
    assert sales.max() == 5000  # the catalogue's range
    held = table["firm.bans"].list.contains("a")
    assert held.mean() == pytest.approx(0.5, abs=0.02)
    assert table["firm.since"].max() == DAY


def test_gaps_come_at_their_share_and_together(tmp_path: Path) -> None:
    gaps = {"held": 0.1, "told": 0.5, "units": {"hrss": 0.2}, "together": 0.8, "poor": {"share": 0.2, "times": 2}}
    table = drawn(tmp_path, MANY, batch=MANY, gaps=gaps)
    missing = {name: table[name].null_count() / MANY for name in table.columns}
    assert missing["id"] == 0
    assert missing["firm.size"] == pytest.approx(0.1, abs=0.01)
    assert missing["firm.staff"] == pytest.approx(0.2, abs=0.015)
    assert missing["firm.open"] == pytest.approx(0.5, abs=0.02)
    assert missing["firm.bans"] == 0
    both = table.select((pl.col("firm.open").is_null() & pl.col("firm.since").is_null()).mean()).item()
    assert both > 0.35  # by chance it would be 0.25


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_column_has_the_type_of_its_fact(subject: Subject) -> None:
    table = many(subject)
    wanted = [fact for fact in yunlan().facts.values() if fact.subject == subject and not fact.derive]
    assert table.columns == ["id", *(fact.id for fact in wanted)]
    assert table["id"].n_unique() == MANY
    for fact in wanted:
        assert table[fact.id].dtype == TYPES.get(fact.type, pl.Float64), fact.id
        if fact.range and table[fact.id].count():
            assert table[fact.id].is_between(*fact.range).all(), fact.id
        if fact.type is FactType.INTEGER:
            assert (table[fact.id] % 1 == 0).all(), fact.id


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_fact_is_there_only_where_its_question_makes_sense(subject: Subject) -> None:
    book, table = yunlan(), many(subject)
    columns = Columns(frozenset(table.columns))
    truths = {}
    for fact in book.facts.values():
        if fact.subject == subject and fact.asked_when and not fact.derive:
            gate, problems = compile_gate(fact, DAY, book.facts, book.lists)
            assert not problems
            truths[fact.id] = (columns.truth(gate).fill_null(False) | pl.col(fact.id).is_null()).all().alias(fact.id)
    assert [name for name, holds in table.select(**truths).row(0, named=True).items() if not holds] == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_registers_hold_has_few_gaps_and_what_only_the_subject_knows_many(subject: Subject) -> None:
    table = many(subject)
    for fact in yunlan().facts.values():
        if fact.subject != subject or fact.derive or fact.asked_when:
            continue
        share = table[fact.id].null_count() / MANY
        if fact.held_by and fact.assume is None:
            assert share < 0.1, fact.id
        else:
            assert 0.1 < share < 0.6, fact.id


def test_dates_of_a_firm_are_in_order() -> None:
    today = pl.lit(DAY)
    for first, then in (
        ("registered_on", "operating_since"),
        ("registered_on", "moved_in_on"),
        ("registered_on", "hightech_issued_on"),
        ("hightech_issued_on", "hightech_expires_on"),
        ("srdi_recognised_on", "srdi_accepted_on"),
        ("loan_signed_on", "loan_disbursed_on"),
        ("solar_grid_on", "solar_registered_on"),
        ("project_filed_on", "project_completed_on"),
    ):
        never("firm", pl.col(f"firm.{first}") > pl.col(f"firm.{then}"))
    for name in ("registered_on", "operating_since", "hightech_issued_on", "loan_signed_on"):
        never("firm", pl.col(f"firm.{name}") > today)


def test_numbers_of_a_firm_go_together() -> None:
    months = (pl.lit(DAY) - pl.col("firm.registered_on")).dt.total_days() / 30.4
    never("firm", pl.col("firm.tax_months") > months + 1)
    never("firm", pl.col("firm.rd_deductible") > pl.col("firm.rd_expense") + 1000)
    never("firm", pl.col("firm.hired_key_12m") > pl.col("firm.employees"))
    never("firm", pl.col("firm.hire_special") > pl.col("firm.hire_graduates") + pl.col("firm.hire_youth"))
    never("firm", (pl.col("firm.has_hightech")) & (pl.col("firm.type").is_in(["individual", "coop", "family_farm"])))
    never("firm", (pl.col("firm.eco_penalties_24m") == 0) & (pl.col("firm.eco_penalty_max_24m") > 0))
    medians = dict(many("firm").group_by("firm.size").agg(pl.col("firm.revenue").median()).iter_rows())
    assert medians["micro"] < medians["small"] < medians["medium"] < medians["large"]


def test_the_life_of_a_person_is_possible() -> None:
    birth = pl.col("person.birth_date")
    age = (pl.lit(DAY) - birth).dt.total_days() / 365.25
    never("person", (pl.col("person.marital_status") != "unmarried") & (age < 21.9))
    never("person", (pl.col("person.education").is_in(["bachelor", "master", "doctor"])) & (age < 21))
    never("person", pl.col("person.graduated_on") < birth.dt.offset_by("18y"))
    never("person", (pl.col("person.employment") == "retired") & (age < 50))
    never("person", pl.col("person.child_birth_date") < birth.dt.offset_by("16y"))
    never("person", pl.col("person.child_birth_date") > pl.col("person.childcare_started_on"))
    never("person", pl.col("person.home_signed_on") > pl.col("person.home_subsidy_approved_on"))
    never("person", pl.col("person.old_car_registered_on") > pl.col("person.old_car_acquired_on"))
    never("person", pl.col("person.spouse_birth_date") > pl.lit(DAY - timedelta(days=365 * 20)))
    months = (pl.lit(DAY) - pl.col("person.first_insured_on")).dt.total_days() / 30.4
    never("person", pl.col("person.insured_months_in_row") > months + 1)


def test_aid_goes_to_low_incomes() -> None:
    table = many("person")
    per_head = pl.col("person.household_income_month") / pl.col("person.household_size")
    aid = pl.col("person.social_aid") == "dibao"
    assert 0.003 < table.select(aid.mean()).item() < 0.05
    assert table.filter(aid).select(per_head.median()).item() < 900
    assert table.filter(~aid).select(per_head.median()).item() > 2000
