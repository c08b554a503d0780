"""Is what people write about policies heard right? What they want, which policies they name, which facts they state.

Cases are JSONL: ``text``, ``subject``, ``asking`` (the fact asked for just before), ``wish``, ``facts`` that must be
taken down, ``never``: facts that must not, ``policies`` named. A fact in neither list counts neither way.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from agents.policies.naming import Wish, is_answer, named_policies, states_profile, stops, wish
from eval.articles import read_rows
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Subject, Value
from knowledge.eligibility.profiles import SUBJECTS, read_value

Kind = Literal["match", "why_not", "compare", "papers", "stop", "answer", "other"]


class Case(BaseModel):
    """One message and what is in it."""

    id: str
    text: str
    subject: Subject | None = None
    asking: str = ""
    wish: Kind
    facts: dict[str, Any] = Field(default_factory=dict)
    never: list[str] = Field(default_factory=list)
    policies: list[str] = Field(default_factory=list)


class HearingReport(BaseModel):
    """Shares of cases and of facts. ``wrong`` facts have another value; ``invented`` ones must not be taken down."""

    cases: int
    wish: float
    begun_rightly: float = Field(description="of the messages that want a matching, those that begin one")
    begun_wrongly: int = Field(description="messages that want something else and begin one")
    fact_recall: float
    fact_precision: float
    wrong: int
    invented: int
    policy_recall: float
    policy_precision: float
    misses: list[str]


def run_hearing(rules: Eligibility, path: Path) -> HearingReport:
    """Hear every case."""
    cases = [Case.model_validate(row) for row in read_rows(path)]
    misses: list[str] = []
    right = begun = wanted = wrongly = 0
    stated = found = wrong = invented = named = named_right = named_wanted = 0
    for case in cases:
        kind = heard_kind(rules, case.text, case.asking)
        right += kind == case.wish
        wanted += case.wish == "match"
        begun += case.wish == "match" and kind == "match"
        wrongly += case.wish == "other" and kind == "match"
        if kind != case.wish:
            misses.append(f"{case.id} wish {case.wish}, heard {kind}: {case.text[:60]}")
        facts = heard_facts(rules, case)
        expected = expected_facts(rules, case)
        stated += len(expected)
        for name, value in facts.items():
            if name in expected:
                found += expected[name] == value
                wrong += expected[name] != value
            invented += name in case.never
        misses += _fact_misses(case, expected, facts)
        said = set(named_policies(rules.every, case.text))
        named, named_right = named + len(said), named_right + len(said & set(case.policies))
        named_wanted += len(case.policies)
    return HearingReport(
        cases=len(cases),
        wish=_share(right, len(cases)),
        begun_rightly=_share(begun, wanted),
        begun_wrongly=wrongly,
        fact_recall=_share(found, stated),
        fact_precision=_share(found, found + wrong + invented),
        wrong=wrong,
        invented=invented,
        policy_recall=_share(named_right, named_wanted),
        policy_precision=_share(named_right, named),
        misses=misses,
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def heard_kind(rules: Eligibility, text: str, asking: str) -> Kind:
    """What a message is heard as, beside the question put before it."""
    if not stops(rules, text) and asking and is_answer(rules, asking, text):
        return "answer"
    found = wish(rules, text)
    if found is Wish.STOP:
        return "stop"
    if found is Wish.MATCH:
        return "match"
    kinds: dict[Wish, Kind] = {Wish.WHY_NOT: "why_not", Wish.COMPARE: "compare", Wish.PAPERS: "papers"}
    if found in kinds and named_policies(rules.every, text):
        return kinds[found]
    return "match" if any(states_profile(rules, text, subject) for subject in SUBJECTS) else "other"


def heard_facts(rules: Eligibility, case: Case) -> dict[str, Value]:
    """The facts that are taken down."""
    subject = case.subject or "person"
    listener = rules.listener(subject)
    found = {one.fact: one.value for one in listener.facts(case.text)}
    if case.asking and case.asking not in found:
        value = listener.answer(case.asking, case.text)
        if value is not None:
            found[case.asking] = value
    return found


def expected_facts(rules: Eligibility, case: Case) -> dict[str, Value]:
    """The facts that must be taken down, as they are kept."""
    return {name: read_value(rules.every.facts[name], value, rules.every.lists) for name, value in case.facts.items()}


def _fact_misses(case: Case, expected: dict[str, Value], facts: dict[str, Value]) -> Sequence[str]:
    found = [f"{case.id} lost {name}={value}" for name, value in expected.items() if name not in facts]
    found += [f"{case.id} wrong {n}={facts[n]}, is {v}" for n, v in expected.items() if n in facts and facts[n] != v]
    return found + [f"{case.id} invented {name}={facts[name]}" for name in case.never if name in facts]
