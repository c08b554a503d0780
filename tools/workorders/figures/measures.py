"""The other figures of section 10. Each function yields the cases of one work order and says when a case belongs to a
period; nothing is left out of these by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from tools.workorders.acts import Act
from tools.workorders.figures.cases import Case, Counting, Span
from tools.workorders.figures.story import Charge, Handling, Story

Measure = Callable[[Story, Counting], Iterator[Case | Span]]


def direct_answer(story: Story, counting: Counting) -> Iterator[Case]:
    """Direct answers: work orders whose first decision by the hotline was an answer that nobody objected to, out of
    all that were decided; at the instant of that decision.
    """
    if story.turns:
        first = story.turns[0]
        yield Case("direct_answer", first.at, "", float(first.act is Act.ANSWER and first.objected_at is None))


def first_dispatch_right(story: Story, counting: Counting) -> Iterator[Case]:
    """First-dispatch accuracy: work orders whose first unit kept the matter, out of those where that is settled; at the
    first dispatch, for the first unit.

    It is settled when a unit signs, when the return is agreed to, or when another unit is designated. A matter that was
    merged or withdrawn before, or waits unsigned, is not counted.
    """
    if not story.charges:
        return
    first = story.charges[0]
    signed = any(charge.signed_at for charge in story.charges)
    moved = _moved(story)
    if signed or moved:
        yield Case("first_dispatch_right", first.sent_at, first.unit, float(moved is None))


def second_dispatch(story: Story, counting: Counting) -> Iterator[Case]:
    """Second dispatches: work orders that went to another unit after the first, out of all dispatched; at the first
    dispatch, for the first unit. A dispatch after reopening is none.
    """
    if story.charges:
        first = story.charges[0]
        yield Case("second_dispatch", first.sent_at, first.unit, float(_moved(story) is not None))


def _moved(story: Story) -> Charge | None:
    """The turn of the first unit, where it was agreed or decided that the matter is another's."""
    for charge, following in zip(story.charges, [*story.charges[1:], None], strict=False):
        if charge.ended_by not in (Act.AGREE_RETURN, Act.DESIGNATE):
            return None
        if charge.ended_by is Act.AGREE_RETURN or (following and following.unit != charge.unit):
            return charge
    return None


def returned(story: Story, counting: Counting) -> Iterator[Case]:
    """Return rate: dispatches that the unit asked to send back, out of all dispatches; at the dispatch, for the unit.
    A designation cannot be sent back and is not counted; asking twice in one turn counts once.
    """
    for charge in story.charges:
        if not charge.designated:
            yield Case("returned", charge.sent_at, charge.unit, float(charge.asked_return_at is not None))


def signing(story: Story, counting: Counting) -> Iterator[Case | Span]:
    """Signed in time: turns signed by ``sign_due``, out of those whose signing was due or done; time to sign: from
    dispatch to signing. Both at the dispatch, for the unit. A turn that ended unsigned (returned, merged, withdrawn)
    is in neither.
    """
    for charge in story.charges:
        if charge.signed_at:
            yield Span("time_to_sign", charge.sent_at, charge.unit, (charge.signed_at - charge.sent_at).total_seconds())
            yield Case("signed_in_time", charge.sent_at, charge.unit, float(charge.signed_at <= charge.sign_due))
        elif charge.ended_at is None and charge.sign_due < counting.now:
            yield Case("signed_in_time", charge.sent_at, charge.unit, 0.0)


def on_time(story: Story, counting: Counting) -> Iterator[Case | Span]:
    """On-time rate: handlings replied to by their due time, out of all that were due; at the due time, as extended, for
    the unit. A second handling has its own due time and is a case of its own. One that ended without a reply before it
    was due (returned, merged, withdrawn, terminated) is not counted.

    Overdue time: from the due time to the reply, to that end, or to the last event read, of the handlings that were
    late.
    """
    for handling in story.handlings:
        ended = handling.replied_at or handling.ended_at
        late = (ended or counting.now) - handling.due_at
        if not _was_due(handling, counting):
            continue
        unit, at = handling.charge.unit, handling.due_at
        yield Case("on_time", at, unit, float(late <= timedelta(0)))
        if late > timedelta(0):
            yield Span("overdue", at, unit, late.total_seconds())


