"""Shared by all tests: no model calls, the shared data folder, and the example city built once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy, as serve.cli does

from agents.context import House
from agents.desk import Desk
from agents.dispatch.dispatcher import Dispatcher
from city.outbound import allow_model_requests
from serve.settings import Settings

# How long an example takes is the machine's business, and no test's.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")
ROOT = Path(__file__).resolve().parent.parent
YUNLAN = ROOT / "cities" / "yunlan"
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _no_model_requests() -> Iterator[None]:
    allow_model_requests(False)
    yield
    allow_model_requests(True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data; the test skips where it is absent."""
    folder = Path(os.environ.get("CITYDESK_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no public data at {folder}: set CITYDESK_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with the example city's knowledge built and published in a temporary home."""
    from serve.building import build_knowledge

    made = Settings(city=YUNLAN, home=tmp_path_factory.mktemp("home"))
    build_knowledge(made, publish=True, progress=lambda stage, share: None)
    return made


@pytest.fixture(scope="session")
def house(settings: Settings) -> House:
    """The example city's house with the embedded engine."""
    from serve.house import open_house

    return open_house(settings)


@pytest.fixture(scope="session")
def dispatcher(house: House, settings: Settings) -> Dispatcher:
    """The example city's dispatcher; it learns once for all tests."""
    from serve.orders import open_dispatcher

    return open_dispatcher(settings.home, house.pack, house.gazetteer, TODAY)


@pytest.fixture(scope="session")
def filing_house(house: House, settings: Settings, dispatcher: Dispatcher) -> Iterator[House]:
    """The same house with work orders, in a file of their own."""
    from serve.orders import open_orders

    orders = open_orders(settings, house.pack, house.gazetteer, TODAY)
    yield replace(house, orders=orders)
    orders.store.close()


@pytest.fixture
async def filing_desk(filing_house: House) -> Desk:
    """A desk that files petitions."""
    from langgraph.checkpoint.memory import InMemorySaver

    return Desk(filing_house, checkpointer=InMemorySaver(), today=TODAY)


@pytest.fixture
async def desk(house: House) -> Desk:
    """A desk whose day is fixed and whose talks live in memory."""
    from langgraph.checkpoint.memory import InMemorySaver

    return Desk(house, checkpointer=InMemorySaver(), today=TODAY)
