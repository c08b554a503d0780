"""The folder of a trained model: ``model.json`` and four npz files, no pickle and no text of the history.

``model.json`` is written last and removed first, so that half a model is never read.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from city.errors import BadInput, NotFound
from city.schema import Record
from tools.petitions.combining import Combiner, Voice
from tools.petitions.experts import Experts, Pulls
from tools.petitions.experts import Field as Judge
from tools.petitions.features import Vocabulary
from tools.petitions.nearest import Cases

FORMAT = 1
MODEL = "model.json"
_REMEDY = "train it with `citydesk triage train HISTORY.jsonl --out FOLDER`"


class Figures(Record):
    """What the model reached on rows of its history that it had not learnt from."""

    rows: int = Field(description="rows judged out of fold")
    accuracy: float
    macro_f1: float
    calibration_error: float = Field(description="15 bins of equally many rows")
    coverage: float = Field(description="share of rows that were sure at the threshold")
    precision: float = Field(description="share of the sure rows that were right")
    mean_confidence: float


class Bad(Record):
    """A line of the history that could not be used."""

    line: int
    reason: str


class Summary(Record):
    """What was learnt, from what, with which settings."""

    format: Literal[1] = 1
    learnt: str = Field(description="the column of the history")
    labels: tuple[str, ...]
    counts: tuple[int, ...] = Field(description="rows of each class")
    rows: int
    groups: int = Field(description="groups of rows about one matter")
    bad_lines: int
    bad: tuple[Bad, ...] = Field(description="the first bad lines")
    fingerprint: str = Field(description="of the rows learnt from")
    settings: Pulls
    folds: int
    seconds: float
    figures: Figures
    by_situation: dict[str, Figures] = Field(description="with both fields, with the title or the detail alone")
    unknown: float = Field(description="share of runs of characters that fewer than two other rows have")
    unknown_spread: float = Field(description="standard deviation of that share over rows")


class Words(NamedTuple):
    """In how many rows of the history runs of two to four characters occur: hashes in rising order, and counts."""

    hashes: NDArray[np.uint64]
    rows: NDArray[np.int32]


class Stored(NamedTuple):
    """Everything a folder holds."""

    summary: Summary
    experts: Experts
    voices: dict[str, Voice]
    cases: Cases
    words: Words


def save(folder: Path, stored: Stored) -> None:
    """Write the model into ``folder``, which is made if need be. Raises BadInput for a folder that holds other work."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{str(folder)!r} is a file: name a folder for the model.")
    if (
        folder.exists()
        and any(folder.iterdir())
        and not (folder / MODEL).exists()
        and not (folder / "cases.npz").exists()
    ):
        raise BadInput(f"{str(folder)!r} holds other files: name an empty folder for the model.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).unlink(missing_ok=True)
    for name, field in (("title", stored.experts.title), ("detail", stored.experts.detail)):
        _write(folder / f"{name}.npz", _vocabulary(field.vocabulary) | {"weights": field.weights})
    cases = stored.cases
    table = {"data": cases.table.data, "indices": cases.table.indices, "ends": cases.table.indptr}
    names = {"ids": np.array(cases.ids), "labels": cases.labels}
    _write(folder / "cases.npz", _vocabulary(cases.vocabulary) | table | names)
    _write(folder / "words.npz", stored.words._asdict())
    told = {
        "summary": stored.summary.model_dump(mode="json"),
        "shares": stored.experts.shares.tolist(),
        "voices": {name: _voice(voice) for name, voice in stored.voices.items()},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / MODEL).write_text(text + "\n", encoding="utf-8")


def _write(path: Path, arrays: Mapping[str, Any]) -> None:
    np.savez(path, **arrays)


def _vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    return {"buckets": vocabulary.buckets, "rareness": vocabulary.rareness}


def _voice(voice: Voice) -> dict[str, Any]:
    own = voice.combiner
    return {
        "used": list(own.used),
        "threshold": voice.threshold,
        "doubt": own.doubt,
        **{name: getattr(own, name).tolist() for name in ("coefficients", "constants", "middle", "spread")},
    }


def load(folder: Path) -> Stored:
    """Read the model in ``folder``. Raises NotFound where there is none, BadInput where it is damaged."""
    path = folder / MODEL
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["summary"]["format"] != FORMAT:
            raise BadInput(f"{str(path)!r} is of another version of CityDesk; {_REMEDY}")
        summary = Summary.model_validate(told["summary"])
        shares = np.array(told["shares"], np.float32)
        title, detail = (_judge(_arrays(folder / f"{name}.npz")) for name in ("title", "detail"))
        voices = {str(name): _voiced(voice) for name, voice in told["voices"].items()}
        cases = _cases(_arrays(folder / "cases.npz"))
        words = Words(**_arrays(folder / "words.npz"))
    except FileNotFoundError as error:
        raise NotFound(
            f"no triage model in {str(folder)!r} ({Path(error.filename).name} is missing); {_REMEDY}"
        ) from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, ValidationError) as error:
        raise BadInput(f"the model in {str(folder)!r} is damaged ({error}); {_REMEDY}") from error
    return Stored(summary, Experts(title, detail, shares), voices, cases, words)


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return dict(stored.items())


def _judge(arrays: Mapping[str, NDArray[Any]]) -> Judge:
    return Judge(Vocabulary(arrays["buckets"], arrays["rareness"]), arrays["weights"])


def _voiced(told: Mapping[str, Any]) -> Voice:
    coefficients, constants, middle, spread = (
        np.array(told[name], np.float64) for name in ("coefficients", "constants", "middle", "spread")
    )
    combiner = Combiner(tuple(told["used"]), coefficients, constants, middle, spread, float(told["doubt"]))
    return Voice(combiner, float(told["threshold"]))


def _cases(arrays: Mapping[str, NDArray[Any]]) -> Cases:
    from scipy.sparse import csr_matrix

    vocabulary = Vocabulary(arrays["buckets"], arrays["rareness"])
    shape = len(arrays["ids"]), len(vocabulary)
    table = csr_matrix((arrays["data"], arrays["indices"], arrays["ends"]), shape=shape)
    return Cases(vocabulary, table, [str(name) for name in arrays["ids"]], arrays["labels"])
