"""Answer one question from provisions: find, choose, write, check; or say what was nearest.

This is shared by the specialists that answer from text. They differ in which documents they prefer, not in how an
answer is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from agents.context import TurnContext
from agents.contract import Draft, Evidence, Sentence, SpecialistName
from agents.engines.tasks import CHOOSE, WRITE, Passage, PassageKind, WriteGiven
from agents.outcomes import Outcome
from agents.qa import notes
from agents.qa.sentences import SentenceSpan, split_sentences, with_lead
from agents.verify import check_sentence
from city.errors import NotFound, TryAgain
from knowledge.library import Hit
from knowledge.model import Level, Metadata, Provision

CANDIDATES = 5
"""Passages offered to the engine: more bring more words that fit by chance than answers."""
OTHER_TIME_DAYS = 365
SURE = 0.4
"""An engine's confidence below which an answer is told as the nearest that was found: a reader must compare."""
_MARK = re.compile(r"〔(\d+)〕")


QUOTES: dict[PassageKind, str] = {"text": "quote", "faq": "quote_faq", "guide": "quote_guide"}
"""Wording keys of a quote; every one has {title}, {article} and {quote}."""


def kind_of(hit: Hit) -> PassageKind:
    """What sort of document a hit stands in, as far as its quotes are worded differently."""
    kinds: dict[Level, PassageKind] = {Level.FAQ: "faq", Level.GUIDE: "guide"}
    return kinds.get(hit.meta.level, "text")


@dataclass(frozen=True)
class Preference:
    """Which levels a specialist reads, and which of them it prefers (their score is raised by ``lift``)."""

    levels: Sequence[Level]
    preferred: frozenset[Level] = frozenset()
    lift: float = 0.08


@dataclass
class Chosen:
    """A provision chosen as evidence, with the sentences picked."""

    hit: Hit
    spans: list[SentenceSpan]
    picked: list[int]
    confidence: float

    @property
    def evidence(self) -> list[Evidence]:
        """One span per run of neighbouring sentences, in offsets of the document."""
        runs: list[list[int]] = []
        for index in self.picked:
            if runs and index == runs[-1][-1] + 1:
                runs[-1].append(index)
            else:
                runs.append([index])
        provision = self.hit.provision
        return [
            Evidence(
                provision=provision.id,
                start=provision.start + self.spans[run[0]].start,
                end=provision.start + self.spans[run[-1]].end,
                quote=provision.text[self.spans[run[0]].start : self.spans[run[-1]].end],
            )
            for run in runs
        ]


@dataclass
class Found:
    """What a search brought, ready for choosing."""

    hits: list[Hit] = field(default_factory=list)
    spans: list[list[SentenceSpan]] = field(default_factory=list)

    def passages(self) -> list[Passage]:
        """The hits as numbered passages, counted from 1."""
        return [
            _passage(hit.provision, hit.meta, spans).model_copy(
                update={
                    "number": number,
                    "score": round(hit.score, 4),
                    "dense": round(hit.parts.dense, 4),
                    "memory": round(hit.parts.memory, 4),
                    "kind": kind_of(hit),
                }
            )
            for number, (hit, spans) in enumerate(zip(self.hits, self.spans, strict=True), 1)
        ]


def find(context: TurnContext, question: str, as_of: date, preference: Preference) -> Found:
    """The candidates of a question, preferred levels lifted, provisions without a sentence left out."""
    hits = context.search(question, as_of, preference.levels, CANDIDATES * 2)
    lifted = sorted(hits, key=lambda h: -(h.score + (preference.lift if h.meta.level in preference.preferred else 0)))
    found = Found()
    for hit in lifted:
        if len(found.hits) == CANDIDATES:
            break
        if spans := split_sentences(hit.provision.text):
            found.hits.append(hit)
            found.spans.append(spans)
    return found


