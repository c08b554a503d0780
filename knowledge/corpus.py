"""A pack's corpus: every document of its folders, or every problem that keeps it from loading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from city.errors import BadInput, DocumentError
from city.pack.problems import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from knowledge.guides import (
    Guide,
    GuideWords,
    Question,
    article_suffix,
    guide_document,
    question_document,
)
from knowledge.ingest import load_document
from knowledge.model import Document

FOLDERS = ("regulations", "planning", "policies", "emergency_plans", "services", "faq")
SECTIONS, LABELS = "wording/sections.yaml", "wording/guide_labels.yaml"
_SIDECAR = ".meta.yaml"
_Entry = TypeVar("_Entry", Guide, Question)


@dataclass
class _Found:
    """What was read so far."""

    root: Path
    names: Mapping[str, str]
    documents: list[Document] = field(default_factory=list)
    guides: list[tuple[str, Guide]] = field(default_factory=list)
    questions: list[tuple[str, Question]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    guide_ids: set[object] = field(default_factory=set)  # also of guides that do not load


def load_corpus(
    pack: Path, *, folders: Sequence[str] = FOLDERS, names: Mapping[str, str] | None = None
) -> list[Document]:
    """Every document of the pack, sorted by id.

    Files are Markdown, text, HTML, PDF, DOC(X) or XLS(X) with front matter or a sidecar; YAML files are
    guides (one mapping) or frequent questions (a list). ``names`` are the units' names by id. A folder that
    is not there is empty. Raises ``PackError`` with every problem found.
    """
    found = _Found(pack, names or {})
    for path in _files(pack, folders):
        if path.suffix in (".yaml", ".yml"):
            _read_entries(path, found)
        else:
            _read_file(path, found)
    _render(found)
    found.problems.extend(_between(found))
    if found.problems:
        raise PackError(found.problems)
    return sorted(found.documents, key=lambda document: document.meta.id)


def _files(pack: Path, folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((pack / folder).rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(pack).parts)
            if path.is_file() and not hidden and not path.name.endswith(_SIDECAR):
                yield path


def _read_file(path: Path, found: _Found) -> None:
    try:
        found.documents.append(load_document(path, root=found.root))
    except DocumentError as error:
        name = path.relative_to(found.root).as_posix()
        found.problems.append(
            Problem(file=name, message=str(error), remedy="correct the file or take it out of the folder")
        )


def _read_entries(path: Path, found: _Found) -> None:
    """Read a YAML file: a guide where it is a mapping, frequent questions where it is a list."""
    name = path.relative_to(found.root).as_posix()
    data, problems = read_yaml(path, found.root)
    found.problems.extend(problems)
    if problems:
        return
    if isinstance(data, dict):
        found.guide_ids.add(data.get("id"))
        found.guides.extend((name, guide) for guide in _valid(Guide, data, name, "", found.problems))
    elif isinstance(data, list):
        for number, item in enumerate(data):
            valid = _valid(Question, item, name, f"[{number}]", found.problems)
            found.questions.extend((name, question) for question in valid)
    else:
        found.problems.append(
            Problem(
                file=name,
                message="is neither a guide (fields) nor a list of questions",
                remedy="write the fields of a guide, or a list of questions with '- id: …'",
            )
        )


def _valid(model: type[_Entry], data: Any, name: str, where: str, problems: list[Problem]) -> list[_Entry]:
    try:
        return [model.model_validate(data)]
    except ValidationError as error:
        problems.extend(validation_problems(error, name, where))
        return []


def _read_words(found: _Found) -> GuideWords | None:
    parts: dict[str, Any] = {}
    for name, key in ((SECTIONS, "sections"), (LABELS, "")):
        data, problems = read_yaml(found.root / name, found.root)
        found.problems.extend(problems)
        if not problems and isinstance(data, dict):
            parts.update({key: data} if key else data)
    try:
        return GuideWords.model_validate(parts)
    except ValidationError as error:
        found.problems.extend(validation_problems(error, f"{SECTIONS} + {LABELS}"))
        return None


def _render(found: _Found) -> None:
    for name, question in found.questions:
        found.documents.append(question_document(question, names=found.names, source=name))
    words = _read_words(found) if found.guides else None
    if words is None:
        return
    titles = {guide.id: guide.name for _, guide in found.guides}
    try:
        found.documents.extend(
            guide_document(guide, words, names=found.names, source=name, titles=titles) for name, guide in found.guides
        )
    except BadInput as error:
        found.problems.append(Problem(file=LABELS, message=str(error), remedy="add the missing word"))


def _between(found: _Found) -> list[Problem]:
    """What only shows once everything is read: ids used twice, and references to what is not there."""
    problems: list[Problem] = []
    held: dict[str, Document] = {}
    for document in found.documents:
        first = held.setdefault(document.meta.id, document)
        if first is not document:
            problems.append(
                Problem(
                    file=document.meta.source,
                    where="id",
                    message=f"the id {document.meta.id!r} is also that of {first.meta.source}",
                    remedy="give each document, and each version of one, its own id",
                )
            )
    for name, guide in found.guides:
        for other in guide.related:
            if other not in found.guide_ids:
                problems.append(_missing(name, "related", f"there is no guide {other!r}"))
    for name, question in found.questions:
        for cited in question.citations:
            problem = _citation_problem(cited.document, cited.article, held)
            if problem:
                problems.append(_missing(name, f"{question.id}.citations", problem))
    return problems


def _citation_problem(document: str, article: str | None, held: Mapping[str, Document]) -> str | None:
    if document not in held:
        return f"there is no document {document!r}"
    if not article:
        return None
    suffix = article_suffix(article)
    target = f"{document}#{suffix}"
    if suffix is not None and all(provision.id != target for provision in held[document].provisions):
        return f"the document {document!r} has no {article}"
    return None


def _missing(file: str, where: str, message: str) -> Problem:
    return Problem(file=file, where=where, message=message, remedy="correct the id, or add what it names")
