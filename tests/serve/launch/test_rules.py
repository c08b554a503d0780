from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from city.models import FILE, ProfileName
from city.pack import CityPack, PackError, load_pack
from serve.checking import check_everything
from serve.launch.families import FAMILIES
from serve.launch.rules import FIXED, REFUSED, check_models, problems_of, sound
from serve.launch.servers import Wishes, servers_of
from tests.city.pack.making import CITY, make_pack, write
from tests.conftest import YUNLAN
from tests.serve.launch.models import ADAPTER, CHAT, EMBED, RERANK, models, options, with_sides


@pytest.mark.parametrize(
    ("chat", "place", "said"),
    [
        ({"family": "qwen3_instruct", "thinking": True}, "chat.thinking", "never thinks"),
        ({"family": "deepseek_r1"}, "chat.thinking", "always thinks"),
        ({"family": "deepseek_v31"}, "chat.chat_template", "a template of its own"),
        ({"family": "deepseek_v4", "model": "/models/v4"}, "chat.trust_remote_code", "runs Python files"),
        ({"family": "deepseek_v4", "trust_remote_code": True}, "chat.model", "whoever owns it"),
        ({"trust_remote_code": True, "model": "/models/x"}, "chat.trust_remote_code", "runs without it"),
        ({"model": "a/b-FP8", "quantization": "fp8_per_block"}, "chat.quantization", "FP8 already"),
        ({"model": "a/b-awq", "quantization": "fp8_per_block"}, "chat.quantization", "AWQ already"),
        ({"more": {"api-key": "secret"}}, "chat.more.api-key", "every process to read"),
        ({"more": {"api-k": "secret"}}, "chat.more.api-k", "--api-key stands on the line"),
        ({"more": {"speculative-config": "{}"}}, "chat.more.speculative-config", "corrupted JSON"),
        ({"more": {"trust-remote-code": True}}, "chat.more.trust-remote-code", "runs programs"),
        ({"more": {"enable-sleep-mode": True}}, "chat.more.enable-sleep-mode", "development routes"),
        ({"more": {"scheduling-policy": "fcfs"}}, "chat.more.scheduling-policy", "carry a priority"),
        ({"more": {"host": "0.0.0.0"}}, "chat.more.host", "not the pack's to set"),  # noqa: S104  # what is refused
        ({"more": {"no-enable-auto-tool-choice": True}}, "chat.more.no-enable-auto-tool-choice", "the family says it"),
        ({"more": {"no-async-scheduling": False}}, "chat.more.no-async-scheduling", "twice over"),
        ({"more": {"max-num-queued-reqs": 200}}, "chat.more.max-num-queued-reqs", "fewer than may run (256)"),
        ({"more": {"max-num-seqs": 800}}, "chat.more.max-num-queued-reqs", "(768) are fewer"),
        ({"more": {"max-num-seqs": "many"}}, "chat.more.max-num-queued-reqs", "fewer"),
    ],
)
def test_what_is_refused_names_its_place_and_a_way_out(chat: dict[str, Any], place: str, said: str) -> None:
    (problem,) = problems_of(models(chat), ProfileName.H100)
    assert (problem.file, problem.where) == (FILE, place)
    assert said in problem.message
    assert problem.remedy
    with pytest.raises(PackError, match=r"models\.yaml"):
        sound(models(chat), ProfileName.H100)


@pytest.mark.parametrize(
    "chat",
    [
        {"more": {"kv-offloading-size": 16, "max-num-seqs": 128, "async-scheduling": False}},
        {"family": "deepseek_v4", "model": "/models/v4", "trust_remote_code": True},
        {"thinking": True},
        {"quantization": "fp8_per_tensor", "fp8_cache": True},
    ],
)
def test_what_is_sound_is_let_through(chat: dict[str, Any]) -> None:
    assert problems_of(models(chat), ProfileName.H100) == []


