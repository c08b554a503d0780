"""Matters that somebody has to go and settle: written down, shown, and filed once the citizen says so.

Nothing is said to be registered that is not. Where this installation keeps no work orders, or the talk is not
remembered, the way is the hotline's phone.
"""

from __future__ import annotations

import asyncio
import re

from agents.context import TurnContext
from agents.contract import Draft, Proposal, Sentence, SpecialistName
from agents.orders import Orders
from agents.outcomes import Outcome
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from agents.triage.draft import Petition as Written
from agents.triage.facts import gaps
from agents.triage.reading import ask_or_show, begin, take_in
from agents.triage.replying import Meaning, told
from agents.triage.showing import choices, draft, question
from agents.triage.telling import moment
from knowledge.model import Level
from tools.workorders.model import WorkOrder

PROPOSAL = "work_order"
_HAN = re.compile("[\u4e00-\u9fff]")


class Petition:
    """Asks what is missing, shows the draft, files it."""

    name: SpecialistName = "petition"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """One step of the talk in which a petition is written down."""
        orders = context.house.orders
        if orders is None or not context.remembered:
            said = [frame(context.say("petition_by_phone", phone=context.phone))]
            return self._draft(context, task, Outcome.FOR_PERSON, said)
        if task.petition is None:
            opened = begin(context, orders, task.question, task.kind, task.flags)
            if not task.question.strip() or orders.intake.says("file", task.question):
                return self._next(context, orders, task, ask_or_show(orders, opened))
            read = await take_in(context, orders, opened, task.question, context.cleaned)
            return self._next(context, orders, task, ask_or_show(orders, read))
        petition = Written.model_validate(task.petition)
        if not _HAN.search(context.cleaned):
            context.language = petition.language  # "skip" or a bare number is in no language of its own
        match Meaning[task.meaning]:
            case Meaning.FILE:
                return await self._file(context, orders, task, petition)
            case Meaning.DROP:
                return self._draft(context, task, Outcome.SMALLTALK, [frame(context.say("petition_dropped"))])
            case Meaning.STAY:
                return self._next(context, orders, task, petition)
            case _:
                return self._next(context, orders, task, await told(context, orders, petition, task.question))

    def _next(self, context: TurnContext, orders: Orders, task: Assignment, petition: Written) -> Draft:
        said = draft(context, orders, petition) if petition.ready else [question(context, petition)]
        if not petition.ready and len(petition.asked) == 1 and petition.said:
            said.insert(0, frame(context.say("petition_begun")))
        outcome = Outcome.PETITION if petition.ready else Outcome.NEEDS_FACT
        made = self._draft(context, task, outcome, said)
        made.options = choices(context, petition)
        made.proposal = Proposal(
            kind=PROPOSAL, summary=orders.title(petition), payload=petition.model_dump(mode="json")
        )
        if petition.suggestion:
            made.notes = {"dispatch": petition.suggestion.model_dump(mode="json", exclude={"legal_basis"})}
        return made

    async def _file(self, context: TurnContext, orders: Orders, task: Assignment, petition: Written) -> Draft:
        left = gaps(petition, orders.intake, orders.leaf(petition))
        engine = context.engine
        city = context.house.pack.city.id
        order: WorkOrder = await asyncio.to_thread(
            orders.file, petition, context.vault, city, f"talk:{context.thread}", left, engine
        )
        said = [frame(_receipt(context, order))]
        if petition.anonymous:
            said.append(frame(context.say("no_phone_note")))
        made = self._draft(context, task, Outcome.FILED, said)
        made.orders = [order.number]
        return made

    def _draft(self, context: TurnContext, task: Assignment, outcome: Outcome, said: list[Sentence]) -> Draft:
        return Draft(
            specialist=self.name,
            question=task.question,
            outcome=outcome,
            sentences=said,
            engine=context.engine,
        )


def _receipt(context: TurnContext, order: WorkOrder) -> str:
    """The number, and who answers until when where that is settled already."""
    unit = context.house.pack.unit(order.lead.unit) if order.lead else None
    if unit is None or order.due_at is None:
        return context.say("petition_submitted_pending", number=order.number)
    return context.say("petition_submitted", number=order.number, unit=unit.name, due=moment(context, order.due_at))


SPECIALIST = Petition()
