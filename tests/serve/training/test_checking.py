from __future__ import annotations

from pathlib import Path

import pytest

from prompts.loader import load_prompt
from serve.training.checking import faults
from serve.training.exporting import Gathered
from serve.training.files import write_export
from serve.training.records import Example, Message
from tests.serve.training.samples import example, manifest

SYSTEM = load_prompt("dispatch").system


def good(number: int, **more: str) -> Example:
    return example(number, system=SYSTEM, **more)


def answering(content: str) -> Example:
    one = good(0)
    return one.model_copy(update={"messages": (*one.messages[:2], Message(role="assistant", content=content))})


def found(folder: Path, train: list[Example], holdout: list[Example]) -> list[str]:
    write_export(folder, Gathered({"train": train, "holdout": holdout}), manifest())
    return list(faults(folder, ()))


def test_a_sound_export_has_no_faults(tmp_path: Path) -> None:
    assert found(tmp_path, [good(0), good(1)], [good(2)]) == []


@pytest.mark.parametrize(
    ("train", "said"),
    [
        (example(0), "system message"),
        (answering('{"option":7}'), "not in form"),
        (answering('{"clause": 0, "option": 1}'), "not laid out"),
        (good(0, user="[0] 打13800001234"), "lead to a person"),
        (good(0, matter="2"), "1 of one matter stand on both sides"),
        (good(0, user=good(2).messages[1].content), "1 of one text stand on both sides"),
    ],
)
def test_each_fault_is_said(tmp_path: Path, train: Example, said: str) -> None:
    (fault,) = found(tmp_path, [train], [good(2)])
    assert said in fault


def test_another_wording_is_said(tmp_path: Path) -> None:
    old = manifest().prompts["dispatch"].model_copy(update={"fingerprint": "0"})
    held = Gathered({"train": [good(0)], "holdout": []})
    write_export(tmp_path, held, manifest().model_copy(update={"prompts": {"dispatch": old}}))
    (fault,) = faults(tmp_path, ())
    assert "another wording" in fault
