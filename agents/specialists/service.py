"""Service guides (办事指南): which item is meant, and the sections of its guide that were asked for."""

from __future__ import annotations

from datetime import date

from agents.context import TurnContext
from agents.contract import Draft, Evidence, Sentence, SpecialistName
from agents.engines.tasks import CHOOSE, Passage, Pick
from agents.outcomes import Outcome
from agents.qa.answering import Preference, answer, tell_whole
from agents.qa.notes import day, frame
from agents.reading.segments import own_words
from agents.specialists.base import Assignment
from city.errors import NotFound
from city.routing import any_match
from knowledge.library import Hit
from knowledge.model import Document, Level, Metadata, Provision

LEVELS = frozenset({Level.GUIDE})
CANDIDATES = 6
TORN = 0.93
"""A second guide within this share of the first one's confidence makes a short question torn between the two."""
OVERVIEW = ("conditions", "materials", "steps", "time_fee", "place")


class Service:
    """Answers how something is done, from the city's service guides."""

    name: SpecialistName = "service"
    levels = LEVELS

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """Answer from one guide, ask back when torn between two, or leave it to the texts."""
        if task.detail_of:
            return tell_whole(context, self.name, task.question, task.detail_of, task.as_of)
        await context.fetch(task.question, task.as_of)
        hits = context.search(task.question, task.as_of, tuple(LEVELS), 24)
        guides = _guides(context, hits)
        passages = [_passage(number, guide, hits) for number, guide in enumerate(guides, 1)]
        given = context.choosing(task.question, task.as_of, passages, lambda name: _again(context, name, task.as_of))
        made = await context.decide(CHOOSE, given)
        picks = [pick for pick in made.picks if made.answerable and 1 <= pick.passage <= len(guides)]
        if not picks:
            preference = Preference(tuple(Level), LEVELS | {Level.FAQ})
            return await answer(context, self.name, task.question, task.as_of, preference)
        if _torn(task.question, picks, guides):
            return _ask_back(context, task, [guides[pick.passage - 1].meta.title for pick in picks])
        return _tell(context, task, guides[picks[0].passage - 1], picks[0])


def _guides(context: TurnContext, hits: list[Hit]) -> list[Document]:
    """The guides of the best hits, best first."""
    names = list(dict.fromkeys(hit.meta.id for hit in hits))[:CANDIDATES]
    return [context.house.library.document(name, role=context.role) for name in names]


def _passage(number: int, guide: Document, hits: list[Hit]) -> Passage:
    """A guide as a passage whose "sentences" are its sections, with the best of what retrieval said of them."""
    own = [hit for hit in hits if hit.meta.id == guide.meta.id]
    return _shown(number, guide).model_copy(
        update={
            "score": max(hit.score for hit in own),
            "dense": max(hit.parts.dense for hit in own),
            "memory": max(hit.parts.memory for hit in own),
        }
    )


def _shown(number: int, guide: Document) -> Passage:
    return Passage(
        number=number,
        id=guide.meta.id,
        title=guide.meta.title,
        article="",
        topics=list(guide.meta.topics),
        sentences=[provision.text for provision in guide.provisions],
        kind="guide",
    )


def _again(context: TurnContext, name: str, as_of: date) -> Passage | None:
    """A guide shown the turn before; None where it is not for this reader or day."""
    try:
        guide = context.house.library.document(name, role=context.role)
    except NotFound:
        return None
    return _shown(0, guide) if guide.meta.in_force(as_of) else None


def _torn(question: str, picks: list[Pick], guides: list[Document]) -> bool:
    if len(picks) < 2 or picks[1].confidence < picks[0].confidence * TORN:
        return False
    return guides[picks[0].passage - 1].meta.title not in question and len(own_words(question)) <= 6


def _ask_back(context: TurnContext, task: Assignment, titles: list[str]) -> Draft:
    choices = "；".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
    said = context.say("which_matter", choices=choices)
    return Draft(
        specialist="service",
        question=task.question,
        outcome=Outcome.NEEDS_FACT,
        sentences=[frame(said)],
        options=titles,
        engine=context.engine,
    )


def _asked_sections(context: TurnContext, question: str) -> list[str]:
    """The sections asked for, in the guide's order; a general question gets the overview."""
    cues = context.house.routing.sections
    found = [name for name in cues if any_match(cues[name], question)]
    specific = [name for name in found if name != "steps"]
    # 怎么办 asks for everything; together with a specific question it is only a manner of speaking.
    return specific or list(OVERVIEW)


def _tell(context: TurnContext, task: Assignment, guide: Document, pick: Pick) -> Draft:
    sections = {p.id.split("#", 1)[1]: p for p in guide.provisions}
    asked = [name for name in _asked_sections(context, task.question) if name in sections]
    best = [guide.provisions[i].id.split("#", 1)[1] for i in pick.sentences if 0 <= i < len(guide.provisions)]
    # The section whose words fit best is told too, where only some were asked for by name.
    wanted = asked if tuple(asked) == OVERVIEW else [n for n in sections if n in asked or n in best[:1]]
    told = [sections[name] for name in wanted] or list(sections.values())
    draft = Draft(
        specialist="service",
        question=task.question,
        outcome=Outcome.ANSWERED,
        engine=context.engine,
        notes={"guide": guide.meta.id, "sections": wanted, "confidence": pick.confidence},
    )
    draft.sentences = [_section(context, guide.meta, provision) for provision in told]
    draft.provisions = [provision.id for provision in told]
    draft.sentences += _age(context, guide.meta, task.as_of)
    return draft


def _section(context: TurnContext, meta: Metadata, provision: Provision) -> Sentence:
    """One section of the guide: its heading is told by the wording, its text is quoted whole."""
    evidence = Evidence(provision=provision.id, start=provision.start, end=provision.end, quote=provision.text)
    said = context.say("guide_section", title=meta.title, section=provision.article, body=provision.text)
    return Sentence(text=said, evidence=[evidence])


def _age(context: TurnContext, meta: Metadata, as_of: date) -> list[Sentence]:
    """An entry whose check is overdue may not pass as fresh."""
    if meta.next_check and meta.next_check < as_of:
        return [frame(context.say("guide_due_check", date=day(meta.last_checked), phone=context.phone))]
    return []


SPECIALIST = Service()
