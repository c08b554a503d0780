from __future__ import annotations

import json

import pytest

from agents.engines.calls import Call
from agents.engines.forms import FORMS
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.settings import ModelSettings
from city.errors import NotFound
from serve.training.wording import messages, prompt_used, written
from tests.serve.training.test_answers import asked


def test_the_messages_are_those_that_the_engine_sends() -> None:
    given = asked("门口路灯不亮，晚上看不见路")
    engine = VLLMEngine(ModelSettings(urls=("http://127.0.0.1:1/v1",), model="m"))
    sent = engine.decision(FORMS["dispatch"], "dispatch", given, Call())["messages"]
    made = [one.model_dump() for one in messages("dispatch", given, '{"clause":0,"option":1}')]
    assert made[:2] == sent
    assert made[2] == {"role": "assistant", "content": '{"clause":0,"option":1}'}


def test_answers_are_written_in_their_declared_order() -> None:
    answer = FORMS["dispatch"].answer.model_validate({"option": 2, "clause": 1})
    assert written(answer) == '{"clause":1,"option":2}'
    assert list(json.loads(written(answer))) == list(FORMS["dispatch"].answer.model_fields)


def test_a_prompt_has_a_version_and_a_fingerprint() -> None:
    used = prompt_used("dispatch")
    assert used.id == "dispatch"
    assert used.version >= 1
    assert used.fingerprint != prompt_used("route").fingerprint
    with pytest.raises(NotFound, match="reply"):
        prompt_used("reply")


def test_another_way_to_show_a_question_is_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prompt_used("dispatch")
    form = type(FORMS["dispatch"])
    shown = form.shown
    monkeypatch.setattr(form, "shown", lambda self, given: f"{shown(self, given)}。")
    now = prompt_used("dispatch")
    assert now.version == before.version
    assert now.fingerprint != before.fingerprint
