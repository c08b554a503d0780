from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from agents.engines.forms import FORMS
from agents.engines.tasks import DispatchGiven, DispatchOption
from serve.training.answers import decided, dispatch_answer, possible

CLAUSES = some.lists(some.text("路灯不亮晚上看见修好了吧", min_size=2, max_size=9), min_size=1, max_size=9)


def asked(message: str, options: int = 5) -> DispatchGiven:
    offered = [
        DispatchOption(number=n, unit=f"单位{n}", duty_item=f"事项{n}", confidence=0.2) for n in range(1, options + 1)
    ]
    return DispatchGiven(message=message, place="鼓楼", options=offered)


@drawn(CLAUSES, some.integers(1, 5), some.data())
def test_reading_an_answer_gives_what_was_decided(clauses: list[str], option: int, data: some.DataObject) -> None:
    given = asked("，".join(clauses) + "。")
    words = data.draw(some.sampled_from(clauses))
    form = FORMS["dispatch"]
    answer = dispatch_answer(given, option, words)
    read = form.read(given, form.answer.model_validate_json(answer))
    assert read.option == option
    assert words in read.quote or read.quote in words


def test_the_answer_is_laid_out_without_blanks() -> None:
    assert dispatch_answer(asked("你好，路灯不亮，谢谢"), 2, "路灯不亮") == '{"clause":1,"option":2}'


def test_words_that_are_nowhere_have_no_answer() -> None:
    assert dispatch_answer(asked("你好，路灯不亮"), 2, "信号灯") == ""


def test_every_possible_answer_is_in_form_and_only_those() -> None:
    answers = possible("dispatch")
    assert answers is not None
    assert len(set(answers)) == len(answers)
    assert '{"clause":1,"option":2}' in answers
    for answer in answers:
        FORMS["dispatch"].answer.model_validate_json(answer)


@pytest.mark.parametrize("task", ["plan", "draft_rule", "hear_facts"])
def test_answers_too_many_to_list_are_not_listed(task: str) -> None:
    assert possible(task) is None


def test_the_decision_of_an_answer() -> None:
    assert decided("dispatch", '{"clause":1,"option":2}') == decided("dispatch", '{"clause":0,"option":2}') == 2
    assert decided("dispatch", '{"clause":1,"option":9}') is None
    assert decided("dispatch", "第二个") is None
    assert decided("route", "{}") is None  # out of form
