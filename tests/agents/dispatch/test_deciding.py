from __future__ import annotations

from dataclasses import dataclass

import pytest

from agents.context import House
from agents.dispatch.deciding import suggest
from agents.dispatch.dispatcher import Dispatcher
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import Dispatched
from city.gazetteer import Gazetteer
from tests.conftest import TODAY
from tools.workorders.model import Kind

TEXT = "沧浦区有家烧烤店的抽风机半夜还在响，油烟也呛人"


@dataclass(frozen=True)
class Made:
    dispatcher: Dispatcher
    gazetteer: Gazetteer


@pytest.fixture(scope="module")
def made(house: House, dispatcher: Dispatcher) -> Made:
    return Made(dispatcher, house.gazetteer)


async def by(made: Made, answer: object) -> tuple[str, str]:
    engine = ScriptedEngine({"dispatch": [answer]})
    found = await suggest(engine.decide, made.dispatcher, TEXT, made.gazetteer.locate(TEXT), TODAY, Kind.COMPLAINT)
    assert found is not None
    return found.lead, found.quote


async def test_the_engine_may_choose_another_of_the_options(made: Made) -> None:
    options = made.dispatcher.rank(TEXT, made.gazetteer.locate(TEXT), TODAY).options
    lead, quote = await by(made, Dispatched(option=2, quote="抽风机"))
    assert (lead, quote) == (options[1].unit, "抽风机")


@pytest.mark.parametrize(
    "answer",
    [Dispatched(option=9, quote="抽风机"), Dispatched(option=2, quote="没有说过的话"), Dispatched(option=2, quote="")],
)
async def test_an_option_or_a_quote_that_is_not_there_is_not_followed(made: Made, answer: Dispatched) -> None:
    options = made.dispatcher.rank(TEXT, made.gazetteer.locate(TEXT), TODAY).options
    lead, quote = await by(made, answer)
    assert lead == options[0].unit
    assert quote in TEXT


async def test_without_a_model_the_likeliest_is_taken(made: Made, house: House) -> None:
    place = made.gazetteer.locate(TEXT)
    found = await suggest(house.engine.decide, made.dispatcher, TEXT, place, TODAY, Kind.COMPLAINT)
    assert found == made.dispatcher.suggest(TEXT, place, TODAY, Kind.COMPLAINT)
