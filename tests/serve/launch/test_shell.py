from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from city.models import ModelChoice, ProfileName
from serve.launch.servers import Server, Wishes, servers_of
from serve.launch.shell import as_json, script
from tests.conftest import YUNLAN
from tests.serve.launch.models import ADAPTER, models, one, with_sides

TELLS = """#!/bin/sh
{ printf '%s\\0' "$CUDA_VISIBLE_DEVICES" "$HF_HUB_OFFLINE" "$VLLM_MAX_N_SEQUENCES" "$@"; printf '\\036'; } >> "$HEARD"
"""


def ran(text: str, folder: Path, key: str = "k") -> tuple[int, list[list[str]], str]:
    """What a shell makes of the text: exit code, what each `vllm` was called with, standard error."""
    program, heard = folder / "vllm", folder / "heard"
    program.write_text(TELLS, encoding="utf-8")
    program.chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "HEARD": str(heard), **({"VLLM_API_KEY": key} if key else {})}
    done = subprocess.run(["bash", "-euc", text], env=environment, capture_output=True, text=True, check=False)  # noqa: S603, S607
    told = heard.read_text(encoding="utf-8") if heard.is_file() else ""
    return done.returncode, [call.split("\0")[:-1] for call in told.split("\036")[:-1]], done.stderr


def every() -> list[Server]:
    pack = ModelChoice.load(YUNLAN)
    assert pack is not None
    choices = (pack, with_sides(), models({"more": {"served": "it's $HOME; `x`"}}, adapters={"dispatch": ADAPTER}))
    return [
        server
        for choice in choices
        for profile in ProfileName
        for server in servers_of(choice, profile, Wishes(master="a" if profile == ProfileName.NODES else ""))
    ]


def test_a_shell_reads_exactly_the_arguments_and_the_environment(tmp_path: Path) -> None:
    servers = every()
    code, calls, _ = ran(script(servers), tmp_path)
    assert code == 0
    assert [call[3:] for call in calls] == [["serve", *server.arguments] for server in servers]
    for call, server in zip(calls, servers, strict=True):
        assert call[:3] == [server.environment.get("CUDA_VISIBLE_DEVICES", ""), "1", "16"]


def test_without_a_key_nothing_starts(tmp_path: Path) -> None:
    code, calls, told = ran(script([one(models())]), tmp_path, key="")
    assert code != 0
    assert calls == []
    assert "put the key into the environment" in told


def test_lines_are_short_enough_to_read() -> None:
    long = [line for line in script(every()).splitlines() if len(line) > 120 and line.count(" --") > 1]
    assert long == []


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("::1", False), ("10.0.0.5", True)])
def test_an_address_that_others_can_reach_is_told(host: str, warned: bool) -> None:
    assert ("Other machines can reach this address" in script([one(models(), host=host)])) == warned


def test_each_group_says_what_it_is_for_before_the_command() -> None:
    text = script([one(models(adapters={"dispatch": ADAPTER}))])
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert any("adapters: one per task" in line for line in comments)
    assert not any("cards: how one model is spread" in line for line in comments)


def test_json_tells_programs_the_same() -> None:
    server = one(with_sides())
    told = json.loads(json.dumps(as_json(server)))
    assert told["argv"] == server.argv
    assert told["secrets"] == ["VLLM_API_KEY"]
    assert (told["role"], told["shares_gpu"], told["gpu_count"]) == ("chat", True, 1)
