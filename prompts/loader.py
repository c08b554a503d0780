"""Prompt files: one per task, with id, version and wording; a missing one fails by its name.

A prompt file is Markdown with front matter (``id``, ``version``) and the sections ``# system`` and ``# user``. The
placeholder ``{given}`` in the user section stands for what is asked; nothing else is replaced. Whatever stays the same
from call to call comes first (rules, examples, then a catalogue), so that the server's prefix cache holds.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from city.errors import BadInput, NotFound

FOLDER = Path(__file__).parent / "tasks"
_SECTION = re.compile(r"^# (system|user)\s*$", re.MULTILINE)


class Prompt(BaseModel):
    """The wording of one task."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    system: str
    user: str

    def messages(self, given: str, fixed: str = "") -> list[dict[str, str]]:
        """Chat messages: the wording with the catalogue ``fixed`` after it, then what is asked."""
        return [
            {"role": "system", "content": f"{self.system}\n\n{fixed}".strip()},
            {"role": "user", "content": self.user.replace("{given}", given)},
        ]


@cache
def load_prompt(task: str, folder: Path = FOLDER) -> Prompt:
    """The prompt of ``task``. Raises NotFound where the file is missing, BadInput where it is malformed."""
    path = folder / f"{task}.md"
    if not path.is_file():
        raise NotFound(f"No prompt for the task {task!r}: add {path.name} to prompts/tasks/.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"prompts/tasks/{path.name} is not UTF-8: save it as UTF-8.") from error
    if not text.startswith("---\n") or "\n---\n" not in text:
        raise BadInput(f"prompts/tasks/{path.name} has no front matter: begin with ---, id, version, ---.")
    head, body = text[4:].split("\n---\n", 1)
    pieces = _SECTION.split(body)
    sections = {name: words.strip() for name, words in zip(pieces[1::2], pieces[2::2], strict=True)}
    try:
        told = yaml.safe_load(head)
        prompt = Prompt.model_validate({**(told if isinstance(told, dict) else {}), **sections})
    except yaml.YAMLError as error:
        raise BadInput(f"prompts/tasks/{path.name} has no YAML between its --- lines: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"prompts/tasks/{path.name} is malformed: {first['loc'][0]}: {first['msg']}") from error
    if prompt.id != task or "{given}" not in prompt.user:
        raise BadInput(f"prompts/tasks/{path.name}: the id must be {task!r} and the user section needs {{given}}.")
    return prompt
