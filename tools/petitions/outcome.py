"""One row of output of a classified file, and where rows go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from tools.petitions.classifier import Judged
from tools.petitions.nearest import Case

_PLACES = 4


class Outcome(NamedTuple):
    """What became of one line: a judgement with its nearest past cases, or why there is none. No text is copied."""

    line: int
    id: str | None
    judged: Judged | None
    nearest: Sequence[Case]
    error: str | None

    def as_row(self) -> dict[str, Any]:
        """The row as it is written, JSON and Parquet alike."""
        judged = self.judged
        return {
            "line": self.line,
            "id": self.id,
            "label": judged.label if judged else None,
            "probability": round(judged.probability, _PLACES) if judged else None,
            "next": [{"label": n, "probability": round(p, _PLACES)} for n, p in judged.ranked[1:]] if judged else [],
            "sure": judged.sure if judged else None,
            "nearest": [{"id": c.id, "label": c.label, "similarity": round(c.similarity, 3)} for c in self.nearest],
            "error": self.error,
        }


class Last(NamedTuple):
    """The last row that is already there."""

    line: int
    id: str | None


class Output(Protocol):
    """A file that grows by rows and can be gone on with after a crash.

    >>> output.open(), output.add([...]), output.finish()  # doctest: +SKIP
    """

    def open(self) -> tuple[int, Last | None]:
        """Mend what a crash tore; how many rows are there, and the last of them."""
        ...

    def add(self, rows: Sequence[Outcome]) -> None:
        """Append rows: after a crash all of them are there, or those before the first missing one."""
        ...

    def finish(self) -> None:
        """Bring the file into its final form."""
        ...
