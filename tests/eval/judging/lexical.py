"""A judge that looks words up: a simulated server that answers our prompts from the texts in them, always the same."""

from __future__ import annotations

import json
import re
from typing import Any

from eval.judging.prompts import FOLDER
from eval.servers.answers import cut, written
from eval.servers.model import SimulatedServer
from eval.servers.profiles import PROFILES
from eval.servers.troubles import Trouble

MODEL = "judge-1"
_GIVEN = re.compile(r"输入：(\{.*\})\n输出：\Z", re.DOTALL)
_LONG = 4


def wanted(name: str) -> str:
    """What the prompt ``name`` asks for, to tell it by."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").split("\n# 例\n")[0].removeprefix("# 要求\n").strip()


WANTED = {
    name: wanted(name)
    for name in ("statements", "verdicts", "question", "usefulness", "attribution", "claims", "rubric")
}


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [one for one in re.split(r"[。；\n]", text) if one.strip()]


def _near(text: str, other: str) -> bool:
    return any(text[at : at + _LONG] in other for at in range(len(text) - _LONG + 1))


def reply(prompt: str) -> dict[str, Any]:
    """The answer to one of our prompts."""
    name = next(name for name, words in WANTED.items() if words in prompt)
    match = _GIVEN.search(prompt)
    assert match, prompt[-200:]
    given = json.loads(match[1].rsplit("\n输入：", 1)[-1])
    if name in ("statements", "claims"):
        key = "statements" if name == "statements" else "claims"
        return {key: sentences(given["answer" if name == "statements" else "response"])}
    if name == "verdicts":
        said = [
            {"statement": one, "reason": "查对", "verdict": int(one in given["context"])} for one in given["statements"]
        ]
        return {"statements": said}
    if name == "question":
        return {"question": given["response"], "noncommittal": int("没有找到" in given["response"])}
    if name == "usefulness":
        return {"reason": "查对", "verdict": int(_near(given["answer"], given["context"]))}
    if name == "attribution":
        lines = sentences(given["answer"])
        return {
            "classifications": [
                {"statement": one, "reason": "查对", "attributed": int(one in given["context"])} for one in lines
            ]
        }
    shown = "\n".join(given["evidence"])
    return {
        "grounded_reason": "查对",
        "grounded": int(all(one in shown for one in sentences(given["answer"]))),
        "answers_reason": "查对",
        "answers": int(_near(given["question"], given["answer"]) or len(given["answer"]) < 60),
        "tone_reason": "查对",
        "tone": int("早该知道" not in given["answer"]),
    }


class LexicalJudge(SimulatedServer):
    """Says what `reply` makes of the prompt, where no text is laid ready."""

    def __init__(self, model: str = MODEL, key: str = "") -> None:
        super().__init__(PROFILES["quick"], models=(model,), key=key)

    def _tokens(self, body: dict[str, Any], trouble: Trouble | None) -> list[str]:
        if self.texts:
            return super()._tokens(body, trouble)
        return cut(written(reply(body["messages"][0]["content"])))