def _was_due(handling: Handling, counting: Counting) -> bool:
    if handling.replied_at:
        return True
    return handling.due_at < (handling.ended_at or counting.now)


def reworked(story: Story, counting: Counting) -> Iterator[Case]:
    """Rework rate: first replies of a turn that were sent back, by review or by the call-back, out of all of them; at
    the reply, for the unit.
    """
    for handling, following in zip(story.handlings, [*story.handlings[1:], None], strict=False):
        if handling.replied_at and not handling.rework:
            score = float(following is not None and following.rework)
            yield Case("reworked", handling.replied_at, handling.charge.unit, score)


def reopened(story: Story, counting: Counting) -> Iterator[Case]:
    """Reopen rate: closings that were undone, out of all closings; at the closing, for the unit."""
    # Every opening undoes the closing before it, so that only the last closing may still stand.
    for place, closing in enumerate(story.closed):
        yield Case("reopened", closing.at, closing.charge.unit, float(place < len(story.reopened)))


def extended(story: Story, counting: Counting) -> Iterator[Case]:
    """Extension rate: work orders that were granted more time, out of all dispatched; at the first dispatch, for the
    unit that has the matter or had it last.
    """
    if story.charges:
        yield Case("extended", story.charges[0].sent_at, story.unit, float(bool(story.extensions)))


def refusal_overturned(story: Story, counting: Counting) -> Iterator[Case]:
    """Refusals overturned: objections to a refusal or a redirection after which the matter was accepted, out of the
    objections that were decided; at the objection.
    """
    for turn in story.turns:
        if turn.act in (Act.REFUSE, Act.REDIRECT) and turn.objected_at and turn.then:
            yield Case("refusal_overturned", turn.objected_at, "", float(turn.then is Act.ACCEPT))


def emergencies(story: Story, counting: Counting) -> Iterator[Case | Span]:
    """Emergencies taken over within ``settings.acknowledge_seconds``, out of all raised, and the time it took; at the
    raising, for the unit that had the matter then. One that nobody took over counts as late once that time is over.
    """
    limit = timedelta(seconds=counting.settings.acknowledge_seconds)
    for alarm in story.alarms:
        took = (alarm.acknowledged_at or counting.now) - alarm.raised_at
        if alarm.acknowledged_at:
            yield Span("emergency_taken_over", alarm.raised_at, alarm.unit, took.total_seconds())
        if alarm.acknowledged_at or took > limit:
            yield Case("emergency_in_time", alarm.raised_at, alarm.unit, float(took <= limit))


def merged(story: Story, counting: Counting) -> Iterator[Case]:
    """Duplicates: work orders that were merged into another, or found to repeat one, out of all submitted; at the
    submission.
    """
    if story.submitted_at:
        yield Case("merged", story.submitted_at, story.unit, float(story.merged_at is not None))


SPANS = {"time_to_sign": ("h", 3_600), "overdue": ("d", 86_400), "emergency_taken_over": ("s", 1)}
"""Spans by their names, with the unit that people read them in, in seconds."""

SHARES = (
    "direct_answer",
    "first_dispatch_right",
    "second_dispatch",
    "returned",
    "signed_in_time",
    "on_time",
    "reworked",
    "reopened",
    "extended",
    "refusal_overturned",
    "emergency_in_time",
    "merged",
)
"""Shares by their names, in the order of a work order's life."""

MEASURES: tuple[Measure, ...] = (
    direct_answer,
    first_dispatch_right,
    second_dispatch,
    returned,
    signing,
    on_time,
    reworked,
    reopened,
    extended,
    refusal_overturned,
    emergencies,
    merged,
)
