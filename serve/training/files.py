"""An export on disk: written whole or not at all, read back only as it was written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from city.errors import BadInput, Refused
from serve.training.exporting import Gathered
from serve.training.records import HOLDOUT, MANIFEST, TRAIN, Example, Manifest, Part, Split

FILES: dict[Split, str] = {"train": TRAIN, "holdout": HOLDOUT}


def write_export(folder: Path, gathered: Gathered, manifest: Manifest) -> Manifest:
    """Write the data and their manifest; what is there already and says the same is left as it is.

    The manifest comes last: a folder whose files do not fit it was broken off, and is written anew. Raises Refused for
    a folder that holds something else.
    """
    strange = sorted(path.name for path in folder.glob("*") if path.name not in {TRAIN, HOLDOUT, MANIFEST})
    if strange:
        raise Refused(f"{str(folder)!r} holds {strange[0]!r}, which is no export: name an empty folder.")
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for split, name in FILES.items():
        body = "".join(f"{one.model_dump_json()}\n" for one in gathered.examples[split]).encode()
        _replace(folder / name, body)
        parts.append(Part(file=name, sha256=hashlib.sha256(body).hexdigest(), examples=len(gathered.examples[split])))
    done = manifest.model_copy(update={"files": tuple(parts)})
    _replace(folder / MANIFEST, (done.model_dump_json(indent=2) + "\n").encode())
    return done


def _replace(path: Path, body: bytes) -> None:
    if path.is_file() and path.read_bytes() == body:
        return
    partial = path.with_name(f".{path.name}.part")
    with partial.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export whose files are as they were written. Raises BadInput with what is wrong."""
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read: name a folder that `citydesk train export` wrote.") from error
    except ValidationError as error:
        raise BadInput(f"{str(path)!r} is no manifest of this version: export the data anew.") from error
    for part in manifest.files:
        file = folder / part.file
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != part.sha256:
            raise BadInput(f"{str(file)!r} is not as it was exported: export the data anew.")
    return manifest


def fingerprint(folder: Path) -> str:
    """The hash of an export's manifest, which names the hashes of its files."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def read_examples(folder: Path, split: Split, task: str = "") -> list[Example]:
    """The examples of one side, of one task where it is named. Raises BadInput for a line that is none."""
    return list(_examples(folder / FILES[split], task))


def _examples(path: Path, task: str) -> Iterable[Example]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            example = Example.model_validate_json(line)
        except ValidationError as error:
            raise BadInput(f"{str(path)!r}: line {number} is no example; export the data anew.") from error
        if not task or example.metadata.task == task:
            yield example