def _again(context: TurnContext, provision_id: str, as_of: date) -> Passage | None:
    """The passage of a provision shown the turn before; None where it is not for this reader or day."""
    try:
        provision = context.house.library.get(provision_id, role=context.role)
        meta = context.house.library.meta(provision.document, role=context.role)
    except NotFound:
        return None
    if not meta.in_force(as_of):
        return None
    return _passage(provision, meta, split_sentences(provision.text))


def _passage(provision: Provision, meta: Metadata, spans: Sequence[SentenceSpan]) -> Passage:
    """A provision as it is shown; its number and scores are its finder's."""
    return Passage(
        number=0,
        id=provision.id,
        title=meta.title,
        article=provision.article,
        topics=list(meta.topics),
        sentences=[provision.text[s.start : s.end] for s in spans],
    )


@dataclass
class Choice:
    """What the engine chose: provisions that answer, or the nearest one where none does, and why."""

    answering: list[Chosen]
    nearest: Chosen | None
    reason: str


async def choose(context: TurnContext, question: str, as_of: date, found: Found) -> Choice:
    """Let the engine choose among what was found."""
    passages = found.passages()
    given = context.choosing(question, as_of, passages, lambda name: _again(context, name, as_of))
    made = await context.decide(CHOOSE, given)
    chosen = []
    for pick in made.picks:
        if not 1 <= pick.passage <= len(passages):
            continue
        hit, spans = found.hits[pick.passage - 1], found.spans[pick.passage - 1]
        picked = [i for i in sorted(set(pick.sentences)) if 0 <= i < len(spans)]
        if picked:
            chosen.append(Chosen(hit, spans, with_lead(spans, hit.provision.text, picked), pick.confidence))
    # What was read word for word through a lexicon may have lost its point: only a sure answer is told as one.
    unsure = context.translated and max((c.confidence for c in chosen), default=0.0) < SURE
    if made.answerable and not unsure:
        return Choice(chosen, None, made.reason)
    return Choice([], chosen[0] if chosen else None, made.reason)


async def write(context: TurnContext, question: str, as_of: date, chosen: list[Chosen]) -> list[Sentence]:
    """The answer's sentences, each checked against its evidence; unsupported ones are dropped."""
    passages = [
        Passage(
            number=n,
            title=c.hit.meta.title,
            article=c.hit.provision.article,
            kind=kind_of(c.hit),
            sentences=[e.quote for e in c.evidence],
            score=c.confidence,
        )
        for n, c in enumerate(chosen, 1)
    ]
    given = WriteGiven(question=question, as_of=as_of, language=context.language, passages=passages)
    text = ""
    try:
        async for piece in context.write(WRITE, given):
            text += piece
    except TryAgain:
        text = ""  # what was streamed before the break is not trusted; the quotes below still answer
    context.note_written(WRITE.name, text)
    sentences = [
        s for s in _sentences(text, chosen) if check_sentence(s, context.house.library, context.role).supported
    ]
    return sentences or _quotes(context, chosen)


def _sentences(text: str, chosen: list[Chosen]) -> list[Sentence]:
    """Parse lines that end with 〔n〕 marks; a mark may close a line that holds line breaks of a quoted list."""
    found = []
    start = 0
    for match in re.finditer(r"(?:〔\d+〕)+([。；！？.]?)(?=\s*\n|\s*$)", text):
        body = (text[start : match.start()] + match[1]).strip()
        start = match.end()
        numbers = {int(n) for n in _MARK.findall(match[0])}
        evidence = [e for n in sorted(numbers) if 1 <= n <= len(chosen) for e in chosen[n - 1].evidence]
        if body and evidence:
            found.append(Sentence(text=_MARK.sub("", body), evidence=evidence))
    return found


def _quotes(context: TurnContext, chosen: list[Chosen]) -> list[Sentence]:
    return [
        Sentence(
            text=context.say(
                QUOTES[kind_of(c.hit)],
                title=c.hit.meta.title,
                article=c.hit.provision.article,
                quote="……".join(e.quote for e in c.evidence),
            ),
            evidence=c.evidence,
        )
        for c in chosen
    ]


