from __future__ import annotations

from datetime import date

from agents.context import House, TurnContext
from agents.contract import Draft, Evidence, Sentence
from agents.outcomes import Outcome
from agents.qa import notes
from knowledge.library import Hit, Query
from tests.agents.making import context_of
from tests.conftest import TODAY


def draft_of(*quotes: str) -> Draft:
    evidence = [Evidence(provision="p#1", start=0, end=len(q), quote=q) for q in quotes]
    sentences = [Sentence(text=e.quote, evidence=[e]) for e in evidence]
    return Draft(
        specialist="regulation", question="", outcome=Outcome.ANSWERED, sentences=sentences, provisions=["p#1"]
    )


def hit_of(context: TurnContext, name: str, as_of: date = TODAY) -> Hit:
    provision = context.house.library.get(name)
    meta = context.house.library.meta(provision.document)
    query = Query(text=provision.text, as_of=as_of, region=context.region, documents=frozenset({meta.id}), limit=60)
    return next(hit for hit in context.house.library.search(query) if hit.provision.id == name)


def frames(draft: Draft) -> list[str]:
    return [s.text for s in draft.sentences if s.kind == "frame"]


def test_a_plain_question_of_today_gets_no_notes(house: House) -> None:
    context = context_of(house)
    hit = hit_of(context, "yl-dog-2019#2")
    told = notes.add(context, draft_of("遛狗要牵绳。"), "遛狗要牵绳吗", [hit], [], TODAY)
    assert frames(told) == []
    assert told.outcome is Outcome.ANSWERED


def test_the_past_is_marked_before_and_versions_after(house: House) -> None:
    then = date(2023, 5, 1)
    context = context_of(house)
    hit = hit_of(context, "yl-parking-2016#2", then)
    told = notes.add(context, draft_of("收费。"), "停车收费", [hit], [], then)
    assert told.sentences[0].text == context.say("as_of_note", date="2023年5月1日")
    assert context.say("version_note", title=hit.meta.title, date=notes.day(hit.meta.valid_from)) in frames(told)
    assert any("2024年7月1日" in text and "失效" in text for text in frames(told))


def test_asking_for_the_older_version_names_both(house: House) -> None:
    context = context_of(house)
    hit = hit_of(context, "yl-parking-2024#2")
    told = notes.add(context, draft_of("收费。"), "以前的停车条例还有效吗", [hit], [], TODAY)
    assert told.sentences[0].kind == "claim"
    assert any("2024年7月1日起施行" in text for text in frames(told))
    assert any("已于2024年7月1日失效" in text for text in frames(told))


def test_what_is_left_to_a_later_notice_is_not_guessed(house: House) -> None:
    context = context_of(house)
    hit = hit_of(context, "yl-parking-2024#2")
    told = notes.add(context, draft_of("开通时间另行通知。"), "什么时候开通", [hit], [], TODAY)
    owner = context.house.pack.unit(hit.meta.owner_unit)
    assert owner is not None
    assert frames(told)[-1] == context.say("no_guess", unit=owner.name, phone=context.phone)
    assert told.outcome is Outcome.PARTLY_ANSWERED
    other = notes.add(context, draft_of("开通时间另行通知。"), "开通后怎么收费", [hit], [], TODAY)
    assert other.outcome is Outcome.ANSWERED


def test_nothing_found_names_what_was_near(house: House) -> None:
    context = context_of(house)
    hits = [hit_of(context, name) for name in ("yl-dog-2019#2", "yl-dog-2019#3", "yl-parking-2024#2")]
    told = notes.not_found(context, draft_of(), hits, TODAY)
    assert told.outcome is Outcome.NOT_FOUND
    assert 0 < len(told.topics) <= notes.MOST_TOPICS
    assert len(set(told.topics)) == len(told.topics)
    assert all(topic in told.sentences[-1].text for topic in told.topics)
    nothing = notes.not_found(context, draft_of(), [], TODAY)
    assert frames(nothing) == [context.say("not_found_no_topics", phone=context.phone)]


def test_another_time_is_told_as_such(house: House) -> None:
    context = context_of(house)
    library = house.library
    ended = library.meta("yl-parking-2016")
    told = notes.not_found(context, draft_of(), [], TODAY, ended)
    assert "2024年7月1日" in frames(told)[0]
    assert "失效" in frames(told)[0]
    early = date(2024, 1, 1)
    told = notes.not_found(context, draft_of(), [], early, library.meta("yl-parking-2024"))
    assert frames(told)[0] == context.say("as_of_note", date="2024年1月1日")
    assert "才开始施行" in frames(told)[1]
    policy = library.meta("yl-pol-homebuy-2022")
    assert "到期" in frames(notes.not_found(context, draft_of(), [], TODAY, policy))[0]


def test_a_day_reads_as_chinese_and_none_as_nothing() -> None:
    assert notes.day(date(2026, 1, 9)) == "2026年1月9日"
    assert notes.day(None) == ""
