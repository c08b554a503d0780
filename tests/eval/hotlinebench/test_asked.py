"""What a reply asks, by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agents.contract import Answer
from agents.outcomes import Outcome
from city.pack import load_pack
from eval.hotlinebench.asked import Asked, asked, template
from tests.conftest import YUNLAN

PACK = load_pack(YUNLAN)


def answer(outcome: Outcome, *specialists: str, text: str = "", options: tuple[str, ...] = ()) -> Answer:
    return Answer.model_validate(
        {
            "outcome": outcome,
            "route": "A0_ANSWER",
            "specialists": specialists,
            "text": text,
            "options": options,
            "as_of": date(2026, 11, 20),
        }
    )


FACT, PETITION = Outcome.NEEDS_FACT, Outcome.PETITION


@pytest.mark.parametrize(
    ("said", "state", "wanted"),
    [
        (answer(FACT, "petition"), {"petition": {"asking": "place"}}, Asked("petition.place")),
        (answer(PETITION, "petition"), {"petition": {"ready": True, "asking": ""}}, Asked("confirm")),
        (answer(Outcome.ANSWERED, "regulation"), {"petition": {"ready": True}}, Asked("confirm", waits=True)),
        (answer(Outcome.ANSWERED, "service"), {"petition": {"asking": "time"}}, Asked("petition.time", waits=True)),
        (answer(Outcome.EMERGENCY), {"petition": {"asking": "time"}}, Asked()),
        (answer(FACT, "policy"), {"matching": {"asking": "person.age"}}, Asked("policy.person.age")),
        (answer(Outcome.ANSWERED, "policy"), {"matching": {"asking": "x"}}, Asked("policy.x", waits=True)),
        (answer(Outcome.ANSWERED, "regulation"), {"matching": {"asking": "x"}}, Asked()),
        (answer(FACT, "policy", text=PACK.say("policy_whom")), {"matching": {"asking": ""}}, Asked("policy.subject")),
        (answer(FACT, "citydata"), {"memory": [{"asking": {"missing": ["place"]}}]}, Asked("data.place")),
        (answer(FACT, "service", options=("甲", "乙")), {}, Asked("choice")),
        (answer(Outcome.NOT_FOUND, options=(PACK.say("option_file"),)), {}, Asked("offer")),
        (answer(Outcome.ANSWERED, "service"), {}, Asked()),
    ],
)  # fmt: skip
def test_by_state_and_outcome(said: Answer, state: dict[str, Any], wanted: Asked) -> None:
    assert asked(PACK, said, state) == wanted


@pytest.mark.parametrize(
    ("key", "fields", "name"),
    [
        ("order_number_needed", {"phone": "12345"}, "orders.number"),
        ("order_unknown", {"number": "YL-1", "phone": "12345"}, "orders.number"),
        ("order_phone_needed", {"number": "YL-1"}, "orders.phone"),
        ("order_withdraw_sure", {"number": "YL-1"}, "withdraw"),
    ],
)
def test_about_orders_by_the_citys_own_words(key: str, fields: dict[str, str], name: str) -> None:
    assert asked(PACK, answer(FACT, "orders", text=PACK.say(key, **fields)), {}) == Asked(name)
    assert asked(PACK, answer(Outcome.PROGRESS, "orders", text="正在办理"), {}) == Asked()


def test_a_wordings_fields_stand_for_anything() -> None:
    assert template("工单{number}：{state}。").search("看：工单YL-1：已办结。")
    assert not template("工单{number}：{state}。").search("工单YL-1，已办结。")
