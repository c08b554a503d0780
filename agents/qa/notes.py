"""What must be said beside an answer: versions, dates, conflicts, what is left open, and what was nearest."""

from __future__ import annotations

from datetime import date

from agents.context import TurnContext
from agents.contract import Draft, Evidence, Sentence
from agents.engines.embedded.statistics import plain_terms
from agents.outcomes import Outcome
from agents.qa.sentences import split_sentences
from agents.reading.segments import own_words
from city.routing import any_match
from knowledge.library import Conflict, Hit
from knowledge.model import Level, Metadata, Provision

MOST_TOPICS = 3
VAGUE_CHARS = 4
NEAR = 8
INFORMING = frozenset({Level.GUIDE, Level.FAQ, Level.POLICY, Level.EMERGENCY_PLAN})


def frame(text: str) -> Sentence:
    """A fixed wording as a sentence."""
    return Sentence(text=text, kind="frame")


def day(value: date | None) -> str:
    """A date as a Chinese reader writes it."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def add(context: TurnContext, draft: Draft, question: str, hits: list[Hit], others: list[Hit], as_of: date) -> Draft:
    """Put the notes that the chosen provisions (``hits``) call for beside the answer; ``others`` were found too."""
    before = [frame(context.say("as_of_note", date=day(as_of)))] if as_of < context.today else []
    after: list[Sentence] = []
    routing = context.house.routing
    is_law = hits[0].meta.level not in INFORMING
    if is_law and (any_match(routing.older_version, question) or as_of < context.today):
        after += _versions(context, hits[0])
    conflict = _conflict(context, hits, others, as_of)
    if conflict:
        draft.outcome = Outcome.CONFLICT_REPORTED
        after += _tell_conflict(context, conflict, draft)
    if any_match(routing.asks_when, question) and any_match(routing.undecided, _told(draft)):
        unit = context.house.pack.unit(hits[0].meta.owner_unit)
        owner = unit.name if unit else hits[0].meta.issuer
        after.append(frame(context.say("no_guess", unit=owner, phone=context.phone)))
        draft.outcome = Outcome.PARTLY_ANSWERED
    elif any_match(routing.foretelling, question):
        before.append(frame(context.say("no_foretelling")))
        draft.outcome = Outcome.PARTLY_ANSWERED
    draft.sentences = [*before, *draft.sentences, *after]
    return draft


def _told(draft: Draft) -> str:
    return "".join(e.quote for s in draft.sentences for e in s.evidence)


def _versions(context: TurnContext, hit: Hit) -> list[Sentence]:
    """Which version the answer stands on, and which earlier one no longer applies."""
    said = [frame(context.say("version_note", title=hit.meta.title, date=day(hit.meta.valid_from)))]
    for meta in context.house.library.versions(hit.meta.work or hit.meta.id, role=context.role):
        ended = meta.valid_to is not None and meta.valid_to <= context.today
        if ended:
            title = f"{meta.title}（{meta.doc_no or day(meta.valid_from)}）"
            said.append(frame(context.say("repealed_note", title=title, date=day(meta.valid_to))))
    return said


def _conflict(context: TurnContext, hits: list[Hit], others: list[Hit], as_of: date) -> Conflict | None:
    """A provision of another rank or date that disagrees with the first one chosen."""
    near = [*hits[:1], *(hit for hit in others if hit.provision.id != hits[0].provision.id)][:NEAR]
    # Guides, FAQ and plans only inform: what they say differently is a fault of theirs, not a conflict of law.
    law = [hit for hit in near if hit.meta.level not in INFORMING]
    first = hits[0].provision.id
    for conflict in context.house.library.conflicts(law, as_of=as_of):
        if first in (conflict.higher.provision.id, conflict.lower.provision.id):
            return conflict
    return None


def _tell_conflict(context: TurnContext, conflict: Conflict, draft: Draft) -> list[Sentence]:
    said = []
    for hit in (conflict.higher, conflict.lower):
        if hit.provision.id not in draft.provisions:
            said.append(_whole(context, hit.provision, hit.meta))
            draft.provisions.append(hit.provision.id)
    names = [f"《{hit.meta.title}》{hit.provision.article}" for hit in (conflict.higher, conflict.lower)]
    said.append(frame(context.say("conflict_note", first=names[0], second=names[1])))
    said.append(frame(context.say(f"conflict_rule_{conflict.rule.value}")))
    return said


def _whole(context: TurnContext, provision: Provision, meta: Metadata) -> Sentence:
    spans = split_sentences(provision.text)
    start, end = spans[0].start, spans[-1].end
    quote = provision.text[start:end]
    evidence = Evidence(provision=provision.id, start=provision.start + start, end=provision.start + end, quote=quote)
    said = context.say("quote", title=meta.title, article=provision.article, quote=quote)
    return Sentence(text=said, evidence=[evidence])


def which_version(context: TurnContext, draft: Draft, question: str, hits: list[Hit]) -> Draft | None:
    """Which version counts (哪个算数): answered from the versions, quoting what puts one in force."""
    if not any_match(context.house.routing.older_version, question):
        return None
    asked = plain_terms(question)
    for hit in hits:
        versions = context.house.library.versions(hit.meta.work or hit.meta.id, role=context.role)
        named = plain_terms(hit.meta.title) & asked
        if len(versions) < 2 or sum(len(term) > 1 for term in named) < 2:
            continue
        start = _in_force_clause(context, hit.meta)
        draft.sentences = [*_versions(context, hit), *([start] if start else [])]
        draft.provisions = [e.provision for e in start.evidence] if start else [hit.provision.id]
        return draft
    return None


def _in_force_clause(context: TurnContext, meta: Metadata) -> Sentence | None:
    """The last provision of a document, which says since when it applies and what it repeals."""
    provisions = context.house.library.document(meta.id, role=context.role).provisions
    return _whole(context, provisions[-1], meta) if provisions else None


def is_vague(question: str) -> bool:
    """Whether a question is a bare keyword."""
    return len(own_words(question)) <= VAGUE_CHARS


def likely_questions(hits: list[Hit]) -> list[str]:
    """Frequent questions and guides near a keyword, as choices."""
    near = [hit.meta.title for hit in hits if hit.meta.level in {Level.FAQ, Level.GUIDE}]
    return list(dict.fromkeys(near))[:MOST_TOPICS]


def ask_back(context: TurnContext, draft: Draft, options: list[str]) -> Draft:
    """Ask which of several matters is meant."""
    choices = "；".join(f"{number}. {option}" for number, option in enumerate(options, 1))
    draft.outcome, draft.options = Outcome.NEEDS_FACT, options
    draft.sentences = [frame(context.say("which_matter", choices=choices))]
    return draft


def not_found(
    context: TurnContext, draft: Draft, hits: list[Hit], as_of: date, elsewhen: Metadata | None = None
) -> Draft:
    """Nothing carries an answer: say so, name the nearest topics and the way to a person."""
    draft.outcome = Outcome.NOT_FOUND
    draft.topics = list(dict.fromkeys(f"《{hit.meta.title}》" for hit in hits if hit.score > 0))[:MOST_TOPICS]
    if draft.topics:
        said = context.say("not_found", topics="、".join(draft.topics), phone=context.phone)
    else:
        said = context.say("not_found_no_topics", phone=context.phone)
    before = [frame(context.say("as_of_note", date=day(as_of)))] if as_of < context.today else []
    if elsewhen:
        before.append(frame(_elsewhen(context, elsewhen, as_of)))
    draft.sentences = [*before, frame(said)]
    return draft


def no_such_data(context: TurnContext, question: str) -> Draft:
    """A number, a state or a name of the city is asked for that nobody has connected: say so rather than guess."""
    said = frame(context.say("tool_none", phone=context.phone))
    return Draft(specialist="citydata", question=question, outcome=Outcome.NOT_FOUND, sentences=[said])


def _elsewhen(context: TurnContext, meta: Metadata, as_of: date) -> str:
    """That a document once applied, or will, and since or until when."""
    if meta.valid_from and meta.valid_from > as_of:
        return context.say("not_yet_in_force", title=f"《{meta.title}》", date=day(meta.valid_from))
    if meta.level is Level.POLICY:
        unit = context.house.pack.unit(meta.owner_unit)
        return context.say("expired_policy", date=day(meta.valid_to), unit=unit.name if unit else meta.issuer)
    return context.say("repealed_note", title=f"《{meta.title}》", date=day(meta.valid_to))
