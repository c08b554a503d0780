"""What a run leaves behind: no secrets, no numbers that JSON does not know."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from eval.runs.model import CaseLog, FigureResult, Run
from tests.eval.reports.staged import compared, run


def figure(**more: Any) -> FigureResult:
    return FigureResult.model_validate({"suite": "s", "figure": "f", "title": "t", "value": 0.9, "n": 1, **more})


def test_settings_are_kept_without_secrets() -> None:
    settings = {"model_key": "sk-1", "model_salt": "s", "embed_key": "", "mcp_keys": "/etc/keys", "max_tokens": "90",
                "model_url": "http://a:b@one:1/v1,http://two:2/v1", "audit_url": "postgresql://desk@db/x"}  # fmt: skip
    kept = Run.model_validate({**run().model_dump(), "settings": settings}).settings
    assert kept == {"model_key": "***", "model_salt": "***", "embed_key": "", "mcp_keys": "***", "max_tokens": "90",
                    "model_url": "http://***@one:1/v1,http://two:2/v1",
                    "audit_url": "postgresql://***@db/x"}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "reached"),
    [({}, None), ({"bar": 0.9}, True), ({"bar": 0.91}, False), ({"bar": 0.9, "better": "lower"}, True),
     ({"bar": 0.89, "better": "lower"}, False), ({"bar": 0.5, "value": None}, False)],
)  # fmt: skip
def test_a_bar_is_reached_by_the_value_itself(more: dict[str, Any], reached: bool | None) -> None:
    assert figure(**more).reached is reached


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_refused(value: float) -> None:
    with pytest.raises(ValidationError):
        figure(value=value)
    with pytest.raises(ValidationError):
        CaseLog(suite="s", case="c", values={"x": value})


def test_everything_survives_json() -> None:
    for one in (run(), compared(), figure(options={"k": 2})):
        assert type(one).model_validate_json(one.model_dump_json()) == one


def test_only_guarded_figures_regress() -> None:
    assert [one.figure for one in compared().regressed] == ["recall"]
    first = compared().figures[0].model_copy(update={"guard": False})
    assert compared().model_copy(update={"figures": (first,)}).regressed == ()
