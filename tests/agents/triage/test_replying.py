from __future__ import annotations

import pytest

from agents.triage.draft import Petition
from agents.triage.replying import Meaning, meaning
from city.intake import Intake
from tests.conftest import YUNLAN
from tools.workorders.model import Kind


@pytest.fixture(scope="module")
def intake() -> Intake:
    return Intake.load(YUNLAN)


def read(intake: Intake, text: str, kind: str = "other", *, ready: bool = True, asking: str = "") -> Meaning:
    petition = Petition(id="1", kind=Kind.HELP, said=["路灯不亮"], ready=ready, asking=asking)
    return meaning(intake, petition, text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("提交", "other", Meaning.FILE),
        ("好的，提交吧", "other", Meaning.FILE),
        ("算了，不提交了", "other", Meaning.DROP),
        ("没有危险", "other", Meaning.STAY),
        ("还有一盏也不亮", "help", Meaning.TELL),
        ("居住证怎么办", "consult", Meaning.ASIDE),
        ("人工", "human", Meaning.ASIDE),
    ],
)
def test_a_message_is_read_beside_a_draft_that_waits(intake: Intake, text: str, kind: str, meant: Meaning) -> None:
    assert read(intake, text, kind) is meant


def test_a_yes_to_a_question_files_nothing(intake: Intake) -> None:
    assert read(intake, "好的", ready=False, asking="time") is Meaning.TELL


def test_not_knowing_answers_a_question(intake: Intake) -> None:
    assert read(intake, "不知道", ready=False, asking="time") is Meaning.TELL
    assert read(intake, "不留电话", ready=False, asking="contact") is Meaning.TELL
