"""What memory said is kept for the questions asked last, and not for more than there is room for."""

from __future__ import annotations

from typing import Any

from knowledge.index.recalls import Recalls


def _said(name: str) -> Any:
    """What stands for an answer of memory; the cache never looks into it."""
    return name


def _kept(recalls: Recalls, key: tuple[str, bytes | None]) -> Any:
    return recalls.get(key)


def test_the_question_and_its_vector_are_the_key() -> None:
    recalls = Recalls(size=100)
    recalls.put(("停车", b"1"), _said("a"))
    assert _kept(recalls, ("停车", b"1")) == "a"
    assert recalls.get(("停车", None)) is None
    assert recalls.get(("停车费", b"1")) is None


def test_the_one_asked_longest_ago_goes() -> None:
    recalls = Recalls(size=100)
    for number in range(256):
        recalls.put((f"q{number}", None), _said(str(number)))
    assert _kept(recalls, ("q0", None)) == "0"
    recalls.put(("new", None), _said("new"))
    assert _kept(recalls, ("q0", None)) == "0"
    assert recalls.get(("q1", None)) is None


def test_a_large_memory_keeps_few() -> None:
    recalls = Recalls(size=1_000_000)
    for number in range(5):
        recalls.put((f"q{number}", None), _said(str(number)))
    assert [_kept(recalls, (f"q{number}", None)) for number in range(5)] == [None, None, None, "3", "4"]
