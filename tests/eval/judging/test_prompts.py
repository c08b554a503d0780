"""The prompts: ours, in Chinese, with examples that ragas' own forms accept."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from city.errors import BadInput
from eval.judging import prompts
from eval.judging.prompts import load
from eval.judging.rubric import CRITERIA, Material, Verdict
from tests.eval.judging.lexical import WANTED


def forms() -> dict[str, tuple[Any, Any]]:
    """What goes into and comes out of each prompt."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ragas.metrics.collections.answer_relevancy import util as relevancy
        from ragas.metrics.collections.context_precision import util as precision
        from ragas.metrics.collections.context_recall import util as recall
        from ragas.metrics.collections.factual_correctness import util as correctness
        from ragas.metrics.collections.faithfulness import util as faithfulness
    return {
        "statements": (faithfulness.StatementGeneratorInput, faithfulness.StatementGeneratorOutput),
        "verdicts": (faithfulness.NLIStatementInput, faithfulness.NLIStatementOutput),
        "question": (relevancy.AnswerRelevanceInput, relevancy.AnswerRelevanceOutput),
        "usefulness": (precision.ContextPrecisionInput, precision.ContextPrecisionOutput),
        "attribution": (recall.ContextRecallInput, recall.ContextRecallOutput),
        "claims": (correctness.ClaimDecompositionInput, correctness.ClaimDecompositionOutput),
        "rubric": (Material, Verdict),
    }


@pytest.mark.parametrize("name", sorted(WANTED))
def test_its_examples_have_the_form_that_is_asked_for(name: str) -> None:
    taken, given = forms()[name]
    prompt = load(name, given)
    assert sum("\u4e00" <= char <= "\u9fff" for char in prompt.wanted) >= 60
    for shown, answer in prompt.examples:
        assert taken.model_validate(shown).model_dump() == shown
        assert given.model_validate(answer).model_dump() == answer
    whole = prompt.to_string(taken.model_validate(prompt.examples[0][0]))
    assert "JSON Schema" in whole
    assert whole.endswith("输出：")
    # Never does an example lie before what is asked, and each input is there in full.
    assert whole.index(prompt.wanted) == 0


def test_the_rubric_shows_both_verdicts_of_each_criterion_but_tone() -> None:
    shown = [answer for _, answer in load("rubric", Verdict).examples]
    assert {name: {one[name] for one in shown} for name in CRITERIA} == {name: {0, 1} for name in CRITERIA}


class Form(BaseModel):
    """A form."""

    verdict: int


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# 要求\n判断。\n", "needs"),
        ('判断。\n\n# 例\n```json\n{}\n```\n```json\n{"verdict": 1}\n```\n', "needs"),
        ("# 要求\n判断。\n\n# 例\n```json\n{}\n```\n```json\n{}\n```\n", "an example is wrong"),
        ("# 要求\n判断。\n\n# 例\n```json\n{}\n```\n", "an example is wrong"),
        ("# 要求\n判断。\n\n# 例\n```json\n{\n```\n```json\n{}\n```\n", "an example is wrong"),
    ],
)
def test_a_prompt_without_its_parts_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, why: str
) -> None:
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    (tmp_path / "bad.md").write_text(text, encoding="utf-8")
    load.cache_clear()
    with pytest.raises(BadInput, match=why):
        load("bad", Form)
    load.cache_clear()
