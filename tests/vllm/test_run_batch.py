"""Requests of a job through the real ``vllm run-batch``: what is exported is taken, what it writes is read."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agents.batch.items import Item
from agents.batch.petitions import Cleaner, DispatchAnswerer
from agents.batch.records import Reason
from agents.batch.requests import RequestFiles, Said, read_results, record_of, request
from agents.context import House
from agents.dispatch.dispatcher import Dispatcher
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.settings import ModelSettings
from tests.conftest import TODAY
from tests.vllm.server import FLAGS, MODEL, PYTHON, SURROUNDINGS, arguments

pytestmark = pytest.mark.vllm

MATTERS = (
    "云城区的工地半夜还在打桩，吵得睡不着",
    "我叫王小明，电话13800000000，楼下烧烤店的排风扇半夜还在响",
    "小区门口的路灯坏了三天，晚上看不见路",
    "公司拖欠工资三个月，老板联系不上",
    "河边有人往水里排黑水，一股油漆味",
)
SERVERS_ONLY = (
    "disable_access_log_for_endpoints", "enable_force_include_usage", "enable_request_id_headers",
    "sse_keep_alive_interval", "max_num_queued_reqs", "scheduling_policy",
)  # fmt: skip
SECONDS = 300


def run_batch(requests: Path, results: Path, model: Path, folder: Path) -> None:
    """As an operator runs it, with the flags of a server that it takes."""
    flags = {name: value for name, value in FLAGS.items() if name not in SERVERS_ONLY}
    words = arguments({"input_file": str(requests), "output_file": str(results), "model": str(model), **flags})
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    caches = {name: str(folder / "cache") for name in ("HF_HOME", "VLLM_CACHE_ROOT", "VLLM_CONFIG_ROOT")}
    ran = subprocess.run(  # noqa: S603
        [str(PYTHON), "-m", "vllm.entrypoints.openai.run_batch", *words],
        cwd=folder,
        env=kept | SURROUNDINGS | caches,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]


@pytest.fixture(scope="module")
def answerer(dispatcher: Dispatcher) -> DispatchAnswerer:
    """Nothing is asked of a server."""
    return DispatchAnswerer(VLLMEngine(ModelSettings(urls=("http://127.0.0.1:1/v1",), model=MODEL)), dispatcher, TODAY)


@pytest.fixture(scope="module")
def asked(house: House) -> dict[str, Item]:
    cleaner = Cleaner.of(house.pack)
    rows = {f"m{number}": text for number, text in enumerate(MATTERS)} | {"long": MATTERS[0] * 900}
    return {
        name: Item(custom_id=name, shard=0, given=cleaner.matter({"text": text}).model_dump(mode="json"))
        for name, text in rows.items()
    }


@pytest.fixture(scope="module")
def results(
    answerer: DispatchAnswerer, asked: dict[str, Item], tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What vLLM wrote on the requests of all items, and one that no server takes."""
    if not PYTHON.exists():
        pytest.fail(f"no vLLM at {PYTHON}: `make test-vllm` installs it", pytrace=False)
    folder = tmp_path_factory.mktemp("batch")
    model = VLLMEngine(ModelSettings(urls=("http://127.0.0.1:1/v1",), model=MODEL, temperature=1.0))
    files = RequestFiles(folder / "requests")
    lines: list[dict[str, Any]] = []
    for name, item in asked.items():
        given = asyncio.run(answerer.asked(item))
        assert given is not None
        lines.append(request(model, name, given))
    odd = json.loads(json.dumps(lines[0])) | {"custom_id": "odd"}
    odd["body"]["response_format"]["json_schema"]["schema"] = {"type": "string", "pattern": "(", "maxLength": 3}
    files.write([*lines, odd])
    assert "13800000000" not in files.files[0].read_text(encoding="utf-8")
    run_batch(files.files[0], folder / "results.jsonl", tiny_model, folder)
    return folder / "results.jsonl"


def test_what_vllm_writes_is_read_as_an_answer_online(
    results: Path, answerer: DispatchAnswerer, asked: dict[str, Item]
) -> None:
    said = {one.custom_id: one for one in read_results(results)}
    assert said.keys() == asked.keys() | {"odd"}
    for number in range(len(MATTERS)):
        record = asyncio.run(record_of(said[f"m{number}"], asked[f"m{number}"], answerer, "vllm:m"))
        assert record is not None
        assert record.error is None, record.error
        assert record.prompt_tokens > 100 > record.written_tokens > 5
        suggestion = (record.answer or {})["suggestion"]
        assert suggestion["quote"]
        assert suggestion["quote"] in asked[f"m{number}"].given["text"]


def test_what_is_too_long_or_refused_is_a_failure_of_its_item(
    results: Path, answerer: DispatchAnswerer, asked: dict[str, Item]
) -> None:
    said = {one.custom_id: one for one in read_results(results)}

    def reason(one: Said) -> Reason | None:
        record = asyncio.run(record_of(one, asked["m0"], answerer, "vllm:m"))
        return record.error.reason if record and record.error else None

    assert reason(said["long"]) is Reason.TOO_LONG
    assert reason(said["odd"]) is Reason.REFUSED
