"""The next best question: the fact whose answer is expected to settle most policies.

For each fact that is open, its possible answers fall into `cells`; each is tried on the policies that read the fact,
weighted by how common such answers are (`Priors`, learnt from a city's own profiles). What is gained is the number of
policies settled, and a share of each that comes nearer to it. A fact that only makes sense after another is asked after
it, and a sensitive fact has to gain more than a plain one, since no more may be asked than is needed (PIPL art. 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.cells import OTHER, Cell, cells_of, tests_in, tests_in_term
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.facts import Fact, FactType, Sensitivity, Value
from knowledge.eligibility.ir import Compare, Constant, Either, Given, Term, Test, Within
from knowledge.eligibility.matching import Status, rule_status, wanted
from knowledge.eligibility.missing import gates_of, missing
from knowledge.eligibility.profiles import Profile

MOST_QUESTIONS = 5
_SENSITIVE = 0.6
"""A sensitive fact's gain counts so much."""
_TRIED = 5
_DAYS_AGO = (30, 400, 2_000, 10_000, 25_000, 30_000)


@dataclass(frozen=True)
class Prior:
    """How answers to one question are spread: shares of codes (or of ``true``), or quantiles of numbers or days."""

    shares: Mapping[str, float] = field(default_factory=dict)
    quantiles: tuple[float, ...] | tuple[date, ...] = ()


Priors = Mapping[str, Prior]


@dataclass(frozen=True)
class Question:
    """A question to put: the fact, what it is expected to gain, and the policies that it bears on."""

    fact: str
    gain: float
    policies: tuple[str, ...]