def test_every_option_that_a_line_sets_and_a_pack_must_not_is_known() -> None:
    """The tables would be worth nothing if a flag were renamed on the line and not here."""
    free = {
        "max-num-seqs",
        "max-num-batched-tokens",
        "long-prefill-token-threshold",
        "max-num-queued-reqs",
        "max-num-queued-tokens",
        "block-size",
        "enable-prompt-tokens-details",
        "enable-force-include-usage",
        "sse-keep-alive-interval",
        "disable-access-log-for-endpoints",
    }
    used: set[str] = set()
    for family, needs in FAMILIES.items():
        told = {"family": family, "trust_remote_code": needs.own_code, "chat_template": "/t", "fp8_cache": True}
        choice = models({**told, "experts": True}, adapters={"dispatch": ADAPTER})
        for profile in ProfileName:
            master = "a" if profile == ProfileName.NODES else ""
            for server in servers_of(choice, profile, Wishes(master=master)):
                used |= options(server).keys()
    assert used - free <= FIXED.keys() | REFUSED.keys()
    assert not free & (FIXED.keys() | REFUSED.keys())


def pack(folder: Path, *, city: dict[str, Any] | None = None, **changed: Any) -> CityPack:
    """A small pack with these models."""
    make_pack(folder)
    write(folder / "city.yaml", {**CITY, **(city or {})})
    write(folder / FILE, {"served_name": "city-llm", "chat": CHAT, **changed})
    return load_pack(folder)


def test_a_profiles_own_model_is_looked_at_in_its_place(tmp_path: Path) -> None:
    found = check_models(pack(tmp_path, profiles={"24gb": {**CHAT, "family": "deepseek_r1"}}))
    assert [problem.where for problem in found] == ["profiles.24gb.thinking"]


def test_a_fault_of_the_model_for_all_is_told_once(tmp_path: Path) -> None:
    assert len(check_models(pack(tmp_path, chat={**CHAT, "thinking": True, "family": "qwen3_coder"}))) == 1


def test_an_adapter_needs_a_task_and_a_model(tmp_path: Path) -> None:
    found = check_models(pack(tmp_path, adapters={"dispach": {**ADAPTER, "base": "owner/other"}}))
    assert [(one.where, one.message.split(":")[0]) for one in found] == [
        ("adapters.dispach", "is no task"),
        ("adapters.dispach.base", "'owner/other' is no chat model of this file"),
    ]
    assert "dispatch" in found[0].remedy


@pytest.mark.parametrize(("searched", "found"), [("owner/embed", []), ("owner/other", ["embedding.model"])])
def test_the_model_that_is_served_is_the_one_that_searches(tmp_path: Path, searched: str, found: list[str]) -> None:
    made = pack(tmp_path, city={"embedding": {"model": searched}}, embedding=EMBED)
    assert [one.where for one in check_models(made)] == found


def test_the_reranker_too(tmp_path: Path) -> None:
    (problem,) = check_models(pack(tmp_path, city={"rerank": {"model": "owner/other"}}, rerank=RERANK))
    assert (problem.where, "city.yaml searches with 'owner/other'" in problem.message) == ("rerank.model", True)


def test_the_check_of_a_pack_looks_at_its_models(small_city: Path) -> None:
    told = {"served_name": "city-llm", "chat": {**CHAT, "more": {"api-key": "x"}}}
    write(small_city / FILE, told)
    assert [(one.file, one.where) for one in check_everything(small_city)] == [(FILE, "chat.more.api-key")]
    write(small_city / FILE, {"served_name": "city-llm"})
    assert [(one.file, one.where) for one in check_everything(small_city)] == [(FILE, "chat")]


def test_a_pack_without_models_and_the_example_city_are_sound(tmp_path: Path) -> None:
    assert check_models(load_pack(make_pack(tmp_path))) == []
    assert check_models(load_pack(YUNLAN)) == []
    assert problems_of(with_sides(), ProfileName.EIGHT) == []
