"""The gate itself: first hit wins in the order G1 to G9, and a risk is only ever raised."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from agents.gate.decision import GateContext, GateDecision, Match, ModelRisk, Risk
from agents.gate.engine import Engine, Fired, Reading, notation_problems
from agents.gate.normal import CLAUSE_END, HEAD, SENTENCE_END, Normaliser, Plain
from agents.gate.opinion import CRISIS_FILE, FILE, SecondOpinion
from agents.gate.tendency import kind_of, route_of
from city.errors import BadInput
from city.gate_rules import GateRules, Kind, Route, load_gate_rules

RECENT = 3
"""How many of the citizen's last messages are read together with a new one."""
_ORDER = {route: place for place, route in enumerate(Route)}
_SAME_MATTER = 0.6  # share of the character pairs of a work order's title that the message repeats
_RISKY = (Route.EMERGENCY, Route.CRISIS_TALK)
_GENERAL_LINES = ("110", "119", "120")
_CALM_KINDS = (Kind.PRAISE, Kind.SUGGESTION, Kind.OWN_SERVICE, Kind.HUMAN)
_DOUBTS = frozenset({"hypothetical", "rule_talk", "reported", "near_miss"})
_SURE = 0.9
_SURE_OF_CRISIS = 0.93  # needed where the rules found an ordinary matter: "I do not want to …" is said in many
_NOT_DANGER = frozenset({"person", "child", "elder", "human", "one_who", "burnable", "swallow", "plea"})
_WHERE = frozenset({"roof", "wild", "deep_water", "high_thing", "manhole", "lift", "wheel", "body_part"})
"""Dangers that are things and places: whoever stands on a bridge stands on it by its name, too."""
_WHOLE_MESSAGE = 7  # characters; a shorter message after an alarm goes on with it
_SHORT_ANSWER = 16  # characters; stories of danger that no rule knows are longer
_WHOLE_MATTER = frozenset({"ask_rule", "want_service", "complain", "report", "long_trouble"})
_DENIED = "negated"  # the frame of "nobody is hurt"
_BESIDE_PAST = 4  # characters of a clause beside the words by which a danger is over: "火已经"
_CLAUSE_ENDS = re.compile(f"[{SENTENCE_END}{CLAUSE_END}]")
MAYBE = "maybe_emergency"
"""Flag: danger is possible but not sure. The reply shows the emergency line, and the matter is dealt with too."""
MAYBE_CRISIS = "maybe_crisis"
"""Flag: the person may be in despair. The reply names the help line, and the matter is dealt with too."""


