"""Ask a desk one question and keep what follows from the question alone: no times, no thread, no random names.

::

    desk = desk_of(place)
    said = await ask(desk, "路边停车多久开始收费")
    said["outcome"], said["citations"][0]["provision"]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agents.contract import Answer, Citation, HistoryTurn, TurnRequest
from agents.outcomes import ANSWERS
from agents.reading.numbers import numbers, unsupported
from city.errors import NotFound
from knowledge.model import Level

if TYPE_CHECKING:
    from agents.context import House
    from agents.contract import Role
    from agents.desk import Desk
    from city.pack import CityPack
    from eval.place import Place

ANSWER_NAMES = frozenset(outcome.value for outcome in ANSWERS)
"""Endings that tell something as an answer."""
_KEPT = {
    "outcome",
    "route",
    "code",
    "specialists",
    "text",
    "options",
    "lines",
    "alerts",
    "engine",
    "degraded",
    "as_of",
    "data",
}
_STEPS = {"gate": ("route", "kind", "flags", "rules"), "route": ("parts",), "verify": ("dropped",)}
"""Steps of the trace whose notes follow from the question, and which of their notes."""
_MARK = re.compile(r"\[\d+\]")
_AMOUNT = re.compile(
    r"(?:百分之|[\d,.%〇零一二两三四五六七八九十百千万亿点]|个?工作日|个?月|年|日|天|小?时|分钟?|元|平方?米|周?岁|倍|人|户|次|号"
    r"|以[上下内]|至|到|不超过|不少于)+"
)
_SECOND_HAND = frozenset({Level.FAQ, Level.GUIDE})
_OUTCOMES = {"conflict": "conflict_reported"}


def desk_of(place: Place) -> Desk:
    """A desk without a store, at the fixed moment of the place."""
    from agents.desk import Desk

    return Desk(place.house, now=place.now)


def filing_desk(place: Place) -> Desk:
    """A desk that keeps talks and work orders, new and empty, in the place's scratch folder; opening takes seconds."""
    from langgraph.checkpoint.memory import InMemorySaver

    from agents.desk import Desk
    from serve.orders import open_orders

    url = f"sqlite:///{place.scratch / 'orders.sqlite'}"
    settings = place.settings.model_copy(update={"database": url})
    orders = open_orders(settings, place.pack, place.house.gazetteer, place.day)
    return Desk(replace(place.house, orders=orders), checkpointer=InMemorySaver(), now=place.now)


async def ask(
    desk: Desk,
    text: str,
    *,
    role: Role = "citizen",
    as_of: date | None = None,
    history: Sequence[str | HistoryTurn] = (),
    thread: str = "",
) -> dict[str, Any]:
    """The answer as JSON. A desk that keeps talks needs a ``thread`` of the question's own.

    Besides the fields of `agents.contract.Answer` it holds ``citations`` with the ``source`` at their span (empty where
    the provision is not there), their document, its ``level`` and validity and what a second-hand text ``rests_on``;
    ``unshown``: numbers of the text that stand in nothing shown with it; and ``steps``: what the gate, the routing and
    the check of evidence noted.
    """
    turns = [turn if isinstance(turn, HistoryTurn) else HistoryTurn(text=turn) for turn in history]
    answer = await desk.ask(TurnRequest(text=text, role=role, as_of=as_of, history=turns), thread)
    return told(desk, answer, "\n".join([*(turn.text for turn in turns), text]))


def told(desk: Desk, answer: Answer, asked: str) -> dict[str, Any]:
    """An answer of ``desk`` to ``asked`` as `ask` gives it."""
    said = answer.model_dump(mode="json", include=_KEPT)
    citations = [_cited(desk, citation) for citation in answer.citations]
    return said | {
        "citations": citations,
        "unshown": _unshown(desk.house, answer, citations, asked),
        "steps": {
            step.step: {name: step.note[name] for name in _STEPS[step.step] if name in step.note}
            for step in answer.trace
            if step.step in _STEPS
        },
    }


