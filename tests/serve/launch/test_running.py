from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from city.errors import BadInput, NotFound, Refused
from city.models import ProfileName
from serve.launch.running import become
from serve.launch.servers import servers_of
from tests.conftest import ROOT
from tests.serve.launch.models import models, one, with_sides

TELLS = f"""#!{sys.executable}
import json, os, sys
told = {{name: os.environ.get(name) for name in ("VLLM_API_KEY", "HF_HUB_OFFLINE", "CUDA_VISIBLE_DEVICES")}}
print(json.dumps([os.getpid(), sys.argv[1:], told]))
"""


def test_one_server_at_a_time() -> None:
    with pytest.raises(BadInput, match="starts one server and these are 9: choose one by --role"):
        become(servers_of(with_sides(), ProfileName.EIGHT), {"VLLM_API_KEY": "k"})


@pytest.mark.parametrize("environ", [{}, {"VLLM_API_KEY": ""}])
def test_never_without_a_key(environ: dict[str, str]) -> None:
    with pytest.raises(Refused, match="VLLM_API_KEY is not set"):
        become([one(models())], environ)


def test_where_vllm_is_absent_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"pip install 'citydesk\[vllm\]'"):
        become([one(models())], {"VLLM_API_KEY": "k", "PATH": str(tmp_path)})


def test_the_process_becomes_the_server(tmp_path: Path) -> None:
    """Through the command line: the same process id, so that a signal to it reaches vLLM."""
    program = tmp_path / "vllm"
    program.write_text(TELLS, encoding="utf-8")
    program.chmod(0o755)
    command = [sys.executable, "-c", "from serve.cli import main; main()", "vllm", "h100", "--exec"]
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "VLLM_API_KEY": "k"}
    started = subprocess.Popen(  # noqa: S603
        [*command, "--role", "chat", "--gpus", "1"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    out, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    pid, arguments, told = json.loads(out)
    assert pid == started.pid
    assert arguments[0] == "serve"
    assert "--max-num-seqs" in arguments
    assert told == {"VLLM_API_KEY": "k", "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "1"}
