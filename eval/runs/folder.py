"""The folder of a run: what was planned, every case, the figures, the reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from city.errors import BadInput, NotFound
from eval.runs.model import CaseLog, Figures, Run
from eval.runs.plan import Plan

M = TypeVar("M", bound=BaseModel)
PLAN, RUN, FIGURES, CASES = "plan.json", "run.json", "figures.json", "cases"


def runs_folder(home: Path) -> Path:
    """Where an installation's runs lie."""
    return home / "eval" / "runs"


class RunFolder:
    """Reads and writes one run. Files are replaced whole, so that a broken run leaves no half file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def plan(self) -> Plan:
        """What was planned. Raises NotFound where no run was begun here."""
        return self._read(PLAN, Plan)

    def run(self) -> Run:
        """The finished run. Raises NotFound where it did not finish."""
        return self._read(RUN, Run)

    def figures(self) -> Figures:
        """Its figures."""
        return self._read(FIGURES, Figures)

    def cases(self, suite: str) -> Iterator[CaseLog]:
        """The log of a suite; empty where it did not run."""
        path = self.path / CASES / f"{suite}.jsonl"
        if path.is_file():
            with path.open(encoding="utf-8") as file:
                for line in file:
                    yield CaseLog.model_validate_json(line)

    def write_plan(self, plan: Plan) -> None:
        """Keep what is planned."""
        self._write(PLAN, plan.model_dump_json(indent=1))

    def write_cases(self, suite: str, logs: Iterable[CaseLog]) -> None:
        """Keep a suite's log."""
        self._write(f"{CASES}/{suite}.jsonl", "".join(f"{one.model_dump_json()}\n" for one in logs))

    def write(self, run: Run, figures: Figures) -> None:
        """Keep what came out."""
        self._write(FIGURES, figures.model_dump_json(indent=1))
        self._write(RUN, run.model_dump_json(indent=1))

    def _write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)

    def _read(self, name: str, model: type[M]) -> M:
        path = self.path / name
        if not path.is_file():
            ended = "" if name == PLAN or not (self.path / PLAN).is_file() else "; finish it with --resume"
            raise NotFound(f"{path} is not there: no run{' was finished' if ended else ''} in that folder{ended}.")
        try:
            return model.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise BadInput(f"{path} cannot be read ({first['msg']}): it was written by another version.") from error


def find_run(home: Path, name: str) -> RunFolder:
    """A run by its folder, its id, the beginning of its id, or ``last``. Raises NotFound, BadInput."""
    if (Path(name) / PLAN).is_file():
        return RunFolder(Path(name))
    here = all_runs(home)
    if name == "last" and here:
        return here[-1]
    found = [one for one in here if one.path.name.startswith(name)]
    if len(found) > 1 and all(one.path.name != name for one in found):
        raise BadInput(f"{name!r} begins the ids of {len(found)} runs: {', '.join(one.path.name for one in found)}.")
    exact = [one for one in found if one.path.name == name] or found
    if not exact:
        raise NotFound(f"No run {name!r} in {runs_folder(home)}: `citydesk eval list` shows them.")
    return exact[0]


def all_runs(home: Path) -> Sequence[RunFolder]:
    """All runs of an installation, the oldest first."""
    folder = runs_folder(home)
    return [RunFolder(path) for path in sorted(folder.iterdir()) if (path / PLAN).is_file()] if folder.is_dir() else []
