"""The HTTP application: a list of routers behind three guards.

::

    app = create_app(Settings())                 # opens the city's desk when the server starts
    app = create_app(settings, desk=Desk(house)) # serves a desk that the caller keeps
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from agents.desk import Desk
from city.errors import CityDeskError
from serve.api import chat, city, complaints, pages, policies, policy_pages, provisions
from serve.api.complaints_file import ComplaintsFile
from serve.api.front import Front
from serve.api.guards import BoundedBody
from serve.api.headers import SafeHeaders
from serve.api.html import PAGES
from serve.api.problems import add_problem_handlers
from serve.api.rate import RateLimiter
from serve.api.request_ids import RequestIds
from serve.desk import ROUTERS as DESK_ROUTERS
from serve.desk.room import open_room
from serve.engine import watched
from serve.house import open_desk
from serve.mcp import McpDoor
from serve.settings import Settings
from serve.tools import open_toolbox
from tools.workorders.timers import ring

EVERY_SECONDS = 60
log = logging.getLogger("citydesk.serve")
ROUTERS = (
    chat.router,
    provisions.router,
    city.router,
    complaints.router,
    policies.router,
    policy_pages.router,
    pages.router,
)


def create_app(settings: Settings, desk: Desk | None = None) -> FastAPI:
    """The application. Without ``desk`` it opens the one that ``settings`` describe, with talks that last."""

    door = McpDoor.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if desk is not None:
            _furnish(app, settings, desk)
            async with watched(desk.house.engine), _mcp(door, settings, desk):
                yield
            return
        async with (
            open_desk(settings, remember=True) as opened,
            watched(opened.house.engine),
            _clock(opened),
            _mcp(door, settings, opened),
        ):
            _furnish(app, settings, opened)
            yield

    # The interactive documentation would load its scripts from outside; the schema itself is served.
    app = FastAPI(title="CityDesk", version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan)
    for router in (*ROUTERS, *(DESK_ROUTERS if settings.desk_is_open else ())):
        app.include_router(router)
    if door is not None:
        app.router.routes.append(door.route)
    app.mount("/static", StaticFiles(directory=PAGES / "static"), name="static")
    add_problem_handlers(app)
    app.add_middleware(BoundedBody)
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestIds)
    return app


@asynccontextmanager
async def _clock(desk: Desk) -> AsyncIterator[None]:
    """Every minute, do to the work orders what a time that is over asks for."""
    orders = desk.house.orders
    if orders is None:
        yield
        return

    async def run() -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await asyncio.to_thread(ring, orders.store, orders.now())
            except CityDeskError as error:  # a busy database: the next minute does it
                log.warning("the timers of work orders: %s", error)

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def _mcp(door: McpDoor | None, settings: Settings, desk: Desk) -> AsyncIterator[None]:
    """Open the door of MCP, where there is one, with the tools that the chat uses."""
    if door is None:
        yield
        return
    house = desk.house
    box = house.citydata.box if house.citydata else open_toolbox(settings, house.pack, house.gazetteer)
    async with door.open(box):
        yield


def _furnish(app: FastAPI, settings: Settings, desk: Desk) -> None:
    app.state.front = _front(settings, desk)
    if settings.desk_is_open:
        app.state.room = open_room(settings, desk.house.pack)


def _front(settings: Settings, desk: Desk) -> Front:
    complaints_file = settings.home / desk.house.pack.city.id / "complaints.jsonl"
    return Front(settings, desk, RateLimiter(settings.rate_per_minute), ComplaintsFile(complaints_file))
