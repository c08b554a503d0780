from __future__ import annotations

import pytest

from agents.orders import MACHINE
from serve.training.decisions import Decision, settled
from serve.training.records import LeftOut
from tests.serve.training.making import Life
from tools.workorders.acts import Act
from tools.workorders.model import Role


def decided(life: Life) -> Decision:
    found = settled(life.story)
    assert isinstance(found, Decision)
    return found


def test_a_signed_dispatch_is_a_decision_with_its_events() -> None:
    found = decided(Life().dispatched("urban_mgmt", "uk-lamp").signed())
    assert (found.unit, found.duty_item, found.verdict) == ("urban_mgmt", "uk-lamp", "")
    assert [event.act for event in found.steps] == [Act.DISPATCH, Act.SIGN]


@pytest.mark.parametrize("verdict", ["accepted", "edited", "rejected"])
def test_what_became_of_the_suggestion_is_read_from_the_record(verdict: str) -> None:
    assert decided(Life().dispatched(assisted=f"dispatch/embedded {verdict}").signed()).verdict == verdict


def test_help_with_something_else_is_no_verdict() -> None:
    assert decided(Life().dispatched(assisted="reply/embedded accepted").signed()).verdict == ""


def test_after_a_return_the_second_dispatch_counts() -> None:
    life = Life().dispatched("urban_mgmt").sent_back().do(Act.AGREE_RETURN, Role.DISPATCHER)
    assert settled(life.story) is LeftOut.SENT_BACK
    found = decided(life.dispatched("housing", "hs-quality").signed())
    assert (found.unit, found.duty_item) == ("housing", "hs-quality")


def test_a_designation_decides_the_unit_and_keeps_the_duty_item() -> None:
    life = Life().dispatched("urban_mgmt", "uk-lamp").sent_back().do(Act.AGREE_RETURN, Role.DISPATCHER)
    life.dispatched("housing", "uk-lamp").sent_back("urban_mgmt").do(Act.DISPUTE, Role.DISPATCHER)
    found = decided(life.designated("urban_mgmt").signed())
    assert (found.unit, found.duty_item) == ("urban_mgmt", "uk-lamp")
    assert [event.act for event in found.steps] == [Act.DISPATCH, Act.DESIGNATE, Act.SIGN]


@pytest.mark.parametrize(
    ("life", "reason"),
    [
        (Life(), LeftOut.PENDING),
        (Life().dispatched(), LeftOut.PENDING),
        (Life().dispatched(actor=MACHINE).signed(), LeftOut.BY_MACHINE),
        (Life().dispatched().sent_back(), LeftOut.SENT_BACK),
        (Life().dispatched().sent_back().do(Act.REJECT_RETURN, Role.DISPATCHER).signed(), LeftOut.CONTESTED),
        (Life().dispatched().signed().replied("not_duty"), LeftOut.CONTESTED),
    ],
)
def test_what_nobody_settled_is_left_out(life: Life, reason: LeftOut) -> None:
    assert settled(life.story) is reason
