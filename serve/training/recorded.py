"""What people's work is recorded of each task of the model, and whether an export can hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import Field

from city.schema import Record
from knowledge.eligibility.signing import read_signatures, standing
from serve.training.decisions import Decision, settled
from serve.training.ledger import Ledger, Story
from tools.workorders.acts import Act
from tools.workorders.model import Event, Role

_PEOPLE = frozenset(Role) - {Role.CITIZEN, Role.HELPER, Role.SYSTEM, Role.TIMER}
_SILENT = "not told"


class Recorded(Record):
    """People's work on one task. ``judged``: what became of the machine's suggestion, by the record."""

    task: str
    decisions: int
    judged: dict[str, int] = Field(default_factory=dict)
    exported: bool = False
    why: str = Field(default="", description="why an export cannot hold it")


def recorded(ledger: Ledger, root: Path) -> list[Recorded]:
    """Every kind of approved or corrected work that there is a record of."""
    stories = list(ledger.stories.values())
    rules = standing(read_signatures(root))
    return [
        _counted("dispatch", filter(None, map(_dispatch, stories)), "dispatch", exported=True),
        _counted("category", filter(None, map(_category, stories)), "category", _CATEGORY),
        _counted("reply", filter(None, map(_reply, stories)), "reply", _REPLY),
        _counted("answer", filter(None, map(_answer, stories)), "retrieval", _ANSWER),
        Recorded(task="draft_rule", decisions=len(rules), why=_RULE),
    ]


_CATEGORY = "no prompt asks for it: put checked messages into workorders/training, from which dispatch learns"
_REPLY = "no prompt asks for it: the draft of a reply is put together from provisions, the clerk writes the rest"
_ANSWER = "the provisions are recorded, the sentences that answer are not, and `choose` picks sentences"
_RULE = "a signed rule holds more than the form of a draft can say: cases, bounds, parameters, exclusions, versions"


def _counted(task: str, events: Iterable[Event], helper: str, why: str = "", *, exported: bool = False) -> Recorded:
    judged = Counter(_verdict(event, helper) for event in events)
    return Recorded(
        task=task, decisions=judged.total(), judged=dict(sorted(judged.items())), exported=exported, why=why
    )


def _verdict(event: Event, helper: str) -> str:
    name, _, rest = event.assisted_by.partition("/")
    return rest.rpartition(" ")[2] if name == helper and " " in rest else _SILENT


def _dispatch(story: Story) -> Event | None:
    decision = settled(story)
    return decision.event if isinstance(decision, Decision) else None


def _first(story: Story, holds: Callable[[Event], bool]) -> Event | None:
    return next((event for event in story.events if event.role in _PEOPLE and holds(event)), None)


def _category(story: Story) -> Event | None:
    """A category that a person corrected at dispatch, or gave when filing."""
    corrected = _first(story, lambda event: event.act == Act.DISPATCH and bool(event.payload["category"]))
    return corrected or _first(story, lambda event: event.act == Act.START and bool(event.payload["category"]))


def _reply(story: Story) -> Event | None:
    """The reply that a reviewer let pass."""
    last: Event | None = None
    for event in story.events:
        if event.act == Act.REPLY:
            last = event
        elif event.act == Act.PASS:
            return last
    return None


def _answer(story: Story) -> Event | None:
    return _first(story, lambda event: event.act == Act.ANSWER)
