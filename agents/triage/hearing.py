"""What the gate decided, beside what is known of the talk: words that lead the talk are no cry for help.

The gate's second opinions are statistics over Chinese stories. They know nothing of "不用了" or a phone number as the
answer to a question, of work orders, nor of English; and a name of this city in the words says that the matter is not
another city's. What rules have raised stays raised, but for a message that says nothing else than that nobody is in
danger. Thanks that say nothing else are no matter to be filed.
"""

from __future__ import annotations

from agents.context import TurnContext
from agents.gate import GateDecision, Kind, Risk, Route
from agents.policies.naming import offered, tells_plainly
from agents.state import TalkState
from agents.triage.answers import is_bare_answer, is_thanks
from agents.triage.following import names_order
from agents.triage.reading import steers

_MAYBE = frozenset({"maybe_emergency", "maybe_crisis"})
_OTHER_CITY = "N12"


def heard(context: TurnContext, state: TalkState, decision: GateDecision) -> GateDecision:
    """The decision as it stands in this talk."""
    orders, text = context.house.orders, context.cleaned
    if context.remembered and (matched := _beside_matching(context, state, decision)) is not None:
        return matched
    if orders is None or not context.remembered:
        return decision
    if decision.risk is not Risk.NONE and orders.intake.says("calm", text):
        return _calm(decision)
    if decision.risk is Risk.NONE and is_thanks(orders.intake, text):
        return decision.model_copy(update={"kind": Kind.SMALLTALK, "route": Route.ANSWER})
    leads = _is_led(state) and steers(orders.intake, text)
    known = leads or asks_of_order(context) or (waits(state) and _only_answers(context, state))
    if (known or context.translated) and (decision.decided_by == "statistics" or _MAYBE & set(decision.flags)):
        by_statistics = decision.risk is not Risk.NONE and decision.decided_by == "statistics"
        return _calm(decision) if by_statistics else _without_doubt(decision)
    here = decision.code == _OTHER_CITY and (state.get("petition") or context.house.gazetteer.locate(text).text)
    return _calm(decision) if here else decision


def _beside_matching(context: TurnContext, state: TalkState, decision: GateDecision) -> GateDecision | None:
    """The decision on a message that answers a question about policies, None where it does not.

    A word that the question itself offers ("救人", "在校学生") is no cry for help; a short plain answer is none by
    statistics alone. What a rule hears in anything else stays raised.
    """
    rules, opened = context.house.policies, state.get("matching") or {}
    doubtful = decision.decided_by == "statistics" or bool(_MAYBE & set(decision.flags))
    if rules is None or not opened or (decision.risk is Risk.NONE and not doubtful):
        return None
    if opened.get("asking") and offered(rules, opened["asking"], context.cleaned):
        return _calm(decision)
    if not doubtful or not tells_plainly(rules, opened, context.cleaned):
        return None
    by_rule = decision.risk is not Risk.NONE and decision.decided_by != "statistics"
    return _without_doubt(decision) if by_rule else _calm(decision)


def only_leads(context: TurnContext, text: str) -> bool:
    """Whether a message said before told nothing: "帮我登记" must not be read together with what came after it."""
    orders = context.house.orders
    return orders is not None and steers(orders.intake, text)


def waits(state: TalkState) -> bool:
    """Whether the desk has put a question just before, or shown a draft for a yes or no."""
    opened, last = state.get("petition") or {}, state.get("memory", [])[-1:]
    return bool(opened.get("asking") or opened.get("ready")) or any(turn.get("asking") for turn in last)


def asks_of_order(context: TurnContext) -> bool:
    """Whether the message asks about a work order, by its number or by what such orders are called."""
    orders = context.house.orders
    return orders is not None and context.remembered and names_order(orders.intake, context.cleaned)


def _only_answers(context: TurnContext, state: TalkState) -> bool:
    orders, text = context.house.orders, state.get("request", {}).get("text", "")
    return orders is not None and is_bare_answer(orders.intake, context.house.gazetteer, text)


def _is_led(state: TalkState) -> bool:
    """Whether the talk is about a petition: one is open, or the last turn was about one."""
    last = state.get("memory", [])[-1:]
    return bool(state.get("petition")) or any(turn["specialist"] in ("petition", "orders") for turn in last)


def _calm(decision: GateDecision) -> GateDecision:
    """The decision for an ordinary message of the same kind."""
    calm = {"route": Route.DISPATCH, "code": None, "lines": (), "script": "", "alerts": ()}
    return _without_doubt(decision.model_copy(update=calm))


def _without_doubt(decision: GateDecision) -> GateDecision:
    return decision.model_copy(update={"flags": tuple(flag for flag in decision.flags if flag not in _MAYBE)})
