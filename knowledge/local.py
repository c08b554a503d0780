"""Models of sentence-transformers on this machine (extra ``models``), by name or by the folder of their weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from city.errors import BadInput, NotFound


def open_model(kind: Literal["SentenceTransformer", "CrossEncoder"], source: str, device: str | None) -> Any:
    """The loaded model, 16-bit on a GPU and 32-bit elsewhere. Code that comes with a model is never run.

    Raises ``NotFound`` where the extra or the model is missing, ``BadInput`` where its files are not such a model.
    """
    try:
        import sentence_transformers
        import torch
    except ImportError as fault:
        raise NotFound(f"the model {source!r} needs sentence-transformers; install `citydesk[models]`") from fault
    on_gpu = device.startswith("cuda") if device else torch.cuda.is_available()
    # Said in both cases: weights kept in 16 bits would otherwise be computed so on a CPU, which is slow at it.
    options = {"dtype": torch.float16 if on_gpu else torch.float32}
    try:
        return getattr(sentence_transformers, kind)(
            source, device=device, trust_remote_code=False, model_kwargs=options
        )
    except OSError as fault:
        raise NotFound(f"no model {source!r}: {fault}; give its name, or the folder where its weights lie") from fault
    except (KeyError, ValueError, RuntimeError) as fault:
        raise BadInput(f"the model {source!r} cannot be loaded ({fault}); is it one for {kind}?") from fault


def portions(lengths: Sequence[int], most: int, model: Any) -> Iterator[list[int]]:
    """The rows of texts that ``model`` reads together, longest first: ``most`` of them, fewer where they are long.

    ``lengths`` are characters. A batch is as wide as its longest text and takes as much memory as it is wide and long.
    """
    room = _ROOM_ON_GPU if model.device.type == "cuda" else _ROOM
    rows = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    while rows:
        count = max(1, min(most, room // max(1, lengths[rows[0]])))
        yield rows[:count]
        rows = rows[count:]


_ROOM, _ROOM_ON_GPU = 8_192, 65_536
"""Characters of a batch, its shorter texts filled up. A CPU gains nothing by more, and computes the filling as well."""
