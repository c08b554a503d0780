"""Triage of a file by a model, as a job in a folder: run, or exported for ``vllm run-batch`` and taken in."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from agents.batch.folder import JobFolder, read_manifest
from agents.batch.items import Item
from agents.batch.manifest import SHARD, Counts, Input, Manifest
from agents.batch.petitions import RULES, TASK, Cleaner, DispatchAnswerer, Named
from agents.batch.records import Record
from agents.batch.requests import RequestFiles, Said, read_results, record_by_rules, record_of, request
from agents.batch.runners import LocalRunner, ShardRunner
from agents.dispatch.suggestion import Suggestion
from agents.engines.vllm.engine import VLLMEngine
from city.duties import DutyList
from city.errors import BadInput, NotFound
from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from prompts.loader import load_prompt
from serve.engine import model_settings
from serve.orders import keeps_orders, open_dispatcher
from serve.settings import Settings
from tools.petitions.classifier import Classifier, threads_here
from tools.petitions.history import Row
from tools.petitions.running import count_rows, read_rows, run_file

ENGINE = "vllm"
_DECIDES = ("city.yaml", "duties", "units", "workorders", "places", "gate", "learned")
"""What of a pack suggestions and the gate follow from."""
_LABELS = "labels.jsonl"
Progress = Callable[[int, int], None]
"""Told how many items have a record, of how many."""


def _silent(_done: int, _total: int) -> None:
    return None


class Went(NamedTuple):
    """What a run did: records made now, how far the job is, whether it was stopped before its end."""

    made: int
    counts: Counts
    stopped: bool = False


@dataclass(frozen=True)
class Opening:
    """Opens the answerer of a job, here or on another machine with the same pack and settings."""

    settings: Settings
    day: date

    def __call__(self) -> DispatchAnswerer:
        """An answerer; a pack from which dispatch has not learnt yet costs half a minute."""
        pack = load_pack(self.settings.city)
        dispatcher = open_dispatcher(self.settings.home, pack, Gazetteer.of(pack), self.day)
        return DispatchAnswerer(open_model(self.settings, pack), dispatcher, self.day)


def open_model(settings: Settings, pack: CityPack) -> VLLMEngine:
    """The engine that is asked. Raises BadInput where no server is set."""
    return VLLMEngine(model_settings(settings, pack))


def runner_of(settings: Settings, ray: str = "") -> ShardRunner:
    """This machine, or the Ray cluster that the command line or the settings name."""
    address = ray or settings.ray_address
    if not address:
        return LocalRunner(settings.batch_patience)
    from agents.batch.ray_runner import RayRunner

    return RayRunner(address, settings.batch_patience)


def offline(settings: Settings) -> Settings:
    """The settings for what asks no server: one need not be set."""
    return settings if settings.model_urls else settings.model_copy(update={"model_url": "http://127.0.0.1:8000/v1"})


def check_target(target: Path, source: Path) -> None:
    """Raises BadInput where rows cannot be written to ``target``."""
    if target.suffix == ".parquet":
        raise BadInput(f"{str(target)!r}: rows with suggestions are written as JSONL; name a .jsonl file.")
    if target.exists() and source.exists() and target.samefile(source):
        raise BadInput(f"{str(target)!r} is the file being read: write to another one.")


class TriageJob:
    """An open job over the petitions of a file. `opened` opens it."""

    def __init__(self, settings: Settings, pack: CityPack, source: Path, folder: JobFolder):
        self._settings, self._pack, self._source, self.folder = settings, pack, source, folder
        self._cleaner = Cleaner.of(pack)

    @property
    def _opening(self) -> Opening:
        whole = {"city": self._settings.city.resolve(), "home": self._settings.home.resolve()}
        return Opening(self._settings.model_copy(update=whole), self.folder.manifest.as_of)

    def _rows(self) -> Named:
        return Named(read_rows(self._source), self.folder.manifest.shard_size)

    def _items(self, *, again: bool = False) -> Iterator[Item]:
        """The items without an answer; with ``again`` also those that failed."""
        for row, name, shard in self._rows():
            if name and self.folder.is_wanted(name, again=again):
                yield self._item(row, name, shard)

    def _item(self, row: Row, name: str, shard: int) -> Item:
        matter = self._cleaner.matter(row.value or {})
        return Item(custom_id=name, shard=shard, given=matter.model_dump(mode="json"))

    def run(
        self, runner: ShardRunner, *, limit: int | None = None, again: bool = False, progress: Progress = _silent
    ) -> Went:
        """Have what is missing answered, ``limit`` items at most. Raises TryAgain where no server answers; what was
        done is kept.
        """
        items = islice(self._items(again=again), limit)
        first = next(items, None)
        if first is None:  # nothing to do: no server is needed
            return Went(0, self.folder.counts)
        made = 0

        def keep(item: Item, record: Record) -> None:
            nonlocal made
            self.folder.keep(record if record.engine else record.model_copy(update={"engine": RULES}), item.shard)
            made += 1
            progress(self.folder.counts.items - self.folder.counts.missing, self.folder.counts.items)

        stopped = runner.run(_with(first, items), self._opening, keep)
        return Went(made, self.folder.counts, stopped)

    def export(self, files: RequestFiles, *, limit: int | None = None, again: bool = False) -> Went:
        """Write the requests of what is missing; items that leave nothing to ask are answered at once."""
        return asyncio.run(self._export(files, limit, again))

    async def _export(self, files: RequestFiles, limit: int | None, again: bool) -> Went:
        answerer, made = self._opening(), 0
        lines: list[dict[str, Any]] = []
        model = open_model(self._settings, self._pack)
        for item in islice(self._items(again=again), limit):
            given = await answerer.asked(item)
            if given is None:
                self.folder.keep(await record_by_rules(item, answerer), item.shard)
                made += 1
            else:
                lines.append(request(model, item.custom_id, given))
                if len(lines) == files.per_file:
                    files.write(lines)
                    lines.clear()
        files.write(lines)
        return Went(made, self.folder.counts)

    def take_in(self, results: Iterable[Path]) -> Went:
        """Record what vLLM has answered; what is missing, or failed by the server's fault, stays to be asked."""
        said: dict[str, Said] = {}
        for path in results:
            for one in read_results(path):
                if one.custom_id not in said or said[one.custom_id].reply is None:
                    said[one.custom_id] = one
        return asyncio.run(self._take_in(said))

    async def _take_in(self, said: dict[str, Said]) -> Went:
        answerer, made = self._opening(), 0
        engine = f"{ENGINE}:{self.folder.manifest.model}"
        for row, name, shard in self._rows():
            one = said.get(name)
            if one is None or not self.folder.is_wanted(name, again=True):
                continue
            record = await record_of(one, self._item(row, name, shard), answerer, engine)
            if record is not None:
                self.folder.keep(record, shard)
                made += 1
        return Went(made, self.folder.counts)

    def write(self, target: Path, model: Classifier | None = None) -> int:
        """Write a row for every row of the input that has an outcome, in order, with the classifier's label where there
        is a ``model``; how many. Raises BadInput as `check_target` does.
        """
        check_target(target, self._source)
        labels = self._labels(model) if model else None
        half = target.with_name(f"{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with half.open("w", encoding="utf-8", errors="replace") as file:
            for told in self._outcomes(labels):
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
                written += 1
        half.replace(target)
        return written

    def _labels(self, model: Classifier) -> Iterator[dict[str, Any]]:
        path = self.folder.path / _LABELS
        run_file(self._source, path, model, threads=threads_here())
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    def _outcomes(self, labels: Iterator[dict[str, Any]] | None) -> Iterator[dict[str, Any]]:
        duties = DutyList(self._pack, self.folder.manifest.as_of)
        shard_read, records = -1, {}
        for row, name, shard in self._rows():
            label = next(labels) if labels else {"line": row.line, "id": _own_id(row)}
            if not name:
                told = row.reason or "no words: give 'text', or 'title' and 'detail'"
                yield {**label, "gate": None, "dispatch": None, "engine": None, "error": label.get("error") or told}
                continue
            if shard != shard_read:
                shard_read, records = shard, self.folder.records(shard)
            if name in records:
                yield {**label, **self._told(row, records[name], duties)}

    def _told(self, row: Row, record: Record, duties: DutyList) -> dict[str, Any]:
        """The part of an output row that a record gives. The gate's word is told of every row, also of a failed one."""
        answer, value = record.answer, row.value or {}
        gate = answer["alarm"] if answer else self._cleaner.matter(value).alarm.model_dump(mode="json")
        made = Suggestion.model_validate(answer["suggestion"]) if answer and answer["suggestion"] else None
        error = f"{record.error.reason}: {record.error.told}" if record.error else None
        shown = _shown(made, duties, self._cleaner.plain_quote(value, made.quote)) if made else None
        return {"gate": gate, "dispatch": shown, "engine": record.engine or None, "error": error}


def _shown(made: Suggestion, duties: DutyList, quote: str) -> dict[str, Any]:
    unit, item = duties.unit(made.lead), duties.items.get(made.duty_item)
    return {
        "unit": made.lead,
        "unit_name": unit.name if unit else "",
        "duty_item": made.duty_item,
        "duty": item.title if item else "",
        "category": made.category,
        "confidence": round(made.confidence, 4),
        "band": made.band.value,
        "quote": quote,
        "open": list(made.open),
    }


def _own_id(row: Row) -> str | None:
    own = (row.value or {}).get("id")
    return None if own is None else str(own)


def _with(first: Item, rest: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from rest


@contextmanager
def opened(settings: Settings, source: Path, folder: Path, as_of: date | None = None) -> Iterator[TriageJob]:
    """The job over ``source`` in ``folder``, begun or gone on with. Raises Refused where the folder holds another."""
    pack = load_pack(settings.city)
    if not keeps_orders(pack.root):
        raise BadInput(f"{str(pack.root)!r} keeps no work orders: there are no duties to choose from.")
    there = read_manifest(folder)
    manifest = _manifest(settings, pack, source, there, as_of)
    with JobFolder.open(folder, manifest) as job:
        yield TriageJob(settings, pack, source, job)


@contextmanager
def reopened(settings: Settings, folder: Path, source: Path | None = None) -> Iterator[TriageJob]:
    """The job in ``folder`` as it was begun; ``source`` where its input lies elsewhere now."""
    there = read_manifest(folder)
    if there is None:
        raise NotFound(f"There is no job in {str(folder)!r}: name the folder of `citydesk triage export`.")
    with opened(settings, source or Path(there.input.path), folder) as job:
        yield job


def _manifest(settings: Settings, pack: CityPack, source: Path, there: Manifest | None, as_of: date | None) -> Manifest:
    read = _input(source)
    known = there is not None and there.input.sha256 == read.sha256
    model = model_settings(settings, pack).model_for(TASK)
    return Manifest(
        input=read,
        task=TASK,
        prompt=load_prompt(TASK).version,
        engine=ENGINE,
        model=model,
        city=pack.city.id,
        pack=_fingerprint(pack.root),
        as_of=as_of or (there.as_of if there else datetime.now(UTC).date()),
        shard_size=there.shard_size if there else SHARD,
        counts=Counts(items=there.counts.items if there and known else _items_in(source)),
    )


def _input(source: Path) -> Input:
    rows = count_rows(source)
    with source.open("rb") as file:
        return Input(path=str(source.resolve()), sha256=hashlib.file_digest(file, "sha256").hexdigest(), rows=rows)


def _items_in(source: Path) -> int:
    return sum(1 for _, name, _ in Named(read_rows(source), SHARD) if name)


def _fingerprint(root: Path) -> str:
    told = hashlib.sha256()
    for path in sorted(path for name in _DECIDES for path in [root / name, *(root / name).rglob("*")]):
        if path.is_file():
            told.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()
