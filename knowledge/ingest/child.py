"""The child process of ``isolate``: reads one file and prints ``{"text", "notes"}`` or ``{"error"}``."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from city.errors import DocumentError
from knowledge.ingest.source import Limits

Reader = Callable[[bytes, str, Limits], tuple[str, tuple[str, ...]]]


def reader_for(kind: str) -> Reader:
    """The reader of one binary format."""
    if kind == "pdf":
        from knowledge.ingest.readers.pdf import read_pdf

        return read_pdf
    if kind == "docx":
        from knowledge.ingest.readers.docx import read_docx

        return read_docx
    if kind == "doc":
        from knowledge.ingest.readers.doc import read_doc

        return read_doc
    if kind == "html":
        from knowledge.ingest.readers.html import read_html

        return read_html
    from knowledge.ingest.readers.sheet import read_sheet

    return read_sheet


def answer(path: Path, kind: str, limits: Limits) -> dict[str, object]:
    """What the parent is told. Any fault of a foreign parser becomes a message about the file."""
    try:
        text, notes = reader_for(kind)(path.read_bytes(), path.name, limits)
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{path.name}: needs more memory than allowed. Split the file."}
    except Exception as error:  # noqa: BLE001  the boundary where foreign parsers' faults end
        fault = f"{type(error).__name__}: {error}"
        return {"error": f"{path.name}: the {kind.upper()} file is damaged ({fault}). Save it again."}
    return {"text": text, "notes": list(notes)}


def _bound(limits: Limits) -> None:
    import resource

    for kind, bound in ((resource.RLIMIT_AS, limits.memory_bytes), (resource.RLIMIT_CPU, limits.seconds)):
        with contextlib.suppress(ValueError, OSError):  # some systems do not let a process bound itself
            resource.setrlimit(kind, (bound, bound))


def main() -> None:
    """Entry point: path, format and limits as arguments."""
    path, kind, limits = Path(sys.argv[1]), sys.argv[2], Limits(**json.loads(sys.argv[3]))
    _bound(limits)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    json.dump(answer(path, kind, limits), sys.stdout)


if __name__ == "__main__":
    main()