class Gate:
    """Decides the route of a message by the rules of one city pack, with a statistical second opinion that may
    only raise. No language model, no input or output; safe to share."""

    def __init__(
        self,
        rules: GateRules,
        opinion: SecondOpinion | None = None,
        crisis: SecondOpinion | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.rules = rules
        self._opinion = opinion
        self._crisis = crisis
        self._normaliser = Normaliser(rules.characters)
        self._danger_words = _danger_words(rules)
        self._engine = Engine(rules, self._normaliser.plain, names, self._danger_words - _WHERE)

    @classmethod
    def open(cls, folder: Path, names: Iterable[str] = ()) -> Gate:
        """The gate of the rule data in ``folder`` (a pack's ``gate/``). In ``names``, those of the city's places,
        nothing happens, whatever words they are made of.

        Raises BadInput that lists every fault: those ``check_gate_rules`` knows and, beyond it, every word whose
        notation cannot be read."""
        rules = load_gate_rules(folder)
        problems = list(notation_problems(rules))
        if problems:
            raise BadInput("the gate rules do not load:\n" + "\n".join(problems))
        return cls(rules, SecondOpinion.open(folder / FILE), SecondOpinion.open(folder / CRISIS_FILE), names)

    def decide(self, text: str, context: GateContext | None = None) -> GateDecision:
        """The route of ``text`` (a citizen's message as sent, any length), with everything that led to it."""
        context = context or GateContext()
        plain = self._normaliser.read(text)
        reading = self._engine.read(plain.text)
        fired = self._engine.fire(reading)
        decision = _decision(fired, plain, text)
        if plain.truncated:
            decision = _with(decision, flags=("truncated",))
        decision = self._continue_danger(decision, plain, reading, context)
        decision = self._second_opinion(decision, plain, reading, context)
        decision = self._crisis_opinion(decision, plain, context)
        return _in_context(decision, context, text)

    @staticmethod
    def merge(decision: GateDecision, model: ModelRisk) -> GateDecision:
        """``decision`` raised by what a model sees. A lower opinion changes nothing but may add alerts."""
        alerts = _join(decision.alerts, model.alerts)
        if model.risk <= decision.risk:
            return decision.model_copy(update={"alerts": alerts})
        emergency = model.risk is Risk.EMERGENCY
        return decision.model_copy(
            update={
                "route": Route.EMERGENCY if emergency else Route.CRISIS_TALK,
                "code": "N14" if emergency else None,
                "lines": model.lines or (("110", "119", "120") if emergency else ("crisis",)),
                "script": "emergency_mixed" if emergency else "crisis",
                "alerts": alerts,
                "reasons": (model.reason, *decision.reasons) if model.reason else decision.reasons,
                "secondary": _join(decision.secondary, _kept_matter(decision)),
                "decided_by": "model",
            }
        )

    def _second_opinion(
        self, decision: GateDecision, plain: Plain, reading: Reading, context: GateContext
    ) -> GateDecision:
        """``decision`` raised, or marked as torn, where the statistics see danger that the rules do not."""
        if self._opinion is None or decision.route in _RISKY or self._is_over(plain, context):
            return decision
        chance = self._opinion.chance(plain.text)
        # Where the rules found an ordinary matter, more is needed than where they found nothing at all.
        needed = self._opinion.raise_at if decision.kind in (Kind.OTHER, Kind.CONSULT) else self._opinion.sure_at
        if _settled(decision) or self._framed(reading):
            needed = max(needed, _SURE)  # the rules know better what this is; only a strong opinion goes against them
        torn_at = self._opinion.torn_at
        if _answers(plain, context):
            needed, torn_at = max(needed, _SURE), self._opinion.raise_at
        if chance < needed:
            return _with(decision, flags=(MAYBE,)) if chance >= torn_at else decision
        raised = {
            "route": Route.EMERGENCY,
            "code": "N14",
            "lines": tuple(line for line in _GENERAL_LINES if line in self.rules.lines),
            "script": "emergency_maybe",
            "flags": _join(decision.flags, (MAYBE,)),
            "secondary": _join(decision.secondary, _kept_matter(decision)),
            "decided_by": "statistics",
        }
        return decision.model_copy(update=raised)

    def _crisis_opinion(self, decision: GateDecision, plain: Plain, context: GateContext) -> GateDecision:
        """``decision`` raised, or marked, where the statistics see despair that the rules do not."""
        if self._crisis is None or (decision.route in _RISKY and decision.decided_by != "statistics"):
            return decision
        chance = self._crisis.chance(plain.text)
        # Words that the rules know for a quarrel with an answer need more than words they know nothing of.
        unread = decision.kind is Kind.OTHER and "disputes_refusal" not in decision.flags
        needed = self._crisis.raise_at if unread else _SURE_OF_CRISIS
        torn_at = self._crisis.torn_at
        if _answers(plain, context):
            needed, torn_at = max(needed, _SURE_OF_CRISIS), self._crisis.raise_at
        own_door = decision.route not in (Route.ANSWER, Route.DISPATCH, Route.EMERGENCY)
        if chance < needed or own_door:
            return _with(decision, flags=(MAYBE_CRISIS,)) if chance >= torn_at else decision
        if decision.route is Route.EMERGENCY:
            return _with(decision, flags=("human_now",), alerts=("self_harm",))
        raised = {
            "route": Route.CRISIS_TALK,
            "code": None,
            "lines": tuple(line for line in ("crisis", "hotline") if line in self.rules.lines),
            "script": "crisis",
            "flags": _join(decision.flags, ("human_now", "no_form")),
            "alerts": _join(decision.alerts, ("self_harm",)),
            "secondary": _join(decision.secondary, _kept_matter(decision)),
            "decided_by": "statistics",
        }
        return decision.model_copy(update=raised)

    def _framed(self, reading: Reading) -> bool:
        """Whether a word of danger stands there without force: supposed, read about, or in a question on a rule."""
        hits = (hit for concept in self._danger_words for hit in reading.hits.get(concept, ()))
        return any(not _DOUBTS.isdisjoint(reading.frames_on(hit)) for hit in hits)

    def _continue_danger(
        self, decision: GateDecision, plain: Plain, reading: Reading, context: GateContext
    ) -> GateDecision:
        """A danger told a moment ago goes on until the person says it is over or turns to another matter."""
        if decision.route is Route.EMERGENCY or not context.history:
            return decision
        if self._other_matter(decision, plain, reading, context):
            return decision
        recent = [self._normaliser.read(message) for message in context.history[-RECENT:]]
        joined = self._risk_of_joined(recent, plain)
        if joined and joined.route is Route.EMERGENCY:
            return joined.model_copy(update={"flags": _join(decision.flags, (*joined.flags, "continues"))})
        if "safe_now" in reading.hits:
            return decision
        for earlier in reversed(recent):
            if "safe_now" in self._engine.read(earlier.text).hits:
                break
            risk = self._risk_of(earlier)
            if risk is None:
                continue
            if _ORDER[risk.route] < _ORDER[decision.route]:
                return risk.model_copy(update={"matched": (), "flags": _join(decision.flags, ("continues",))})
        return decision

    def _is_over(self, plain: Plain, context: GateContext) -> bool:
        """Whether a message after an alarm says nothing but that what was told has passed: each of its clauses says so
        or denies a danger in few other words, and none names another danger."""
        recent = [self._normaliser.read(message) for message in context.history[-RECENT:]]
        alarmed = context.last_route in _RISKY or any(self._risk_of(one) is not None for one in recent)
        if not recent or not alarmed:
            return False
        told = {concept for one in recent for concept in self._engine.read(one.text).hits}
        clauses = [clause for clause in _CLAUSE_ENDS.split(plain.text) if clause]
        return any("safe_now" in self._engine.read(clause).hits for clause in clauses) and all(
            self._is_past(self._engine.read(clause), told) for clause in clauses
        )

    def _is_past(self, clause: Reading, told: set[str]) -> bool:
        rest, said = clause.rest("safe_now", _DENIED)
        dangers = (concept for concept in self._danger_words & clause.hits.keys() - told)
        denied = all(_DENIED in clause.frames_on(hit) for concept in dangers for hit in clause.hits[concept])
        return said and denied and len(rest) <= _BESIDE_PAST

    def _other_matter(self, decision: GateDecision, plain: Plain, reading: Reading, context: GateContext) -> bool:
        """Whether a message after an alarm is plainly about something else: it asks about a rule, a service or a
        filed order, or tells a whole other complaint, and names no danger and no help that is on its way."""
        if "plain_matter" in decision.flags or decision.kind in _CALM_KINDS:
            return True
        if len(plain.text) < _WHOLE_MESSAGE or not self._danger_words.isdisjoint(reading.hits):
            return False
        asked = {match.rule for match in decision.matched}
        # After talk of despair no help is on its way: whoever names an order then asks after the order.
        awaits_help = "help_coming" in reading.hits
        of_order = context.of_an_order and (not awaits_help or context.last_route is Route.CRISIS_TALK)
        return "ask_procedure" in asked or of_order or not (awaits_help or asked.isdisjoint(_WHOLE_MATTER))

    def _risk_of(self, plain: Plain) -> GateDecision | None:
        decision = _decision(self._engine.fire(self._engine.read(plain.text)), plain, plain.text)
        return decision if decision.route in _RISKY else None

    def _risk_of_joined(self, recent: list[Plain], plain: Plain) -> GateDecision | None:
        """The danger that only the last message and this one together show; its words must reach into this
        one."""
        before = recent[-1].text[-400:].rstrip(SENTENCE_END)
        cut = len(before) + 1
        text = f"{before}，{plain.text}"
        fired = [one for one in self._engine.fire(self._engine.read(text)) if one.rule.route in _RISKY]
        new = [one for one in fired if one.end > cut]
        if not new:
            return None
        moved = [Fired(one.rule, max(0, one.start - cut), one.end - cut) for one in new]
        return _decision(moved, plain, plain.text)


def _decision(fired: list[Fired], plain: Plain, text: str) -> GateDecision:
    """The decision for the rules that hit; spans are turned into spans of the message as sent."""
    routed = [one for one in fired if one.rule.route is not None]
    routed.sort(key=lambda one: (_ORDER[one.rule.route or Route.DISPATCH], -one.rule.priority, one.start))
    kind, why = kind_of(fired, plain)
    route = routed[0].rule.route if routed else None
    winners = [one for one in routed if one.rule.route is route]
    rules = [one.rule for one in winners]
    others = [one.rule for one in fired if one.rule not in rules]
    best = rules[0] if rules else None
    route = route or route_of(kind)
    return GateDecision(
        route=route,
        kind=kind,
        code="N14" if route is Route.EMERGENCY else best and best.code,
        lines=_collect(rule.lines for rule in rules),
        script=best.script if best else "",
        matched=tuple(_match(one, plain, text) for one in (*winners, *(o for o in fired if o not in winners))),
        alerts=_collect(rule.alerts for rule in (*rules, *others)),
        flags=_collect(rule.flags for rule in (*rules, *others)),
        secondary=_collect(rule.secondary for rule in (*rules, *others)),
        reasons=_collect([*((rule.note,) for rule in rules if rule.note), why]),
        legal=best.legal if best else "",
    )


def _match(one: Fired, plain: Plain, text: str) -> Match:
    start, end = (one.start, one.end) if text is plain.text else plain.span(one.start, one.end)
    return Match(rule=one.rule.id, start=start, end=end, words=text[start:end])


def _collect(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _join(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _with(decision: GateDecision, **more: tuple[str, ...]) -> GateDecision:
    joined = {field: _join(getattr(decision, field), values) for field, values in more.items()}
    return decision.model_copy(update=joined)


def _kept_matter(decision: GateDecision) -> tuple[str, ...]:
    return ("work_order",) if decision.route is Route.DISPATCH else ()


def _answers(plain: Plain, context: GateContext) -> bool:
    """Whether a message is as short as an answer and a question waits for one. The statistics have learnt whole
    stories: of a few words that answer something they must be surer, and else only name the number to call."""
    return context.asked and len(plain.text) <= _SHORT_ANSWER


def _settled(decision: GateDecision) -> bool:
    """Whether the rules are sure of a calm matter: a question about a procedure, praise, a case with its own door."""
    calm_route = decision.route not in (Route.ANSWER, Route.DISPATCH)
    return calm_route or "plain_question" in decision.flags or decision.kind in _CALM_KINDS


def _danger_words(rules: GateRules) -> frozenset[str]:
    """The concepts that name a danger: those an emergency rule starts from, less people, things and pleas."""
    first = {name for rule in rules.rules if rule.route in _RISKY for name in rule.all[0].split("|")}
    return frozenset(first - _NOT_DANGER)


def _in_context(decision: GateDecision, context: GateContext, text: str) -> GateDecision:
    """What role, open work orders and the turn before change; never the routes of danger."""
    if decision.route in _RISKY:
        return decision
    if context.role == "staff" and "staff_impersonation" in decision.alerts:
        alerts = tuple(alert for alert in decision.alerts if alert != "staff_impersonation")
        decision = decision.model_copy(update={"alerts": alerts})
    decision = _repeated(decision, context, text)
    refused_before = context.last_route in (
        Route.STATUTORY, Route.REPEAT, Route.SECRET_PRIVACY, Route.OUTSIDE, Route.UNLAWFUL,
    )  # fmt: skip
    disputes = "disputes_refusal" in decision.flags
    refuses_again = _ORDER[Route.STATUTORY] <= _ORDER[decision.route] <= _ORDER[Route.UNLAWFUL]
    if refused_before and (disputes or refuses_again):
        # The same talk is not refused twice by the machine: a person decides.
        decision = _with(decision, flags=("human_now",))
    return decision


def _repeated(decision: GateDecision, context: GateContext, text: str) -> GateDecision:
    """R3 where the person already has a work order on the same matter and tells nothing new; a person
    decides."""
    if decision.route is not Route.DISPATCH or {"new_facts", "reopen"} & set(decision.flags):
        return decision
    said = _pairs(text)
    for matter in context.open_matters:
        title = _pairs(matter.title)
        if title and len(title & said) >= _SAME_MATTER * len(title):
            repeat = {
                "route": Route.REPEAT,
                "code": "N11" if matter.status == "finished" else None,
                "script": "repeat_intro",
                "reasons": (matter.number, *decision.reasons),
            }
            return _with(decision.model_copy(update=repeat), flags=("person_decides",))
    return decision


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text[:HEAD]) - 1)}
