from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from city.errors import BadInput
from serve import shadow
from serve.shadow import ROOMS, check_rooms
from tests.conftest import ROOT


def test_our_own_rooms_are_found() -> None:
    check_rooms()
    assert all((ROOT / room / "__init__.py").is_file() for room in ROOMS)


def test_every_room_is_watched() -> None:
    packaged = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(ROOMS) == packaged


def test_a_foreign_package_of_the_same_name_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = tmp_path / "tools"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "tools", raising=False)
    with pytest.raises(BadInput) as caught:
        check_rooms()
    assert f"tools is imported from {foreign}" in str(caught.value)
    assert "city is" not in str(caught.value)
    assert "virtual environment" in str(caught.value)


def test_a_room_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = find_spec

    def lost(name: str) -> ModuleSpec | None:
        return None if name == "prompts" else known(name)

    monkeypatch.setattr(shadow, "find_spec", lost)
    with pytest.raises(BadInput, match="prompts is imported from nowhere"):
        check_rooms()
