"""The recipe on a tiny model: it learns, what it learnt is in the adapter alone, and a break changes nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput, Refused
from serve.training import lora
from serve.training.encoding import Encoded, Encoder
from serve.training.exporting import Gathered
from serve.training.files import write_export
from serve.training.lora import load_base, train, with_adapter
from serve.training.recipe import ADAPTER, CARD, CHECKPOINT, Card, Recipe, models_yaml
from serve.training.running import run
from serve.training.scoring import _answers, allowed, loss, score
from tests.serve.training.samples import example, manifest

pytestmark = pytest.mark.models


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """The model is so small that threads would only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def recipe(tiny: Path) -> Recipe:
    return Recipe(base=str(tiny), task="dispatch", epochs=6, batch=4, rate=1e-2, rank=8, longest=256, scored=6)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    held = Gathered({"train": [example(n) for n in range(16)], "holdout": [example(n) for n in range(20, 26)]})
    write_export(folder, held, manifest())
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Card]:
    import torch

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("run") / "out"
    return folder, run(data, folder, recipe, lambda stage, share: None)


def encoded(encoder: Encoder) -> list[Encoded]:
    return [one for one in (encoder.example(example(n)) for n in range(16)) if one]


def fresh(recipe: Recipe) -> tuple[Encoder, Any]:
    import torch

    tokenizer, base = load_base(recipe.base)
    torch.manual_seed(recipe.seed)
    return Encoder(tokenizer, recipe.longest), with_adapter(base, recipe)


def weights(model: Any) -> dict[str, Any]:
    from peft import get_peft_model_state_dict

    return {name: one.clone() for name, one in get_peft_model_state_dict(model).items()}


def test_the_loss_falls_and_decisions_become_those_of_people(trained: tuple[Path, Card]) -> None:
    _, card = trained
    assert card.losses[-1] < card.losses[0] / 3
    assert card.after.loss < card.before.loss / 3
    assert card.after.right > card.before.right
    assert card.after.in_form == card.before.in_form == 1.0  # both may only say what the grammar lets through
    assert card.answers_bounded
    assert (card.examples, card.too_long, card.confirmed) == (16, 0, 0.5)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")  # peft's own call
def test_the_adapter_loads_again_and_is_what_changes_the_answers(trained: tuple[Path, Card], recipe: Recipe) -> None:
    from peft import PeftModel

    folder, card = trained
    tokenizer, base = load_base(recipe.base)
    encoder = Encoder(tokenizer, recipe.longest)
    asked = [one for one in (encoder.example(example(n)) for n in range(20, 26)) if one]
    before = loss(base, asked, 4)
    model = PeftModel.from_pretrained(base, str(folder / ADAPTER))
    assert loss(model, asked, 4) == pytest.approx(card.after.loss, rel=1e-4)
    assert before == pytest.approx(card.before.loss, rel=1e-4)
    assert not (folder / CHECKPOINT).exists()


def test_the_base_model_stays_as_it_is(recipe: Recipe, tmp_path: Path) -> None:
    encoder, model = fresh(recipe)
    frozen = {name: one.clone() for name, one in model.named_parameters() if not one.requires_grad}
    train(model, encoded(encoder), recipe.model_copy(update={"epochs": 1}), tmp_path, lambda stage, share: None)
    now = dict(model.named_parameters())
    assert frozen
    assert all(one.equal(now[name]) for name, one in frozen.items())
    assert {name.split(".")[-4] for name in now if "lora_A" in name} == set(recipe.targets)


def test_tokens_of_the_prompt_carry_no_loss(recipe: Recipe) -> None:
    import torch

    encoder, model = fresh(recipe)
    both = encoded(encoder)[:2]
    model.eval()
    every: list[float] = []
    for one in both:
        ids = torch.tensor([one.ids])
        with torch.no_grad():
            scores = model(input_ids=ids).logits[0, :-1]
        losses = torch.nn.functional.cross_entropy(scores, ids[0, 1:], reduction="none")
        every += losses[one.prompt - 1 :].tolist()
    assert len(both[0].ids) != len(both[1].ids)  # so that one of them is padded
    assert loss(model, both, 2) == pytest.approx(sum(every) / len(every), rel=1e-4)


