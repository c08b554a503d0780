"""The servers of a profile: from the pack's models and what the command line wishes to each server's line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from city.errors import BadInput, NotFound
from city.models import ModelChoice, ProfileName, SideModel
from serve.launch import flags
from serve.launch.flags import Flag, Group
from serve.launch.profiles import ALONE, PORTS, PROFILES, Profile, Role, Slot

KEY = "VLLM_API_KEY"
"""The variable of the key. It is never on the line, which every process on the machine can read."""
ENVIRONMENT = {
    "VLLM_NO_USAGE_STATS": "1",  # nothing is told to anybody outside
    "HF_HUB_OFFLINE": "1",  # the model lies here: no start depends on a hub, and no revision changes by itself
    # Longer than the client and the proxy keep an idle connection (60 s): the side that closes first must be the
    # one that knows whether it is about to use it.
    "VLLM_HTTP_TIMEOUT_KEEP_ALIVE": "120",
    "VLLM_MAX_N_SEQUENCES": "16",  # answers that one request may ask for; 16384 otherwise
    "VLLM_COMPUTE_NANS_IN_LOGITS": "1",  # counts answers of a card or a cache that has gone wrong
}


@dataclass(frozen=True)
class Wishes:
    """What the command line says beside the profile. ``cards`` are numbers for CUDA_VISIBLE_DEVICES."""

    role: Role | None = None
    cards: tuple[int, ...] = ()
    nodes: int = 0  # 0 where it is not said
    rank: int | None = None
    master: str = ""
    host: str = "127.0.0.1"
    port: int = 0


@dataclass(frozen=True)
class Server:
    """One server to start. ``shares`` says that others stand on its card."""

    profile: ProfileName
    role: Role
    index: int
    host: str
    port: int
    cards: tuple[int, ...]
    card_count: int
    shares: bool
    rank: int
    model: str
    flags: tuple[Flag, ...]
    adapters: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """A name for hosts and units: ``vllm-chat-0``."""
        return f"vllm-{self.role}-{self.index}"

    @property
    def arguments(self) -> list[str]:
        """What follows ``vllm serve``."""
        return [self.model, *(word for options in self.options.values() for option in options for word in option)]

    @property
    def options(self) -> dict[Group, list[tuple[str, ...]]]:
        """The options by group, in the order of the groups; each as the words that belong together."""
        found = {group: [flag.words for flag in self.flags if flag.group == group] for group in Group}
        if self.adapters:
            found[Group.ADAPTERS].append(("--lora-modules", *self.adapters))
        return {group: options for group, options in found.items() if options}

    @property
    def argv(self) -> list[str]:
        """The whole command."""
        return ["vllm", "serve", *self.arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Variables beside the key."""
        if not self.cards:
            return dict(ENVIRONMENT)
        return {"CUDA_VISIBLE_DEVICES": ",".join(map(str, self.cards)), **ENVIRONMENT}


def served_names(models: ModelChoice) -> dict[Role, str]:
    """The name in requests of each model that the pack has."""
    sides = {Role.EMBED: models.embedding, Role.RERANK: models.rerank}
    small = {role: side.served_name for role, side in sides.items() if side}
    return {Role.CHAT: models.served_name, Role.BATCH: models.served_name, **small}


def servers_of(models: ModelChoice, name: ProfileName, wishes: Wishes | None = None) -> tuple[Server, ...]:
    """The servers of a profile, those of one role where the wishes say so.

    Raises BadInput where wishes do not fit the profile, NotFound where the pack names no model for the role.
    """
    wishes = wishes or Wishes()
    profile = PROFILES[name]
    _sound(profile, wishes)
    slots = _slots(models, profile, wishes.role)
    if len(slots) > 1 and (wishes.port or wishes.cards):
        raise BadInput(f"{name} starts {len(slots)} servers: --port and --gpus go with one; choose it by --role.")
    made = [
        _server(models, profile, slot, index, slots, wishes, rank)
        for slot, index in _numbered(slots)
        for rank in _ranks(profile, wishes)
    ]
    return tuple(made)


