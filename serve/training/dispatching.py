"""Settled dispatches as examples of the task ``dispatch``: asked as the engine is asked, answered as people decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from agents.dispatch.deciding import asked
from agents.dispatch.dispatcher import Dispatcher
from agents.dispatch.suggestion import Option
from agents.engines.tasks import DispatchGiven
from agents.triage.draft import Spot
from agents.triage.facts import whereabouts
from city.intake import Intake
from serve.training.answers import dispatch_answer
from serve.training.decisions import Decision
from serve.training.ledger import Story, step
from serve.training.masking import cleaned, doubtful
from serve.training.records import Example, Kind, LeftOut, Metadata, PromptUsed
from serve.training.wording import messages
from tools.workorders.acts import Start

TASK = "dispatch"


class Made(NamedTuple):
    """An example before its matter and side are known. ``words``: the petition and its place, as exported."""

    given: DispatchGiven
    answer: str
    kind: Kind
    by_record: bool
    label: str
    masked: dict[str, int]
    day: date

    @property
    def words(self) -> str:
        """What the example is about."""
        return f"{self.given.place}\n{self.given.message}"


class Asker(NamedTuple):
    """Asks again what was asked, or would have been, before a dispatch."""

    intake: Intake
    gazetteer: Sequence[str]

    def example(self, dispatcher: Dispatcher, story: Story, decision: Decision, day: date) -> Made | LeftOut:
        """The example of a decision made on ``day``, with the options of ``dispatcher``, or why there is none."""
        filed = story.filed
        place = filed.place.text if filed.place else ""
        clean = cleaned((filed.narrative, place), filed.parties, self.gazetteer)
        if clean is None:
            return LeftOut.MASKING_UNSURE
        message = self.intake.of_the_matter(clean.texts[0])
        where = whereabouts(_spot(filed, clean.texts[1]))
        ranked = dispatcher.rank(message, where, day)
        number = _taken(ranked.options, decision)
        if number is None:
            return LeftOut.NOT_OFFERED
        given = asked(ranked, message, where)
        answer = dispatch_answer(given, number, ranked.quotes[ranked.options[number - 1].category])
        if not answer:
            return LeftOut.NOT_SAYABLE
        if any(doubtful(text, self.gazetteer) for text in (given.message, given.place)):
            return LeftOut.MASKING_UNSURE
        kind = _kind(decision, number)
        label = decision.duty_item or decision.unit
        return Made(given, answer, kind, decision.verdict in _JUDGED, label, clean.replaced, day)


_JUDGED = {"accepted": Kind.CONFIRMATION, "rejected": Kind.CORRECTION}
"""Verdicts that say it all; an edited suggestion may differ in the units that only take part."""


def _kind(decision: Decision, number: int) -> Kind:
    """By the record where it tells; else the suggestion, which is the first option, is compared with what was done."""
    return _JUDGED.get(decision.verdict) or (Kind.CONFIRMATION if number == 1 else Kind.CORRECTION)


def _spot(filed: Start, text: str) -> Spot:
    if filed.place is None:
        return Spot()
    return Spot.model_validate({**filed.place.model_dump(exclude={"crs"}), "text": text})


def _taken(options: Sequence[Option], decision: Decision) -> int | None:
    """The number of the option that is what people decided: unit and duty item, or the item where the unit is open.

    An option of the right unit under another duty item is not it: its description speaks of something else.
    """
    for number, option in enumerate(options, 1):
        if option.duty_item == decision.duty_item and option.unit == decision.unit:
            return number
    for number, option in enumerate(options, 1):
        if not option.unit and option.duty_item and option.duty_item == decision.duty_item:
            return number
    return None


class Origin(NamedTuple):
    """What all examples of an export share."""

    city: str
    software: str
    prompt: PromptUsed


def finished(made: Made, story: Story, decision: Decision, matter: str, origin: Origin) -> Example:
    """The example with where it comes from."""
    steps = (step(story.events[0]), *(step(event) for event in decision.steps))
    return Example(
        messages=messages(TASK, made.given, made.answer),
        metadata=Metadata(
            id=f"{TASK}/{story.order}",
            task=TASK,
            kind=made.kind,
            judged_by="record" if made.by_record else "comparison",
            label=made.label,
            matter=matter,
            city=origin.city,
            source=story.order,
            steps=steps,
            approved_by=decision.event.role.value,
            as_of=made.day,
            prompt=origin.prompt,
            masked=made.masked,
            software=origin.software,
        ),
    )
