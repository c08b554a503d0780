from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agents.engines.forms import FORMS
from agents.triage.draft import Spot
from agents.triage.facts import whereabouts
from serve.training.exporting import Gathered, Sources, Wanted, gather, manifest_of
from serve.training.likeness import Known
from serve.training.records import Example, Kind, LeftOut
from serve.training.unseen import Readers
from tests.serve.training.conftest import DAY
from tests.serve.training.making import PLACE, Life, ledger_of
from tools.workorders.acts import Act
from tools.workorders.model import Role

NARRATIVES = (
    "鼓楼街道门口三盏路灯灭了两个多月，走夜路总磕绊，打13800007777找我",
    "马路中间一个大坑，车子开过去都要绕，雨天积水看不见",
    "路边的雨水篦子缺了两根条，请派人来换",
    "公交站牌的玻璃裂了，字也看不清，请换一块",
    "公园里的石凳断成两截，木板上全是钉子",
    "树枝长得太密，把路牌全挡住了，请修剪一下",
)
Settle = Callable[..., Life]


def caller(number: int) -> list[dict[str, Any]]:
    return [{"role": "caller", "name": f"钱{number}明", "phone": f"1390000{number:04d}"}]


@pytest.fixture
def settle(readers: Readers) -> Settle:
    """An order that people dispatched to the option of that number, with what the record says of the suggestion."""

    def make(running: int, option: int = 1, text: str = "", verdict: str = "", **filed: Any) -> Life:
        text = text or NARRATIVES[running - 1]
        spot = Spot.model_validate(PLACE)
        asked = text.replace("13800007777", "⟦手机1⟧")
        chosen = readers.own.rank(asked, whereabouts(spot), DAY).options[option - 1]
        life = Life(running, narrative=text, title=text[:6], **{"parties": caller(running), **filed})
        assisted = f"dispatch/embedded {verdict}" if verdict else ""
        return life.dispatched(chosen.unit, chosen.duty_item, assisted=assisted).signed()

    return make


def gathered(sources: Sources, *lives: Life, wanted: Wanted | None = None) -> Gathered:
    return gather(ledger_of(*lives), sources, wanted or Wanted(holdout=0.0), lambda stage, share: None)


def option_of(example: Example) -> int:
    return int(FORMS["dispatch"].answer.model_validate_json(example.messages[2].content).model_dump()["option"])


def test_a_decision_becomes_an_example_with_where_it_comes_from(sources: Sources, settle: Settle) -> None:
    life = settle(1, 2)
    (example,) = gathered(sources, life).all
    assert option_of(example) == 2
    system, user, answer = example.messages
    assert [system.role, user.role, answer.role] == ["system", "user", "assistant"]
    assert "走夜路总磕绊" in user.content
    assert "鼓楼街道" in user.content
    told = example.metadata
    assert (told.kind, told.judged_by, told.approved_by) == (Kind.CORRECTION, "comparison", "dispatcher")
    assert (told.source, told.matter, told.city, told.as_of) == (life.number, life.number, "yunlan", DAY)
    hashes = {event.seq: event.hash for event in life.events}
    assert [step.act for step in told.steps] == [Act.START, Act.DISPATCH, Act.SIGN]
    assert all(step.hash == hashes[step.seq] for step in told.steps)


def test_personal_data_are_tokens_and_nobody_is_named(sources: Sources, settle: Settle) -> None:
    (example,) = gathered(sources, settle(1)).all
    written = example.model_dump_json()
    assert "⟦手机1⟧" in written
    assert example.metadata.masked == {"mobile": 1}
    for personal in ("13800007777", "钱1明", "13900000001", "dispatcher-1", "agent-1"):
        assert personal not in written


@pytest.mark.parametrize(
    ("option", "verdict", "kind", "judged_by"),
    [
        (1, "", Kind.CONFIRMATION, "comparison"),
        (2, "", Kind.CORRECTION, "comparison"),
        (2, "accepted", Kind.CONFIRMATION, "record"),
        (1, "rejected", Kind.CORRECTION, "record"),
        (1, "edited", Kind.CONFIRMATION, "comparison"),
    ],
)
def test_the_record_says_what_kind_it_is_where_it_can(
    sources: Sources, settle: Settle, option: int, verdict: str, kind: Kind, judged_by: str
) -> None:
    (example,) = gathered(sources, settle(1, option, verdict=verdict)).all
    assert (example.metadata.kind, example.metadata.judged_by) == (kind, judged_by)


def test_a_unit_that_was_not_among_the_options_is_left_out(sources: Sources) -> None:
    life = Life(narrative=NARRATIVES[0]).dispatched("no_such_unit", "uk-lamp").signed()
    assert gathered(sources, life).left_out == {LeftOut.NOT_OFFERED: 1}


