"""A plan: which tools answer a message, with which arguments. Rules and examples propose it; an engine decides.

A model's plan counts as far as it can be checked: tools offered to this reader, arguments that fit their types,
places and names that stand in the message. What fails falls back to what was proposed.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from agents.citydata.deciding import KINDS, MOST, NEAREST, Decision, Evidence, decide
from agents.citydata.hearing import Said, hear
from agents.citydata.names import Names
from agents.citydata.times import says_tomorrow
from agents.citydata.wanting import NOWHERE, OTHER, Wants
from agents.engines.tasks import PlanGiven, PlanMade, PlannedCall, ToolArgument, ToolCard
from agents.reading.segments import asks
from knowledge.index.terms import normalise
from tools.feeds.citydata import CityData
from tools.feeds.errors import NoData
from tools.seam.fields import heard
from tools.seam.toolbox import Caller, Offered, Toolbox

SURE = 0.5
"""Least chance of a tool for it to be called. Below it the question is left to others, or told to be unanswerable."""
SURE_OF_ONE = 0.45
"""Least chance of the tool itself: where several tools share the chance, none of them is meant."""
SURE_TO_ASK = 0.55
"""Least chance of a tool that must ask first: "停车收费标准" names no car park, and the rules may answer it at once."""
SURE_OF_NONE = 0.6
"""Chance at which a question that no document surely answers is said to ask for data that nobody has connected."""
MOST_CALLS = 4
_NEAR = 8
_SHORT = 16
_KIND: dict[str, str] = {"point": "place", "day": "time", "period": "time", "flag": "choice", "count": "number"}
_KIND |= {kind: kind for kind in ("entity", "place", "district", "time", "choice", "number")}


class Reading(NamedTuple):
    """What a message asks of the tools that its reader may use, the nearest first."""

    text: str
    near: list[Offered]
    decision: Decision
    plan: PlanMade

    @property
    def finds_nowhere(self) -> bool:
        """Whether the message surely asks for data of the city that no tool has."""
        return self.decision.nowhere >= SURE_OF_NONE


@dataclass(frozen=True)
class Planner:
    """Makes plans for one city. Safe to share."""

    box: Toolbox
    wants: Wants
    _cards: dict[str, ToolCard] = field(default_factory=dict)

    @property
    def districts(self) -> dict[str, str]:
        """Id → name."""
        return {district.id: district.name for district in self.box.pack.districts}

    def read(self, text: str, now: datetime, caller: Caller) -> Reading:
        """What ``text`` (unmasked) asks of the tools that ``caller`` may use."""
        plain = normalise(text)
        scores = self.wants.scores(plain)
        allowed = {one.tool.id: one for one in self.box.offered(caller) if one.tool.id in scores}
        order = sorted(allowed, key=lambda tool: -scores[tool])
        heard_by = {tool: self.hear(plain, allowed[tool], now, caller) for tool in order[:NEAREST]}
        evidence = [evidence_of(allowed[tool], said) for tool, said in heard_by.items()]
        decision = decide(scores, evidence, scores[OTHER], scores[NOWHERE])
        plan = self._plan(plain, decision, heard_by, now, caller)
        return Reading(text, [allowed[tool] for tool in order[:_NEAR]], decision, plan)

    def propose(self, text: str, now: datetime, caller: Caller) -> PlanMade:
        """The plan that rules and examples make of ``text`` (unmasked); no calls where no tool is meant."""
        return self.read(text, now, caller).plan

    def _plan(
        self, plain: str, decision: Decision, heard_by: Mapping[str, Said], now: datetime, caller: Caller
    ) -> PlanMade:
        tool, chance = decision.tools[0] if decision.tools else ("", 0.0)
        any_tool = sum(share for _, share in decision.tools)
        offered = self.box.get(tool)
        if offered is None or any_tool < max(SURE, offered.told.sure) or chance < SURE_OF_ONE:
            return PlanMade(confidence=1 - any_tool)
        made = _filled(tool, heard_by[tool], chance)
        if says_tomorrow(plain) and _is_of_now(offered):
            return PlanMade(confidence=1 - chance)
        if made.missing and (chance < SURE_TO_ASK or not self._could_answer(offered, made.missing[0], now, caller)):
            return PlanMade(confidence=1 - chance)
        return made

    def resumed(self, call: Mapping[str, Any], text: str, now: datetime, caller: Caller) -> PlanMade:
        """An earlier call with what ``text`` says anew: an answer to "where?", or "那明天呢". No calls where it says
        nothing that the tool hears.
        """
        offered = self.box.get(str(call["tool"]))
        if offered is None or not offered.allows(caller):
            return PlanMade()
        said = self.hear(normalise(text), offered, now, caller)
        anew = {name: value for name, value in told(said.arguments).items() if not _is_text(offered, name)}
        wanted = list(call.get("missing", []))
        if wanted and not anew.keys() & set(wanted) and not asks(text):
            anew |= _whole(offered, wanted[0], text)
        if not anew:
            return PlanMade()
        arguments = {**call["arguments"], **anew}
        missing = [name for name in wanted if name not in arguments]
        return PlanMade(calls=[PlannedCall(tool=offered.tool.id, arguments=arguments)], missing=missing)

    def hear(self, plain: str, offered: Offered, now: datetime, caller: Caller) -> Said:
        """The arguments that ``plain`` says."""
        return hear(
            plain, now, offered, self.box.gazetteer, lambda tool, of: self.names(tool, of, now, caller), self.districts
        )

    def names(self, offered: Offered, of: str, now: datetime, caller: Caller) -> Names:
        """The names in a register that the tool reads; none where the city has no such feed."""
        data = CityData(self.box.pack, self.box.gazetteer, self.box.feeds, now, internal=caller.audience == "staff")
        return names_of(data, offered, of)

    def hears_time(self, call: PlannedCall) -> bool:
        """Whether the call has a day, a moment or a period among its arguments."""
        offered = self.box.get(call.tool)
        fields = offered.tool.arguments.model_fields if offered else {}
        return any(heard(fields[name]).kind in ("day", "time", "period") for name in call.arguments if name in fields)

    def _could_answer(self, offered: Offered, name: str, now: datetime, caller: Caller) -> bool:
        """Whether an argument is worth asking for: a name out of a register that the city has not connected is not."""
        slot = heard(offered.tool.arguments.model_fields[name])
        return slot.kind != "entity" or bool(len(self.names(offered, slot.of, now, caller)))

    def given(self, reading: Reading, masked: str, now: datetime, caller: Caller) -> PlanGiven:
        """The task for an engine: the masked message, the tools, the nearest ones, the proposal."""
        return PlanGiven(
            message=masked,
            now=now,
            tools=[self._card(one) for one in sorted(self.box.offered(caller), key=lambda one: one.tool.id)],
            nearest=[one.tool.id for one in reading.near],
            districts=self.districts,
            proposed=reading.plan,
        )

    def _card(self, offered: Offered) -> ToolCard:
        known = self._cards.get(offered.tool.id)
        if known is None:
            known = self._cards[offered.tool.id] = _card(offered)
        return known

    def checked(self, made: PlanMade, given: PlanGiven, text: str, caller: Caller) -> PlanMade:
        """``made`` where every call can be shown to come from the message, else what was proposed."""
        if made == given.proposed:
            return made
        offered = {one.tool.id: one for one in self.box.offered(caller)}
        plain = normalise(text)
        for call in made.calls:
            tool = offered.get(call.tool)
            if tool is None or not _stands(tool, call.arguments, plain, self.districts):
                return given.proposed
        return made if len(made.calls) <= MOST_CALLS else given.proposed


def names_of(data: CityData, offered: Offered, of: str) -> Names:
    """The names of a register ``dataset.column``, and those of its column ``aliases`` (joined by 、) if it has one."""
    dataset_id, column = of.rsplit(".", 1)
    dataset = next((one for one in offered.tool.needs if one.id == dataset_id), None)
    if dataset is None:
        return Names((), ())
    city = data.pack.city
    leads = [city.name, city.name.removesuffix("市"), *(d.name for d in data.pack.districts), "市", "第"]

    def build() -> Names:
        rows = data.table(dataset)
        aliases = rows["aliases"].to_list() if "aliases" in rows.columns else itertools.repeat("")
        pairs = zip(rows[column].to_list(), aliases, strict=False)
        return Names([(name, [a for a in (also or "").split("、") if a]) for name, also in pairs if name], leads)

    try:
        return data.derived(f"names {of}", [dataset], build)
    except NoData:
        return Names((), ())


def told(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as plain JSON."""
    return {name: _plain(value) for name, value in arguments.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.isoformat() if isinstance(value, date) else value


def _is_of_now(offered: Offered) -> bool:
    """Whether the tool measures what is and hears no other time: now is no forecast."""
    kinds = {heard(info).kind for info in offered.tool.arguments.model_fields.values()}
    return not kinds & {"day", "time", "period"} and any(dataset.time for dataset in offered.tool.needs)


def evidence_of(offered: Offered, said: Said) -> Evidence:
    """What a tool hears, counted by the kinds of its arguments."""
    counts = dict.fromkeys(KINDS, 0)
    for name in said.arguments:
        kind = _KIND.get(heard(offered.tool.arguments.model_fields[name]).kind)
        if kind:
            counts[kind] += 1
    counts["missing"] = len(said.missing)
    return Evidence(offered.tool.id, tuple(min(count, MOST) for count in counts.values()))


def _filled(tool: str, said: Said, chance: float) -> PlanMade:
    """The calls of one tool with what was heard; several where several districts or things are named."""
    calls = [PlannedCall(tool=tool, arguments=told(one)) for one in _each(said)]
    return PlanMade(calls=calls[:MOST_CALLS], missing=said.missing, confidence=min(1.0, max(0.0, chance)))


def _each(said: Said) -> list[dict[str, Any]]:
    """The arguments, once for every value of what is named several times."""
    several = [(name, values) for name, values in said.many.items() if values and name in said.arguments]
    made = [said.arguments]
    for name, values in several[:1]:
        made += [{**said.arguments, name: value} for value in values]
    return made


def _card(offered: Offered) -> ToolCard:
    told = offered.told
    arguments = []
    for name, info in offered.tool.arguments.model_fields.items():
        slot = heard(info)
        options = {value: forms[0] if forms else value for value, forms in told.words.get(name, {}).items()}
        if slot.kind != "none":
            arguments.append(
                ToolArgument(
                    name=name,
                    title=slot.title,
                    kind=slot.kind,
                    unit=slot.unit,
                    required=slot.required,
                    options=options,
                )
            )
    return ToolCard(
        id=offered.tool.id,
        title=offered.tool.title,
        does=offered.tool.description,
        arguments=arguments,
        examples=list(told.examples[:2]),
    )


def _is_text(offered: Offered, name: str) -> bool:
    return heard(offered.tool.arguments.model_fields[name]).kind == "text"


def _whole(offered: Offered, name: str, text: str) -> dict[str, Any]:
    """The whole of a short answer as the place, name or text that was asked for; the tool says whether it knows it."""
    kind = heard(offered.tool.arguments.model_fields[name]).kind
    short = text.strip().rstrip("。.!！?？吧呢啊")
    return {name: short} if kind in ("place", "entity", "text") and 0 < len(short) <= _SHORT else {}


def _stands(offered: Offered, arguments: Mapping[str, Any], plain: str, districts: Mapping[str, str]) -> bool:
    """Whether the arguments fit their types, and what they name is named in the message."""
    fields = offered.tool.arguments.model_fields
    required = {name: arguments[name] for name in arguments if name in fields}
    if len(required) != len(arguments):
        return False
    try:
        offered.tool.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        if any(problem["type"] != "missing" for problem in error.errors(include_url=False)):
            return False
    return all(_named(heard(fields[name]).kind, value, plain, districts) for name, value in arguments.items())


def _named(kind: str, value: Any, plain: str, districts: Mapping[str, str]) -> bool:
    if kind in ("place", "entity"):
        return isinstance(value, str) and _runs(normalise(value), plain)
    return kind != "district" or value in districts


def _runs(value: str, plain: str) -> bool:
    """Whether most of a name's pairs of characters stand in the message: models write names out in full."""
    pairs = {value[at : at + 2] for at in range(len(value) - 1)} or {value}
    return sum(pair in plain for pair in pairs) * 2 >= len(pairs)


def signed_names(box: Toolbox, now: datetime, offered: Sequence[Offered]) -> dict[str, Names]:
    """Every register's names that some tool hears, by ``dataset.column``."""
    data = CityData(box.pack, box.gazetteer, box.feeds, now, internal=True)
    found: dict[str, Names] = {}
    for one in offered:
        for info in one.tool.arguments.model_fields.values():
            of = heard(info).of
            if of and of not in found:
                found[of] = names_of(data, one, of)
    return found
