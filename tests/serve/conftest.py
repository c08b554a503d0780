"""Running the command line in this process: exit code, standard output and standard error of `citydesk …`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from serve.building import build_knowledge
from serve.cli import main
from serve.settings import Settings
from tests.serve.small_city import make_city


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def fault(self) -> str:
        """The one line that says what is wrong; fails where the command ended in another way."""
        assert self.code == 2, self
        assert self.out == ""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("citydesk: ")
        return lines[0].removeprefix("citydesk: ")


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run ``citydesk`` with these arguments, in an empty folder and without settings from outside."""
    import os

    for name in [name for name in os.environ if name.startswith("CITYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["citydesk", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ran(code, out, err)

    return command


@pytest.fixture
def small_city(tmp_path: Path) -> Path:
    """The pack of a small city."""
    return make_city(tmp_path / "xiaocheng")


@pytest.fixture
def small(small_city: Path, tmp_path: Path) -> Settings:
    """The small city with its knowledge published."""
    made = Settings(city=small_city, home=tmp_path / "home")
    build_knowledge(made, publish=True, progress=lambda stage, share: None)
    return made
