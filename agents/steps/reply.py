"""Reply: the checked sentences as text with numbered citations, and what the talk remembers of this turn."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.contract import Answer, Citation, Draft, Evidence, Proposal, Sentence
from agents.outcomes import Outcome, combine
from agents.state import Json, TalkState
from agents.triage.draft import SURE_ENOUGH
from knowledge.model import Metadata


async def reply(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Make the answer."""
    context = runtime.context
    with context.step("reply"):
        answer = _ended(context, state["ending"]) if state.get("ending") else _answered(context, state)
        return {
            "answer": answer.model_dump(mode="json", exclude={"trace"}),
            "memory": _remember(context, state, answer),
            **_kept(state),
            "drafts": None,
            "composed": [],
            "parts": [],
            "ending": {},
            "gate": {},
        }


def _kept(state: TalkState) -> Json:
    """The draft and the matching that stay open after this turn, and the orders filed in this talk."""
    drafts = [] if state.get("ending") else state.get("composed", [])
    written = [draft for draft in drafts if draft["specialist"] == "petition"]
    proposal = written[-1]["proposal"] if written else None
    open_draft = (proposal["payload"] if proposal else {}) if written else state.get("petition", {})
    filed = [number for draft in written for number in draft["orders"]]
    matched = [draft["matching"] for draft in drafts if draft.get("matching") is not None]
    return {
        "petition": open_draft,
        "matching": matched[-1] if matched else state.get("matching", {}),
        "orders": list(dict.fromkeys([*state.get("orders", []), *filed])),
    }


def _base(context: TurnContext, outcome: Outcome, route: str, text: str) -> Answer:
    return Answer(
        outcome=outcome,
        outcome_label=context.house.pack.outcomes[outcome.value].label,
        route=route,
        text=text,
        as_of=context.as_of,
        ai_label=context.say("ai_label"),
        engine=context.engine,
        degraded=context.call.is_degraded,
    )


def _ended(context: TurnContext, end: Json) -> Answer:
    answer = _base(context, Outcome(end["outcome"]), end["route"], "\n".join(end["said"]))
    answer.code, answer.lines, answer.alerts = end["code"], end["lines"], end["alerts"]
    answer.specialists = end["specialists"]
    return answer


def _answered(context: TurnContext, state: TalkState) -> Answer:
    drafts = [Draft.model_validate(raw) for raw in state.get("composed", [])]
    citations: list[Citation] = []
    paragraphs = [_paragraph(context, sentence, citations) for draft in drafts for sentence in draft.sentences]
    flags = state["gate"].get("flags", [])
    if "injection" in flags:
        paragraphs.insert(0, context.say("injection_note"))
    if "maybe_crisis" in flags:
        paragraphs.insert(0, context.say("crisis_maybe"))
    if "maybe_emergency" in flags:
        paragraphs.insert(0, context.say("emergency_maybe"))
    answer = _base(context, combine([d.outcome for d in drafts]), state["gate"]["route"], "\n".join(paragraphs))
    answer.specialists = list(dict.fromkeys(d.specialist for d in drafts))
    answer.citations = citations
    answer.options = [option for draft in drafts for option in draft.options]
    answer.alerts = list(state["gate"].get("alerts", []))
    answer.as_of = min((context.parse_day(d["as_of"]) for d in state.get("drafts", [])), default=context.as_of)
    answer.orders = list(dict.fromkeys(number for draft in drafts for number in draft.orders))
    # What the reader approves is what the talk's state holds; the page needs its name only.
    answer.data = [shown for draft in drafts for shown in draft.data]
    answer.proposals = [Proposal(kind=d.proposal.kind, summary=d.proposal.summary) for d in drafts if d.proposal]
    only_data = answer.specialists == ["citydata"]
    if answer.outcome is Outcome.NOT_FOUND and not state.get("petition") and not only_data:
        _offer_to_file(context, state, answer)
    if answer.degraded:
        answer.text += "\n" + context.say("degraded_note")
    waits = state.get("petition") and not any(draft.specialist == "petition" for draft in drafts)
    if waits:
        answer.text += "\n" + context.say("petition_waiting")
        answer.options += [context.say("option_submit"), context.say("option_drop")]
    return answer


def _offer_to_file(context: TurnContext, state: TalkState, answer: Answer) -> None:
    """Where no rule was found but a unit answers for such matters, the way to it stands open."""
    orders, text = context.house.orders, state.get("request", {}).get("text", "")
    if orders is None or not context.remembered or not text:
        return
    place = context.house.gazetteer.locate(context.cleaned)
    found = orders.dispatcher.suggest(context.in_documents_words(text), place, context.today)
    unit = context.house.pack.unit(found.lead) if found and found.confidence >= SURE_ENOUGH else None
    if unit:
        answer.text += "\n" + context.say("petition_hint", unit=unit.name)
        answer.options.append(context.say("option_file"))


def _paragraph(context: TurnContext, sentence: Sentence, citations: list[Citation]) -> str:
    marks = []
    for evidence in sentence.evidence:
        number = _number(context, evidence, citations)
        if number not in marks:
            marks.append(number)
    return sentence.text + "".join(f"[{number}]" for number in marks)


def _number(context: TurnContext, evidence: Evidence, citations: list[Citation]) -> int:
    """The number of a citation, counted from 1; the same span is cited once."""
    for number, known in enumerate(citations, 1):
        if (known.provision, known.start, known.end) == (evidence.provision, evidence.start, evidence.end):
            return number
    library = context.house.library
    provision = library.get(evidence.provision, role=context.role)
    meta: Metadata = library.meta(provision.document, role=context.role)
    citations.append(
        Citation(
            **evidence.model_dump(),
            title=meta.title,
            article=provision.article,
            version=meta.doc_no or (meta.valid_from.isoformat() if meta.valid_from else ""),
            in_force=meta.in_force(context.today),
        )
    )
    return len(citations)


def _looked_up(draft: Json) -> Json:
    """The calls of tools, so that "那明天呢" asks the same of another day, and the call that waits for an argument."""
    calls = [{"tool": call["tool"], "arguments": call["arguments"]} for call in draft.get("calls", [])]
    asking = draft.get("asking")
    return ({"calls": calls} if calls else {}) | ({"asking": asking} if asking else {})


def _shown(context: TurnContext, draft: Json) -> Json:
    """The passages that a model was shown, so that the next turn shows them where it did."""
    shown = context.shown.get(draft["question"])
    return {"shown": shown} if shown else {}


def _remember(context: TurnContext, state: TalkState, answer: Answer) -> list[Json]:
    """The last turns, questions and references only."""
    memory = list(state.get("memory", []))
    drafts = state.get("composed", []) if not state.get("ending") else []
    for draft in drafts:
        memory.append(
            {
                "question": draft["question"],
                "specialist": draft["specialist"],
                "provisions": draft["provisions"][:8],
                "route": answer.route,
                **_looked_up(draft),
                **_shown(context, draft),
            }
        )
    if not drafts and state.get("request"):
        memory.append(
            {
                "question": state["request"]["text"],
                "specialist": "human",
                "provisions": [],
                "route": answer.route,
            }
        )
    return memory[-context.house.pack.city.limits.history_turns :]
