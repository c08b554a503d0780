"""The engine of a simulated model server: slots, a waiting queue, steps that give each running request a token, and a
prefix cache of whole blocks.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random

from eval.servers.profiles import Profile

BLOCK = 16
"""Tokens of a block of the prefix cache."""
_CHARACTERS = 24
"""Characters of a block: a token of Chinese is about one and a half."""
_MOST_BLOCKS = 400_000
_ARRIVAL = count()


def tokens_of(prompt: str) -> int:
    """About how many tokens a prompt has."""
    return len(prompt) * BLOCK // _CHARACTERS + 1


class PrefixCache:
    """Which beginnings of prompts were seen, by salt, in whole blocks; the least used are forgotten."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[int, None] = OrderedDict()

    def read(self, prompt: str, salt: str) -> int:
        """Tokens of the beginning that were known; all of it is known from now on. The last token is always read."""
        known, chain, all_known = 0, hash(salt), True
        for at in range(0, len(prompt) - _CHARACTERS, _CHARACTERS):
            chain = hash((chain, prompt[at : at + _CHARACTERS]))
            all_known = all_known and chain in self._blocks
            known += BLOCK if all_known else 0
            self._blocks[chain] = None
            self._blocks.move_to_end(chain)
        while len(self._blocks) > _MOST_BLOCKS:
            self._blocks.popitem(last=False)
        return known


@dataclass(eq=False)
class Sequence:
    """A request in the engine. ``token`` is called with the number of each token, ``done`` after the last."""

    prompt_tokens: int
    cached_tokens: int
    length: int
    token: Callable[[int], None] | None
    done: Callable[[], None]
    priority: int = 0
    made: int = 0
    ready_at: float = 0.0
    stalled: bool = False
    arrival: int = field(default_factory=lambda: next(_ARRIVAL))

    def __lt__(self, other: Sequence) -> bool:
        return (self.priority, self.arrival) < (other.priority, other.arrival)


class Engine:
    """Runs sequences on the loop that is running when the first comes."""

    def __init__(self, profile: Profile, random: Random):
        self.profile = profile
        self.running: dict[Sequence, None] = {}
        self.waiting: list[Sequence] = []
        self.peak = 0
        self.tokens = 0
        self._random = random
        self._timer: asyncio.TimerHandle | None = None

    def is_full(self) -> bool:
        """Whether one more would be turned away."""
        return len(self.running) + len(self.waiting) >= self.profile.max_queued

    def add(self, sequence: Sequence) -> None:
        """Take a sequence in; it waits where no slot is free."""
        heapq.heappush(self.waiting, sequence)
        self._fill()

    def abort(self, sequence: Sequence) -> None:
        """Drop a sequence wherever it is; its slot is free at once."""
        if sequence in self.running:
            del self.running[sequence]
            self._fill()
        elif sequence in self.waiting:
            self.waiting.remove(sequence)
            heapq.heapify(self.waiting)

    def close(self) -> None:
        """Stop stepping."""
        if self._timer is not None:
            self._timer.cancel()
        self.running.clear()
        self.waiting.clear()

    def _fill(self) -> None:
        profile, now = self.profile, asyncio.get_running_loop().time()
        while self.waiting and len(self.running) < profile.max_num_seqs:
            sequence = heapq.heappop(self.waiting)
            read = (sequence.prompt_tokens - sequence.cached_tokens) / profile.prefill_rate
            least = profile.first + read + profile.first_per_running * len(self.running)
            sequence.ready_at = now + least * (1 + profile.jitter * self._random.random())
            self.running[sequence] = None
        self.peak = max(self.peak, len(self.running))
        if self.running and self._timer is None:
            self._arm(now)

    def _arm(self, began: float) -> None:
        """Set the next step, one step after the last began; a late one is not made up for."""
        loop = asyncio.get_running_loop()
        soonest = began + self.profile.step + self.profile.step_per_running * len(self.running)
        first = min((sequence.ready_at for sequence in self.running), default=soonest)
        self._timer = loop.call_at(max(soonest, first), self._step)

    def _step(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for sequence in [one for one in self.running if one.ready_at <= now]:
            for _ in range(self.profile.together):
                if sequence in self.running and not sequence.stalled:
                    self._make(sequence)
        self._fill()
        if self.running and self._timer is None:
            self._arm(now)

    def _make(self, sequence: Sequence) -> None:
        """A token of a sequence; it may go wrong and be stalled or aborted by that."""
        if sequence.token is not None:
            sequence.token(sequence.made)
        if sequence.stalled or sequence not in self.running:
            return
        sequence.made += 1
        self.tokens += 1
        if sequence.made >= sequence.length:
            del self.running[sequence]
            sequence.done()
