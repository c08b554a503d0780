"""The verdict on a talk: four parts, and right only where all of them are."""

from __future__ import annotations

from typing import Any

from eval.hotlinebench import judging, rules
from eval.hotlinebench.tasks import Task
from eval.suite import Scored, Value

Json = dict[str, Any]
PARTS = ("state", "rules", "questions", "said")


def faults(task: Task, said: Json) -> dict[str, list[str]]:
    """What is wrong, by part."""
    return {
        "state": judging.state(task.expect, said),
        "rules": rules.broken(task.model_dump(mode="json"), said),
        "questions": judging.questions(task.expect, said),
        "said": judging.replies(task.expect, said),
    }


def scored(task: Task, said: Json) -> Scored:
    """The parts as values, and the number of turns."""
    wrong = faults(task, said)
    values: dict[str, Value] = {part: float(not wrong[part]) for part in PARTS}
    values["right"] = float(not any(wrong.values()))
    values["turns"] = float(len(said["turns"]))
    values["asked"] = float(sum(judging.is_question(turn) for turn in said["turns"]))
    why = "; ".join(f"{part}: {fault}" for part, found in wrong.items() for fault in found)
    return Scored(values=values, why=why)
