"""A training run from an export to an adapter with its card."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from city.errors import BadInput, Refused
from serve.training.answers import possible
from serve.training.encoding import Encoded, Encoder
from serve.training.files import fingerprint, read_examples, read_manifest
from serve.training.lora import Report, load_base, train, with_adapter
from serve.training.recipe import ADAPTER, CARD, CHECKPOINT, Card, Recipe
from serve.training.records import Example, Kind, Manifest
from serve.training.scoring import score
from serve.training.wording import prompt_used

_RUN = "run.json"
_PACKAGES = ("citydesk", "torch", "transformers", "peft")


def run(data: Path, folder: Path, recipe: Recipe, report: Report, *, resume: bool = False, force: bool = False) -> Card:
    """Train an adapter on an export and write it with its card into ``folder``.

    Raises Refused for data of another wording of the prompt (unless ``force``) and for a folder that holds another run
    or, without ``resume``, an unfinished one; BadInput for data without examples of the task.
    """
    import torch

    manifest = read_manifest(data)
    check_prompt(manifest, recipe.task, force=force)
    begin(folder, recipe, fingerprint(data), resume=resume)
    torch.manual_seed(recipe.seed)
    tokenizer, base = load_base(recipe.base)
    encoder = Encoder(tokenizer, recipe.longest)
    learnt, short = _encoded(encoder, read_examples(data, "train", recipe.task))
    held, left = _encoded(encoder, read_examples(data, "holdout", recipe.task))
    if not learnt:
        raise BadInput(f"No example of {recipe.task!r} has at most {recipe.longest} tokens: raise --longest.")
    model = with_adapter(base, recipe)
    held.sort(key=lambda pair: hashlib.sha256(pair[0].metadata.id.encode()).digest())  # those scored are of all times
    examples = [one for one, _ in held]
    encoded = [one for _, one in held]
    with model.disable_adapter():
        before = score(model, encoder, examples, encoded, recipe)
    losses = train(model, [one for _, one in learnt], recipe, folder, report)
    after = score(model, encoder, examples, encoded, recipe)
    model.save_pretrained(folder / ADAPTER)
    card = Card(
        recipe=recipe,
        prompt=manifest.prompts[recipe.task],
        city=manifest.city,
        data=fingerprint(data),
        examples=len(learnt),
        too_long=short + left,
        confirmed=_confirmed(examples[: recipe.scored]),
        answers_bounded=possible(recipe.task) is not None,
        before=before,
        after=after,
        losses=losses,
        device=_device(model),
        made_at=datetime.now(UTC),
        versions=_versions(),
    )
    (folder / CARD).write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return card


def check_prompt(manifest: Manifest, task: str, *, force: bool = False) -> None:
    """Refuse data that were made with another wording than the engine sends now. Raises BadInput for an absent task."""
    used = manifest.prompts.get(task)
    if used is None:
        raise BadInput(f"The data hold no task {task!r}: name one of {', '.join(manifest.prompts)}.")
    now = prompt_used(task)
    if used != now and not force:
        raise Refused(
            f"The data were made with version {used.version} ({used.fingerprint}) of the prompt {task!r}, now it is "
            f"version {now.version} ({now.fingerprint}): export them anew, or say --force."
        )


def begin(folder: Path, recipe: Recipe, data: str, *, resume: bool) -> None:
    """Note in the folder what is run there. Raises Refused where that is something else, or done, or broken off."""
    path, told = folder / _RUN, {"recipe": recipe.model_dump(mode="json"), "data": data}
    if path.is_file():
        if json.loads(path.read_bytes()) != told:
            raise Refused(f"{str(folder)!r} holds a run with other settings or data: name another folder.")
        if (folder / CARD).is_file():
            raise Refused(f"{str(folder)!r} holds this run already, finished: name another folder to train again.")
        if (folder / CHECKPOINT).is_dir() and not resume:
            raise Refused(f"{str(folder)!r} holds this run unfinished: go on with --resume, or name another folder.")
    elif folder.is_dir() and any(folder.iterdir()):
        raise Refused(f"{str(folder)!r} is not empty and holds no run: name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _encoded(encoder: Encoder, examples: list[Example]) -> tuple[list[tuple[Example, Encoded]], int]:
    """The examples that are short enough, and how many are not."""
    pairs = [(one, encoder.example(one)) for one in examples]
    kept = [(one, encoded) for one, encoded in pairs if encoded is not None]
    return kept, len(pairs) - len(kept)


def _confirmed(examples: list[Example]) -> float:
    return sum(one.metadata.kind is Kind.CONFIRMATION for one in examples) / max(1, len(examples))


def _device(model: Any) -> str:
    import torch

    return torch.cuda.get_device_name() if model.device.type == "cuda" else str(model.device)


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
