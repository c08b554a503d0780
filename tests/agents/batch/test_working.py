from __future__ import annotations

import asyncio
import time

import pytest

from agents.batch.items import Item
from agents.batch.records import Reason, Record
from agents.batch.working import STRIKES, Worker
from agents.engines.base import EngineAnswerInvalid
from agents.engines.vllm.failures import Fault
from city.errors import Refused, TryAgain
from tests.agents.batch.making import Echo, fault, items

SERVERS = [Fault.OVERLOADED, Fault.UNREACHABLE, Fault.RESET, Fault.SHUT, Fault.SLOW_START, Fault.BROKEN, Fault.DRAINING]


async def through(echo: Echo, count: int, patience: float = 20.0) -> list[Record]:
    kept: list[Record] = []
    await Worker(echo, patience=patience).work(items(count), lambda _, record: kept.append(record))
    return kept


async def test_every_item_has_one_record_with_what_it_took() -> None:
    kept = await through(Echo(), 300)
    assert sorted(record.custom_id for record in kept) == sorted(f"r{n}" for n in range(300))
    assert all(record.answer == {"said": int(record.custom_id[1:])} for record in kept)
    assert {(one.engine, one.prompt_tokens, one.cached_tokens, one.written_tokens) for one in kept} == {
        ("vllm:m", 100, 90, 12)
    }


async def test_never_more_under_way_than_the_slots() -> None:
    echo = Echo(seconds=0.002)
    await through(echo, 600)
    assert 4 < echo.most_at_once <= echo.slots


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (EngineAnswerInvalid("×"), Reason.INVALID),
        (fault(Fault.TOO_LONG), Reason.TOO_LONG),
        (fault(Fault.REFUSED), Reason.REFUSED),
    ],
)
async def test_a_failure_of_the_item_is_its_record_at_once(failure: Exception, reason: Reason) -> None:
    echo = Echo(lambda item, _: failure if item.custom_id == "r3" else None)
    kept = {record.custom_id: record for record in await through(echo, 9)}
    error = kept["r3"].error
    assert error is not None
    assert (error.reason, echo.tries["r3"]) == (reason, 1)
    assert sum(record.error is None for record in kept.values()) == 8


@pytest.mark.parametrize("kind", SERVERS)
async def test_a_failure_of_the_server_is_waited_out(kind: Fault) -> None:
    echo = Echo(lambda item, number: fault(kind) if number < STRIKES - 1 and item.given["number"] % 3 == 0 else None)
    kept = await through(echo, 60)
    assert len(kept) == 60
    assert all(record.error is None for record in kept)


async def test_an_item_that_breaks_the_server_is_given_up_and_the_last_one_too() -> None:
    echo = Echo(lambda item, _: fault(Fault.BROKEN) if item.custom_id in ("r4", "r19") else None)
    kept = {record.custom_id: record for record in await through(echo, 20)}
    found = {name: record.error.reason for name, record in kept.items() if record.error}
    assert found == {"r4": Reason.UNANSWERED, "r19": Reason.UNANSWERED}
    assert echo.tries["r19"] <= STRIKES + 1


async def test_an_item_is_not_blamed_for_servers_that_are_all_dead() -> None:
    echo = Echo(lambda *_: fault(Fault.BROKEN))
    echo.dead = TryAgain("nobody")
    begun = time.monotonic()
    with pytest.raises(TryAgain, match=r"No model server has answered for .* What is done is kept"):
        await through(echo, 20, patience=0.4)
    assert time.monotonic() - begun < 5


async def test_what_was_done_before_the_servers_died_is_kept() -> None:
    kept: list[Record] = []
    echo = Echo(lambda *_: fault(Fault.UNREACHABLE) if len(kept) >= 30 else None, seconds=0.001)
    with pytest.raises(TryAgain):
        await Worker(echo, patience=0.2).work(items(200), lambda _, record: kept.append(record))
    assert 30 <= len(kept) < 60


async def test_a_fault_of_ours_ends_the_job() -> None:
    with pytest.raises(Refused):
        await through(Echo(lambda *_: Refused("switched off")), 20)


async def test_a_full_disk_ends_the_job() -> None:
    def keep(_item: Item, _record: Record) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await Worker(Echo(), patience=1.0).work(items(20), keep)


async def test_a_stop_finishes_what_is_under_way() -> None:
    kept: list[Record] = []
    echo, stop = Echo(seconds=0.01), asyncio.Event()
    working = asyncio.create_task(Worker(echo, patience=5.0).work(items(10_000), lambda _, r: kept.append(r), stop))
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(working, 2.0)
    assert 0 < len(kept) < 1_000
    assert len(kept) == echo.tries.total()


async def test_a_stop_does_not_wait_for_dead_servers() -> None:
    echo, stop = Echo(lambda *_: fault(Fault.UNREACHABLE)), asyncio.Event()
    working = asyncio.create_task(Worker(echo, patience=60.0).work(items(50), lambda *_: None, stop))
    await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(working, 2.0)


async def test_an_overloaded_server_is_asked_less() -> None:
    echo = Echo(lambda *_: fault(Fault.OVERLOADED) if echo.at_once > 4 else None, seconds=0.002)
    kept = await through(echo, 400)
    assert len(kept) == 400
    assert echo.tries.total() < 600
