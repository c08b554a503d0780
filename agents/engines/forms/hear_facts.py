"""The form of ``hear_facts``: numbers of facts with the clause, the choice, the number or the day that states each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from agents.engines.forms.base import Closed, at, numbered, section
from agents.engines.forms.pieces import EDGES, MOST_CLAUSES, MOST_FIGURES, clauses, days, figures, options
from agents.engines.tasks import HeardFact, HeardFacts, HearFact, HearGiven

MOST_FACTS, MOST_HEARD, MOST_CODES, MOST_APART = 48, 12, 16, 2
States = Literal["yes", "no", "choice", "figure", "day"]
TYPES: Mapping[str, str] = {
    "boolean": "是否", "integer": "整数", "number": "数", "money": "金额", "ratio": "比例", "date": "日期",
    "choice": "选项", "choices": "多选",
}  # fmt: skip
"""What the types of facts are called."""
_FITS: Mapping[States, frozenset[str]] = {
    "yes": frozenset({"boolean"}),
    "no": frozenset({"boolean"}),
    "choice": frozenset({"choice", "choices"}),
    "figure": frozenset({"integer", "number", "money", "ratio"}),
    "day": frozenset({"date"}),
}
"""What of a message a fact of which type may be."""


class Stated(Closed):
    """A fact that a clause states. ``number`` is that of a choice or of a figure; yes, no and days need none (0)."""

    clause: int = Field(ge=0, lt=MOST_CLAUSES)
    fact: int = Field(ge=0, lt=MOST_FACTS)
    states: States
    number: int = Field(ge=0, lt=MOST_FIGURES)


class StatedFacts(Closed):
    """The facts of a message."""

    facts: list[Stated] = Field(max_length=MOST_HEARD)


class HearFactsForm:
    """A list of facts, and a message whose clauses and figures are numbered."""

    answer = StatedFacts

    def fixed(self, given: HearGiven) -> str:
        """Nothing: the facts are those nearest to the message."""
        return ""

    def shown(self, given: HearGiven) -> str:
        """The facts that are not known yet, the message's figures and days, the question put before, the message."""
        parts = clauses(given.text)
        said = [figure.shown(parts) for figure in figures(parts, bounds=False)]
        dated = [f"第{number}句：{day.isoformat()}" for number, day in days(parts, given.today).items()]
        return (
            section("事实表", numbered([_shown(fact, given.text) for fact in _table(given)]))
            + section("话里的数", numbered(said))
            + section("话里的日期", "\n".join(dated))
            + section("刚才问的", given.asking)
            + section("这段话（按句编号）", numbered([part.strip() for part in parts]))
        )

    def read(self, given: HearGiven, answer: StatedFacts) -> HeardFacts:
        """The facts whose value can be read where the answer points; the first statement of a fact stands, and the
        choices of one that takes several come together.
        """
        found: dict[str, HeardFact] = {}
        for one in answer.facts:
            heard = _read(given, one)
            known = None if heard is None else found.setdefault(heard.fact, heard)
            if heard is not None and known is not None and isinstance(known.value, list):
                values = dict.fromkeys([*known.value, *(heard.value if isinstance(heard.value, list) else [])])
                found[heard.fact] = known.model_copy(update={"value": list(values)})
        return HeardFacts(facts=list(found.values()))


def _table(given: HearGiven) -> list[HearFact]:
    """The facts offered: neither what patterns have read, which is known and never changed, nor a choice out of a long
    list of which nothing is like the message.
    """
    known = set(given.heard)
    new = [fact for fact in given.facts if fact.id not in known]
    return [fact for fact in new if not fact.codes or options(fact.codes, given.text, MOST_CODES)][:MOST_FACTS]


def _shown(fact: HearFact, text: str) -> str:
    offered = options(fact.codes, text, MOST_CODES)
    codes = "、".join(f"{number}={fact.codes[code]}" for number, code in enumerate(offered))
    unit = f"，{fact.unit}" if fact.unit else ""
    return f"{fact.label}（{TYPES.get(fact.type, fact.type)}{unit}{'：' + codes if codes else ''}）"


def _read(given: HearGiven, one: Stated) -> HeardFact | None:
    fact = at(_table(given), one.fact)
    if fact is None or fact.type not in _FITS[one.states]:
        return None
    parts = clauses(given.text)
    first = last = one.clause
    value: bool | float | str | list[str] | None = None
    if one.states in ("yes", "no"):
        value = one.states == "yes"
    elif one.states == "choice":
        code = at(options(fact.codes, given.text, MOST_CODES), one.number)
        value = [code] if code is not None and fact.type == "choices" else code
    elif one.states == "day":
        day = days(parts, given.today).get(one.clause)
        value = None if day is None else day.isoformat()
    else:
        figure = at(figures(parts, bounds=False), one.number)
        if figure is not None:
            value, first, last = figure.value, min(first, figure.clause), max(last, figure.clause)
    words = "".join(parts[first : last + 1]).strip(EDGES)
    if value is None or not words or last >= len(parts) or last - first > MOST_APART:
        return None
    return HeardFact(fact=fact.id, value=value, words=words)
