"""A stream in which matters flare up, replayed once; cases are the matters and the days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from city.gazetteer import Gazetteer
from city.intake import Intake
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored
from tools.petitions.petition import Petition
from tools.petitions.stream import Stream
from tools.petitions.topics import HotTopics
from tools.petitions.warnings import Rule, Rules, Warned, Warnings
from tools.workorders.scheme import load_scheme

_USUAL = timedelta(days=14)
_LOOK = timedelta(hours=4)


class Replayed(NamedTuple):
    """What came of the stream: every warning, and the cluster in which each message lies at the end."""

    warned: tuple[Warned, ...]
    clusters: dict[str, int]
    single: frozenset[str]
    """Rules that warn of one message by its words."""


class HotTopicsSuite:
    """The pack's stream with its matters."""

    def cases(self, place: Place) -> list[Case]:
        """One case a matter, and one for each day that counts."""
        told = [row for _, row in of_city("hot_topics", place)]
        matters: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in told:
            if row["matter"]:
                matters[row["matter"]].append(row)
        labels = {row["id"]: row["matter"] for row in told if row["matter"]}
        first = datetime.fromisoformat(told[0]["at"]) + _USUAL
        days = sorted({at.date() for row in told if (at := datetime.fromisoformat(row["at"])).date() >= first.date()})
        return [*(_matter(name, rows) for name, rows in matters.items()), *(_day(day, labels) for day in days)]

    def open(self, place: Place) -> Replayed:
        """Replay the stream as work orders would follow it: seconds."""
        gazetteer = Gazetteer.of(place.pack)
        names = {path[-1].code: path[-1].name for path in load_scheme(place.root).categories.paths()}
        petitions = [_petition(place, row, gazetteer, names) for _, row in of_city("hot_topics", place)]
        spots = {spot.name: spot.kind for mention in gazetteer.all for spot in mention}
        stream = Stream(gazetteer=spots, progress=tuple(Intake.load(place.root).progress))
        return replay(petitions, stream, Rules.load(place.root).rules)

    async def run(self, subject: Replayed, case: Case, trial: int) -> Json:  # every trial is the same
        """The warnings of a matter's messages, or of a day; and with whom a matter's messages lie together."""
        if case.given["case"] == "day":
            return {"warned": [_told(one, subject) for one in subject.warned if _on(one, case.given["day"])]}
        own = case.given["messages"]
        lie = Counter(subject.clusters[name] for name in own)
        largest = min(lie, key=lambda cluster: (-lie[cluster], cluster))
        return {
            "warned": [_told(one, subject) for one in subject.warned if {*own} & {*one.petitions}],
            "together": sorted(name for name, cluster in subject.clusters.items() if cluster == largest),
        }

    def score(self, case: Case, said: Json) -> Scored:
        """A warning is of a matter when most of its messages are."""
        values = dict.fromkeys(
            ("seen", "delay_hours", "ahead", "false_a_week", "single_a_week", "found", "wrong", "missed")
        )
        if case.given["case"] == "day":
            false = [one for one in said["warned"] if not _matter_of(one["petitions"], case.expect["labels"])]
            single = [one for one in false if one["single"]]
            many = [one["rule"] for one in false if not one["single"]]
            figures = {"false_a_week": 7.0 * len(many), "single_a_week": 7.0 * len(single)}
            return Scored(values=values | figures, why=f"warned for nothing: {', '.join(many)}" if many else "")
        own: list[str] = case.given["messages"]
        labels = dict.fromkeys(own, "own")
        raised = sorted(one["at"] for one in said["warned"] if _matter_of(one["petitions"], labels))
        found, wrong = len({*own} & {*said["together"]}), len({*said["together"]} - {*own})
        begun = datetime.fromisoformat(case.expect["onset"])
        delay = (datetime.fromisoformat(raised[0]) - begun).total_seconds() / 3600 if raised else None
        later = sum(at > raised[0] for at in case.expect["times"]) if raised else 0
        figures = {
            "seen": float(bool(raised)),
            "ahead": later / len(own),
            "found": float(found - 1),
            "wrong": float(wrong),
            "missed": float(len(own) - found),
        }
        return Scored(values=values | figures | {"delay_hours": delay}, why="" if raised else "no warning at all")


def replay(petitions: Sequence[Petition], stream: Stream, rules: Sequence[Rule]) -> Replayed:
    """Place every message in turn, warn by the rules, and look for a rise every four hours.

    Somebody takes every warning over when its time is up: a rule is silent on a topic until then.
    """
    hot, warnings = HotTopics(), Warnings(rules)
    first = petitions[0].at + _USUAL
    at = petitions[0].at.replace(hour=0, minute=0)
    kept: list[Warned] = []
    for petition in petitions:
        while (at := at + _LOOK) <= petition.at:
            _taken_over(warnings, at)
            kept += _counted(warnings.topics(hot.look(stream, at), at) if len(stream) else [], first)
        at -= _LOOK
        if stream.due:
            stream.settle()
        stream.place(petition)
        _taken_over(warnings, petition.at)
        kept += _counted(warnings.petition(stream, petition), first)
    clusters = {one.id: stream.clusters.of[number] for number, one in enumerate(stream.petitions)}
    single = frozenset(rule.id for rule in rules if not rule.rise and rule.people == 1)
    return Replayed(tuple(kept), clusters, single)


def _taken_over(warnings: Warnings, now: datetime) -> None:
    for one in warnings.late(now):
        warnings.acknowledge(one.id, one.acknowledge_by, "clerk")


def _counted(raised: Iterable[Warned], first: datetime) -> list[Warned]:
    """What was raised before is of the weeks that teach what is usual."""
    return [one for one in raised if one.raised_at.date() >= first.date()]


def _petition(place: Place, row: dict[str, Any], gazetteer: Gazetteer, names: dict[str, str]) -> Petition:
    """A message as its work order would stand: titled by place and category, as a clerk has confirmed it."""
    spot = gazetteer.locate(row["text"]).spot
    where = spot.name if spot else ""
    return Petition(
        id=row["id"],
        title=f"{where} {names[row['category']]}".strip(),
        detail=row["text"],
        at=datetime.fromisoformat(row["at"]).astimezone(place.now.tzinfo),
        caller=row["caller"],
        category=row["category"],
        place=where,
    )


def _matter(name: str, rows: list[dict[str, Any]]) -> Case:
    times = [row["at"] for row in rows]
    return Case(
        id=f"matter-{name}",
        given={"case": "matter", "messages": [row["id"] for row in rows], "text": rows[0]["text"]},
        expect={"onset": times[0], "times": times},
        slices={"case": "matter", "matter": name},
    )


def _day(day: date, labels: dict[str, str]) -> Case:
    return Case(
        id=f"day-{day.isoformat()}",
        given={"case": "day", "day": day.isoformat()},
        expect={"labels": labels},
        slices={"case": "day", "matter": "-"},
    )


def _on(one: Warned, day: str) -> bool:
    return one.raised_at.date().isoformat() == day


def _told(one: Warned, subject: Replayed) -> Json:
    return {
        "rule": one.rule,
        "at": one.raised_at.isoformat(timespec="minutes"),
        "petitions": list(one.petitions),
        "people": one.people,
        "single": one.rule in subject.single,
    }


def _matter_of(petitions: Sequence[str], labels: dict[str, str]) -> str:
    """The matter of more than half of these messages, empty where there is none."""
    counts = Counter(labels[name] for name in petitions if name in labels)
    name, most = counts.most_common(1)[0] if counts else ("", 0)
    return name if 2 * most > len(petitions) else ""


SUITE = HotTopicsSuite()