def _sound(profile: Profile, wishes: Wishes) -> None:
    if not profile.over_nodes and (wishes.nodes or wishes.rank is not None or wishes.master):
        raise BadInput(f"--nodes, --node-rank and --master go with the profile nodes, not with {profile.name}.")
    if profile.over_nodes:
        if wishes.nodes == 1:
            raise BadInput("--nodes 1: one machine is the profile 8gpu-one.")
        if not wishes.master:
            raise BadInput("nodes: name the first machine's address with --master.")
        if wishes.rank is not None and not 0 <= wishes.rank < (wishes.nodes or 2):
            raise BadInput(f"--node-rank {wishes.rank}: machines are counted 0 to {(wishes.nodes or 2) - 1}.")
    if wishes.cards and len(wishes.cards) != profile.cards:
        raise BadInput(f"--gpus names {len(wishes.cards)} card(s): a server of {profile.name} takes {profile.cards}.")


def _slots(models: ModelChoice, profile: Profile, role: Role | None) -> tuple[Slot, ...]:
    """The places to fill. A role that the profile has no place for stands on its card alone."""
    sides = {Role.EMBED: models.embedding, Role.RERANK: models.rerank}
    if role in sides and sides[role] is None:
        raise NotFound(f"models.yaml names no model for {role}: add `{'embedding' if role == Role.EMBED else role}`.")
    all_slots = profile.slots if any(sides.values()) else profile.without_sides
    slots = tuple(slot for slot in all_slots if slot.role.writes or sides[slot.role])
    if role is None:
        return slots
    mine = tuple(slot for slot in slots if slot.role == role)
    if mine:
        return mine
    if role.writes:
        return (Slot(role, 0),)
    raise NotFound(f"{profile.name} has no place for {role}: its cards hold the chat model; serve it on another card.")


def _numbered(slots: tuple[Slot, ...]) -> Iterator[tuple[Slot, int]]:
    seen: Counter[Role] = Counter()
    for slot in slots:
        yield slot, seen[slot.role]
        seen[slot.role] += 1


def _ranks(profile: Profile, wishes: Wishes) -> range:
    if not profile.over_nodes:
        return range(1)
    return range(wishes.nodes or 2) if wishes.rank is None else range(wishes.rank, wishes.rank + 1)


def _server(
    models: ModelChoice,
    profile: Profile,
    slot: Slot,
    index: int,
    slots: tuple[Slot, ...],
    wishes: Wishes,
    rank: int,
) -> Server:
    port = wishes.port or PORTS[slot.role] + index
    several = len({place.card for place in slots}) > 1
    bare = Server(
        profile=profile.name,
        role=slot.role,
        index=index,
        host=wishes.host,
        port=port,
        cards=wishes.cards or ((slot.card,) if several else ()),
        card_count=profile.cards if slot.role.writes else 1,
        shares=slot.memory < ALONE,
        rank=rank,
        model="",
        flags=(),
    )
    side = {Role.EMBED: models.embedding, Role.RERANK: models.rerank}.get(slot.role)
    return _side(bare, side, slot) if side else _chat(bare, models, profile, slot, wishes)


def _side(bare: Server, side: SideModel, slot: Slot) -> Server:
    made = (
        *flags.door(side.served_name, bare.host, bare.port),
        *flags.side_flags(side, slot.memory),
        *flags.watch_flags(writes=False),
    )
    return replace(bare, model=side.model, flags=made)


def _chat(bare: Server, models: ModelChoice, profile: Profile, slot: Slot, wishes: Wishes) -> Server:
    chat, adapters = models.chat_for(profile.name), models.adapters_for(profile.name)
    nodes = (wishes.nodes or 2) if profile.over_nodes else 1
    made = (
        *flags.door(models.served_name, bare.host, bare.port),
        *flags.model_flags(chat),
        *flags.answer_flags(chat),
        *flags.load_flags(profile.load, slot.memory, batch=slot.role == Role.BATCH),
        *flags.spread_flags(profile.cards, experts=chat.experts, nodes=nodes, rank=bare.rank, master=wishes.master),
        *flags.adapter_flags(adapters),
        *flags.watch_flags(writes=True),
    )
    loaded = tuple(f"{adapter.name}={adapter.path}" for adapter in adapters)
    return replace(bare, model=chat.model, flags=flags.replaced(made, chat.more), adapters=loaded)
