"""Foreign parsers run in a child process with limits on time and memory: no file can hang us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from city.errors import DocumentError
from knowledge.ingest.source import Format, Limits

_ROOT = Path(__file__).resolve().parents[2]


def read_isolated(path: Path, kind: Format, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Text and notes of a PDF or Office file, read by ``child``. Raises ``DocumentError``."""
    command = [
        sys.executable,
        "-m",
        "knowledge.ingest.child",
        str(path.resolve()),
        kind,
        json.dumps(vars(limits)),
    ]
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module; the path is an argument, not a shell word
            command, capture_output=True, timeout=limits.seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"{path.name}: reading takes longer than {limits.seconds} s. Split the file or save it again."
        ) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise DocumentError(
            f"{path.name}: the {kind.upper()} reader gave up (memory, or damage). Save it again."
        ) from error
    if "error" in answer:
        raise DocumentError(str(answer["error"]))
    return str(answer["text"]), tuple(map(str, answer["notes"]))
