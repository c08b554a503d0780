"""What a run does: which suites, on which installation, on which day, from which seed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput, NotFound
from eval.place import Place, shared_data
from eval.suite import Case, Found, find
from serve.settings import Settings


class Plan(BaseModel):
    """A run before it has run; saved in its folder, so that it can go on.

    ``at_once``: cases under way at the same time in one worker; more than one pays only where a model server answers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    suites: tuple[str, ...] = Field(min_length=1)
    city: Path
    home: Path
    day: date
    seed: int = 7
    small: bool = True
    trials: int = Field(default=0, ge=0, description="of every suite; 0: as its config says")
    first: int = Field(default=0, ge=0, description="cases of every suite at most; 0: as its config says")
    workers: int = Field(default=2, ge=1)
    at_once: int = Field(default=1, ge=1)
    citizens: Literal["scripted", "model"] = Field(
        default="scripted", description="who plays HotlineBench's citizens: their script, or the judge's model"
    )
    fresh: bool = Field(default=False, description="ask everything again, though it was kept")

    def settings(self) -> Settings:
        """The installation's settings, with the plan's city and home."""
        return Settings(city=self.city, home=self.home)

    def place(self, scratch: Path) -> Place:
        """Where suites run. Raises BadInput where a model is to play citizens and no server is set."""
        settings = self.settings()
        if self.citizens == "model" and not (settings.judge_url and settings.judge_model):
            raise BadInput("--citizens model: set CITYDESK_JUDGE_URL and CITYDESK_JUDGE_MODEL.")
        player = {"url": settings.judge_url, "model": settings.judge_model, "key": settings.judge_key}
        return Place(
            settings=settings,
            day=self.day,
            seed=self.seed,
            small=self.small,
            scratch=scratch,
            judge={"citizens": "model", **player} if self.citizens == "model" else {},
        )

    def trials_of(self, found: Found) -> int:
        """How often each case is asked."""
        return self.trials or found.config.trials

    def cases_of(self, found: Found, place: Place) -> list[Case]:
        """The cases of a suite, bounded as plan and config say. Raises NotFound where its data is not there."""
        missing = [name for name in found.config.shared if not (shared_data() / name).exists()]
        if missing:
            raise NotFound(f"{shared_data() / missing[0]} is not there: CITYDESK_SHARED_DATA names the folder")
        cases = list(found.suite.cases(place))
        most = self.first or (found.config.first if self.small else 0)
        if most and len(cases) > most:
            cases = [cases[at * len(cases) // most] for at in range(most)]
        return cases


def chosen(names: list[str], *, small: bool) -> tuple[str, ...]:
    """The suites named, else all (of the small set). Raises NotFound for one that is not there."""
    from eval.suite import names as all_names

    if names:
        return tuple(find(name).name for name in dict.fromkeys(names))
    return tuple(name for name in all_names() if find(name).config.small or not small)
