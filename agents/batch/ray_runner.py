"""Items answered on a Ray cluster: slices go through Ray Data to actors, each of which works as one process does.

The records come back to the process that started the job, which alone writes them; what a cluster is given is masked.
Every node needs this software, the pack and the settings (a container image), at the same places. Ray is an extra:
``pip install 'citydesk[ray]'``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from agents.batch.items import Item
from agents.batch.records import Record
from agents.batch.runners import Opening
from agents.batch.working import Keep, Worker
from city.errors import NotFound, TryAgain

SLICE = 64
"""Items that come back together: so many are lost where the job is killed, for each actor."""
WAVE = 200
"""Slices handed to the cluster at a time; the driver holds no more than these in memory."""


class RayRunner:
    """The cluster at ``address`` (``auto``, ``host:6379``, ``ray://host:10001``; ``local`` starts one here).

    ``actors``: how many processes answer; 0 takes one for each CPU of the cluster. They share the slots that one
    process would have, so that chat is left what it needs.
    """

    def __init__(self, address: str, patience: float, *, actors: int = 0):
        self._address, self._patience, self._actors = address, patience, actors

    def run(self, items: Iterable[Item], opening: Opening, keep: Keep) -> bool:
        """See `agents.batch.runners.ShardRunner`; Ctrl-C breaks off what is under way."""
        ray = _ray()
        ours = not ray.is_initialized()
        try:
            if ours:
                ray.init(address=self._address, include_dashboard=False, log_to_driver=False, configure_logging=False)
            actors = self._actors or max(1, int(ray.cluster_resources().get("CPU", 1)))
            slices = _slices(iter(items))
            while wave := list(islice(slices, WAVE)):
                self._wave(ray, wave, opening, keep, min(actors, len(wave)))
        except KeyboardInterrupt:
            return True
        except (ray.exceptions.RayError, ConnectionError) as error:
            raise TryAgain(
                f"The Ray cluster at {self._address!r} broke off: {_cause(error)} What is done is kept: start the same "
                "command again when the cluster is well."
            ) from error
        finally:
            if ours:
                ray.shutdown()
        return False

    def _wave(self, ray: Any, wave: list[list[Item]], opening: Opening, keep: Keep, actors: int) -> None:
        known = {item.custom_id: item for slice_ in wave for item in slice_}
        rows = [{"items": [item.model_dump_json() for item in slice_]} for slice_ in wave]
        ray.data.DataContext.get_current().enable_progress_bars = False  # the command line has its own
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        answered = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            _Actor,
            fn_constructor_args=(opening, self._patience, actors),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=actors),
            num_cpus=1,
        )
        for row in answered.iter_rows():
            for line in row["records"]:
                record = Record.model_validate_json(line)
                keep(known[record.custom_id], record)


class _Actor:
    """A worker on the cluster; it lives through a wave."""

    def __init__(self, opening: Opening, patience: float, share: int):
        self._loop = asyncio.new_event_loop()
        answerer = opening()
        self._loop.run_until_complete(answerer.look())
        self._worker = Worker(answerer, patience=patience, share=share)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        items = [Item.model_validate_json(line) for lines in batch["items"] for line in lines]
        records: list[str] = []
        self._loop.run_until_complete(self._worker.work(items, lambda _, one: records.append(one.model_dump_json())))
        return {"records": [records]}


def _slices(items: Iterator[Item]) -> Iterator[list[Item]]:
    while part := list(islice(items, SLICE)):
        yield part


def _cause(error: BaseException) -> str:
    """The last line of what an actor raised, without the stack that Ray puts before it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _ray() -> Any:  # imported lazily, without types
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise NotFound(
            f"A Ray cluster is set, and the package ray is not here ({error}): pip install 'citydesk[ray]', or leave "
            "out --ray and CITYDESK_RAY_ADDRESS to work on this machine."
        ) from error
    return ray
