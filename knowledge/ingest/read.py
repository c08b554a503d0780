"""A file's text, whatever its format."""

from __future__ import annotations

from pathlib import Path

from city.errors import DocumentError
from knowledge.ingest.decoding import decode
from knowledge.ingest.isolate import read_isolated
from knowledge.ingest.sniff import sniff
from knowledge.ingest.source import Limits, SourceText, clean


def read(path: Path, limits: Limits | None = None) -> SourceText:
    """The text of the file at ``path``, with its format told by content.

    Formats that need a foreign parser (HTML, PDF and Office) are read in a process of their own with bounded time
    and memory. Raises ``DocumentError``, and nothing else, for a file that cannot be read.
    """
    limits = limits or Limits()
    name = path.name
    data = _bytes(path, limits)
    kind = sniff(data, name)
    notes: tuple[str, ...] = ()
    if kind in ("markdown", "text"):
        text = decode(data, name)
    else:
        text, notes = read_isolated(path, kind, limits)
    text, cleaning = clean(text, name, limits)
    if not text.strip():
        raise DocumentError(f"{name}: no text in the file. If it holds scanned pages, run text recognition first.")
    return SourceText(text, kind, (*notes, *cleaning))


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise DocumentError(
                f"{path.name}: {size:,} bytes, more than {limits.file_bytes:,} allowed. Split the file."
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be opened ({error.strerror}). Check that the file is there.") from error
