"""How the example's drones and teams move through their days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FREE, BUSY, CHARGING, WORKSHOP, OFF = range(5)
Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]
_CALLED = 0.03
"""The chance that a free drone is sent out in a step."""
_BROKEN = 0.0003
_LOADS = 14.0
"""Per cent of battery loaded in a step."""
_WORKSHOP_STEPS = 6 * 24
_BUSY_TEAM, _FREE_TEAM = 0.05, 0.2
_KEEP = 0.985


class Moves(NamedTuple):
    """Steps × units: the state, per cent of battery (NaN for teams), degrees north and east of the base."""

    state: Bytes
    battery: Floats
    north: Floats
    east: Floats

    def beside(self, other: Moves) -> Moves:
        """The units of both."""
        return Moves(
            np.hstack([self.state, other.state]),
            np.hstack([self.battery, other.battery]),
            np.hstack([self.north, other.north]),
            np.hstack([self.east, other.east]),
        )


def drone_moves(rng: np.random.Generator, steps: int, drain: Floats, reach: float) -> Moves:
    """Drones out and back; ``drain`` is the per cent of battery that a step in the air takes."""
    count = len(drain)
    state, battery = np.zeros(count, np.int8), rng.uniform(60, 100, count)
    left, enough = np.zeros(count, int), np.full(count, 95.0)
    aim = np.zeros((2, count))
    kept = Moves(*(np.empty((steps, count), kind) for kind in (np.int8, float, float, float)))
    for step in range(steps):
        left -= 1
        home = (state == BUSY) & ((left <= 0) | (battery < drain * 1.5))
        state[home], enough[home] = CHARGING, rng.uniform(70, 100, int(home.sum()))
        loaded = (state == CHARGING) & (battery >= enough)
        mended = (state == WORKSHOP) & (left <= 0)
        state[loaded | mended] = FREE
        chance = rng.random(count)
        broken = (state == FREE) & (chance < _BROKEN)
        called = (state == FREE) & (chance > 1 - _CALLED) & (battery > 2 * drain)
        state[broken], left[broken] = WORKSHOP, _WORKSHOP_STEPS
        state[called], left[called] = BUSY, rng.integers(1, 4, int(called.sum()))
        aim[:, called] = rng.uniform(-reach, reach, (2, int(called.sum())))
        battery = np.clip(battery + np.select([state == BUSY, state == CHARGING], [-drain, _LOADS], 0.0), 3, 100)
        out = np.where(state == BUSY, 1.0, 0.0)
        kept.state[step], kept.battery[step] = state, battery
        kept.north[step], kept.east[step] = aim[0] * out, aim[1] * out
    return kept


def team_moves(rng: np.random.Generator, on_shift: NDArray[np.bool_], reach: float) -> Moves:
    """Teams that walk about their base while they are on shift (steps × teams)."""
    from scipy.signal import lfilter

    steps, count = on_shift.shape
    state, busy = np.empty((steps, count), np.int8), np.zeros(count, bool)
    for step in range(steps):
        chance = rng.random(count)
        busy = on_shift[step] & np.where(busy, chance > _FREE_TEAM, chance < _BUSY_TEAM)
        state[step] = np.select([~on_shift[step], busy], [OFF, BUSY], FREE)
    wander = lfilter([1.0], [1.0, -_KEEP], rng.normal(0, reach / 12, (2, steps, count)), axis=1)
    north, east = np.clip(wander, -reach, reach) * on_shift
    return Moves(state, np.full((steps, count), np.nan), north, east)