@pytest.mark.parametrize("steps", [1, 4, 5])
def test_a_run_that_was_broken_off_ends_like_one_that_was_not(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    short = recipe.model_copy(update={"epochs": 2, "save_every": 1, "dropout": 0.1})
    encoder, model = fresh(short)
    losses = train(model, encoded(encoder), short, tmp_path / "whole", lambda stage, share: None)
    whole = weights(model)

    def stop(_stage: str, share: float) -> None:
        if share >= steps / 8:
            raise KeyboardInterrupt

    _, model = fresh(short)
    with pytest.raises(KeyboardInterrupt):
        train(model, encoded(encoder), short, tmp_path / "broken", stop)
    _, model = fresh(short)
    again = train(model, encoded(encoder), short, tmp_path / "broken", lambda stage, share: None)
    assert again == pytest.approx(losses)
    assert all(one.allclose(whole[name], atol=1e-6) for name, one in weights(model).items())


def test_accumulated_batches_are_one_step_of_their_size(recipe: Recipe, tmp_path: Path) -> None:
    found = []
    for batch, accumulate in ((4, 1), (2, 2)):
        made = recipe.model_copy(
            update={"batch": batch, "accumulate": accumulate, "epochs": 1, "dropout": 0.0, "rate": 1e-3}
        )
        encoder, model = fresh(made)
        train(model, encoded(encoder), made, tmp_path / str(batch), lambda stage, share: None)
        found.append(weights(model))
    assert all(one.allclose(found[1][name], atol=1e-4) for name, one in found[0].items())


def test_activations_computed_again_give_the_same(recipe: Recipe, tmp_path: Path) -> None:
    losses = []
    for spare in (False, True):
        made = recipe.model_copy(update={"save_memory": spare, "epochs": 1, "dropout": 0.0})
        encoder, model = fresh(made)
        losses.append(train(model, encoded(encoder), made, tmp_path / str(spare), lambda stage, share: None))
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_an_adapter_in_thirty_two_bits_is_computed_in_the_sixteen_of_its_base(recipe: Recipe, tmp_path: Path) -> None:
    import torch

    made = recipe.model_copy(update={"epochs": 2, "save_memory": True})
    tokenizer, base = load_base(made.base)
    encoder = Encoder(tokenizer, made.longest)
    exact = loss(base, encoded(encoder), 4)
    torch.manual_seed(made.seed)
    model = with_adapter(base.to(torch.bfloat16), made)
    layer = next(one for name, one in model.named_modules() if name.endswith("q_proj.lora_A.default"))
    seen: set[Any] = set()
    layer.register_forward_hook(lambda _, given, gave: seen.update((given[0].dtype, gave.dtype)))
    assert loss(model, encoded(encoder), 4) == pytest.approx(exact, rel=0.02)
    losses = train(model, encoded(encoder), made, tmp_path, lambda stage, share: None)
    assert losses[1] < losses[0]
    assert seen == {torch.bfloat16}
    assert {one.dtype for one in model.parameters() if one.requires_grad} == {torch.float32}
    told = [example(n) for n in range(3)]
    assert score(model, encoder, told, [], made).in_form == 1.0


def test_examples_are_answered_alike_alone_and_together(recipe: Recipe, tmp_path: Path) -> None:
    encoder, model = fresh(recipe)
    train(model, encoded(encoder), recipe, tmp_path, lambda stage, share: None)
    told = [example(n, user=f"[0] {'路灯' * n}，\n[1] 不亮") for n in range(1, 8)]
    alone, together = (_answers(model, encoder, told, recipe.model_copy(update={"batch": size})) for size in (1, 4))
    assert alone == together


def test_only_answers_in_form_may_be_written(recipe: Recipe) -> None:
    import torch

    tokenizer, _ = load_base(recipe.base)
    encoder = Encoder(tokenizer, recipe.longest)
    following = allowed(encoder, "dispatch", 2)
    assert following is not None
    ids, answer = [5, 5], encoder.answer('{"clause":1,"option":2}')
    for token in answer:
        assert token in following(0, torch.tensor(ids))
        ids.append(token)
    assert following(0, torch.tensor([5, 5, 9])) == [encoder.end[-1]]
    assert allowed(encoder, "plan", 0) is None


def test_the_card_and_the_lines_for_the_pack(trained: tuple[Path, Card], data: Path) -> None:
    import yaml

    from city.models import Adapter
    from serve.training.files import fingerprint

    folder, card = trained
    assert Card.model_validate_json((folder / CARD).read_bytes()) == card
    assert card.data == fingerprint(data)
    assert {"torch", "peft", "transformers"} <= set(card.versions)
    told = yaml.safe_load(models_yaml(card, folder))["adapters"]["dispatch"]
    adapter = Adapter.model_validate(told)
    assert adapter.rank >= card.recipe.rank
    assert Path(adapter.path) == (folder / ADAPTER).resolve()
    assert json.loads((folder / ADAPTER / "adapter_config.json").read_text(encoding="utf-8"))["r"] == 8


def test_a_folder_holds_one_run(trained: tuple[Path, Card], data: Path, recipe: Recipe, tmp_path: Path) -> None:
    folder, _ = trained
    with pytest.raises(Refused, match="finished"):
        run(data, folder, recipe, lambda stage, share: None)
    with pytest.raises(Refused, match="other settings"):
        run(data, folder, recipe.model_copy(update={"rank": 4}), lambda stage, share: None)
    (tmp_path / "letter").write_text("x", encoding="utf-8")
    with pytest.raises(Refused, match="not empty"):
        run(data, tmp_path, recipe, lambda stage, share: None)


def test_a_run_that_was_broken_off_is_gone_on_with_only_when_told(
    data: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = recipe.model_copy(update={"save_every": 1, "epochs": 1, "scored": 0})
    calls = 0

    def broken(stage: str, share: float) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt

    folder = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(data, folder, made, broken)
    with pytest.raises(Refused, match="--resume"):
        run(data, folder, made, lambda stage, share: None)
    steps: list[float] = []
    monkeypatch.setattr(lora, "_step", _counting(lora._step, steps))
    card = run(data, folder, made, lambda stage, share: None, resume=True)
    assert len(steps) == 2
    assert len(card.losses) == 1


def _counting(step: Any, steps: list[float]) -> Any:
    def counted(*arguments: Any) -> None:
        step(*arguments)
        steps.append(1.0)

    return counted


def test_data_of_another_wording_are_refused_unless_forced(recipe: Recipe, tmp_path: Path) -> None:
    old = manifest().prompts["dispatch"].model_copy(update={"version": 0})
    held = Gathered({"train": [example(0)], "holdout": []})
    write_export(tmp_path / "data", held, manifest().model_copy(update={"prompts": {"dispatch": old}}))
    made = recipe.model_copy(update={"epochs": 1})
    with pytest.raises(Refused, match="version 0"):
        run(tmp_path / "data", tmp_path / "out", made, lambda stage, share: None)
    card = run(tmp_path / "data", tmp_path / "out", made, lambda stage, share: None, force=True)
    assert card.prompt == old
    assert math.isnan(card.after.loss)  # there was nothing to measure on
    assert card.after.answered == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base": "/no/such/model"}, "cannot be loaded"),
        ({"targets": ("no_such_layer",)}, "--target"),
        ({"task": "route"}, "no task 'route'"),
        ({"longest": 16}, "--longest"),
    ],
)
def test_what_cannot_be_trained_is_said(
    data: Path, recipe: Recipe, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        run(data, tmp_path / "out", recipe.model_copy(update=changed), lambda stage, share: None)


def test_quantised_weights_are_refused(tiny: Path, recipe: Recipe, tmp_path: Path) -> None:
    import shutil

    folder = shutil.copytree(tiny, tmp_path / "fp8")
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"quantization_config": {"quant_method": "fp8"}}
    path.write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(BadInput, match="BF16"):
        load_base(str(folder))
