"""`citydesk vllm`, run as a person would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from city.models import FILE, ProfileName
from tests.city.pack.making import write
from tests.conftest import YUNLAN
from tests.serve.conftest import Run
from tests.serve.launch.models import CHAT


def vllm(run: Run, *words: object) -> Any:
    return run("vllm", *words, "--city", YUNLAN)


def test_without_a_profile_it_lists_them_with_the_packs_models(run: Run) -> None:
    ended = vllm(run)
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.splitlines()] == list(ProfileName)
    assert "Qwen3-8B-FP8" in ended.out.splitlines()[0]
    assert [row["profile"] for row in json.loads(vllm(run, "--json").out)] == list(ProfileName)


def test_a_profile_is_printed_as_lines_and_its_note_beside_them(run: Run) -> None:
    ended = vllm(run, "24gb")
    assert ended.out.count("\nvllm serve ") == 3
    assert "AWQ" in ended.err
    assert "AWQ" not in ended.out


def test_one_role_and_card_of_it(run: Run) -> None:
    (told,) = json.loads(vllm(run, "h100", "--role", "batch", "--gpus", "5", "--port", "8015", "--json").out)
    assert (told["role"], told["gpus"], told["port"]) == ("batch", [5], 8015)
    assert "--performance-mode" in told["argv"]


def test_several_machines(run: Run) -> None:
    told = json.loads(vllm(run, "nodes", "--nodes", "2", "--node-rank", "1", "--master", "10.0.0.1", "--json").out)
    assert [one["node_rank"] for one in told] == [1]
    assert "--headless" in told[0]["argv"]


@pytest.mark.parametrize("form", ["--helm", "--compose", "--nginx"])
def test_what_deploys_a_profile_holds_all_of_it(run: Run, form: str) -> None:
    out = vllm(run, "8gpu", form).out
    assert out.startswith(f"# Made by `citydesk vllm 8gpu {form}`")
    assert "chat" in out
    assert "rerank" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["48gb"], "No profile '48gb'; there are 24gb, h100, h200, 8gpu, 8gpu-one, nodes."),
        (["h100", "--gpus", "one"], "--gpus 'one': write the cards' numbers"),
        (["h100", "--gpus", "0,0"], "each once"),
        (["h100", "--gpus", "0"], "h100 starts 3 servers: --port and --gpus go with one; choose it by --role."),
        (["h100", "--helm", "--json"], "--helm and --json: choose one."),
        (["h100", "--helm", "--role", "chat"], "--helm prints the whole profile"),
        (["h100", "--compose", "--port", "1"], "--compose prints the whole profile"),
        (["h100", "--exec"], "--exec starts one server and these are 3"),
        (["nodes"], "name the first machine's address with --master"),
        (["nodes", "--master", "a", "--helm"], "nodes spans machines"),
        (["nodes", "--master", "a", "--nginx"], "nodes spans machines"),
        (["h100", "--node-rank", "1"], "go with the profile nodes, not with h100"),
        (["8gpu-one", "--role", "embed"], "8gpu-one has no place for embed"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(run: Run, words: list[str], said: str) -> None:
    assert said in vllm(run, *words).fault()


def test_without_vllm_or_a_key_it_says_what_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VLLM_API_KEY", raising=False)
    assert "VLLM_API_KEY is not set" in vllm(run, "h100", "--role", "chat", "--exec").fault()
    monkeypatch.setenv("VLLM_API_KEY", "k")
    assert "pip install 'citydesk[vllm]'" in vllm(run, "h100", "--role", "chat", "--exec").fault()


def test_a_pack_without_models_and_one_that_is_refused(run: Run, tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    assert "names no models: add models.yaml" in run("vllm", "h100", "--city", city).fault()
    write(city / FILE, {"served_name": "city-llm", "chat": {**CHAT, "more": {"api-key": "secret"}}})
    ended = run("vllm", "h100", "--city", city)
    assert ended.code == 2
    assert "models.yaml: chat.more.api-key: --api-key stands on the line" in ended.err
    assert "secret" not in ended.err + ended.out


def test_a_batch_alone_needs_no_models_beside_it(run: Run, tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    write(city / FILE, {"served_name": "city-llm", "chat": CHAT})
    (told,) = json.loads(run("vllm", "h200", "--city", city, "--json").out)
    assert told["argv"][told["argv"].index("--gpu-memory-utilization") + 1] == "0.90"
    assert "names no model for embed" in run("vllm", "h200", "--role", "embed", "--city", city).fault()
