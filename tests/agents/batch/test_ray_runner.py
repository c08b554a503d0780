"""A real Ray on this machine: the same records as without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.batch.items import Item
from agents.batch.records import Reason, Record
from agents.batch.runners import LocalRunner
from agents.engines.vllm.failures import Fault
from city.errors import TryAgain
from tests.agents.batch.making import Echo, fault, items, job, lines

# Ray warns of its own ways.
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("ignore")]

COUNT = 200


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    """A Ray of one CPU; workers find this repository where the tests are run."""
    found = pytest.importorskip("ray", reason="no Ray here: pip install 'citydesk[ray]'")
    found.init(num_cpus=1, include_dashboard=False, log_to_driver=False, configure_logging=False)
    yield found
    found.shutdown()


def too_long(item: Item, _number: int) -> Exception | None:
    return fault(Fault.TOO_LONG) if item.custom_id == "r7" else None


def well() -> Echo:
    return Echo(too_long)


def dead() -> Echo:
    echo = Echo()
    echo.dead = TryAgain("No model server can be used: nobody is there.")
    return echo


def test_a_cluster_gives_the_records_that_this_machine_gives(ray: Any, tmp_path: Path) -> None:
    from agents.batch.ray_runner import RayRunner

    made: dict[str, dict[str, Record]] = {}
    for name, runner in (("local", LocalRunner(5.0)), ("ray", RayRunner("auto", 5.0))):
        with job(tmp_path / name, COUNT) as opened:
            wanted = (item for item in items(COUNT) if opened.is_wanted(item.custom_id))
            assert not runner.run(wanted, well, lambda item, record: opened.keep(record, item.shard))
            made[name] = {one.custom_id: one for shard in range(4) for one in opened.records(shard).values()}
        assert len(lines(tmp_path / name)) == COUNT
    assert made["ray"] == made["local"]
    error = made["ray"]["r7"].error
    assert error is not None
    assert error.reason is Reason.TOO_LONG


def test_dead_servers_end_it_with_their_own_words(ray: Any) -> None:
    from agents.batch.ray_runner import RayRunner

    with pytest.raises(TryAgain, match="nobody is there"):
        RayRunner("auto", 1.0).run(items(3), dead, lambda *_: None)
