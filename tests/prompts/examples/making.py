"""An example of a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True)
class Example:
    """``answer`` is what the model writes, ``means`` what the task's answer then is."""

    given: BaseModel
    answer: dict[str, Any]
    means: BaseModel
