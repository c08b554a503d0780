"""What a message brings: both fields, a title only, a detail only; how long they are and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.petitions.experts import Experts, Tables
from tools.petitions.features import Floats, Sparse, overlap
from tools.petitions.history import Message

SITUATIONS: dict[str, tuple[int, ...]] = {"both": (0, 1, 2, 3, 4), "title": (0, 3), "detail": (1, 4)}
"""What a message brings, and which experts have something to say about it."""


class Read(NamedTuple):
    """A batch as tables: the weighted runs of both fields, situation and circumstances of each message."""

    title: Sparse
    detail: Sparse
    situation: NDArray[np.str_]
    circumstances: Floats


def read(messages: Sequence[Message], experts: Experts, tables: Tables | None = None) -> Read:
    """Weigh a batch of messages. A field in which nothing is known counts as missing where the other has something."""
    tables = tables or Tables.of(messages)
    title, detail = experts.title.vocabulary.weigh(tables.title), experts.detail.vocabulary.weigh(tables.detail)
    has_title, has_detail = np.diff(title.indptr) > 0, np.diff(detail.indptr) > 0
    situation = np.where(has_title & has_detail, "both", np.where(has_title, "title", "detail"))
    lengths = [np.log1p(np.bincount(own.owner, minlength=own.texts)) for own in tables]
    circumstances = np.column_stack([overlap(tables.title, tables.detail), *lengths]).astype(np.float32)
    return Read(title, detail, situation, circumstances)


def circumstances_of(situation: str, given: Floats) -> Floats:
    """The circumstances that a situation's combiner looks at: overlap and length of the detail, or the one length."""
    return given[:, {"both": [0, 2], "title": [1], "detail": [2]}[situation]]
