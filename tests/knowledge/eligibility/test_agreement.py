"""One profile and a table of a million agree: rules row by row and on Polars, on random rules and on the city's own."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.pack import load_pack
from knowledge.corpus import load_corpus
from knowledge.eligibility import bulk, cells, matching
from knowledge.eligibility.book import RuleBook, read_book
from knowledge.eligibility.cells import OTHER, cells_of, kleene
from knowledge.eligibility.columns import Columns
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.facts import NUMERIC, Fact, FactType, Subject, Value
from knowledge.eligibility.ir import Compare, Constant, Term, Test, Within
from knowledge.eligibility.matching import POSITIVE, Status, match
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.rowwise import judge, term
from tests.conftest import YUNLAN
from tests.knowledge.eligibility.making import DAY, compiled, small_book

Rows = Sequence[Mapping[str, Value]]
_DTYPES: dict[FactType, Any] = {
    FactType.BOOLEAN: pl.Boolean,
    FactType.DATE: pl.Date,
    FactType.CHOICE: pl.String,
    FactType.CHOICES: pl.List(pl.String),
    **dict.fromkeys(NUMERIC, pl.Float64),
}
_MORE: dict[str, dict[str, Any]] = {
    "firm.cut": {"type": "ratio", "derive": "(firm.before - firm.after) / firm.before", "question": "减少多少？"},
    "firm.before": {"type": "number", "question": "原来多少？"},
    "firm.after": {"type": "number", "question": "现在多少？", "assume": 270.0, "assume_why": "试"},
    "firm.twice": {"type": "number", "derive": "firm.cut * 2 + years_since(firm.registered_on)"},
    "firm.kind": {
        "type": "choice",
        "options": {"a": "甲", "b": "乙"},
        "question": "哪种？",
        "assume": "a",
        "assume_why": "试",
    },
    "firm.marks": {
        "type": "choices",
        "options": {"x": "甲", "y": "乙", "z": "丙"},
        "question": "哪些？",
        "assume": ["x"],
        "assume_why": "试",
    },
}


@cache
def _book() -> RuleBook:
    """The small book with facts that are computed from each other and taken for granted."""
    small = small_book()
    more = {name: Fact.model_validate({"id": name, "label": name, **raw}) for name, raw in _MORE.items()}
    return RuleBook({**small.facts, **more}, small.lists, small.policies, small.documents)


_FLAGS = ["firm.in_city", "firm.honest", "firm.exporter"]
_NUMBERS = ["firm.revenue", "firm.rd_expense", "firm.rd_share", "firm.staff", "firm.score", "firm.cut", "firm.before",
            "firm.after", "firm.twice"]  # fmt: skip
_DAYS = ["firm.registered_on", "firm.certified_on"]
_CODES = {"firm.industry": ["A", "A01", "A011", "A02", "B", "B05", "B06", "C"],
          "firm.size": ["small", "medium", "large"],
          "firm.place": ["east", "east-1", "west"], "firm.kind": ["a", "b"]}  # fmt: skip
_SETS = {"firm.bans": ["green", "tech", "farm"], "firm.marks": ["x", "y", "z"],
         "firm.receiving": ["tp-tech", "tp-green", "tp-elder"]}  # fmt: skip
_FIGURES = st.sampled_from([0, 1, 2, 3, 7, 10, 0.1, 0.2, 0.3, 0.05, 0.285, 270, 300, 1000, 123456.789, 2000000])
_SPOTS = st.sampled_from([date(2024, 2, 29), date(2025, 2, 28), date(2025, 6, 15), date(2025, 6, 16), date(2026, 1, 31),
                          date(2026, 6, 14), DAY, date(2026, 6, 16), date(2027, 1, 1)])  # fmt: skip
_DATES = _SPOTS | st.dates(date(2020, 1, 1), date(2028, 12, 31))
_ORDER = ["at_least", "more_than", "at_most", "less_than", "equals"]
_AGO = ["at_least_ago", "more_than_ago", "within_last", "within_next"]
_PARAMETERS: dict[str, Any] = {
    "plain": {"values": [{"from": "2024-01-01", "value": 10}, {"from": "2026-01-01", "value": 0.1}]},
    "first_day": {"values": [{"from": "2024-01-01", "value": "2025-06-16"}]},
    "tabled": {"by": "firm.industry", "values": [{"from": "2024-01-01", "table": {"A": 3, "A01": 7, "B": 1000}}]},
    "rest": {"by": "firm.size", "values": [{"from": "2024-01-01", "table": {"small": 2}, "otherwise": 1}]},
    "steps": {"by": "firm.cut", "values": [{"from": "2024-01-01", "brackets": [[0.1, 3], [0.2, 7], [0.3, 10]],
                                            "otherwise": 1}]},
    "then": {"by": "firm.kind", "dated_by": "firm.certified_on",
             "values": [{"from": "2025-01-01", "table": {"a": 300}},
                        {"from": "2026-06-15", "table": {"a": 270, "b": 1}}]},
}  # fmt: skip


def _formulas() -> st.SearchStrategy[str]:
    """Arithmetic over facts and parameters."""
    elapsed = st.builds(
        lambda name, of: f"{name}({of})",
        st.sampled_from(["days_since", "months_since", "years_since", "calendar_months_since"]),
        st.sampled_from(_DAYS),
    )
    names = st.sampled_from([*_NUMBERS, "plain", "tabled", "rest", "steps", "then"])
    leaf = names | elapsed | _FIGURES.map(lambda n: f"{n:.10f}") | st.just("2.5%")
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(lambda a, o, b: f"({a} {o} {b})", inner, st.sampled_from("+-*/"), inner)
            | st.builds(lambda f, a, b: f"{f}({a}, {b})", st.sampled_from(["min", "max"]), inner, inner)
        ),
        max_leaves=4,
    )


def _spans() -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(["years", "months", "days"]), st.integers(0, 14), min_size=1, max_size=2)


def _tests() -> st.SearchStrategy[dict[str, Any]]:
    """One test of every kind of fact."""
    number = st.builds(
        lambda f, o, v: {"fact": f, o: v}, st.sampled_from(_NUMBERS), st.sampled_from(_ORDER), _FIGURES | _formulas()
    )
    reckoned = st.builds(lambda f, o, v: {"value": f, o: v}, _formulas(), st.sampled_from(_ORDER), _FIGURES)
    day = st.builds(
        lambda f, o, v: {"fact": f, o: v},
        st.sampled_from(_DAYS),
        st.sampled_from(_ORDER),
        _DATES | st.sampled_from([*_DAYS, "first_day"]),
    )
    ago = st.builds(lambda f, o, v: {"fact": f, o: v}, st.sampled_from(_DAYS), st.sampled_from(_AGO), _spans())
    code = st.sampled_from(sorted(_CODES)).flatmap(
        lambda f: st.builds(
            lambda o, v: {"fact": f, o: v},
            st.sampled_from(["one_of", "none_of", "under", "not_under"]),
            st.lists(st.sampled_from(_CODES[f]), min_size=1, max_size=3, unique=True),
        )
    )
    held = st.sampled_from(sorted(_SETS)).flatmap(
        lambda f: st.builds(
            lambda o, v: {"fact": f, o: v},
            st.sampled_from(["has", "has_all", "has_none"]),
            st.lists(st.sampled_from(_SETS[f]), min_size=1, max_size=2, unique=True),
        )
    )
    flag = st.builds(lambda f, v: {"fact": f, "is": v}, st.sampled_from(_FLAGS), st.booleans())
    return flag | number | reckoned | day | ago | code | held


def _trees() -> st.SearchStrategy[dict[str, Any]]:
    """Conditions nested in each other."""
    return st.recursive(
        _tests(),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda of: {"all": of})
            | st.lists(inner, min_size=1, max_size=3).map(lambda of: {"any": of})
            | inner.map(lambda of: {"not": of})
            | st.lists(inner, min_size=1, max_size=4).flatmap(
                lambda of: st.integers(1, len(of)).map(lambda n: {"count": {"at_least": n, "of": of}})
            )
        ),
        max_leaves=6,
    )


def _benefits() -> st.SearchStrategy[list[dict[str, Any]]]:
    cases = st.lists(st.tuples(_trees(), _formulas()), min_size=1, max_size=2).flatmap(
        lambda pairs: _formulas().map(lambda rest: [*({"when": w, "pay": p} for w, p in pairs), {"pay": rest}])
    )
    one = st.fixed_dictionaries(
        {"name": st.just("奖"), "amount": _formulas() | cases},
        optional={
            "when": st.lists(_trees(), max_size=2),
            "cap": _FIGURES | _formulas(),
            "least": _FIGURES,
            "per": st.sampled_from(["once", "month", "quarter", "year", "item"]),
            "times": st.integers(0, 15) | st.just("firm.staff"),
            "gives": st.just("一次服务"),
        },
    )
    thing = st.fixed_dictionaries(
        {"name": st.just("物"), "gives": st.just("一次服务"), "when": st.lists(_trees(), max_size=1)}
    )
    return st.lists(one | thing, min_size=1, max_size=3).map(
        lambda found: [{"id": f"b{number}", **raw} for number, raw in enumerate(found)]
    )


def _rules() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "parameters": st.just(_PARAMETERS),
            "conditions": st.lists(_trees(), min_size=1, max_size=3),
            "benefits": _benefits(),
            "combine": st.sampled_from(["sum", "highest"]),
        },
        optional={
            "cap": _FIGURES | _formulas(),
            "exclusions": st.just([{"with": ["tp-green"], "kind": "not_together"}]),
        },
    )


def _rows() -> st.SearchStrategy[list[dict[str, Value]]]:
    """Profiles in which any fact may be missing, also one that could be computed."""
    numbers = (_FIGURES | st.floats(-1000, 1e7, allow_nan=False)).map(float)
    values: dict[str, st.SearchStrategy[Any]] = {
        **{name: st.booleans() for name in _FLAGS},
        **dict.fromkeys(_NUMBERS, numbers),
        **dict.fromkeys(_DAYS, _DATES),
        **{name: st.sampled_from(codes) for name, codes in _CODES.items()},
        **{name: st.frozensets(st.sampled_from(codes), max_size=3) for name, codes in _SETS.items()},
    }
    return st.lists(st.fixed_dictionaries({}, optional=values), min_size=1, max_size=12)


def _table(book: RuleBook, names: Sequence[str], rows: Rows) -> pl.DataFrame:
    """The rows as a typed table, as `tables` reads it."""
    columns = {"id": pl.Series([str(number) for number in range(len(rows))])}
    for name in names:
        values = [sorted(v) if isinstance(v := row.get(name), frozenset) else v for row in rows]
        columns[name] = pl.Series(values, dtype=_DTYPES[book.facts[name].type], strict=True)
    return pl.DataFrame(columns)


def _disagreements(book: RuleBook, rule: CompiledPolicy, rows: Rows) -> list[str]:
    """Every row of which the two ways say something else."""
    table = _table(book, sorted(rule.facts), rows)
    statuses = bulk.statuses(book, [rule], table)[rule.id].to_list()
    told = bulk.amounts(book, rule, table).rows(named=True)
    found = []
    for row, number, values in zip(told, statuses, rows, strict=True):
        one = match(book, rule, Profile(rule.policy.subject, values))
        said: list[tuple[str, object, object]] = [("status", one.status, bulk.CODES[number])]
        if one.status in POSITIVE:
            said.append(("worth", one.worth, row["worth"]))
        for due in one.benefits:
            said.append((due.id, due.status, bulk.CODES[row[due.id]]))
            if due.status is not Status.NOT:
                said.append((f"{due.id}.amount", due.amount, row[f"{due.id}.amount"]))
        found += [f"{rule.id} {what}: {a} row by row, {b} on columns, of {values}" for what, a, b in said if a != b]
    return found


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(raw=_rules(), rows=_rows())
def test_a_random_rule_says_the_same_of_a_row_as_of_a_table(raw: dict[str, Any], rows: list[dict[str, Value]]) -> None:
    rule = compiled(raw, _book())
    assert _disagreements(_book(), rule, rows) == []


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(tree=_trees(), rows=_rows())
def test_three_ways_of_evaluation_give_one_truth(tree: dict[str, Any], rows: list[dict[str, Value]]) -> None:
    rule = compiled({"parameters": _PARAMETERS, "conditions": [tree]}, _book())
    table = _table(_book(), sorted(rule.facts), rows)
    on_columns = table.select(Columns(frozenset(table.columns)).truth(rule.conditions).alias("t"))
    holds = judge(rule.conditions)
    row_by_row = [holds(values) for values in rows]
    by_leaves = [kleene(rule.conditions, lambda leaf: judge(leaf)(values)) for values in rows]  # noqa: B023  # used at once
    assert by_leaves == row_by_row
    # A condition without any column is one literal for the whole table.
    told = on_columns["t"].to_list()
    assert (told * len(rows) if len(told) == 1 else told) == row_by_row


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(text=_formulas(), rows=_rows())
def test_a_formula_comes_to_the_same_number(text: str, rows: list[dict[str, Value]]) -> None:
    rule = compiled({"parameters": _PARAMETERS, "benefits": [{"id": "sum", "name": "奖", "amount": text}]}, _book())
    amount = rule.benefits[0].amount
    assert amount is not None
    table = _table(_book(), sorted(rule.facts), rows)
    on_columns = table.select(pl.col("id"), Columns(frozenset(table.columns)).term(amount).alias("n"))["n"]
    for told, values in zip(on_columns, rows, strict=True):
        assert told == (None if (own := term(amount)(values)) is None else pytest.approx(own, rel=1e-9, abs=1e-9))


_GIFT = {"id": "gift", "name": "物", "gives": "一次服务"}
_SUM = {"id": "sum", "name": "奖", "amount": "firm.revenue * 2"}
_MORE_SUM = {**_SUM, "id": "more"}


@pytest.mark.parametrize(
    ("raw", "values", "worth"),
    [
        # A cap is none on what is no money, and its fact is read though nothing else names it.
        ({"benefits": [_GIFT], "cap": 100}, {}, None),
        ({"benefits": [_SUM], "cap": "firm.score"}, {"firm.revenue": 5.0, "firm.score": 3.0}, 3.0),
        ({"benefits": [_SUM], "cap": "firm.score"}, {"firm.revenue": 5.0}, 10.0),
        ({"benefits": [_SUM, _GIFT]}, {}, None),
        ({"benefits": [_SUM, _MORE_SUM]}, {"firm.revenue": 5.0}, 20.0),
        ({"benefits": [_SUM, _MORE_SUM], "combine": "highest"}, {"firm.revenue": 5.0}, 10.0),
        ({"benefits": [{**_SUM, "per": "month", "times": 3}]}, {"firm.revenue": 5.0}, 30.0),
        ({"benefits": [{**_SUM, "per": "month", "times": 36}]}, {"firm.revenue": 5.0}, 120.0),
        ({"benefits": [{**_SUM, "per": "month", "times": "firm.staff"}]}, {"firm.revenue": 5.0}, 120.0),
        # A sum too large to be told is not known; it does not end the program.
        ({"benefits": [_SUM]}, {"firm.revenue": 1e308}, None),
        ({"benefits": [{**_SUM, "cap": "firm.score"}]}, {"firm.revenue": 5.0, "firm.score": 1e300}, None),
        ({"benefits": [{**_SUM, "amount": "0.285"}]}, {}, 0.29),
    ],
)
def test_what_a_rule_is_worth(raw: dict[str, Any], values: dict[str, Value], worth: float | None) -> None:
    rule, given_values = compiled(raw, _book()), {"firm.in_city": True, **values}
    assert _disagreements(_book(), rule, [given_values]) == []
    found = match(_book(), rule, Profile("firm", given_values))
    assert (found.status, found.worth) == (Status.ELIGIBLE, worth)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=50))
def test_half_a_cent_is_rounded_up(mills: list[int]) -> None:
    values = [mill / 1000 for mill in mills]
    expected = [float((Decimal(mill) / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP)) for mill in mills]
    assert [matching.fen(value) for value in values] == expected
    assert pl.select(bulk.fen(pl.lit(pl.Series(values))).alias("fen"))["fen"].to_list() == expected


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=50))
def test_any_sum_is_rounded_to_the_same_cent(values: list[float]) -> None:
    told = pl.select(bulk.fen(pl.lit(pl.Series(values))).alias("fen"))["fen"].to_list()
    assert told == [matching.fen(value) for value in values]


@pytest.mark.parametrize("rows", [1, 3])  # Polars divides a column by a constant another way than a single number
def test_a_difference_of_equal_numbers_is_nothing_to_divide_by(rows: int) -> None:
    raw = {"conditions": [{"value": "1 / (firm.score / 10 - 0.3)", "at_least": 1}]}
    values: list[dict[str, Value]] = [{"firm.score": 3.0}] * rows
    assert _disagreements(_book(), compiled(raw, _book()), values) == []
    assert match(_book(), compiled(raw, _book()), Profile("firm", values[0])).status is Status.NEEDS


@cache
def _yunlan() -> RuleBook:
    pack = load_pack(YUNLAN)
    documents = load_corpus(YUNLAN, folders=("policies",))
    places: list[tuple[str, str, str | None]] = [(one.id, one.name, None) for one in pack.districts]
    places += [(one.id, one.name, one.district) for one in pack.streets]
    book, problems = read_book(YUNLAN, [document.meta for document in documents], places)
    assert not problems
    return book


def _drawn(book: RuleBook, rule: CompiledPolicy, rng: random.Random) -> dict[str, Value]:
    """A profile at the thresholds of the rule, or anywhere, with gaps."""
    kept, values = rng.random(), dict[str, Value]()
    tests = _tests_by_fact(rule)
    for name in sorted(rule.facts):
        if rng.random() < 0.3 + 0.7 * kept:
            values[name] = _value(book, book.facts[name], tests.get(name, []), rule.as_of, rng)
    return values


def _tests_by_fact(rule: CompiledPolicy) -> dict[str, list[Test]]:
    terms: list[Term] = [one.amount for one in rule.benefits if one.amount is not None]
    every = [*cells.tests_in(rule.root), *(test for one in rule.benefits for test in cells.tests_in(one.when))]
    every += [test for amount in terms for test in cells.tests_in_term(amount)]
    found: dict[str, list[Test]] = {}
    for test in every:
        if (name := _plain_fact(test)) is not None:
            found.setdefault(name, []).append(test)
    return found


def _plain_fact(test: Test) -> str | None:
    """The fact that a test compares with something fixed."""
    if isinstance(test, Compare):
        left = getattr(test.left, "stated", test.left)
        return getattr(left, "fact", None) if isinstance(test.right, Constant) else None
    if isinstance(test, Within):
        return getattr(test.day, "fact", None)
    return getattr(getattr(test, "fact", None), "fact", None)


def _value(book: RuleBook, fact: Fact, tests: list[Test], day: date, rng: random.Random) -> Value:
    edges = [cell.value for cell in cells_of(fact, tests) if cell.value != OTHER] if tests else []
    return rng.choice([*edges, _anything(book, fact, day, rng)])


def _anything(book: RuleBook, fact: Fact, day: date, rng: random.Random) -> Value:
    codes = list(fact.options) or (list(book.lists[fact.list].codes) if fact.list else [])
    match fact.type:
        case FactType.BOOLEAN:
            return rng.random() < 0.5
        case FactType.DATE:
            return day - timedelta(days=rng.randint(-400, 12000))
        case FactType.CHOICE:
            return rng.choice(codes)
        case FactType.CHOICES:
            return frozenset(rng.sample(codes, min(len(codes), rng.randint(0, 2))))
        case _:
            return float(rng.choice([0, 1, 3, 10, 365, 1000, round(rng.random(), 3), round(rng.uniform(0, 1e7), 2)]))


def test_every_rule_of_the_example_city_says_the_same() -> None:
    book, rng = _yunlan(), random.Random(5)  # noqa: S311  # rows that are the same every time
    wrong, seen = list[str](), set[Status]()
    for day in (date(2026, 11, 26), date(2025, 3, 15), date(2024, 8, 1)):
        for policy in book.in_force(day):
            rule = book.compiled(policy.id, day)
            rows = [_drawn(book, rule, rng) for _ in range(40)]
            wrong += _disagreements(book, rule, rows)
            seen |= {match(book, rule, Profile(policy.subject, values)).status for values in rows}
    assert wrong == []
    assert seen == set(Status)  # the rows reach every status


def test_the_rows_of_one_table_settle_many_rules_at_once() -> None:
    subjects: tuple[Subject, ...] = ("firm", "person")
    book, day, rng = _yunlan(), date(2026, 11, 26), random.Random(7)  # noqa: S311  # the same every time
    for subject in subjects:
        rules = [book.compiled(policy.id, day) for policy in book.in_force(day, subject)]
        names = sorted(frozenset().union(*(rule.facts for rule in rules)))
        rows: list[dict[str, Value]] = [{} for _ in range(30)]
        for values in rows:
            for rule in rules:
                values.update(_drawn(book, rule, rng))
        told = bulk.statuses(book, rules, _table(book, names, rows)).rows(named=True)
        for row, values in zip(told, rows, strict=True):
            own = {rule.id: match(book, rule, Profile(subject, values)).status for rule in rules}
            assert {name: bulk.CODES[row[name]] for name in own} == own
