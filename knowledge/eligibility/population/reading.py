"""Read a population's file: every way against its fact, every problem named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from city.pack.problems import Problem
from city.pack.yamlfile import read_yaml, validation_problems
from knowledge.eligibility.book import FOLDER, RuleBook
from knowledge.eligibility.facts import Fact, FactType, Subject
from knowledge.eligibility.population.fitting import fitting_problems
from knowledge.eligibility.population.spec import KINDS, FactWay, Population


def read_population(root: Path, subject: Subject, book: RuleBook) -> tuple[Population, list[Problem]]:
    """The population of the pack at ``root`` as far as it can be read, and every problem."""
    path = root / FOLDER / "population" / f"{subject}.yaml"
    file = path.relative_to(root).as_posix()
    raw, problems = read_yaml(path, root)
    if problems or not isinstance(raw, Mapping) or not isinstance(raw.get("facts"), Mapping):
        message, remedy = "has no `facts`", "write `facts:` with a way of drawing for each fact"
        return Population(facts={}), problems or [Problem(file=file, message=message, remedy=remedy)]
    problems = _coverage(raw["facts"], subject, book, file)
    ways: dict[str, FactWay] = {}
    for name, given in raw["facts"].items():
        if name in book.facts:
            try:
                ways[name] = FactWay.model_validate(_long(given, book.facts[name]))
            except ValidationError as error:
                problems += validation_problems(error, file, f"facts.{name}")
    try:
        rest = Population.model_validate({**_plain(raw), "facts": {}})
    except ValidationError as error:
        return Population(facts=ways), problems + validation_problems(error, file)
    made = rest.model_copy(update={"facts": ways})
    return made, problems + [one for name, way in ways.items() for one in fitting_problems(name, way, made, book, file)]


def needed(subject: Subject, book: RuleBook) -> list[str]:
    """The facts that must be drawn: those of the subject that are not computed from others."""
    return [fact.id for fact in book.facts.values() if fact.subject == subject and not fact.derive]


def _coverage(given: Mapping[Any, Any], subject: Subject, book: RuleBook, file: str) -> list[Problem]:
    wanted = needed(subject, book)
    found = [
        Problem(file=file, where=f"facts.{name}", message="no way of drawing this fact", remedy="add a line for it")
        for name in wanted
        if name not in given
    ]
    for name in given:
        if name not in wanted:
            derived = name in book.facts and book.facts[name].derive
            message = "is computed from other facts" if derived else f"is no fact of a {subject} in the catalogue"
            remedy = "remove the line" if derived else "correct the name, or remove the line"
            found.append(Problem(file=file, where=f"facts.{name}", message=message, remedy=remedy))
    return found


def _plain(raw: Any) -> Any:
    """``raw`` with every key and every day as text: YAML reads 0, true and 2026-01-01 as something else."""
    if isinstance(raw, Mapping):
        return {_key(key): _plain(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_plain(one) for one in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _long(raw: Any, fact: Fact) -> Any:
    """The long form of a way that is written in a short one."""
    if isinstance(raw, bool | int | float | str):
        return {"share" if fact.type is FactType.BOOLEAN else "value": raw}
    if isinstance(raw, list):
        return {"lognormal" if fact.type is FactType.MONEY else "between": raw}
    if not isinstance(raw, Mapping):
        return raw
    if "is" in raw:
        inner = _long(raw["is"], fact)
        return {**{key: _inner(key, value, fact) for key, value in raw.items() if key != "is"}, **inner}
    long = {_key(key): value for key, value in raw.items()}
    if not long.keys() & {*KINDS, "until"}:
        named = [key for key in long if key in _BESIDE and key not in fact.options]
        beside = {key: _inner(key, long.pop(key), fact) for key in named}
        return {**beside, "each" if fact.type is FactType.CHOICES else "weights": long}
    if "until" in long and not long.keys() & set(KINDS):
        long["between"] = [0, 1]
    return {key: _inner(key, value, fact) for key, value in long.items()}


_BESIDE = (
    "gap",
    "if",
    "part",
    "scale",
    "times",
    "plus",
    "at_least",
    "at_most",
    "round",
    "unit",
    "after",
    "before",
    "not_before",
    "not_after",
    "ahead",
)


def _inner(key: str, value: Any, fact: Fact) -> Any:
    if key == "of" and isinstance(value, Mapping):
        return {_key(code): _long(one, fact) for code, one in value.items()}
    if key in ("cases", "mix") and isinstance(value, list):
        return [_long(one, fact) for one in value]
    if key == "scale" and isinstance(value, list):
        return [_inner("", one, fact) for one in value]
    if isinstance(value, Mapping) and "if" in value:
        return {**_plain(value), "if": value["if"]}
    return value if key == "if" else _plain(value)
