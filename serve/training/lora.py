"""The recipe itself: an adapter of low rank on a base model that stays as it is (LoRA, with transformers and peft).

A plain loop: its order of examples follows from the seed, and a run that was broken off goes on from its checkpoint to
the same end.
"""

from __future__ import annotations

import math
import random
import shutil
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from city.errors import BadInput
from serve.training.batches import answer_loss, padded
from serve.training.encoding import Encoded
from serve.training.recipe import CHECKPOINT, Recipe

Report = Callable[[str, float], None]
_STATE = "state.pt"


@dataclass
class Progress:
    """How far a run has come, and the loss of the epochs that are behind it."""

    step: int = 0
    losses: list[float] = field(default_factory=list)
    total: float = 0.0
    tokens: int = 0


def load_base(base: str) -> tuple[Any, Any]:
    """The tokenizer and the model, bfloat16 on a GPU and float32 on a CPU. Raises BadInput for what is no such model,
    and for weights of eight bits or less: they cannot be trained on.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    on_gpu = torch.cuda.is_available()
    try:
        config = AutoConfig.from_pretrained(base)
        if getattr(config, "quantization_config", None):
            raise BadInput(
                f"--base {base!r} is quantised: train on the same model in BF16. vLLM serves the adapter on either."
            )
        tokenizer = AutoTokenizer.from_pretrained(base)
        dtype = torch.bfloat16 if on_gpu else torch.float32
        model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    except (OSError, ValueError) as error:
        raise BadInput(f"--base {base!r} cannot be loaded: {str(error).splitlines()[0]}") from error
    return tokenizer, model.to("cuda" if on_gpu else "cpu")


def with_adapter(model: Any, recipe: Recipe) -> Any:
    """The model with a fresh adapter, to be run in the context ``mixed`` only. Raises BadInput where none of the target
    modules is in it.
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from peft.tuners.tuners_utils import BaseTunerLayer

    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=list(recipe.targets),
        task_type="CAUSAL_LM",
        base_model_name_or_path=recipe.base,
    )
    try:
        with warnings.catch_warnings():
            # peft asks transformers for something by a name that the newer of the two replaces.
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
            adapted = get_peft_model(model, config)
    except ValueError as error:
        raise BadInput(f"No adapter fits {recipe.base!r}: {error}; name its layers with --target.") from error
    for layer in adapted.modules():
        if isinstance(layer, BaseTunerLayer):
            layer.cast_input_dtype_enabled = adapted.dtype != torch.bfloat16
    if recipe.save_memory:
        adapted.enable_input_require_grads()
        # The newer name of two, where transformers has it.
        enable = getattr(adapted, "activation_checkpointing_enable", None) or adapted.gradient_checkpointing_enable
        enable({"use_reentrant": False})
    return adapted


def train(model: Any, encoded: Sequence[Encoded], recipe: Recipe, folder: Path, report: Report) -> tuple[float, ...]:
    """Train the adapter of ``model`` in place; the loss of each epoch, nats per token of the answers.

    A checkpoint in ``folder`` is gone on from, and removed at the end.
    """
    import torch

    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=0.0)
    per_epoch = math.ceil(len(encoded) / (recipe.batch * recipe.accumulate))
    steps = per_epoch * recipe.epochs
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda at: _rate(at, steps, recipe.warmup))
    done = _resumed(model, optimizer, scheduler, folder)
    model.train()
    while done.step < steps:
        epoch, place = divmod(done.step, per_epoch)
        torch.manual_seed(recipe.seed * 1_000_003 + done.step)  # dropout, also after a break
        picked = _order(len(encoded), recipe.seed, epoch)[place * recipe.batch * recipe.accumulate :]
        chosen = [encoded[number] for number in picked[: recipe.batch * recipe.accumulate]]
        _step(model, chosen, recipe, done)
        torch.nn.utils.clip_grad_norm_(trained, recipe.clip)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad(set_to_none=True)
        done.step += 1
        if done.step % per_epoch == 0:
            done.losses.append(done.total / done.tokens)
            done.total, done.tokens = 0.0, 0
        report(f"loss {done.losses[-1]:.3f}" if done.losses else "training", done.step / steps)
        if done.step % recipe.save_every == 0 and done.step < steps:
            _keep(model, optimizer, scheduler, done, folder)
    shutil.rmtree(folder / CHECKPOINT, ignore_errors=True)
    return tuple(done.losses)


def _step(model: Any, chosen: Sequence[Encoded], recipe: Recipe, done: Progress) -> None:
    """Gradients of one step. Every token of the answers weighs the same, however the batches fall."""
    tokens = sum(len(one.ids) - one.prompt for one in chosen)
    for at in range(0, len(chosen), recipe.batch):
        part = chosen[at : at + recipe.batch]
        count = sum(len(one.ids) - one.prompt for one in part)
        loss = answer_loss(model, padded(part, model.device)) * (count / tokens)
        loss.backward()
        done.total += float(loss.detach()) * tokens
    done.tokens += tokens


def _rate(step: int, steps: int, warmup: float) -> float:
    """The share of the rate: rising at first, then falling like a cosine."""
    rising = max(1, round(steps * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def _order(count: int, seed: int, epoch: int) -> list[int]:
    numbers = list(range(count))
    random.Random(f"{seed}/{epoch}").shuffle(numbers)  # noqa: S311 - an order that can be made again, not a secret
    return numbers


def _keep(model: Any, optimizer: Any, scheduler: Any, done: Progress, folder: Path) -> None:
    """Write a checkpoint beside the last one, then put it in its place."""
    import torch
    from peft import get_peft_model_state_dict

    target, partial = folder / CHECKPOINT, folder / f".{CHECKPOINT}.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    state = {
        "adapter": get_peft_model_state_dict(model),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "progress": vars(done),
    }
    torch.save(state, partial / _STATE)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _resumed(model: Any, optimizer: Any, scheduler: Any, folder: Path) -> Progress:
    """What the checkpoint says, the beginning where there is none."""
    import torch
    from peft import set_peft_model_state_dict

    path = folder / CHECKPOINT / _STATE
    if not path.is_file():
        return Progress()
    state = torch.load(path, map_location=model.device, weights_only=True)
    set_peft_model_state_dict(model, state["adapter"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    return Progress(**state["progress"])
