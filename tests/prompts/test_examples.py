"""The worked examples in the prompts are what the forms show and read."""

from __future__ import annotations

import importlib
import json
import re
from datetime import date

import pytest
import yaml

from agents.engines.forms import FORMS, WRITTEN
from agents.engines.tasks import ALL, Passage, WriteGiven
from prompts.loader import load_prompt
from tests.conftest import ROOT
from tests.prompts.examples import plan
from tests.prompts.examples.making import Example

_EXAMPLE = re.compile(r"\n例[一二三四五六七八九十]\n(.*?)答案：(.*?)(?=\n例[一二三四五六七八九十]|\Z)", re.DOTALL)
_VARIABLE = re.compile(r"\{[a-z_]+\}")
LEAST = {"draft_rule": 3, "write": 4}


def examples(task: str) -> list[Example]:
    made: list[Example] = importlib.import_module(f"tests.prompts.examples.{task}").EXAMPLES
    return made


def written(task: str) -> list[tuple[str, str]]:
    """(what is shown, what is answered) of every example in a prompt."""
    return [(shown, said.strip()) for shown, said in _EXAMPLE.findall(load_prompt(task).system)]


@pytest.mark.parametrize("task", sorted(FORMS))
def test_every_example_is_laid_out_as_the_form_lays_out_a_question(task: str) -> None:
    form, told = FORMS[task], written(task)
    assert len(told) == len(examples(task)) >= LEAST.get(task, 6)
    for example, (shown, said) in zip(examples(task), told, strict=True):
        assert shown == form.shown(example.given)
        assert json.loads(said.splitlines()[0]) == example.answer


@pytest.mark.parametrize("task", sorted(FORMS))
def test_every_answer_is_in_form_and_means_what_it_should(task: str) -> None:
    form = FORMS[task]
    for example, (_, said) in zip(examples(task), written(task), strict=True):
        line = said.splitlines()[0]
        answer = form.answer.model_validate_json(line)
        assert form.read(example.given, answer) == example.means
        assert list(json.loads(line)) == list(form.answer.model_fields), "in the order in which a model has to write it"
        assert answer.model_dump(mode="json") == json.loads(line)


def test_examples_of_a_plan_stand_on_the_catalogue_that_is_shown_with_them() -> None:
    system = load_prompt("plan").system
    assert FORMS["plan"].fixed(plan.GIVEN) in system
    assert system.rstrip().splitlines()[-1] == "例子到此为止。下面是真正的目录。"
    assert all(FORMS["plan"].fixed(one.given) == FORMS["plan"].fixed(plan.GIVEN) for one in plan.EXAMPLES)


@pytest.mark.parametrize("task", sorted(FORMS))
def test_every_field_and_word_of_an_answer_is_explained_in_order(task: str) -> None:
    rules = load_prompt(task).system.split("\n例一\n")[0].split("答案的各栏")[1]
    schema = FORMS[task].answer.model_json_schema()
    names = [*schema["properties"], *(name for one in schema.get("$defs", {}).values() for name in one["properties"])]
    assert [name for name in names if not re.search(rf"\b{name}\b", rules)] == []
    top = [rules.index(f"- {name}：") for name in schema["properties"]]
    assert top == sorted(top)


def test_examples_of_an_answer_in_words_cite_what_they_are_given() -> None:
    told = written("write")
    assert len(told) >= LEAST["write"]
    for shown, said in told:
        numbers = set(re.findall(r"^## 〔(\d+)〕", shown, re.MULTILINE))
        for line in said.splitlines():
            marks = re.findall(r"〔(\d+)〕", line)
            assert marks
            assert set(marks) <= numbers
            assert line.endswith("〕")


def test_an_example_of_an_answer_in_words_is_laid_out_as_it_is_shown() -> None:
    (shown, _) = written("write")[0]
    passage = Passage(
        number=1, title="图书馆读者须知", article="", sentences=["周二至周日开放，周一闭馆。\n\n凭身份证免押金借阅。"]
    )
    given = WriteGiven(question="图书馆周一开不开门，借书要不要押金", as_of=date(2026, 5, 20), passages=[passage])
    assert WRITTEN["write"](given) == shown


def test_wording_is_a_stable_prefix_of_the_right_size() -> None:
    for task in ALL:
        prompt = load_prompt(task.name)
        assert prompt.version == (3 if task.name == "hear_facts" else 2)
        assert prompt.user == "{given}"
        assert _VARIABLE.findall(prompt.system) == []
        assert 1_200 <= len(prompt.system) <= 3_700
        assert "指令" in prompt.system.split("\n例一\n")[0], "the rules say it, not only an example"
        assert prompt.messages("甲", "目录")[0] == prompt.messages("乙", "目录")[0]


def test_no_prompt_names_a_city_or_a_person() -> None:
    names = [yaml.safe_load(path.read_text(encoding="utf-8"))["name"] for path in ROOT.glob("cities/*/city.yaml")]
    assert names
    for task in ALL:
        system = load_prompt(task.name).system
        assert not any(name.removesuffix("市") in system for name in names)
        assert not re.search(r"1[3-9]\d{9}|\d{17}[\dXx]", system)
