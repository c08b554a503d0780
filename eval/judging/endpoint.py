"""Where the judge is, and that it is not the model which it judges."""

from __future__ import annotations

from typing import NamedTuple

from city.errors import BadInput
from city.pack import CityPack
from serve.engine import model_settings
from serve.settings import Settings

MISSING = "needs a judge: set CITYDESK_JUDGE_URL and CITYDESK_JUDGE_MODEL (docs/evaluator.md, Judges)"


class Endpoint(NamedTuple):
    """An OpenAI-compatible endpoint and the model asked there."""

    url: str
    model: str
    key: str


def endpoint_of(settings: Settings, pack: CityPack) -> Endpoint | None:
    """The judge's endpoint, None where none is set.

    Raises BadInput where only one of address and model is set, or where the judge would judge itself.
    """
    url, model = settings.judge_url.strip().rstrip("/"), settings.judge_model.strip()
    if not url and not model:
        return None
    if not url or not model:
        missing = "CITYDESK_JUDGE_MODEL" if url else "CITYDESK_JUDGE_URL"
        raise BadInput(f"A judge needs an address and a model's name: set {missing} too.")
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"CITYDESK_JUDGE_URL: {url!r} is no base URL: write http://host:port/v1.")
    judged = task_models(settings, pack)
    if model.casefold() in {one.casefold() for one in judged}:
        raise BadInput(
            f"CITYDESK_JUDGE_MODEL is {model!r}, the model that answers: a model that judges its own answers finds "
            "them good. Name another one."
        )
    return Endpoint(url, model, settings.judge_key)


def task_models(settings: Settings, pack: CityPack) -> tuple[str, ...]:
    """The names of the model that answers and of its adapters; none where no model does."""
    if settings.engine == "embedded":
        return ()
    asked = model_settings(settings, pack)
    return (asked.model, *dict(asked.adapters).values())
