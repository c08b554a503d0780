"""What the suite's own file says: who reads which text, and what a first sentence must tell."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from city.errors import BadInput

READERS = Path(__file__).with_name("readers.yaml")
OTHER = "talk"


class Readers(BaseModel):
    """See the comments of ``readers.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    not_for_citizens: tuple[str, ...]
    kinds: dict[str, tuple[str, ...]]
    filled: dict[str, str]
    alarm_characters: int = Field(gt=0)
    answers: int = Field(gt=0)
    first_words: dict[str, tuple[str, ...]]

    def kind(self, key: str) -> str:
        """The kind of a fixed text."""
        return next((kind for kind, heads in self.kinds.items() if key.startswith(heads)), OTHER)


@cache
def load_readers(path: Path = READERS) -> Readers:
    """The file. Raises BadInput naming what is wrong in it."""
    try:
        return Readers.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"{path.name}: {where}: {first['msg']}; correct it") from error
    except yaml.YAMLError as error:
        raise BadInput(f"{path.name}: {error}; correct it") from error
