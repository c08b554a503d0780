"""A desk with some answers laid out beforehand, and a real server around it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import uvicorn
from starlette.applications import Starlette

from agents.context import Emit, House
from agents.contract import Answer, Citation, TurnRequest
from agents.desk import Desk
from agents.outcomes import Outcome
from city.errors import TryAgain
from serve.settings import Settings

TODAY = date(2026, 11, 20)
SLOW, BUSY, CRASH = "慢慢来", "忙不过来", "坏掉"
CITED, HOSTILE, CHOICE, OLD = "说一条规定", "说一段代码", "让我选", "说一条旧规定"
MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script> [9]'
OPTIONS = ["补办居住证", "居住证签注"]


async def _silent(_event: dict[str, Any]) -> None:
    return None


def answer(outcome: Outcome, text: str, **fields: object) -> Answer:
    """An answer with what every answer has."""
    given = {"route": "A0_ANSWER", "ai_label": "由人工智能生成", "as_of": TODAY, "engine": "staged", **fields}
    return Answer.model_validate({"outcome": outcome, "text": text, **given})


def cite(house: House, document: str, *, in_force: bool = True) -> Citation:
    """A citation of the middle of a document's second provision."""
    provision = house.library.document(document).provisions[1]
    start, end = provision.start + 4, provision.start + 24
    return Citation(
        provision=provision.id,
        start=start,
        end=end,
        quote=provision.text[4:24],
        title=house.library.meta(document).title,
        article=provision.article,
        in_force=in_force,
    )


class StagedDesk(Desk):
    """Answers the texts above as laid out and everything else for real."""

    def __init__(self, house: House) -> None:
        from langgraph.checkpoint.memory import InMemorySaver

        super().__init__(house, checkpointer=InMemorySaver(), today=TODAY)
        self.cancelled = threading.Event()
        self.begun = threading.Event()

    async def ask(self, request: TurnRequest, thread: str = "", emit: Emit = _silent) -> Answer:
        """One turn."""
        if request.text == SLOW:
            await self._wait()
        if request.text == BUSY:
            raise TryAgain("the model is busy")
        if request.text == CRASH:
            raise RuntimeError("secret detail")
        staged = self._staged(request.text)
        if staged is None:
            return await super().ask(request, thread, emit)
        return staged.model_copy(update={"thread": thread})

    async def _wait(self) -> None:
        self.begun.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    def _staged(self, text: str) -> Answer | None:
        if text == CITED:
            cited = cite(self.house, "yl-parking-2024")
            return answer(Outcome.ANSWERED, f"规定如下：“{cited.quote}”[1]\n第二段。", citations=[cited])
        if text == OLD:
            cited = cite(self.house, "yl-parking-2016", in_force=False)
            return answer(Outcome.ANSWERED, f"从前是：“{cited.quote}”[1]", citations=[cited])
        if text == HOSTILE:
            return answer(Outcome.ANSWERED, MARKUP)
        return answer(Outcome.NEEDS_FACT, "请选一项：", options=OPTIONS) if text == CHOICE else None


def unhurried(settings: Settings) -> Settings:
    """The same settings with room for many messages."""
    return settings.model_copy(update={"rate_per_minute": 100_000})


@contextmanager
def running(app: Starlette) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server is too slow to start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
