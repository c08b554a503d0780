"""vLLM's own parser reads every line that `citydesk vllm` prints; nothing is started."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from city.models import Family, ModelChoice, ProfileName
from serve.launch.families import FAMILIES
from serve.launch.profiles import PROFILES, Role
from serve.launch.servers import ENVIRONMENT, KEY, Server, Wishes, servers_of
from tests.conftest import ROOT, YUNLAN
from tests.serve.launch.models import ADAPTER, EMBED, models
from tests.vllm.server import PYTHON

pytestmark = pytest.mark.vllm
READS = """
import contextlib, io, json, pathlib, re, sys
import vllm.envs, vllm.v1.metrics.loggers as loggers
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.reasoning import ReasoningParserManager
from vllm.tokenizers.registry import TokenizerRegistry
from vllm.tool_parsers import ToolParserManager
from vllm.utils.argparse_utils import FlexibleArgumentParser

parser = make_arg_parser(FlexibleArgumentParser(prog="vllm serve"))
plain = (bool, int, float, str, type(None))
read = []
for words in json.load(sys.stdin):
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            args = parser.parse_args(words)
            validate_parsed_serve_args(args)
            args.model = args.model_tag or args.model
            AsyncEngineArgs.from_cli_args(args)
    except (SystemExit, Exception) as error:
        read.append({"error": told.getvalue()[-300:] or repr(error)})
    else:
        found = {name: value if isinstance(value, plain) else str(value) for name, value in vars(args).items()}
        read.append(found)
known = {
    "lines": read,
    "tools": sorted(ToolParserManager.list_registered()),
    "reasoning": sorted(ReasoningParserManager.list_registered()),
    "tokenizers": sorted(TokenizerRegistry.tokenizers),
    "environment": sorted(vllm.envs.environment_variables),
    "metrics": sorted(set(re.findall(r'"(vllm:[a-z_]+)"', pathlib.Path(loggers.__file__).read_text()))),
}
print("READ " + json.dumps(known))
"""


@dataclass(frozen=True)
class Known:
    """What the installed vLLM made of the lines, and the names that it knows."""

    servers: list[Server]
    lines: list[dict[str, Any]]
    names: dict[str, list[str]]


def every_server() -> list[Server]:
    """Each profile and role of the example city, each family alone, adapters, a reranker that is a language model."""
    pack = ModelChoice.load(YUNLAN)
    assert pack is not None
    template = str(ROOT / "README.md")  # a file that is there: the parser looks no further
    reranker = {
        "model": "a/r",
        "served_name": "r",
        "context": 512,
        "family": "qwen3_reranker",
        "chat_template": template,
    }
    found = [server for profile in ProfileName for server in servers_of(pack, profile, wishes(profile))]
    found += servers_of(pack, ProfileName.SMALL, Wishes(role=Role.BATCH, cards=(1,)))
    found += servers_of(models(adapters={"dispatch": ADAPTER}), ProfileName.H100)
    found += servers_of(models(embedding=EMBED, rerank={**reranker, "chat_template": template}), ProfileName.H100)
    told = {"quantization": "fp8_per_block", "fp8_cache": True, "more": {"kv-offloading-size": 16, "max-num-seqs": 9}}
    found += servers_of(models(told), ProfileName.H100)
    for family, needs in FAMILIES.items():
        chat: dict[str, Any] = {"family": family, "model": f"/models/{family}", "trust_remote_code": needs.own_code}
        found += servers_of(models({**chat, "experts": True, "chat_template": template}), ProfileName.EIGHT_ONE)
    return found


def wishes(profile: ProfileName) -> Wishes:
    """What several machines need to be told."""
    return Wishes(master="10.0.0.1") if PROFILES[profile].over_nodes else Wishes()


@pytest.fixture(scope="module")
def known() -> Known:
    if not PYTHON.exists():
        pytest.fail(f"no vLLM at {PYTHON}: `make test-vllm` installs it", pytrace=False)
    servers = every_server()
    given = json.dumps([server.arguments for server in servers])
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "VLLM_LOGGING_LEVEL": "ERROR"}  # noqa: S108
    ran = subprocess.run(  # noqa: S603
        [PYTHON, "-c", READS], input=given, capture_output=True, text=True, check=False, env=environ, timeout=300
    )
    answer = re.search(r"^READ (.*)$", ran.stdout, re.MULTILINE)
    assert answer, ran.stderr[-2000:]
    told = json.loads(answer[1])
    return Known(servers, told.pop("lines"), told)


def test_every_line_is_read(known: Known) -> None:
    assert len(known.lines) == len(known.servers) > 35
    read = zip(known.servers, known.lines, strict=True)
    faults = [(server.profile, server.name, line["error"]) for server, line in read if "error" in line]
    assert faults == []


def test_it_means_what_the_table_says(known: Known) -> None:
    for server, line in zip(known.servers, known.lines, strict=True):
        assert (line["model"], line["host"], line["port"]) == (server.model, server.host, server.port)
        assert line["shutdown_timeout"] == 90
        assert line["api_key"] is None
        assert line["trust_remote_code"] == ("--trust-remote-code" in server.arguments)
        if server.role.writes:
            assert line["scheduling_policy"] == "priority"
            assert line["enable_auto_tool_choice"] is True
            assert "xgrammar" in line["structured_outputs_config"]
            assert line["max_num_queued_reqs"] > line["max_num_seqs"]
        else:
            assert line["runner"] == "pooling"
        if server.profile == ProfileName.NODES:
            assert (line["nnodes"], line["node_rank"], line["headless"]) == (2, server.rank, server.rank > 0)


def test_adapters_reach_the_server(known: Known) -> None:
    (line,) = [line for line in known.lines if line["enable_lora"]]
    assert "city-dispatch" in line["lora_modules"]
    assert (line["max_loras"], line["max_lora_rank"]) == (1, 64)


@pytest.mark.parametrize("family", Family)
def test_the_parsers_of_a_family_exist(known: Known, family: Family) -> None:
    needs = FAMILIES[family]
    assert needs.tools in known.names["tools"]
    assert not needs.reasoning or needs.reasoning in known.names["reasoning"]
    assert not needs.tokenizer_mode or needs.tokenizer_mode in known.names["tokenizers"]


def test_every_variable_is_one_that_vllm_reads(known: Known) -> None:
    ours = {name for name in (KEY, *ENVIRONMENT) if name.startswith("VLLM_")}
    assert ours <= set(known.names["environment"])


def test_every_metric_of_an_alert_is_one_that_vllm_exports(known: Known) -> None:
    rules = yaml.safe_load((ROOT / "deploy/alerts/citydesk.rules.yaml").read_text(encoding="utf-8"))
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {name for expression in expressions for name in re.findall(r"vllm:\w+", expression)}
    assert named
    assert {re.sub("_(total|bucket|sum|count)$", "", name) for name in named} <= set(known.names["metrics"])
