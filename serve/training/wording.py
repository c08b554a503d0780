"""The messages of an example: exactly those that the engine sends, and the approved answer as a server writes it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from agents.engines.forms import FORMS
from agents.engines.tasks import DispatchGiven, DispatchOption
from agents.engines.vllm.wire import wire_schema
from prompts.loader import load_prompt
from serve.training.records import Message, PromptUsed

_SAMPLES: dict[str, Any] = {
    "dispatch": DispatchGiven(
        message="你好，路灯不亮。请来修",
        place="某街道",
        options=[
            DispatchOption(number=1, unit="甲", duty_item="路灯", description="灯", excludes=["院灯"], confidence=1),
            DispatchOption(number=2, unit="乙", duty_item="供电", confidence=0.25, words="路灯不亮"),
        ],
    )
}
"""A question of each task that is exported: how it is shown belongs to the wording."""


def prompt_used(task: str) -> PromptUsed:
    """The present wording of a task. Raises NotFound for a task that has no prompt."""
    prompt, form = load_prompt(task), FORMS[task]
    told = [prompt.system, prompt.user, wire_schema(form.answer)]
    if task in _SAMPLES:
        told += [form.fixed(_SAMPLES[task]), form.shown(_SAMPLES[task])]
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
    return PromptUsed(id=prompt.id, version=prompt.version, fingerprint=digest[:16])


def messages(task: str, given: Any, answer: str) -> tuple[Message, Message, Message]:
    """What the engine sends for ``given``, with ``answer`` as the assistant's turn."""
    form = FORMS[task]
    system, user = load_prompt(task).messages(form.shown(given), form.fixed(given))
    return Message.model_validate(system), Message.model_validate(user), Message(role="assistant", content=answer)


def written(answer: BaseModel) -> str:
    """An answer as JSON in the layout that a server's grammar leaves: no blanks, fields in their declared order."""
    return laid_out(answer.model_dump(mode="json"))


def laid_out(value: Any) -> str:
    """A value of JSON in that layout. vLLM has it so under ``disable_any_whitespace``, with which it is launched."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