def _cited(desk: Desk, citation: Citation) -> dict[str, Any]:
    found = citation.model_dump(mode="json", exclude={"in_force"})
    library = desk.house.library
    try:
        provision = library.get(citation.provision, role="staff")
        meta = library.meta(provision.document, role="staff")
    except NotFound:
        return found | {"source": "", "document": "", "level": "", "valid_from": "", "valid_to": "", "rests_on": []}
    references = provision.references if meta.level in _SECOND_HAND else ()
    return found | {
        "source": provision.text[max(0, citation.start - provision.start) : citation.end - provision.start],
        "document": meta.id,
        "level": meta.level.value,
        "valid_from": meta.valid_from.isoformat() if meta.valid_from else "",
        "valid_to": meta.valid_to.isoformat() if meta.valid_to else "",
        "rests_on": sorted({reference.target for reference in references if reference.target}),
    }


def _unshown(house: House, answer: Answer, citations: Sequence[dict[str, Any]], asked: str) -> list[str]:
    """Numbers of the text that stand neither in the question, nor in what is cited or shown, nor in fixed words.

    Names and days of other versions of what is cited are shown too: answers tell which of them applied when.
    """
    shown = [asked, _day(answer.as_of.isoformat()), *answer.options]
    for one in citations:
        shown += [one["source"], one["title"], one["article"], one["version"]]
        shown += _of_versions(house, one["document"])
    shown += [str(data.model_dump(mode="json")) for data in answer.data]
    plain = _MARK.sub("\n", answer.text)
    return sorted(
        f"{value}{unit}" for value, unit in unsupported(plain, "\n".join(shown)) - _own_numbers(_words(house.pack))
    )


def _of_versions(house: House, document: str) -> list[str]:
    """Names and days of all versions of a document's work."""
    if not document:
        return []
    meta = house.library.meta(document, role="staff")
    versions = house.library.versions(meta.work or meta.id, role="staff")
    days = [day for one in versions for day in (one.valid_from, one.valid_to) if day]
    return [*(one.doc_no for one in versions), *(_day(day.isoformat()) for day in days)]


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def _words(pack: CityPack) -> str:
    return "\n".join(words.raw(key) for words in pack.wording.values() for key in sorted(words.keys()))


@lru_cache(maxsize=4)
def _own_numbers(words: str) -> frozenset[tuple[str, str]]:
    return frozenset(numbers(words))


def is_answer(said: dict[str, Any]) -> bool:
    """Whether something was told as an answer."""
    return said["outcome"] in ANSWER_NAMES


def ended_right(said: dict[str, Any], expect: dict[str, Any]) -> bool:
    """Whether the turn ended as one of ``expect["outcome"]`` (default: answered)."""
    wanted = expect.get("outcome", "answered")
    allowed = {_OUTCOMES.get(name, name) for name in ([wanted] if isinstance(wanted, str) else wanted)}
    if "answered" in allowed:
        # A part more or a conflict said beside the answer is still an answer.
        allowed |= ANSWER_NAMES
    if "not_found" in allowed:
        allowed.add("no_data")  # a tool that has nothing refuses as well as documents that say nothing
    return said["outcome"] in allowed


def evidence_right(said: dict[str, Any], expect: dict[str, Any]) -> bool | None:
    """Whether an expected provision is cited, or a reviewed FAQ entry or guide section that itself rests on it.

    None where nothing is expected.
    """
    cited = {citation["provision"] for citation in said["citations"]}
    if expect.get("guide"):
        return any(name.startswith(f"{expect['guide']}#") for name in cited)
    cited.update(target for citation in said["citations"] for target in citation["rests_on"])
    wanted = set(expect.get("provisions") or ())
    return bool(wanted & cited) if wanted else None


def contains(said: dict[str, Any], expect: dict[str, Any]) -> bool | None:
    """Whether all expected words are in the answer's text; None where none are expected.

    Words that are amounts and nothing else are the same however they are written: 十五分钟 is 15分钟.
    """
    wanted: Sequence[str] = expect.get("must_contain") or ()
    return all(_says(said["text"], words) for words in wanted) if wanted else None


def _says(text: str, words: str) -> bool:
    if words in text:
        return True
    amounts = numbers(words)
    return bool(amounts) and _AMOUNT.fullmatch(words) is not None and amounts <= numbers(text)
