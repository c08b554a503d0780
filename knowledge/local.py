"""Models of sentence-transformers on this machine (extra ``models``), by name or by the folder of their weights."""

from __future__ import annotations

from typing import Any, Literal

from city.errors import BadInput, NotFound


def open_model(kind: Literal["SentenceTransformer", "CrossEncoder"], source: str, device: str | None) -> Any:
    """The loaded model, 16-bit where it runs on a GPU. Code that comes with a model is never run.

    Raises ``NotFound`` where the extra or the model is missing, ``BadInput`` where its files are not such a model.
    """
    try:
        import sentence_transformers
        import torch
    except ImportError as fault:
        raise NotFound(f"the model {source!r} needs sentence-transformers; install `citydesk[models]`") from fault
    on_gpu = device.startswith("cuda") if device else torch.cuda.is_available()
    options = {"dtype": torch.float16} if on_gpu else {}
    try:
        return getattr(sentence_transformers, kind)(
            source, device=device, trust_remote_code=False, model_kwargs=options
        )
    except OSError as fault:
        raise NotFound(f"no model {source!r}: {fault}; give its name, or the folder where its weights lie") from fault
    except (KeyError, ValueError, RuntimeError) as fault:
        raise BadInput(f"the model {source!r} cannot be loaded ({fault}); is it one for {kind}?") from fault
