"""One record in a YAML file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from city.pack.problems import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems

M = TypeVar("M", bound=BaseModel)


def read_record(root: Path, file: str, model: type[M], *, absent: M | None = None) -> M:
    """The record in ``file`` of the pack at ``root``, or ``absent`` where there is no such file.

    Raises PackError naming everything that is wrong, a missing file too where nothing may stand for it.
    """
    if not (root / file).is_file():
        if absent is not None:
            return absent
        raise PackError([Problem(file=file, message="is missing", remedy="add the file; see docs/pack.md")])
    data, problems = read_yaml(root / file, root)
    if problems:
        raise PackError(problems)
    try:
        return model.model_validate(data or {})
    except ValidationError as error:
        raise PackError(validation_problems(error, file)) from error
