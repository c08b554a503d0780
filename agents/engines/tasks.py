"""The typed tasks of the orchestrator and the specialists. Wording for models: ``prompts/tasks/<name>.md``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from agents.contract import SpecialistName
from agents.engines.base import Task


class RouteGiven(BaseModel):
    """A message to be split into questions and given to specialists."""

    message: str
    history: list[str] = Field(default_factory=list, description="earlier questions of the talk, oldest first")
    tendency: dict[str, float] = Field(
        default_factory=dict, description="specialist → share of what retrieval found for the whole message"
    )
    available: list[SpecialistName] = Field(default_factory=list)


class RoutePart(BaseModel):
    """One question of the message and who answers it."""

    specialist: SpecialistName
    question: str = Field(description="complete on its own: what was left out is filled from the talk")
    confidence: float = Field(ge=0, le=1)


class RouteMade(BaseModel):
    """The questions found, in the order of the message."""

    parts: list[RoutePart]


PassageKind = Literal["text", "faq", "guide"]


class Passage(BaseModel):
    """A provision offered as evidence, cut into sentences that can be picked by number."""

    number: int
    id: str = Field(default="", description="of the provision or guide")
    title: str
    article: str
    topics: list[str] = Field(default_factory=list, description="other names of the matter, other forms of a question")
    sentences: list[str]
    score: float = Field(default=0.0, description="retrieval's score in [0, 1]")
    dense: float = Field(default=0.0, description="retrieval's nearness of the whole passage, in [0, 1]")
    memory: float = Field(default=0.0, description="nearness to confirmed questions it answers, in [0, 1]")
    kind: PassageKind = Field(default="text", description="a rule or plan, a frequent question, or a service guide")


class ChooseGiven(BaseModel):
    """A question with passages that may answer it."""

    question: str
    as_of: date
    glosses: dict[str, list[str]] = Field(
        default_factory=dict, description="everyday words of the question and what documents call them"
    )
    passages: list[Passage]
    shown: list[Passage] = Field(
        default_factory=list,
        description="the passages in the order in which a model reads them, those of the turn before first; "
        "what is not among `passages` is context and cannot be picked; none: as they are",
    )


class Pick(BaseModel):
    """Sentences of one passage that answer the question."""

    passage: int
    sentences: list[int] = Field(description="numbers of sentences, counted from 0")
    confidence: float = Field(ge=0, le=1)


class Chosen(BaseModel):
    """What answers the question. Where nothing does, a pick names what is nearest and is never told as an answer."""

    answerable: bool
    picks: list[Pick] = Field(default_factory=list)
    reason: str = ""


class WriteGiven(BaseModel):
    """A question and the evidence chosen for it."""

    question: str
    as_of: date
    language: str = "zh"
    passages: list[Passage]


class Written(BaseModel):
    """Lines of an answer, each ending with the numbers of its passages, e.g. 〔1〕."""

    lines: list[str]


class DispatchOption(BaseModel):
    """A duty item that may carry the matter, with the unit it names at the place."""

    number: int
    unit: str
    duty_item: str
    description: str = ""
    excludes: list[str] = Field(default_factory=list)
    confidence: float = Field(ge=0, le=1, description="how likely by the words of the message")
    words: str = Field(default="", description="the words of the message that speak most for it")


class DispatchGiven(BaseModel):
    """A petition with at most five options, best first."""

    message: str
    place: str = ""
    options: list[DispatchOption] = Field(min_length=1, max_length=5)


class Dispatched(BaseModel):
    """The option that should lead, and the words of the petition that say so."""

    option: int
    quote: str = ""


class DraftClause(BaseModel):
    """A sentence of a policy's text."""

    number: int
    section: str
    text: str


class DraftFact(BaseModel):
    """A fact that conditions and amounts may name."""

    id: str
    label: str
    type: str
    unit: str = ""
    codes: dict[str, str] = Field(default_factory=dict, description="code → label, of a choice")


DraftTestName = Literal[
    "is", "one_of", "none_of", "under", "not_under", "has", "has_all", "has_none", "at_least", "more_than", "at_most",
    "less_than", "equals", "at_least_ago", "more_than_ago", "within_last", "within_next",
]  # fmt: skip


class DraftedTest(BaseModel):
    """One test of a fact. ``unit`` belongs to a length of time (``within_last`` 6 ``months``); a day is YYYY-MM-DD."""

    fact: str
    test: DraftTestName
    value: bool | float | str | list[str]
    unit: Literal["", "years", "months", "days"] = ""


