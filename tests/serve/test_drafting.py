from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from city.errors import BadInput, NotFound, Refused
from knowledge.eligibility.rules import Policy
from serve.drafting import draft_rule
from serve.settings import Settings
from tests.knowledge.eligibility.drafting.making import YUNLAN

NAME = "yl-pol-hightech-2026"


def settings(**more: object) -> Settings:
    return Settings.model_validate({"city": YUNLAN, **more})


def test_a_draft_and_its_cases_are_written(tmp_path: Path) -> None:
    out = tmp_path / "new" / "draft.yaml"
    made = draft_rule(settings(), NAME, out=out)
    policy = Policy.model_validate(yaml.safe_load(out.read_text("utf-8")))
    assert (policy.id, len(policy.conditions)) == ("yl-pol-hightech", made.conditions)
    rows = [json.loads(line) for line in (tmp_path / "new/draft.cases.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == made.cases > 0
    assert all(row["to_confirm"] for row in rows)


def test_nothing_is_written_over_or_among_the_rules(tmp_path: Path) -> None:
    out = tmp_path / "draft.yaml"
    draft_rule(settings(), NAME, out=out)
    with pytest.raises(Refused, match="--replace"):
        draft_rule(settings(), NAME, out=out)
    assert draft_rule(settings(), NAME, out=out, replace=True).rule == out
    with pytest.raises(Refused, match="among the rules"):
        draft_rule(settings(), NAME, out=YUNLAN / "eligibility/rules/x.yaml")
    with pytest.raises(BadInput, match="yaml"):
        draft_rule(settings(), NAME, out=tmp_path / "draft.txt")


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="yl-pol-hightech-2023"):
        draft_rule(settings(), "yl-pol-hightech", out=tmp_path / "x.yaml")
    with pytest.raises(BadInput, match="embedded or vllm"):
        draft_rule(settings(), NAME, out=tmp_path / "x.yaml", engine="oracle")
    with pytest.raises(BadInput, match="CITYDESK_MODEL_URL"):
        draft_rule(settings(model_url=""), NAME, out=tmp_path / "x.yaml", engine="vllm")
    assert not list(tmp_path.iterdir())
