"""From the ledger to examples: every decision is either exported or counted among what was left out, with why."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from typing import NamedTuple
from zoneinfo import ZoneInfo

from serve.training.decisions import Decision, settled
from serve.training.dispatching import TASK, Asker, Made, Origin, finished
from serve.training.fitness import Fitness
from serve.training.ledger import Ledger, Story
from serve.training.likeness import Known, plain
from serve.training.matters import Groups, matters, side
from serve.training.records import Counts, Example, Kind, LeftOut, Manifest, Split
from serve.training.unseen import Readers
from serve.training.wording import prompt_used
from tools.petitions.stream import Stream

Progress = Callable[[str, float], None]
_STEP = 50


class Wanted(NamedTuple):
    """What an export is to hold. ``cap``: at most so many examples of a class in training, corrections first."""

    since: date | None = None
    until: date | None = None
    cap: int | None = None
    holdout: float = 0.1


@dataclass(frozen=True)
class Sources:
    """What of a city an export reads."""

    city: str
    timezone: str
    fitness: Fitness
    asker: Asker
    readers: Readers
    known: Known
    stream: Callable[[], Stream]


class _Settled(NamedTuple):
    story: Story
    decision: Decision
    day: date


class _Found(NamedTuple):
    story: Story
    decision: Decision
    made: Made


@dataclass
class Gathered:
    """Examples by their side, and what was left out."""

    examples: dict[Split, list[Example]] = field(default_factory=lambda: {"train": [], "holdout": []})
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    @property
    def all(self) -> list[Example]:
        """Both sides."""
        return [*self.examples["train"], *self.examples["holdout"]]


def gather(
    ledger: Ledger, sources: Sources, wanted: Wanted, progress: Progress = lambda stage, share: None
) -> Gathered:
    """The examples of the ledger's settled dispatches. The same input gives the same examples in the same order."""
    gathered = Gathered()
    origin = Origin(sources.city, version("citydesk"), prompt_used(TASK))
    usable = [one for one in _decided(ledger, sources, wanted, gathered.left_out) if _may(one, sources, gathered)]
    progress("petitions", 1.0)
    groups = matters(ledger.stories, [one.story.order for one in usable], sources.stream())
    progress("matters", 1.0)
    found = list(_examples(usable, groups, sources, gathered.left_out, progress))
    kept = _once(found, gathered.left_out)
    for one, split in _sides(kept, groups, sources.city, wanted, gathered.left_out):
        matter = groups.of(one.story.order)
        gathered.examples[split].append(finished(one.made, one.story, one.decision, matter, origin))
    return gathered


def _decided(ledger: Ledger, sources: Sources, wanted: Wanted, left_out: Counter[LeftOut]) -> Iterator[_Settled]:
    """What people settled in the period, day by day: the duty list of a day is read once."""
    zone = ZoneInfo(sources.timezone)
    found = []
    for story in ledger.stories.values():
        decision = settled(story)
        if isinstance(decision, LeftOut):
            left_out[decision] += 1
            continue
        day = decision.event.at.astimezone(zone).date()
        if (wanted.since and day < wanted.since) or (wanted.until and day > wanted.until):
            left_out[LeftOut.OUT_OF_PERIOD] += 1
        else:
            found.append(_Settled(story, decision, day))
    yield from sorted(found, key=lambda one: (one.day, one.story.order))


def _may(one: _Settled, sources: Sources, gathered: Gathered) -> bool:
    """Whether a decision may be learnt from at all; counted where not."""
    against = sources.fitness.against(one.story)
    if against is None and sources.known.holds(one.story.filed.narrative):
        against = LeftOut.EVALUATION
    if against:
        gathered.left_out[against] += 1
    return against is None


def _examples(
    usable: Sequence[_Settled], groups: Groups, sources: Sources, left_out: Counter[LeftOut], progress: Progress
) -> Iterator[_Found]:
    petitions = {one.story.order: one.story.filed.narrative for one in usable}
    dispatchers = sources.readers.of(petitions, groups)
    for number, (story, decision, day) in enumerate(usable):
        if number % _STEP == 0:
            progress("examples", number / len(usable))
        dispatcher = dispatchers.get(story.order)
        made = sources.asker.example(dispatcher, story, decision, day) if dispatcher else LeftOut.LEARNT_ALREADY
        if isinstance(made, LeftOut):
            left_out[made] += 1
        else:
            yield _Found(story, decision, made)
    progress("examples", 1.0)


def _once(found: Iterable[_Found], left_out: Counter[LeftOut]) -> list[_Found]:
    """Each text once, its latest decision; none where people decided the same text differently."""
    by_words: defaultdict[str, list[_Found]] = defaultdict(list)
    for one in found:
        by_words[plain(one.made.words)].append(one)
    kept = []
    for same in by_words.values():
        decisions = {(one.decision.unit, one.decision.duty_item) for one in same}
        if len(decisions) > 1:
            left_out[LeftOut.DISAGREED] += len(same)
            continue
        left_out += Counter({LeftOut.DUPLICATE: len(same) - 1})  # in place, and nothing where it is none
        kept.append(same[-1])
    return kept


def _sides(
    kept: Iterable[_Found], groups: Groups, city: str, wanted: Wanted, left_out: Counter[LeftOut]
) -> Iterator[tuple[_Found, Split]]:
    """Every example with its side, in the order of work orders; in training no class has more than the cap."""
    seen: Counter[str] = Counter()
    chosen: list[tuple[_Found, Split]] = []
    for one in sorted(kept, key=_scarce_first):
        split = side(city, groups.of(one.story.order), wanted.holdout)
        if split == "train":
            seen[one.made.label] += 1
            if wanted.cap is not None and seen[one.made.label] > wanted.cap:
                left_out[LeftOut.OVER_CAP] += 1
                continue
        chosen.append((one, split))
    yield from sorted(chosen, key=lambda pair: pair[0].story.order)


def _scarce_first(one: _Found) -> tuple[bool, str]:
    """Corrections before confirmations, then in an order that has nothing to do with time."""
    drawn = hashlib.sha256(one.story.order.encode()).hexdigest()
    return one.made.kind is Kind.CONFIRMATION, drawn


def manifest_of(ledger: Ledger, sources: Sources, wanted: Wanted, gathered: Gathered) -> Manifest:
    """The manifest, still without the files."""
    times = [step.at for one in gathered.all for step in one.metadata.steps[1:2]]
    counts = {name: _kinds(examples) for name, examples in gathered.examples.items()}
    return Manifest(
        city=sources.city,
        software=version("citydesk"),
        chain=ledger.chain,
        since=wanted.since,
        until=wanted.until,
        first=min(times, default=None),
        last=max(times, default=None),
        cap=wanted.cap,
        folds=sources.readers.folds,
        holdout=wanted.holdout,
        kept_out=len(sources.known),
        prompts={TASK: prompt_used(TASK)},
        tasks={
            TASK: Counts(
                train=counts["train"],
                holdout=counts["holdout"],
                labels=len({one.metadata.label for one in gathered.all}),
                left_out={reason: gathered.left_out[reason] for reason in LeftOut if gathered.left_out[reason]},
            )
        },
        files=(),
    )


def _kinds(examples: Iterable[Example]) -> Mapping[Kind, int]:
    found = Counter(one.metadata.kind for one in examples)
    return {kind: found[kind] for kind in Kind}