class DraftedCondition(BaseModel):
    """A condition with its exact words: one of the branches must hold, of a branch every test."""

    quote: str
    branches: list[list[DraftedTest]]


class DraftedCode(BaseModel):
    """The amount for one code of the fact that a benefit goes by."""

    code: str
    amount: float


class DraftedBenefit(BaseModel):
    """What is given, with its exact words: a formula, or amounts by codes; neither where it is no money."""

    quote: str
    name: str
    when: list[DraftedCondition] = Field(default_factory=list)
    amount: str = Field(default="", description="formula over facts in yuan, e.g. firm.rd_expense * 10%")
    by: str = ""
    table: list[DraftedCode] = Field(default_factory=list)
    cap: str = Field(default="", description="formula of the most that is paid for one period, in yuan")
    per: Literal["once", "month", "quarter", "year", "item"] = "once"


class DraftedRule(BaseModel):
    """Conditions and benefits of a policy."""

    conditions: list[DraftedCondition] = Field(default_factory=list)
    benefits: list[DraftedBenefit] = Field(default_factory=list)


class DraftRuleGiven(BaseModel):
    """A policy's text with the facts that it may mean, and what patterns have read of it."""

    title: str
    subject: Literal["firm", "person"]
    clauses: list[DraftClause]
    facts: list[DraftFact]
    proposed: DraftedRule
    complaints: list[str] = Field(default_factory=list, description="what was wrong with an earlier answer")


class HearFact(BaseModel):
    """A fact that a message may state."""

    id: str
    label: str
    type: str
    unit: str = ""
    codes: dict[str, str] = Field(default_factory=dict, description="code → label, of a choice")


class HearGiven(BaseModel):
    """A message with the facts it may state and those that patterns have read of it already."""

    text: str
    asking: str = Field(default="", description="the question put just before")
    today: date
    facts: list[HearFact]
    heard: list[str] = Field(default_factory=list)


class HeardFact(BaseModel):
    """A fact stated, with the words of the message that state it."""

    fact: str
    value: bool | float | str | list[str]
    words: str


class HeardFacts(BaseModel):
    """The facts that a message states."""

    facts: list[HeardFact] = Field(default_factory=list)


class ToolArgument(BaseModel):
    """An argument: how it is heard (``tools.seam.fields.SlotKind``), and of a choice the values with their words."""

    name: str
    title: str = ""
    kind: str = "none"
    unit: str = ""
    required: bool = False
    options: dict[str, str] = Field(default_factory=dict)


class ToolCard(BaseModel):
    """A tool that may be called: what it does and what it needs to know."""

    id: str
    title: str
    does: str
    arguments: list[ToolArgument] = Field(default_factory=list)
    examples: list[str] = Field(default_factory=list)


class PlannedCall(BaseModel):
    """A call of a tool; days are YYYY-MM-DD, moments ISO 8601, a period {"since": …, "until": …}."""

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class PlanMade(BaseModel):
    """The calls that answer a message, in order; none where no tool answers it. ``missing``: arguments of the first
    call that the message does not say and that must be asked for.
    """

    calls: list[PlannedCall] = Field(default_factory=list, max_length=4)
    missing: list[str] = Field(default_factory=list)
    confidence: float = Field(default=1.0, ge=0, le=1)


class PlanGiven(BaseModel):
    """A message about the city's data, the tools that its reader may use in their fixed order, the ids of those nearest
    to it, and what rules have read of it.
    """

    message: str
    now: datetime
    tools: list[ToolCard]
    nearest: list[str] = Field(default_factory=list)
    districts: dict[str, str] = Field(default_factory=dict, description="id → name")
    proposed: PlanMade


ROUTE = Task("route", RouteGiven, RouteMade)
CHOOSE = Task("choose", ChooseGiven, Chosen)
WRITE = Task("write", WriteGiven, Written)
DISPATCH = Task("dispatch", DispatchGiven, Dispatched)
DRAFT_RULE = Task("draft_rule", DraftRuleGiven, DraftedRule)
HEAR_FACTS = Task("hear_facts", HearGiven, HeardFacts)
PLAN = Task("plan", PlanGiven, PlanMade)
ALL = (ROUTE, CHOOSE, WRITE, DISPATCH, DRAFT_RULE, HEAR_FACTS, PLAN)
