from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import BaseModel

from agents.engines.base import EngineAnswerInvalid, EngineUnavailable, Task
from agents.engines.scripted import ScriptedEngine
from city.errors import TryAgain


class Given(BaseModel):
    text: str


class Made(BaseModel):
    number: int


TASK = Task("count", Given, Made)
ASKED = Given(text="几个")


async def test_answers_come_in_order_and_are_checked() -> None:
    engine = ScriptedEngine({"count": [Made(number=1), {"number": "2"}]})
    assert await engine.decide(TASK, ASKED) == Made(number=1)
    assert await engine.decide(TASK, ASKED) == Made(number=2)
    assert engine.asked == [("count", ASKED), ("count", ASKED)]


async def test_an_answer_out_of_form_is_refused_as_a_models_would_be() -> None:
    with pytest.raises(EngineAnswerInvalid, match="'count'"):
        await ScriptedEngine({"count": [{"number": "many"}]}).decide(TASK, ASKED)


@pytest.mark.parametrize("script", [{}, {"count": []}, {"other": [Made(number=1)]}])
async def test_a_script_that_ran_out_says_for_which_task(script: dict[str, Iterable[Any]]) -> None:
    with pytest.raises(EngineUnavailable, match="'count'") as caught:
        await ScriptedEngine(script).decide(TASK, ASKED)
    assert isinstance(caught.value, TryAgain)


async def test_a_fault_in_the_script_is_raised() -> None:
    engine = ScriptedEngine({"count": [EngineUnavailable("down"), Made(number=1)]})
    with pytest.raises(EngineUnavailable, match="down"):
        await engine.decide(TASK, ASKED)
    assert (await engine.decide(TASK, ASKED)).number == 1


async def test_pieces_are_streamed() -> None:
    engine = ScriptedEngine({"count": [["一", "二"], []]})
    assert [piece async for piece in engine.write(TASK, ASKED)] == ["一", "二"]
    assert [piece async for piece in engine.write(TASK, ASKED)] == []
