"""How well ingestion reads real files.

Every exception reported, every text joined again, compared where gold exists.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path

from pydantic import BaseModel, Field

from city.errors import DocumentError, NotFound
from knowledge.ingest import parse_document, read
from knowledge.ingest.outline import leaves
from knowledge.model import Document, Level, Metadata

#: Files of a public law collection that are not laws: folder pages, the read-me and the writing template.
NOT_LAWS = frozenset(("_index.md", "README.md", "法律法规模版.md"))
_FORMAT = re.compile(r"[\s\u200b*#|\\]|<!--.*?-->", re.S)
_LONG = 30_000


class Finding(BaseModel):
    """One thing noticed in one file."""

    file: str
    note: str


class Comparison(BaseModel):
    """Articles here against a reference list.

    ``annex`` counts texts that differ only in that an annex is kept apart.
    """

    articles: int = 0
    missing: int = 0
    extra: int = 0
    equal: int = 0
    annex: int = 0
    different: list[Finding] = Field(default_factory=list)


class IngestReport(BaseModel):
    """The result of ``run_ingest``.

    ``lossless`` and ``in_order`` count files; exceptions are listed by kind.
    """

    files: int = 0
    parsed: int = 0
    lossless: int = 0
    in_order: int = 0
    unique_ids: int = 0
    articles: int = 0
    blocks: int = 0
    references: int = 0
    resolved: int = 0
    seconds: float = 0.0
    exceptions: dict[str, list[Finding]] = Field(default_factory=dict)
    comparison: Comparison | None = None


class ReadReport(BaseModel):
    """The result of ``run_read``.

    Per file its format, size and, where gold text exists, similarity in [0, 1].
    """

    files: int = 0
    read: int = 0
    formats: dict[str, int] = Field(default_factory=dict)
    similarity: dict[str, float] = Field(default_factory=dict)
    exceptions: list[Finding] = Field(default_factory=list)


def run_ingest(tar_or_folder: Path, *, articles: Path | None = None) -> IngestReport:
    """Parse every Markdown law below ``tar_or_folder``; compare with ``articles`` (JSON lines, gzip) where
    given.

    ``seconds`` is the time of parsing alone. Raises ``NotFound`` where there is nothing to read.
    """
    report = IngestReport()
    expected = _expected(articles) if articles else None
    if expected is not None:
        report.comparison = Comparison()
    found: dict[str, list[Finding]] = defaultdict(list)
    with _folder(tar_or_folder) as folder:
        for number, path in enumerate(sorted(folder.rglob("*.md"))):
            if path.name in NOT_LAWS:
                continue
            name = path.relative_to(folder).as_posix()
            report.files += 1
            try:
                text = read(path).text
                start = time.perf_counter()
                document = parse_document(_metadata(number, path), text)
                report.seconds += time.perf_counter() - start
            except DocumentError as error:
                found["not parsed"].append(Finding(file=name, note=str(error)))
                continue
            _count(report, document, text, name, found)
            if expected is not None and report.comparison is not None and name in expected:
                _compare(report.comparison, document, expected[name], name)
    report.exceptions = dict(found)
    return report


def run_read(folder: Path) -> ReadReport:
    """Read every file that ``folder/MANIFEST.jsonl`` lists and compare with its gold text."""
    report = ReadReport()
    manifest = folder / "MANIFEST.jsonl"
    if not manifest.is_file():
        raise NotFound(f"{manifest}: not there. Point CITYDESK_SHARED_DATA at the public data.")
    for row in map(json.loads, manifest.read_text(encoding="utf-8").splitlines()):
        report.files += 1
        try:
            source = read(folder / row["file"])
        except DocumentError as error:
            report.exceptions.append(Finding(file=row["file"], note=str(error)))
            continue
        report.read += 1
        report.formats[source.format] = report.formats.get(source.format, 0) + 1
        report.exceptions.extend(Finding(file=row["file"], note=note) for note in source.notes)
        if row.get("gold_text"):
            gold = read(folder / row["gold_text"]).text
            report.similarity[row["file"]] = round(similarity(gold, source.text), 4)
    return report


def similarity(gold: str, text: str) -> float:
    """difflib's ratio without white space and table marks.

    Long texts are compared by sentences, not characters.
    """
    left, right = _bare(gold), _bare(text)
    if max(len(left), len(right)) <= _LONG:
        return SequenceMatcher(None, left, right, autojunk=False).ratio()
    split = re.compile("(?<=[。；：])")
    return SequenceMatcher(None, split.split(left), split.split(right), autojunk=False).ratio()


@contextmanager
def _folder(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield place
        return
    if not place.is_file():
        raise NotFound(f"{place}: not there. Point CITYDESK_SHARED_DATA at the public data.")
    with tempfile.TemporaryDirectory(prefix="citydesk-ingest-") as unpacked:
        with tarfile.open(place) as archive:
            archive.extractall(unpacked, filter="data")
        yield Path(unpacked)


def _metadata(number: int, path: Path) -> Metadata:
    return Metadata(id=f"o{number}", title=path.stem, level=Level.LAW, source=path.name)


def _count(report: IngestReport, document: Document, text: str, name: str, found: dict[str, list[Finding]]) -> None:
    report.parsed += 1
    joined = "".join(document.text[leaf.start : leaf.end] for leaf in leaves(document.tree))
    if joined == text and all(p.text == text[p.start : p.end] for p in document.provisions):
        report.lossless += 1
    else:
        found["not lossless"].append(Finding(file=name, note="units joined differ from the source"))
    ids = [provision.id for provision in document.provisions]
    report.unique_ids += len(ids) == len(set(ids))
    blocks = sum("#s" in key for key in ids)
    report.blocks += blocks
    report.articles += len(ids) - blocks
    references = [reference for p in document.provisions for reference in p.references]
    report.references += len(references)
    report.resolved += sum(reference.target is not None for reference in references)
    report.in_order += not any(note.startswith("numbering") for note in document.notes)
    for note in document.notes:
        kind = note.split(":")[0] if note.startswith("numbering") else note.lstrip("0123456789 ,")
        found[kind].append(Finding(file=name, note=note))


def _expected(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Per file, the label and bare text of each article."""
    grouped: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            grouped[row["path"]].append((row["article_no"], _bare(row["article_no"] + row["text"])))
    return grouped


def _compare(comparison: Comparison, document: Document, expected: list[tuple[str, str]], name: str) -> None:
    here: dict[str, list[str]] = defaultdict(list)
    for provision in document.provisions:
        if "#s" not in provision.id:
            here[provision.article].append(_bare(provision.text))
    comparison.articles += len(expected)
    for label, text in expected:
        if not here[label]:
            comparison.missing += 1
            continue
        ours = here[label].pop(0)
        if ours == text:
            comparison.equal += 1
        elif text.startswith(ours) and text[len(ours) :].startswith("附"):
            comparison.annex += 1
        else:
            comparison.different.append(Finding(file=name, note=label))
    comparison.extra += sum(map(len, here.values()))


def _bare(text: str) -> str:
    return _FORMAT.sub("", text)
