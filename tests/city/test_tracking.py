from __future__ import annotations

import asyncio

from city.tracking import request_id, track


async def test_what_is_begun_for_a_request_knows_its_id_and_others_do_not() -> None:
    async def serve(name: str) -> tuple[str, str]:
        track(name)
        await asyncio.sleep(0)
        return await asyncio.create_task(asyncio.sleep(0, request_id())), await asyncio.to_thread(request_id)

    made = await asyncio.gather(*(asyncio.create_task(serve(name)) for name in ("one", "two")))
    assert made == [("one", "one"), ("two", "two")]
    assert request_id() == ""
