"""What is wrong with a pack: every problem at once, each with file, place inside it and remedy."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from city.errors import BadInput


class Problem(BaseModel):
    """One thing to mend in a pack."""

    file: str
    where: str = ""
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.message} → {self.remedy}"


class PackError(BadInput):
    """A pack does not load. ``problems`` lists everything found, not only the first."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = list(problems)
        count = len(self.problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"The city pack has {count} problem{'s' if count != 1 else ''}:\n{lines}")
