"""Is this the same matter? What speaks for it and against it, and the chance that follows.

All signals are computed for one petition against many at once: ``float32[candidates, signals]``. The model is a
logistic regression over them; no signal is a word, so what was learnt in one city holds in another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from city.schema import Record
from tools.petitions.sketch import Sketch
from tools.petitions.terms import Floats, Ids, Weights

SIGNALS = (
    "body_cosine",
    "body_cover",
    "body_mass",
    "title_cosine",
    "title_cover",
    "place_cover",
    "place_mass",
    "place_clash",
    "place_unknown",
    "mark_mass",
    "days",
    "same_caller",
    "same_category",
    "other_category",
)
_PLACE = tuple(SIGNALS.index(name) for name in ("place_cover", "place_mass", "place_clash", "place_unknown"))
_SPECIFIC = 30.0  # squared weight of a place name that tells one place from another: about two rare pairs
_DAY = 86_400.0
_TINY = 1e-6
_RIDGE = 1.0
_ROUNDS = 50


class _Shared(NamedTuple):
    """Squared weights by candidate: in both, in the petition, in the candidate."""

    both: NDArray[np.float64]
    own: NDArray[np.float64]
    other: NDArray[np.float64]

    @property
    def cosine(self) -> NDArray[np.float64]:
        return self.both / np.sqrt(np.maximum(self.own * self.other, _TINY))

    @property
    def cover(self) -> NDArray[np.float64]:
        return self.both / np.maximum(np.minimum(self.own, self.other), _TINY)

    @property
    def mass(self) -> NDArray[np.float64]:
        return np.log1p(self.both)


class _Side:
    """The terms of all candidates in one channel, weighed once."""

    def __init__(self, others: Sequence[Ids], weights: Weights, scale: Sequence[Floats] | None = None) -> None:
        self.count = len(others)
        self.flat = np.concatenate(others)
        self.owner = np.repeat(np.arange(self.count), [len(other) for other in others])
        weight = weights.of(self.flat)
        self.weight = weight if scale is None else weight * np.concatenate(scale)
        self.total: NDArray[np.float64] = np.bincount(self.owner, self.weight * self.weight, self.count).astype(float)

    def shared(self, own: Ids, weight: Floats) -> _Shared:
        """What the petition's own terms, weighed, have in common with each candidate."""
        both: NDArray[np.float64] = np.zeros(self.count)
        if len(own):
            place = np.minimum(np.searchsorted(own, self.flat), len(own) - 1)
            hit = np.flatnonzero(own[place] == self.flat)
            both = np.bincount(self.owner[hit], self.weight[hit] * weight[place[hit]], self.count).astype(np.float64)
        return _Shared(both, np.full(self.count, float(weight @ weight)), self.total)


def signals(one: Sketch, others: Sequence[Sketch], weights: Weights) -> Floats:
    """``float32[len(others), len(SIGNALS)]``, in the order of ``SIGNALS``."""
    bodies = _Side([o.body for o in others], weights, [o.repeated for o in others])
    titles = _Side([o.title for o in others], weights)
    own_body, own_title = weights.of(one.body) * one.repeated, weights.of(one.title)
    body, title = bodies.shared(one.body, own_body), titles.shared(one.title, own_title)
    there, back = bodies.shared(one.title, own_title), titles.shared(one.body, own_body)
    places = _Side([o.places for o in others], weights).shared(one.places, weights.of(one.places))
    marks = _Side([o.marks for o in others], weights).shared(one.marks, weights.of(one.marks))
    titled = np.maximum(there.both / np.maximum(there.own, _TINY), back.both / np.maximum(back.other, _TINY))
    named = np.minimum(np.minimum(places.own, places.other) / _SPECIFIC, 1)
    cover = np.minimum(places.cover, 1)
    days = np.fromiter((abs(one.at - other.at) / _DAY for other in others), np.float32, len(others))
    same = [bool(one.caller) and one.caller == other.caller for other in others]
    known = np.array([bool(one.category and other.category) for other in others], np.bool_)
    agree = np.array([one.category == other.category for other in others], np.bool_)
    columns = [body.cosine, np.minimum(body.cover, 1.5), body.mass, title.cosine, np.minimum(titled, 1)]
    columns += [cover * named, places.mass, (1 - cover) * named, 1 - named, marks.mass]
    columns += [np.log1p(days), np.array(same), known & agree, known & ~agree]
    return np.stack(columns).astype(np.float32).T


def without_places(rows: Floats) -> Floats:
    """The same signals as if no place had been named."""
    bare = rows.copy()
    bare[:, _PLACE] = np.array([0, 0, 0, 1], np.float32)
    return bare


class Line(Record):
    """A logistic regression over the signals: one weight each and a constant."""

    weights: tuple[float, ...] = Field(min_length=len(SIGNALS), max_length=len(SIGNALS))
    constant: float

    def odds(self, rows: Floats) -> Floats:
        """Log-odds of each row of signals."""
        found: Floats = rows @ np.asarray(self.weights, np.float32) + np.float32(self.constant)
        return found


class Bars(Record):
    """Log-odds from which on petitions belong together.

    ``matter`` is for two petitions. ``topic`` is for a petition and the core of a cluster on average, where several
    pairs bear each other out, so it may be lower; it must be cleared twice, with places and without.
    """

    matter: float
    topic: float


class Judge(Record):
    """How likely two petitions are the same matter: given all signals, and given what is left without places."""

    whole: Line
    bare: Line
    bars: Bars
    learnt_from: str = ""

    @classmethod
    def open(cls, path: Path | None = None) -> Judge:
        """The judge of ``path``; without one, the one that comes with the product."""
        text = (path or Path(__file__).with_name("pair_weights.json")).read_text(encoding="utf-8")
        return cls.model_validate_json(text)


def chance(odds: float) -> float:
    """The probability that log-odds stand for."""
    return 1 / (1 + math.exp(-max(min(odds, 30.0), -30.0)))


def learn_judge(rows: Floats, same: NDArray[np.bool_], importance: Floats, bars: Bars, note: str = "") -> Judge:
    """Learn from judged pairs: ``float32[pairs, signals]``, whether each is one matter, how much each counts."""
    whole = _logistic(rows, same, importance)
    return Judge(whole=whole, bare=_logistic(without_places(rows), same, importance), bars=bars, learnt_from=note)


def _logistic(rows: Floats, same: NDArray[np.bool_], importance: Floats) -> Line:
    """Newton's method, with a ridge on the standardised signals."""
    centre, spread = rows.mean(0), rows.std(0)
    varies = spread > _TINY  # a signal that never varied teaches nothing
    scale = np.where(varies, spread, 1)
    design = np.column_stack([(rows - centre) / scale * varies, np.ones(len(rows))]).astype(np.float64)
    ridge = np.diag([_RIDGE] * rows.shape[1] + [_TINY])
    weights = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (importance * (same - likely)) - ridge @ weights
        curve = (design * (importance * likely * (1 - likely))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < _TINY:
            break
    plain = weights[:-1] * varies / scale
    return Line(weights=tuple(plain.tolist()), constant=float(weights[-1] - plain @ centre))
