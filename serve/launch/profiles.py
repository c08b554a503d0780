"""The hardware: which servers stand on which card, and how much each takes at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from city.models import ProfileName


class Role(StrEnum):
    """What a server is for."""

    CHAT = "chat"
    BATCH = "batch"
    EMBED = "embed"
    RERANK = "rerank"

    @property
    def writes(self) -> bool:
        """Whether it serves the chat model."""
        return self in (Role.CHAT, Role.BATCH)


PORTS = {Role.CHAT: 8000, Role.BATCH: 8010, Role.EMBED: 8020, Role.RERANK: 8021}
"""The first server of each role; the next one of a role takes the next port."""
ALONE = 0.90
"""Share of a card's memory that vLLM may take where it stands alone; the rest is the driver's and CUDA's."""


@dataclass(frozen=True)
class Load:
    """What a chat server takes at a time: requests and tokens."""

    requests: int
    """in one step; more wait"""
    step_tokens: int
    """in one step: bounds how long a prompt may hold up everybody's next word"""
    long_prompt: int
    """above this a prompt is read in pieces between the others"""
    queued_requests: int
    """running and waiting; more are told 503. Three times ``requests``: the client sheds first: it knows who waits"""
    queued_tokens: int
    """of prompts still to be read: about the wanted seconds to the first word × the tokens read in a second"""


@dataclass(frozen=True)
class Slot:
    """A server's place: which card, and which share of its memory while others stand beside it."""

    role: Role
    card: int
    memory: float = ALONE


@dataclass(frozen=True)
class Profile:
    """One choice of hardware. ``cards`` counts those that one chat server spans on a machine."""

    name: ProfileName
    title: str
    load: Load
    slots: tuple[Slot, ...]
    without_sides: tuple[Slot, ...]
    """where the pack names neither embedding nor rerank model"""
    cards: int = 1
    over_nodes: bool = False
    note: str = ""


_LARGE = Load(requests=256, step_tokens=8_192, long_prompt=4_096, queued_requests=768, queued_tokens=200_000)
_H100 = Profile(
    ProfileName.H100,
    "one H100 (80 GB)",
    _LARGE,
    (Slot(Role.CHAT, 0, 0.75), Slot(Role.EMBED, 0, 0.10), Slot(Role.RERANK, 0, 0.08)),
    (Slot(Role.CHAT, 0),),
)
_ONE = tuple[Slot, ...]((Slot(Role.CHAT, 0),))
PROFILES: dict[ProfileName, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            ProfileName.SMALL,
            "one card of 24 GB",
            Load(requests=64, step_tokens=4_096, long_prompt=2_048, queued_requests=192, queued_tokens=40_000),
            (Slot(Role.CHAT, 0, 0.70), Slot(Role.EMBED, 0, 0.14), Slot(Role.RERANK, 0, 0.12)),
            _ONE,
            note="An Ampere card (RTX 3090, A10) cannot reckon in FP8: choose an AWQ or INT4 checkpoint.",
        ),
        _H100,
        replace(_H100, name=ProfileName.H200, title="one H200 (141 GB)"),
        Profile(
            ProfileName.EIGHT,
            "eight H100 or H200: replicas",
            _LARGE,
            (
                *(Slot(Role.CHAT, card) for card in range(5)),
                *(Slot(Role.BATCH, card) for card in (5, 6)),
                Slot(Role.EMBED, 7, 0.40),
                Slot(Role.RERANK, 7, 0.40),
            ),
            (*(Slot(Role.CHAT, card) for card in range(6)), *(Slot(Role.BATCH, card) for card in (6, 7))),
            note="Replicas beat one engine spread over the cards for a model that fits one card; send a talk to the "
            "same replica each time, or its prefix is read anew.",
        ),
        Profile(ProfileName.EIGHT_ONE, "eight H100 or H200: one large model", _LARGE, _ONE, _ONE, cards=8),
        Profile(
            ProfileName.NODES,
            "several machines of eight cards: one model too large for one",
            _LARGE,
            _ONE,
            _ONE,
            cards=8,
            over_nodes=True,
            note="Start the line of every machine; the first one answers, at its port alone.",
        ),
    )
}
