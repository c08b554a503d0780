from __future__ import annotations

import json
from typing import Any

import pytest

from city.models import Adapter, ChatModel, Family, SideModel
from serve.launch import flags
from serve.launch.families import FAMILIES
from serve.launch.flags import Flag, Group
from tests.serve.launch.models import ADAPTER, CHAT


def chat(**changed: Any) -> ChatModel:
    return ChatModel.model_validate({**CHAT, **changed})


def named(found: Any) -> dict[str, str | None]:
    return {flag.name: flag.value for flag in found}


def test_a_value_that_begins_with_a_dash_stays_a_value() -> None:
    assert Flag("x", "-1", Group.MORE).words == ("--x=-1",)
    assert Flag("x", "1", Group.MORE).words == ("--x", "1")
    assert Flag("x", None, Group.MORE).words == ("--x",)


@pytest.mark.parametrize("family", Family)
def test_the_parsers_are_the_familys(family: Family) -> None:
    found, needs = named(flags.model_flags(chat(family=family))), FAMILIES[family]
    assert found["tool-call-parser"] == needs.tools
    assert found.get("reasoning-parser", "") == needs.reasoning
    assert "enable-auto-tool-choice" in found
    assert ("language-model-only" in found) == needs.text_only


@pytest.mark.parametrize(("family", "key"), [("qwen3", "enable_thinking"), ("deepseek_v31", "thinking")])
def test_thinking_is_off_by_the_familys_own_switch(family: str, key: str) -> None:
    off = named(flags.answer_flags(chat(family=family)))["default-chat-template-kwargs"]
    assert json.loads(off or "") == {key: False}
    assert "default-chat-template-kwargs" not in named(flags.answer_flags(chat(family=family, thinking=True)))


def test_a_family_without_a_switch_is_told_nothing_of_thinking() -> None:
    assert "default-chat-template-kwargs" not in named(flags.answer_flags(chat(family="qwen3_instruct")))


def test_schemas_are_kept_by_a_named_backend_without_blanks() -> None:
    config = named(flags.answer_flags(chat()))["structured-outputs-config"]
    assert json.loads(config or "") == {"backend": "xgrammar", "disable_any_whitespace": True}


@pytest.mark.parametrize(
    ("changed", "option", "value"),
    [
        ({"fp8_cache": True}, "kv-cache-dtype", "fp8"),
        ({"family": "deepseek_v4"}, "kv-cache-dtype", "fp8"),
        ({"family": "deepseek_v4"}, "block-size", "256"),
        ({"quantization": "fp8_per_block"}, "quantization", "fp8_per_block"),
        ({"chat_template": "/models/t.jinja"}, "chat-template", "/models/t.jinja"),
        ({"trust_remote_code": True}, "trust-remote-code", None),
    ],
)
def test_what_the_pack_says_of_a_model_is_on_the_line(changed: dict[str, Any], option: str, value: str | None) -> None:
    assert option not in named(flags.model_flags(chat()))
    assert named(flags.model_flags(chat(**changed)))[option] == value


def test_experts_are_spread_only_over_several_cards() -> None:
    assert named(flags.spread_flags(1, experts=True)) == {}
    assert named(flags.spread_flags(8, experts=True)) == {"tensor-parallel-size": "8", "enable-expert-parallel": None}


def test_machines_share_the_layers_and_all_but_the_first_are_headless() -> None:
    first = named(flags.spread_flags(8, experts=False, nodes=2, rank=0, master="10.0.0.1"))
    second = named(flags.spread_flags(8, experts=False, nodes=2, rank=1, master="10.0.0.1"))
    assert first == {
        "tensor-parallel-size": "8",
        "pipeline-parallel-size": "2",
        "nnodes": "2",
        "node-rank": "0",
        "master-addr": "10.0.0.1",
    }
    assert second == {**first, "node-rank": "1", "headless": None}


def test_adapters_have_places_and_the_largest_rank() -> None:
    small = Adapter.model_validate({**ADAPTER, "name": "b", "rank": 16})
    found = named(flags.adapter_flags((Adapter.model_validate(ADAPTER), small)))
    assert found == {"enable-lora": None, "max-loras": "2", "max-lora-rank": "64"}
    assert named(flags.adapter_flags(())) == {}


def test_a_reranker_that_is_a_language_model_is_told_what_it_is() -> None:
    side = {"model": "a/b", "served_name": "r", "context": 512}
    plain = named(flags.side_flags(SideModel.model_validate(side), 0.1))
    assert "hf-overrides" not in plain
    told = SideModel.model_validate({**side, "family": "qwen3_reranker", "chat_template": "/models/r.jinja"})
    found = named(flags.side_flags(told, 0.1))
    assert json.loads(found["hf-overrides"] or "")["is_original_qwen3_reranker"] is True
    assert found["chat-template"] == "/models/r.jinja"


def test_an_option_of_the_pack_replaces_the_profiles() -> None:
    standing = (Flag("max-num-seqs", "64", Group.LOAD), Flag("enable-x", None, Group.WATCH))
    more: dict[str, bool | int | float | str] = {"max-num-seqs": 32, "enable-x": False, "enable-y": True, "z": False}
    assert [flag.words for flag in flags.replaced(standing, more)] == [
        ("--max-num-seqs", "32"),
        ("--enable-y",),
        ("--no-z",),
    ]
