"""What tests of suites share: a place over the example city, and putting one case to a suite."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agents.context import House
from eval.place import Place
from eval.suite import Case, Found, Json, Scored, find
from serve.settings import Settings

DAY = date(2026, 11, 26)


@pytest.fixture(scope="session")
def place(settings: Settings, house: House, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The example city on its day, with the house of all tests."""
    made = Place(settings=settings, day=DAY, seed=7, small=True, scratch=tmp_path_factory.mktemp("scratch"))
    vars(made)["house"] = house
    return made


class Put(NamedTuple):
    """A case that was put to its suite."""

    case: Case
    said: Json
    scored: Scored

    @property
    def values(self) -> dict[str, Any]:
        """The case's values."""
        return dict(self.scored.values)


def cases_of(name: str, place: Place) -> dict[str, Case]:
    """The cases of a suite by id; each id once, and each with the slices that the suite's config names."""
    found = find(name)
    listed: Sequence[Case] = found.suite.cases(place)
    cases = {case.id: case for case in listed}
    assert len(cases) == len(listed) > 0
    assert all(set(found.config.slices) <= case.slices.keys() for case in listed)
    return cases


async def put(name: str, subject: Any, case: Case) -> Put:
    """Ask the suite's subject one case and judge it. What was said is JSON, and the same when asked again."""
    found: Found = find(name)
    said = await found.suite.run(subject, case, 0)
    kept = json.loads(json.dumps(said))
    assert kept == said
    scored = found.suite.score(case, kept)
    used = {value for spec in found.config.figures.values() for value in spec.of}
    assert used <= scored.values.keys()
    return Put(case, said, scored)


def judge(name: str, case: Case, said: Json) -> Scored:
    """Judge what somebody said."""
    scored: Scored = find(name).suite.score(case, said)
    return scored


def shared(path: str) -> Path:
    """A file of the public data; the test skips where it is absent."""
    from eval.place import shared_data

    file = shared_data() / path
    if not file.exists():
        pytest.skip(f"no public data at {file}: set CITYDESK_SHARED_DATA")
    return file
