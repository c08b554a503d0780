"""Forms the other way round: the answer that a model should have given, so that reading it gives what people decided.

A form is only asked, never looked into: an answer is tried, read by the form, and kept where it means what was decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from agents.engines.forms import FORMS
from agents.engines.tasks import DispatchGiven
from agents.engines.vllm.wire import wire_schema
from serve.training.wording import laid_out, written

Json = dict[str, Any]
MOST_ANSWERS = 2_000


def dispatch_answer(given: DispatchGiven, option: int, words: str) -> str:
    """The answer that takes ``option`` by the clause in which ``words`` of the petition stand; empty where none says
    it. The longest such clause counts.
    """
    form = FORMS["dispatch"]
    best, quoted = "", ""
    for clause in _values(wire_schema(form.answer)["properties"]["clause"]):
        answer = form.answer.model_validate({"clause": clause, "option": option})
        made = form.read(given, answer)
        holds = made.option == option and made.quote and (words in made.quote or made.quote in words)
        if holds and len(made.quote) > len(quoted):
            best, quoted = written(answer), made.quote
    return best


def possible(task: str) -> list[str] | None:
    """Every answer that the task's grammar lets through, where there are at most ``MOST_ANSWERS``; else None."""
    schema = wire_schema(FORMS[task].answer)
    try:
        if _count(schema) > MOST_ANSWERS:
            return None
        return [laid_out(value) for value in _values(schema)]
    except LookupError:
        return None


def decided(task: str, answer: str) -> object:
    """What of an answer is the decision, to compare by; None where it is not in form."""
    try:
        read = FORMS[task].answer.model_validate_json(answer)
    except ValueError:
        return None
    told = read.model_dump(mode="json")
    return told[_HEART[task]] if task in _HEART else told


_HEART = {"dispatch": "option"}
"""The field that decides, where another only shows why."""


def _values(schema: Json) -> Iterator[Any]:
    """Every value of a schema without lists or free text. Raises LookupError for another."""
    if "enum" in schema:
        yield from schema["enum"]
    elif schema.get("type") == "integer":
        yield from range(schema["minimum"], schema["maximum"] + 1)
    elif schema.get("type") == "boolean":
        yield from (True, False)
    else:
        fields = schema["properties"]
        for values in product(*(list(_values(field)) for field in fields.values())):
            yield dict(zip(fields, values, strict=True))


def _count(schema: Json) -> int:
    if "enum" in schema:
        return len(schema["enum"])
    if schema.get("type") == "integer":
        return int(schema["maximum"]) - int(schema["minimum"]) + 1
    if schema.get("type") == "boolean":
        return 2
    count = 1
    for one in schema["properties"].values():
        count *= _count(one)
    return count
