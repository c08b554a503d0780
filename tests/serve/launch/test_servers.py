from __future__ import annotations

from typing import Any

import pytest

from city.errors import BadInput, NotFound
from city.models import ProfileName
from serve.launch.profiles import Role
from serve.launch.servers import KEY, Wishes, servers_of
from tests.serve.launch.models import ADAPTER, EMBED, models, one, options, with_sides


def shape(profile: ProfileName, *, sides: bool, **wishes: Any) -> list[tuple[str, int, tuple[int, ...]]]:
    choice = with_sides() if sides else models()
    return [(s.name, s.port, s.cards) for s in servers_of(choice, profile, Wishes(**wishes))]


def test_one_card_holds_the_model_and_beside_it_the_small_ones() -> None:
    assert shape(ProfileName.H100, sides=True) == [
        ("vllm-chat-0", 8000, ()),
        ("vllm-embed-0", 8020, ()),
        ("vllm-rerank-0", 8021, ()),
    ]
    assert [options(s)["gpu-memory-utilization"] for s in servers_of(with_sides(), ProfileName.H100)] == [
        "0.75",
        "0.10",
        "0.08",
    ]
    assert options(one(models()))["gpu-memory-utilization"] == "0.90"


def test_a_pack_with_an_embedding_alone_starts_no_reranker() -> None:
    found = servers_of(models(embedding=EMBED), ProfileName.SMALL)
    assert [server.role for server in found] == [Role.CHAT, Role.EMBED]


def test_eight_cards_are_replicas_with_a_pool_for_batch() -> None:
    assert [name for name, _, _ in shape(ProfileName.EIGHT, sides=True)] == [
        *(f"vllm-chat-{n}" for n in range(5)),
        "vllm-batch-0",
        "vllm-batch-1",
        "vllm-embed-0",
        "vllm-rerank-0",
    ]
    cards = [cards for _, _, cards in shape(ProfileName.EIGHT, sides=False)]
    assert cards == [(n,) for n in range(8)]


def test_batch_is_for_throughput_and_its_prompts_may_queue() -> None:
    chat, batch = one(models(), role=Role.CHAT), one(models(), role=Role.BATCH)
    assert options(batch)["performance-mode"] == "throughput"
    assert "performance-mode" not in options(chat)
    assert options(chat)["max-num-queued-tokens"] == "200000"
    assert "max-num-queued-tokens" not in options(batch)
    assert options(batch)["gpu-memory-utilization"] == "0.90"


def test_one_replica_gets_its_card_and_port() -> None:
    with pytest.raises(BadInput, match="starts 5 servers: --port and --gpus go with one"):
        servers_of(models(embedding=EMBED), ProfileName.EIGHT, Wishes(role=Role.CHAT, cards=(3,)))
    server = one(models(), ProfileName.H100, cards=(3,), port=8003)
    assert (server.environment["CUDA_VISIBLE_DEVICES"], options(server)["port"]) == ("3", "8003")


def test_a_large_model_takes_all_cards() -> None:
    server = one(models({"experts": True}), ProfileName.EIGHT_ONE)
    assert (options(server)["tensor-parallel-size"], server.card_count, server.cards) == ("8", 8, ())
    assert "CUDA_VISIBLE_DEVICES" not in server.environment
    with pytest.raises(BadInput, match=r"names 2 card\(s\): a server of 8gpu-one takes 8"):
        one(models(), ProfileName.EIGHT_ONE, cards=(0, 1))


def test_several_machines_have_a_line_each() -> None:
    found = servers_of(models(), ProfileName.NODES, Wishes(nodes=3, master="10.0.0.1"))
    assert [options(s)["node-rank"] for s in found] == ["0", "1", "2"]
    assert ["headless" in options(s) for s in found] == [False, True, True]
    (second,) = servers_of(models(), ProfileName.NODES, Wishes(rank=1, master="10.0.0.1"))
    assert (options(second)["nnodes"], options(second)["node-rank"]) == ("2", "1")


@pytest.mark.parametrize(
    ("profile", "wishes", "said"),
    [
        (ProfileName.NODES, {}, "name the first machine's address with --master"),
        (ProfileName.NODES, {"master": "a", "rank": 2}, "machines are counted 0 to 1"),
        (ProfileName.NODES, {"master": "a", "nodes": 1}, "one machine is the profile 8gpu-one"),
        (ProfileName.H100, {"nodes": 2}, "go with the profile nodes, not with h100"),
        (ProfileName.H100, {"rank": 0}, "go with the profile nodes"),
        (ProfileName.H100, {"master": "a"}, "go with the profile nodes"),
        (ProfileName.H100, {"cards": (0, 1)}, "a server of h100 takes 1"),
    ],
)
def test_wishes_that_do_not_fit_are_refused(profile: ProfileName, wishes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        servers_of(models(), profile, Wishes(**wishes))


def test_a_role_that_the_pack_has_no_model_for_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"names no model for embed: add `embedding`"):
        servers_of(models(), ProfileName.H100, Wishes(role=Role.EMBED))
    with pytest.raises(NotFound, match="8gpu-one has no place for rerank"):
        servers_of(with_sides(), ProfileName.EIGHT_ONE, Wishes(role=Role.RERANK))


def test_adapters_are_loaded_beside_the_model_they_belong_to() -> None:
    small = {"model": "a/small", "family": "qwen3", "context": 4096}
    choice = models(adapters={"dispatch": ADAPTER}, profiles={"24gb": small})
    assert options(one(choice))["lora-modules"] == "city-dispatch=/models/dispatch"
    assert options(one(choice))["max-lora-rank"] == "64"
    assert "--lora-modules" not in one(choice, ProfileName.SMALL).arguments


def test_the_key_is_never_on_the_line() -> None:
    for profile in ProfileName:
        master = "a" if profile == ProfileName.NODES else ""
        for server in servers_of(with_sides(), profile, Wishes(master=master)):
            assert "api-key" not in options(server)
            assert KEY not in server.environment


def test_more_of_the_pack_replaces_what_the_profile_says() -> None:
    server = one(models({"more": {"max-num-seqs": 32}}))
    assert server.arguments.count("--max-num-seqs") == 1
    assert options(server)["max-num-seqs"] == "32"
