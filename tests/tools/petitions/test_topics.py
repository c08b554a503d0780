"""Hot topics: many people, not many letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.tools.petitions.town import START, petition
from tools.petitions.stream import Stream
from tools.petitions.topics import HotTopics, TopicSettings, trend_of

DAY = START + timedelta(days=12)


def _outbreak(stream: Stream, people: int, *, caller: str = "", at: datetime = DAY) -> None:
    for number in range(people):
        when = at + timedelta(minutes=number)
        each = petition(7_000 + number, 3, 150, caller=caller or f"c{number}", at=when)
        stream.place(each.model_copy(update={"category": "upkeep", "units": ("street-3",)}))


def test_many_people_at_once_are_hot_and_the_card_tells(stream: Stream) -> None:
    _outbreak(stream, 15)
    hot = HotTopics().look(stream, DAY + timedelta(hours=2))
    assert len(hot) == 1
    topic = hot[0]
    assert topic.people == topic.card.callers == 15
    assert topic.expected < 1
    assert topic.chance < 0.001
    assert topic.trend[-1].people == 15
    assert topic.card.categories[0].name == "upkeep"
    assert topic.card.units[0].name == "street-3"
    assert any("霞岚" in place.name for place in topic.card.places)
    assert len(set(topic.card.samples)) == 5


def test_one_person_writing_often_is_no_hot_topic(stream: Stream) -> None:
    _outbreak(stream, 20, caller="always the same")
    assert HotTopics().look(stream, DAY + timedelta(hours=2)) == []


def test_a_quiet_week_has_none(stream: Stream) -> None:
    assert HotTopics().look(stream, DAY) == []
    assert HotTopics().look(Stream(), DAY) == []


def test_the_day_it_was_raised_is_kept_and_the_lead_grows(stream: Stream) -> None:
    watch = HotTopics()
    _outbreak(stream, 8)
    raised = watch.look(stream, DAY + timedelta(hours=2))[0].raised_at
    for number in range(20):
        stream.place(petition(8_000 + number, 3, 150, at=DAY + timedelta(days=2, minutes=number)))
    later = watch.look(stream, DAY + timedelta(days=2, hours=2))[0]
    assert later.raised_at == raised
    assert later.lead_days == 2


def test_what_comes_later_is_not_seen(stream: Stream) -> None:
    _outbreak(stream, 15, at=DAY + timedelta(days=1))
    assert HotTopics().look(stream, DAY) == []


def test_fewer_than_the_least_are_never_hot(stream: Stream) -> None:
    _outbreak(stream, 15)
    assert HotTopics(TopicSettings(least=16)).look(stream, DAY + timedelta(hours=2)) == []


def test_days_are_those_of_the_zone_asked_in() -> None:
    late = petition(1, 3, 0, at=START.replace(hour=23, minute=30))
    assert trend_of([late], DAY)[0].day == START.date()
    assert trend_of([late], START) == ()
