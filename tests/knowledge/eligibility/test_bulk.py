from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.bulk import CODES, amounts, fen, statuses
from knowledge.eligibility.facts import FactType, Value
from knowledge.eligibility.matching import Status, match
from knowledge.eligibility.matching import fen as fen_of_one
from knowledge.eligibility.profiles import Profile
from tests.knowledge.eligibility.making import DAY, firm, small_book
from tests.knowledge.eligibility.making_profiles import MAKER, book_with, good, less, rows_of

KINDS: dict[FactType, Any] = {
    FactType.BOOLEAN: pl.Boolean,
    FactType.DATE: pl.Date,
    FactType.CHOICE: pl.String,
    FactType.CHOICES: pl.List(pl.String),
}
MANY: list[dict[str, Any]] = [
    {
        "id": "sums",
        "combine": "sum",
        "cap": "firm.staff * 20",
        "benefits": [
            {
                "id": "a",
                "name": "甲",
                "amount": "firm.staff * 1.005",
                "cap": 30,
                "per": "month",
                "times": "firm.score / 30",
            },
            {"id": "b", "name": "乙", "amount": "firm.revenue / firm.rd_expense", "least": 20, "per": "quarter"},
            {"id": "c", "name": "丙", "gives": "场地", "when": [{"fact": "firm.exporter", "is": True}]},
        ],
    },
    {
        "id": "most",
        "combine": "highest",
        "conditions": [{"any": [{"fact": "firm.in_city", "is": True}, {"fact": "firm.honest", "is": True}]}],
        "benefits": [
            {
                "id": "a",
                "name": "甲",
                "amount": [{"when": {"fact": "firm.honest", "is": True}, "pay": 500}, {"pay": 0}],
            },
            {"id": "b", "name": "乙", "amount": "200 - firm.staff"},
        ],
    },
    {
        "id": "count",
        "conditions": [
            {
                "count": {
                    "at_least": 2,
                    "of": [
                        {"fact": "firm.in_city", "is": True},
                        {"fact": "firm.staff", "at_least": 10},
                        {"not": {"fact": "firm.exporter", "is": True}},
                    ],
                }
            }
        ],
    },
]


@cache
def book() -> RuleBook:
    return book_with(*MANY)


def _drawn(chance: random.Random) -> Profile:
    ways: dict[str, Sequence[Value]] = {
        "in_city": [True, True, False], "honest": [True, False], "exporter": [True, False],
        "registered_on": [DAY - timedelta(days=days) for days in (100, 364, 365, 900)],
        "rd_expense": [0.0, 30_000.0, 90_000.0], "revenue": [0.0, 1_000_000.0, 3_000_000.0],
        "size": ["small", "medium", "large"], "staff": [0.0, 9.0, 10.0, 29.0, 80.0],
        "receiving": [frozenset(), frozenset(), frozenset({"tp-green"})], "industry": ["A01", "B", "B05", "C"],
        "bans": [frozenset(), frozenset({"green"}), frozenset({"tech", "farm"})], "score": [0.0, 59.0, 60.0, 85.0],
    }  # fmt: skip
    return firm(**{name: chance.choice(values) for name, values in ways.items() if chance.random() < 0.85})


def table_of(profiles: Sequence[Profile], facts: Sequence[str] | None = None) -> pl.DataFrame:
    """A typed table with a column for every fact about firms, or for those named."""
    names = facts if facts is not None else [one.id for one in book().facts.values() if one.subject == "firm"]
    schema = {"id": pl.String} | {name: KINDS.get(book().facts[name].type, pl.Float64) for name in names}
    rows = [{name: row.get(name) for name in schema} for row in rows_of(profiles)]
    return pl.DataFrame(rows, schema=schema)


@cache
def profiles() -> tuple[Profile, ...]:
    chance = random.Random(11)  # noqa: S311  # a drawn table, no secret
    return tuple(_drawn(chance) for _ in range(600))


FIRM_RULES = ["tp-tech", "tp-green", "sums", "most", "count"]


def test_statuses_are_those_of_the_single_match() -> None:
    rules = [book().compiled(name, DAY) for name in FIRM_RULES]
    found = statuses(book(), rules, table_of(profiles()))
    assert found.columns == ["id", *FIRM_RULES]
    for rule in rules:
        single = [match(book(), rule, one).status for one in profiles()]
        assert [CODES[code] for code in found[rule.id]] == single
    seen = {CODES[code] for rule in rules for code in found[rule.id].unique()}
    assert seen == set(Status), "the drawn firms meet every status"


@pytest.mark.parametrize("name", FIRM_RULES)
def test_amounts_are_those_of_the_single_match(name: str) -> None:
    rule = book().compiled(name, DAY)
    found = amounts(book(), rule, table_of(profiles()))
    for row, profile in zip(found.iter_rows(named=True), profiles(), strict=True):
        single = match(book(), rule, profile)
        assert row["worth"] == single.worth, (profile, single)
        for due in single.benefits:
            assert CODES[row[due.id]] is due.status
            if due.status is not Status.NOT:
                assert row[f"{due.id}.amount"] == due.amount, (profile, due)


def test_facts_without_a_column_are_unknown() -> None:
    rule = book().compiled("tp-tech", DAY)
    known = less(good(), "staff", "honest")
    found = amounts(book(), rule, table_of([known], sorted(known.values)))
    assert (CODES[found["award"][0]], CODES[found["rent"][0]], found["worth"][0]) == (
        Status.LIKELY,
        Status.NEEDS,
        100_000.0,
    )
    nothing = statuses(book(), [rule], pl.DataFrame({"id": ["x"]}))
    assert CODES[nothing["tp-tech"][0]] is Status.NEEDS


def test_further_expressions_stand_beside() -> None:
    rule = book().compiled("tp-green", DAY)
    found = amounts(book(), rule, table_of([firm(**MAKER)]), [pl.col("firm.score").alias("score")])
    assert found.row(0, named=True) == {
        "id": "p0", "grant": CODES.index(Status.ELIGIBLE), "grant.amount": 80_000.0, "score": 90.0, "worth": 80_000.0
    }  # fmt: skip


def test_a_table_without_rows_gives_none() -> None:
    rules = [small_book().compiled("tp-tech", DAY)]
    assert statuses(small_book(), rules, table_of([])).height == 0


def test_cents_are_rounded_alike() -> None:
    chance = random.Random(5)  # noqa: S311
    values = [0.285, 1.005, 0.005, 0.0] + [round(chance.uniform(0, 1e6), chance.randrange(1, 6)) for _ in range(3000)]
    found = pl.DataFrame({"v": values}).select(fen(pl.col("v")))["v"].to_list()
    assert found == [fen_of_one(value) for value in values]
