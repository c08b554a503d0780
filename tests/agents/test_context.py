from __future__ import annotations

import threading

import pytest

from agents.context import House, TurnContext
from agents.engines.calls import Call, Served
from knowledge.library import Hit, Library, Query
from tests.conftest import TODAY


@pytest.fixture
def context(house: House) -> TurnContext:
    return TurnContext(house=house, original="问", today=TODAY, as_of=TODAY, region=house.pack.city.region)


async def test_a_search_that_waits_for_a_model_is_made_once_and_in_a_thread(
    context: TurnContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = Library.search

    def told(library: Library, query: Query) -> list[Hit]:
        searched.append(threading.current_thread().name)
        return search(library, query)

    monkeypatch.setattr(Library, "search", told)
    await context.fetch("路边停车多久开始收费", TODAY)
    assert searched == []  # the static embedding answers at once: it is left to the first that asks
    monkeypatch.setattr(Library, "is_slow", True)
    await context.fetch("路边停车多久开始收费", TODAY)
    await context.fetch("路边停车多久开始收费", TODAY)
    assert context.pool("路边停车多久开始收费", TODAY)
    [thread] = searched
    assert thread != threading.main_thread().name


def test_an_answer_names_the_engines_that_served_it(context: TurnContext) -> None:
    assert context.engine == "embedded"
    context.call.record(Served("route", "vllm:m"))
    Call(served=context.call.served).fallen().record(Served("choose", "embedded"))
    context.call.record(Served("write", "vllm:m"))
    assert context.engine == "vllm:m+embedded"
    assert context.call.is_degraded
    assert [one.degraded for one in context.call.served] == [False, True, False]