async def _at_another_time(context: TurnContext, question: str, as_of: date, preference: Preference) -> Metadata | None:
    """The document that answered about a year before, or will, where nothing does on ``as_of``."""
    for days in (-OTHER_TIME_DAYS, OTHER_TIME_DAYS):
        then = as_of + timedelta(days=days)
        if not context.changes(then, as_of):
            continue
        await context.fetch(question, then)
        found = find(context, question, then, preference)
        outside = Found()
        for hit, spans in zip(found.hits, found.spans, strict=True):
            if not hit.meta.in_force(as_of):
                outside.hits.append(hit)
                outside.spans.append(spans)
        if not outside.hits:
            continue
        choice = await choose(context, question, then, outside)
        if choice.answering:
            return choice.answering[0].hit.meta
    return None


async def answer(
    context: TurnContext, name: SpecialistName, question: str, as_of: date, preference: Preference
) -> Draft:
    """Answer ``question`` for ``as_of`` as the specialist ``name``."""
    await context.fetch(question, as_of)
    found = find(context, question, as_of, preference)
    choice = await choose(context, question, as_of, found)
    chosen = choice.answering
    if max((c.confidence for c in chosen), default=0.0) < SURE and _asks_for_data(context, question):
        return notes.no_such_data(context, question)
    draft = Draft(
        specialist=name,
        question=question,
        outcome=Outcome.ANSWERED,
        engine=context.engine,
        notes={
            "reason": choice.reason,
            "hits": [[h.provision.id, round(h.score, 3)] for h in found.hits[:5]],
            **_without(found.hits),
        },
    )
    if not chosen and (told := notes.which_version(context, draft, question, found.hits)):
        return told
    if not chosen and notes.is_vague(question) and (options := notes.likely_questions(found.hits)):
        return notes.ask_back(context, draft, options)
    if not chosen:
        elsewhen = await _at_another_time(context, question, as_of, preference)
        draft = notes.not_found(context, draft, found.hits, as_of, elsewhen)
        if choice.nearest:
            draft.sentences += [notes.frame(context.say("nearest_intro")), *_quotes(context, [choice.nearest])]
            draft.provisions = [choice.nearest.hit.provision.id]
        return draft
    draft.sentences = await write(context, question, as_of, chosen)
    draft.confidence = max(c.confidence for c in chosen)
    if draft.confidence < SURE:
        draft.sentences.insert(0, notes.frame(context.say("unsure_intro", phone=context.phone)))
    draft.provisions = [c.hit.provision.id for c in chosen]
    return notes.add(context, draft, question, [c.hit for c in chosen], found.hits, as_of)


def _without(hits: Sequence[Hit]) -> dict[str, list[str]]:
    """The stages of search that could not take part, where there are any."""
    stages = sorted({stage for hit in hits for stage in hit.without})
    return {"without": stages} if stages else {}


def _asks_for_data(context: TurnContext, question: str) -> bool:
    """Whether a number is wanted that no tool has: what documents say beside it would only look like an answer."""
    reading = context.reading(question)
    return reading is not None and reading.finds_nowhere


def tell_whole(context: TurnContext, name: SpecialistName, question: str, provision_id: str, as_of: date) -> Draft:
    """Tell one provision in full (第二条再说细一点)."""
    library = context.house.library
    provision = library.get(provision_id, role=context.role)
    meta = library.meta(provision.document, role=context.role)
    lead = len(provision.text) - len(provision.text.lstrip())
    body = provision.text.strip()
    evidence = Evidence(
        provision=provision.id,
        start=provision.start + lead,
        end=provision.start + lead + len(body),
        quote=body,
    )
    said = context.say("quote_whole", title=meta.title, article=provision.article, quote=body)
    return Draft(
        specialist=name,
        question=question,
        outcome=Outcome.ANSWERED,
        sentences=[Sentence(text=said, evidence=[evidence])],
        provisions=[provision.id],
        engine=context.engine,
        notes={"detail": True},
    )