class Asker:
    """Chooses questions for one day's rules."""

    def __init__(self, book: RuleBook, rules: Sequence[CompiledPolicy], priors: Priors | None = None):
        self._book, self._rules, self._priors = book, list(rules), dict(priors or {})
        self._day = rules[0].as_of if rules else date.today()
        self._gates = gates_of(book, self._day)
        self._tests: dict[str, list[Test]] = {}
        self._known_answers: dict[str, list[tuple[Cell, float]]] = {}
        for rule in self._rules:
            for test in _tests_of(rule):
                for name in _asked_in(test):
                    self._tests.setdefault(name, []).append(test)

    def next(self, profile: Profile, skipped: Iterable[str] = ()) -> Question | None:
        """The best question, None where nothing is open that could be asked."""
        assumed = self._book.assumed(name for rule in self._rules for name in rule.facts)
        open_ = [rule for rule in self._rules if rule_status(rule, profile.values, assumed) is Status.NEEDS]
        asked: dict[str, list[CompiledPolicy]] = {}
        for rule in open_:
            for name in wanted(self._book, rule, profile.values, assumed):
                asked.setdefault(name, []).append(rule)
        gone = set(skipped)
        found = [self._weigh(name, rules, profile) for name, rules in asked.items() if name not in gone]
        return max(found, key=lambda question: (question.gain, question.fact), default=None)

    def _weigh(self, name: str, rules: Sequence[CompiledPolicy], profile: Profile) -> Question:
        fact = self._book.facts[name]
        unique = list({rule.id: rule for rule in rules}.values())
        gain = 0.0
        for cell, share in self._answers(fact):
            after = {**profile.values, name: cell.value}
            gain += share * sum(self._progress(rule, profile.values, after) for rule in unique)
        if fact.sensitivity is Sensitivity.SENSITIVE:
            gain *= _SENSITIVE
        return Question(name, gain, tuple(rule.id for rule in unique))

    def _progress(self, rule: CompiledPolicy, before: Mapping[str, Value], after: Mapping[str, Value]) -> float:
        assumed = self._book.assumed(rule.facts)
        if rule_status(rule, after, assumed) is not Status.NEEDS:
            return 1.0
        was, now = (len(missing(self._book, rule.root, {**assumed, **values})) for values in (before, after))
        return max(1 / (1 + now) - 1 / (1 + was), 0.0)

    def _answers(self, fact: Fact) -> list[tuple[Cell, float]]:
        """The ways in which an answer can matter, each with its chance."""
        if fact.id not in self._known_answers:
            tests = self._tests.get(fact.id) or self._gate_tests(fact)
            prior = self._priors.get(fact.id)
            self._known_answers[fact.id] = (
                _weighted(fact, cells_of(fact, tests), prior) if tests else self._typical(fact, prior)
            )
        return self._known_answers[fact.id]

    def _typical(self, fact: Fact, prior: Prior | None) -> list[tuple[Cell, float]]:
        """Answers to try where no test tells apart a fact that only enters formulas."""
        values: Sequence[Value] = prior.quantiles[:: max(len(prior.quantiles) // _TRIED, 1)] if prior else ()
        if not values and fact.type is FactType.DATE:
            values = [self._day - timedelta(days=days) for days in _DAYS_AGO]
        elif not values and fact.type is FactType.CHOICE:
            listed = self._book.lists.get(fact.list)
            values = listed.codes if listed else tuple(fact.options)
        values = values or (0.0, 1e3, 1e6)
        return [(Cell(value), 1 / len(values)) for value in values]

    def _gate_tests(self, fact: Fact) -> list[Test]:
        """A fact that only opens other questions is told apart as those questions need it."""
        found: list[Test] = []
        for other in self._book.facts.values():
            if other.asked_when and (gate := self._gates.of(other.id)) is not None:
                found += [test for test in tests_in(gate) if fact.id in _asked_in(test)]
        return found


def _tests_of(rule: CompiledPolicy) -> list[Test]:
    found = tests_in(rule.root)
    for one in rule.benefits:
        found += tests_in_term(one.amount) if one.amount is not None else []
    return found


def _asked_in(test: Test) -> list[str]:
    """The facts by whose own value a test is settled."""
    match test:
        case Compare(_, left, Constant()):
            return _stated(left)
        case Within(day, _, _):
            return _stated(day)
        case Compare():
            return []
        case _:
            return [test.fact.fact] if hasattr(test, "fact") else []


def _stated(node: Term) -> list[str]:
    match node:
        case Given(fact):
            return [fact]
        case Either(stated, _):
            return [stated.fact]
        case _:
            return []


def _weighted(fact: Fact, cells: Sequence[Cell], prior: Prior | None) -> list[tuple[Cell, float]]:
    """Each cell with its chance: by the prior, else all alike."""
    weights = [1.0] * len(cells) if prior is None else _chances(fact, cells, prior)
    total = sum(weights)
    if not total:
        return [(cell, 1 / len(cells)) for cell in cells]
    return [(cell, weight / total) for cell, weight in zip(cells, weights, strict=True) if weight]


def _chances(fact: Fact, cells: Sequence[Cell], prior: Prior) -> list[float]:
    if fact.type is FactType.BOOLEAN:
        yes = prior.shares.get("true", 0.5)
        return [yes if cell.value is True else 1 - yes for cell in cells]
    if fact.type is FactType.CHOICE:
        named = sum(prior.shares.get(str(cell.value), 0.0) for cell in cells)
        return [
            max(1 - named, 0.0) if cell.value == OTHER else prior.shares.get(str(cell.value), 0.0) for cell in cells
        ]
    if fact.type is FactType.CHOICES:
        return [_of_set(cell, prior) for cell in cells]
    counts = [0.0] * len(cells)
    for value in prior.quantiles:
        counts[_cell_of(value, cells)] += 1
    return counts


def _of_set(cell: Cell, prior: Prior) -> float:
    held = cell.value if isinstance(cell.value, frozenset) else frozenset()
    chance = 1.0 if held <= prior.shares.keys() else 0.0
    for code, share in prior.shares.items():
        chance *= share if code in held else 1 - share
    return chance


def _cell_of(value: float | date, cells: Sequence[Cell]) -> int:
    """The cell in which a number or day lies: one that is that value alone, else the stretch around it."""
    around = 0
    for number, cell in enumerate(cells):
        if cell.low is not None and cell.low == cell.high:
            if cell.low == value:
                return number
        elif (cell.low is None or cell.low <= value) and (cell.high is None or value <= cell.high):  # type: ignore[operator]  # both numbers or both days
            around = number
    return around
