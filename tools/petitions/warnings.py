"""Warnings ahead of complaints (未诉先办): risk words, many people, a sudden rise; each to be acknowledged in time.

Which words are risky and how soon somebody must answer is the city's: a list of ``Rule`` records from its pack.

::

    - {id: wages, words: [拖欠工资, 讨薪], level: urgent, acknowledge_minutes: 60}
    - {id: crowd, people: 10, days: 3, level: critical, acknowledge_minutes: 30}
    - {id: rise, rise: true, acknowledge_minutes: 480}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from city.errors import BadInput, NotFound, Refused
from city.pack.problems import PackError
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import Record
from tools.petitions.cards import callers_of
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream, cluster_name
from tools.petitions.terms import plain
from tools.petitions.topics import HotTopic

FILE = "workorders/warnings.yaml"
Level = Literal["normal", "urgent", "critical"]
Cause = Literal["words", "people", "rise"]


class Rule(Record):
    """When to warn: at these words, at so many people on a topic within so many days, or at a hot topic.

    Words and people together: a topic of so many people in whose latest petition one of the words stands.
    """

    id: str = Field(min_length=1)
    words: tuple[str, ...] = ()
    people: int = Field(default=1, ge=1)
    days: int = Field(default=7, ge=1)
    rise: bool = False
    level: Level = "normal"
    acknowledge_minutes: int = Field(ge=1)

    @model_validator(mode="after")
    def _says_when(self) -> Rule:
        if not (self.words or self.people > 1 or self.rise):
            raise ValueError(f"rule {self.id!r} never warns: give words, people or rise")
        if self.rise and (self.words or self.people > 1):
            raise ValueError(f"rule {self.id!r} is of a rise: put words and people into a rule of their own")
        if any(not word.strip() for word in self.words):
            raise ValueError(f"rule {self.id!r} has an empty word, which would stand in every petition: take it out")
        return self


class Rules(Record):
    """The city's rules, as its pack lists them."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def load(cls, root: Path) -> Rules:
        """The pack's rules; a pack without the file warns of nothing. Raises PackError."""
        if not (root / FILE).is_file():
            return cls()
        data, problems = read_yaml(root / FILE, root)
        if problems:
            raise PackError(problems)
        try:
            return cls.model_validate({"rules": data or ()})
        except ValidationError as error:
            raise PackError(validation_problems(error, FILE)) from error


class Warned(Record):
    """A warning as it stands; it is open until ``acknowledged_at``."""

    id: str = Field(description="the rule and what gave rise to it: the same whoever finds it")
    rule: str
    cause: Cause
    level: Level
    cluster: str
    petitions: tuple[str, ...]
    words: tuple[str, ...] = ()
    people: int
    raised_at: AwareDatetime
    acknowledge_by: AwareDatetime
    acknowledged_at: AwareDatetime | None = None
    acknowledged_by: str = ""

    def late(self, now: datetime) -> bool:
        """Whether nobody has answered in time, or somebody did too late."""
        return (self.acknowledged_at or now) > self.acknowledge_by


class Warnings:
    """The warnings of a stream. A rule warns once of a topic, and again only after that warning was acknowledged."""

    def __init__(self, rules: Sequence[Rule], given: Iterable[Warned] = ()) -> None:
        """``given`` are warnings kept from before. Raises BadInput where two rules have one id."""
        self.rules = tuple(rules)
        self._by_id = {warned.id: warned for warned in given}
        for rule in rules:
            if sum(other.id == rule.id for other in rules) > 1:
                raise BadInput(f"two rules are called {rule.id!r}: give each its own id")

    @property
    def all(self) -> tuple[Warned, ...]:
        """Every warning, in the order they were raised."""
        return tuple(self._by_id.values())

    def petition(self, stream: Stream, petition: Petition) -> list[Warned]:
        """Warnings that a petition placed just now gives rise to. Raises NotFound for one that was not placed."""
        cluster = stream.cluster_of(petition.id)
        members = [stream.petitions[n] for n in cluster.members]
        text = plain(f"{petition.title}\n{petition.detail}")
        raised = []
        for rule in (rule for rule in self.rules if not rule.rise):
            words = tuple(word for word in rule.words if plain(word) in text)
            since = petition.at - timedelta(days=rule.days)
            near = [member for member in members if since <= member.at <= petition.at]
            people = callers_of(near)
            if people < rule.people or (rule.words and not words):
                continue
            told = tuple(member.id for member in near) if rule.people > 1 else (petition.id,)
            cause: Cause = "words" if words else "people"
            name = f"{rule.id}:{petition.id}"
            raised += self._raise(name, rule, cause, cluster_name(cluster.number), told, people, petition.at, words)
        return raised

    def topics(self, hot: Sequence[HotTopic], now: datetime) -> list[Warned]:
        """Warnings of the rules of a rise."""
        raised = []
        for rule in (rule for rule in self.rules if rule.rise):
            for topic in hot:
                name = f"{rule.id}:{topic.card.samples[0]}:{now.date().isoformat()}"
                raised += self._raise(name, rule, "rise", topic.card.id, topic.card.samples, topic.people, now)
        return raised

    def acknowledge(self, warning: str, at: datetime, by: str) -> Warned:
        """Somebody has seen it. Raises NotFound, Refused where it was answered already, BadInput for a bad time."""
        if warning not in self._by_id:
            raise NotFound(f"there is no warning {warning!r}")
        warned = self._by_id[warning]
        if warned.acknowledged_at is not None:
            raise Refused(f"warning {warning!r} was acknowledged by {warned.acknowledged_by!r} already")
        if at.tzinfo is None or at < warned.raised_at or not by:
            raise BadInput(f"warning {warning!r}: give who, and a time with a zone, not before {warned.raised_at}")
        done = warned.model_copy(update={"acknowledged_at": at, "acknowledged_by": by})
        self._by_id[warning] = done
        return done

    def late(self, now: datetime) -> list[Warned]:
        """Open warnings whose time has run out."""
        return [warned for warned in self.all if warned.acknowledged_at is None and warned.late(now)]

    def _raise(
        self,
        name: str,
        rule: Rule,
        cause: Cause,
        cluster: str,
        petitions: tuple[str, ...],
        people: int,
        at: datetime,
        words: tuple[str, ...] = (),
    ) -> list[Warned]:
        if any(w.rule == rule.id and w.cluster == cluster and w.acknowledged_at is None for w in self.all):
            return []
        warned = Warned(
            id=name,
            rule=rule.id,
            cause=cause,
            level=rule.level,
            cluster=cluster,
            petitions=petitions,
            words=words,
            people=people,
            raised_at=at,
            acknowledge_by=at + timedelta(minutes=rule.acknowledge_minutes),
        )
        self._by_id[warned.id] = warned
        return [warned]
