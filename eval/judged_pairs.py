"""Pairs of messages judged to be the same or not: reading them, cutting them in two, measuring against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from city.errors import BadInput
from eval.articles import read_rows
from tools.petitions.petition import Petition

ZONE = ZoneInfo("Asia/Shanghai")
PRECISION = 0.95
_SEED = 0
Truth = NDArray[np.bool_]
Floats = NDArray[np.float32]


class Figures(BaseModel):
    """A part of a report."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Agreement(Figures):
    """Pairs said to be the same against pairs judged the same."""

    pairs: int
    same: int
    precision: float
    recall: float
    f1: float


class JudgedPairs(NamedTuple):
    """Judged pairs by the place of their messages in the stream; ``matter`` of each message that is judged."""

    ends: NDArray[np.int64]
    same: Truth
    matter: dict[int, int]
    components: int


def read_stream(path: Path) -> list[Petition]:
    """The messages in the order of time. Raises BadInput naming what is wrong."""
    found = []
    for number, row in enumerate(read_rows(path), 1):
        try:
            at = datetime.fromisoformat(str(row["time"]))
            found.append(
                Petition(
                    id=str(row["message_id"]),
                    title=row.get("title") or "",
                    detail=row.get("detail") or "",
                    at=at if at.tzinfo else at.replace(tzinfo=ZONE),
                    caller=str(row.get("user") or ""),
                    likes=max(int(row.get("likes") or 0), 0),
                )
            )
        except (KeyError, ValueError, TypeError) as error:
            raise BadInput(f"{path.name}, message {number}: {error!s} is missing or not in form.") from error
    return sorted(found, key=lambda petition: petition.at)


def read_pairs(path: Path, petitions: Sequence[Petition]) -> JudgedPairs:
    """The judged pairs. Raises BadInput for a pair that names no message of the stream."""
    place = {petition.id: number for number, petition in enumerate(petitions)}
    ends, same = [], []
    for number, row in enumerate(read_rows(path), 1):
        try:
            ends.append(sorted((place[str(row["a"])], place[str(row["b"])])))
            votes = row.get("teams_same", 0) > row.get("teams_different", 0)
            same.append(bool(row.get("same", votes)))
        except (KeyError, TypeError) as error:
            raise BadInput(f"{path.name}, pair {number}: {error} names no message of the stream.") from error
    if not ends:
        raise BadInput(f"{path.name} holds no pairs.")
    matter = components_of([end for end, yes in zip(ends, same, strict=True) if yes], {n for end in ends for n in end})
    whole = components_of(ends, {n for end in ends for n in end})
    return JudgedPairs(np.array(ends), np.array(same), matter, len(set(whole.values())))


def components_of(ends: Sequence[Sequence[int]], nodes: set[int]) -> dict[int, int]:
    """Which nodes hang together, each by the smallest of its component."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in ends:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return {node: root(node) for node in nodes}


def second_half(how: str, judged: JudgedPairs) -> set[int]:
    """Messages of the second half; halves hold about as many pairs judged the same."""
    messages = sorted(judged.matter)
    if how == "by message":
        order = np.random.default_rng(_SEED).permutation(len(messages))
        return {messages[place] for place in order[: len(messages) // 2]}
    sizes = Counter(judged.matter[one] for one, _ in judged.ends[judged.same].tolist())
    load, second = [0, 0], set()
    for matter in sorted(set(judged.matter.values()), key=lambda m: (-sizes[m], m)):
        half = int(load[1] < load[0])
        load[half] += sizes[matter]
        if half:
            second |= {message for message in messages if judged.matter[message] == matter}
    return second


def best_threshold(odds: Floats, same: Truth) -> float:
    """The threshold of the best F1 among those of a precision of 0.95 or more; of the best precision if none is."""
    order = np.argsort(-odds, kind="stable")
    right = np.cumsum(same[order])
    said = np.arange(1, len(odds) + 1)
    last = np.append(np.diff(odds[order]) != 0, True)  # equal odds are taken together
    precision, f1 = right / said, 2 * right / (said + same.sum())
    good = np.where(last & (precision >= PRECISION), 1 + f1, np.where(last, precision, -1))
    best = int(good.argmax())
    around = odds[order][best : best + 2]  # half way to the next pair, so that a gap is shared between the sides
    return float(around.mean())


def agreement(said: Truth, same: Truth) -> Agreement:
    """Precision, recall and F1 of the pairs said to be the same."""
    right = int((said & same).sum())
    precision, recall = right / max(int(said.sum()), 1), right / max(int(same.sum()), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return Agreement(
        pairs=len(same),
        same=int(same.sum()),
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(f1, 4),
    )
