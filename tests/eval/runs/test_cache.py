"""Answers are kept by what they depend on."""

from __future__ import annotations

from pathlib import Path

from eval.runs.cache import Cache, Kept


def test_what_was_put_is_found_again_after_a_restart(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "cache.sqlite")
    many = {f"key-{number}": Kept({"text": "地铁", "number": number}, 1.5) for number in range(1000)}
    cache.put(many.items())
    cache.close()
    again = Cache(tmp_path / "a" / "cache.sqlite")
    assert again.get([*many, "absent"]) == many
    again.put([("key-1", Kept({"text": "新"}, 2.0))])
    assert again.get(["key-1"])["key-1"].said == {"text": "新"}
    again.close()
