"""Work orders that are filed: where they stand, and what a citizen may do to them."""

from __future__ import annotations

import asyncio

from agents.context import TurnContext
from agents.contract import Draft, Sentence, SpecialistName
from agents.orders import Orders as Desk
from agents.orders import same_phone
from agents.outcomes import Outcome
from agents.qa.notes import frame
from agents.specialists.base import Assignment
from agents.triage.following import Step, Wish, key_of, numbers_in, step, wish
from agents.triage.telling import status
from city.errors import NotFound, Refused
from knowledge.model import Level
from tools.workorders.model import WorkOrder

_MOST = 3


class Orders:
    """Tells progress; urges, adds, withdraws, rates, objects."""

    name: SpecialistName = "orders"
    levels: frozenset[Level] = frozenset()

    async def work(self, context: TurnContext, task: Assignment) -> Draft:
        """One message about orders that were filed."""
        desk = context.house.orders
        if desk is None:
            return self._draft(context, task, [context.say("repeat_by_phone", phone=context.phone)], Outcome.FOR_PERSON)
        named, wrong = numbers_in(context.cleaned)
        known = [number for number in task.orders if not named or number in named]
        if not (named or known):
            key = "order_number_wrong" if wrong else "order_number_needed"
            return self._draft(context, task, [context.say(key, phone=context.phone)], Outcome.NEEDS_FACT)
        try:
            found = [await asyncio.to_thread(desk.store.get, name) for name in (named or known)[-_MOST:]]
        except NotFound:
            said = [context.say("order_unknown", number=named[0], phone=context.phone)]
            return self._draft(context, task, said, Outcome.NEEDS_FACT)
        return await self._about(context, desk, task, found)

    async def _about(self, context: TurnContext, desk: Desk, task: Assignment, found: list[WorkOrder]) -> Draft:
        text, order = task.question, found[-1]
        wanted = wish(desk.intake, text) or Wish.PROGRESS
        own = _is_own(context, task, order)
        if wanted is Wish.PROGRESS:
            said = [
                line for one in found for line in await self._status(context, desk, one, _is_own(context, task, one))
            ]
            return self._draft(context, task, said, Outcome.PROGRESS, found)
        if not own:
            said = [context.say("order_phone_needed", number=order.number)]
            return self._draft(context, task, said, Outcome.NEEDS_FACT)
        made = step(desk, order, wanted, text)
        if made is None:
            said = [context.say("order_not_now", number=order.number), *await self._status(context, desk, order, own)]
            return self._draft(context, task, said, Outcome.PROGRESS, [order])
        if wanted is Wish.WITHDRAW and not desk.intake.mentions("sure", text):
            draft = self._draft(context, task, [context.say("order_withdraw_sure", number=order.number)],
                                Outcome.NEEDS_FACT, [order])  # fmt: skip
            draft.options = [context.say("option_withdraw", number=order.number)]
            return draft
        return await self._do(context, desk, task, order, made, wanted)

    async def _do(
        self, context: TurnContext, desk: Desk, task: Assignment, order: WorkOrder, made: Step, wanted: Wish
    ) -> Draft:
        key = key_of(context.thread, order, made, task.question)
        payload = {name: context.vault.unmask(v) if isinstance(v, str) else v for name, v in made.payload.items()}
        reason = context.vault.unmask(made.reason)
        actor = f"talk:{context.thread}"
        try:
            after = await asyncio.to_thread(desk.act, order.number, made.act, actor, payload, key=key, reason=reason)
        except Refused:
            said = [context.say("order_for_person", number=order.number, phone=context.phone)]
            return self._draft(context, task, said, Outcome.FOR_PERSON, [order])
        said = [context.say(f"order_done_{wanted.value}", number=after.number)]
        return self._draft(context, task, said, Outcome.PROGRESS, [after])

    async def _status(self, context: TurnContext, desk: Desk, order: WorkOrder, own: bool) -> list[str]:
        events = await asyncio.to_thread(desk.store.events, order.number) if own else []
        return status(context, order, events, own=own)

    def _draft(
        self,
        context: TurnContext,
        task: Assignment,
        said: list[str],
        outcome: Outcome,
        found: list[WorkOrder] | None = None,
    ) -> Draft:
        sentences: list[Sentence] = [frame(line) for line in said]
        return Draft(
            specialist=self.name,
            question=task.question,
            outcome=outcome,
            sentences=sentences,
            engine=context.engine,
            orders=[order.number for order in found or []],
        )


def _is_own(context: TurnContext, task: Assignment, order: WorkOrder) -> bool:
    """Whether this talk may see and act on ``order``: it was filed here, or its phone number was given here."""
    given = context.vault.tokens.values()
    return order.number in task.orders or any(same_phone(order, value) for value in given)


SPECIALIST = Orders()
