"""The questions of a job as files of ``vllm run-batch``, and its answers read back.

A line of a request is ``{"custom_id", "method", "url", "body"}``. vLLM writes its output only when a whole file is
done, in memory until then, and over what was there; so requests go into several files, and what is missing or failed
by the server's fault is simply exported again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from agents.batch.items import Item, Json
from agents.batch.petitions import RULES, TASK, DispatchAnswerer
from agents.batch.records import Failure, Reason, Record
from agents.engines.calls import Call
from agents.engines.forms import FORMS
from agents.engines.tasks import DispatchGiven
from agents.engines.vllm.engine import VLLMEngine, read_answer
from agents.engines.vllm.failures import Fault, ModelFailure, of_status
from agents.engines.vllm.server import Reply, reply_of
from city.errors import BadInput, Refused

URL = "/v1/chat/completions"
PER_FILE = 5_000
_NOT_SENT = ("priority", "cache_salt")
"""Nobody waits behind these requests and nobody else asks there; with its usual scheduler vLLM refuses a priority."""
_REASONS = {Fault.TOO_LONG: Reason.TOO_LONG, Fault.REFUSED: Reason.REFUSED}


class Said(NamedTuple):
    """One line of vLLM's output: a reply, or what went wrong; neither where the line says nothing."""

    custom_id: str
    reply: Reply | None
    failure: ModelFailure | None


def request(engine: VLLMEngine, custom_id: str, given: DispatchGiven) -> Json:
    """The line that asks about an item."""
    body = engine.decision(FORMS[TASK], TASK, given, Call(lane="batch"))
    kept = {name: value for name, value in body.items() if name not in _NOT_SENT}
    return {"custom_id": custom_id, "method": "POST", "url": URL, "body": kept}


class RequestFiles:
    """``requests-00000.jsonl`` … in a folder that holds nothing else."""

    def __init__(self, folder: Path, per_file: int = PER_FILE):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refused(
                f"{str(folder)!r} is not an empty folder: name a new one, so that no old request is mixed in."
            )
        self._folder, self.per_file = folder, per_file
        self.files: list[Path] = []
        self.count = 0

    def write(self, lines: Sequence[Json]) -> None:
        """Write the next file; none where there are no requests."""
        if not lines:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"requests-{len(self.files):05}.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        self.files.append(path)
        self.count += len(lines)


def read_results(path: Path) -> Iterator[Said]:
    """The lines of an output file, less those that are torn or of something else. Raises BadInput where the file
    cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read: {error.strerror}. Name vLLM's output file.") from error
    with file:
        for line in file:
            said = _said(line)
            if said is not None:
                yield said


def _said(line: bytes) -> Said | None:
    try:
        told = json.loads(line)
        name, response, error = str(told["custom_id"]), told.get("response") or {}, told.get("error")
        status = int(response.get("status_code") or 200)
        if error or status != 200:
            return Said(name, None, of_status(status if status != 200 else 500, {"error": error or response}))
        return Said(name, reply_of(response["body"]), None)
    except ModelFailure as failure:
        return Said(name, None, failure)
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


async def record_of(said: Said, item: Item, answerer: DispatchAnswerer, engine: str) -> Record | None:
    """The record of an item by vLLM's line on it, read as an answer online is. None where the server, and not the item,
    was at fault: such an item is asked again.
    """
    if said.failure is not None:
        reason = _REASONS.get(said.failure.fault)
        if reason is None:
            return None
        return Record(custom_id=item.custom_id, error=Failure(reason=reason, told=str(said.failure)), engine=engine)
    given = await answerer.asked(item)
    if said.reply is None or given is None:
        return None
    usage = said.reply.usage
    form = FORMS[TASK]
    answer, wrong = read_answer(form, said.reply)
    tokens: dict[str, Any] = {
        "prompt_tokens": usage.prompt, "cached_tokens": usage.cached, "written_tokens": usage.written, "engine": engine,
    }  # fmt: skip
    if answer is None:
        told = f"The model's answer is not in form: {wrong}"
        return Record(custom_id=item.custom_id, error=Failure(reason=Reason.INVALID, told=told), **tokens)
    settled = await answerer.settled(item, form.read(given, answer))
    return Record(custom_id=item.custom_id, answer=settled, **tokens)


async def record_by_rules(item: Item, answerer: DispatchAnswerer) -> Record:
    """The record of an item that leaves nothing to choose: no engine is asked."""
    return Record(custom_id=item.custom_id, answer=await answerer.answer(item, Call(lane="batch")), engine=RULES)