def test_what_is_measured_on_is_not_learnt(sources: Sources, settle: Settle) -> None:
    known = replace(sources, known=Known([NARRATIVES[1] + "啊"]))
    found = gathered(known, settle(1), settle(2))
    assert len(found.all) == 1
    assert found.left_out == {LeftOut.EVALUATION: 1}


def test_a_text_is_exported_once_and_not_where_people_disagree(sources: Sources, settle: Settle) -> None:
    same = gathered(sources, settle(1), settle(2, text=NARRATIVES[0]))
    assert ([one.metadata.source[-8:-2] for one in same.all], same.left_out) == (["000002"], {LeftOut.DUPLICATE: 1})
    torn = gathered(sources, settle(1), settle(2, 2, text=NARRATIVES[0]))
    assert (torn.all, torn.left_out) == ([], {LeftOut.DISAGREED: 2})


def test_a_matter_stays_on_one_side(sources: Sources, settle: Settle) -> None:
    lives = [settle(number, parties=caller(number % 3)) for number in range(1, 7)]
    found = gathered(sources, *lives, wanted=Wanted(holdout=0.5))
    sides = {name: {one.metadata.matter for one in examples} for name, examples in found.examples.items()}
    assert len(found.all) == 6
    assert not sides["train"] & sides["holdout"]
    assert len(sides["train"] | sides["holdout"]) == 3


def test_a_cap_keeps_corrections_first(sources: Sources, settle: Settle) -> None:
    lives = [
        settle(1),
        settle(2, text="路灯灭了，摸黑走路，都两个月了"),
        settle(3, 2, text="路灯坏了一排，晚上漆黑一片"),
    ]
    all_of_them = gathered(sources, *lives)
    labels = [one.metadata.label for one in all_of_them.all]
    capped = gathered(sources, *lives, wanted=Wanted(cap=1, holdout=0.0))
    assert len(capped.all) == len(set(labels)) < 3
    assert capped.left_out == {LeftOut.OVER_CAP: 3 - len(set(labels))}
    assert Kind.CORRECTION in {one.metadata.kind for one in capped.all}


def test_a_period_is_of_the_decisions_days(sources: Sources, settle: Settle) -> None:
    life = settle(1)
    inside, after = Wanted(DAY, DAY, holdout=0.0), Wanted(since=date(2026, 11, 3), holdout=0.0)
    before = Wanted(until=date(2026, 11, 1), holdout=0.0)
    assert len(gathered(sources, life, wanted=inside).all) == 1
    assert gathered(sources, life, wanted=after).left_out == {LeftOut.OUT_OF_PERIOD: 1}
    assert gathered(sources, life, wanted=before).left_out == {LeftOut.OUT_OF_PERIOD: 1}


def test_what_was_learnt_already_is_left_out_without_parts(sources: Sources, readers: Readers, settle: Settle) -> None:
    text = next(one.text for one in readers.taught if one.text.startswith("房产公司在灯杆上"))
    life = settle(1, text=text)
    without = replace(sources, readers=replace(readers, folds=0))
    assert gathered(without, life).left_out == {LeftOut.LEARNT_ALREADY: 1}
    asked_anew = gathered(sources, life)
    assert LeftOut.LEARNT_ALREADY not in asked_anew.left_out


def test_nothing_is_lost_without_being_counted_and_twice_is_the_same(sources: Sources, settle: Settle) -> None:
    lives = [settle(number) for number in range(1, 5)]
    lives += [Life(5), Life(6, confidential=True).dispatched().signed()]
    wanted = Wanted(holdout=0.3)
    found = gathered(sources, *lives, wanted=wanted)
    assert len(found.all) + found.left_out.total() == len(lives)
    again = gathered(sources, *lives[::-1], wanted=wanted)
    assert again == found
    ledger = ledger_of(*lives)
    manifest = manifest_of(ledger, sources, wanted, found)
    counts = manifest.tasks["dispatch"]
    assert sum(counts.train.values()) + sum(counts.holdout.values()) == len(found.all)
    assert manifest.chain == ledger.chain
    assert manifest.first is not None
    assert manifest.first.date() == DAY


def test_a_return_makes_the_second_dispatch_the_example(sources: Sources, readers: Readers) -> None:
    options = readers.own.rank(NARRATIVES[1], whereabouts(Spot.model_validate(PLACE)), DAY).options
    first, second = options[:2]
    life = Life(narrative=NARRATIVES[1], title="大坑").dispatched(first.unit, first.duty_item)
    life.sent_back(second.unit).do(Act.AGREE_RETURN, Role.DISPATCHER)
    (example,) = gathered(sources, life.dispatched(second.unit, second.duty_item).signed()).all
    assert option_of(example) == 2
    assert example.metadata.kind is Kind.CORRECTION
