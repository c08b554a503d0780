"""A corpus of articles (JSONL, one article a line) as documents, so that the whole house can run on it.

Fields: ``id, law_id, law, chapter, article_no, text, level, effective_date, db_expired``. The level of law is read from
the Chinese name of its kind; every document is given to the whole country, so that a benchmark meets the widest filter.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from city.errors import BadInput
from knowledge.model import Document, Level, Metadata, Node, Provision

M = TypeVar("M", bound=BaseModel)
_LEVELS = {
    "宪法": Level.CONSTITUTION,
    "法律": Level.LAW,
    "行政法规": Level.ADMIN_REGULATION,
    "司法解释": Level.JUDICIAL_INTERPRETATION,
    "地方性法规": Level.CITY_REGULATION,
    "地方政府规章": Level.CITY_RULE,
    "部门规章": Level.DEPARTMENT_RULE,
}
_UNKNOWN_START = date(1949, 10, 1)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSONL file, gzipped or not. Raises BadInput naming the line."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007  # told by the handler below
                if line.strip():
                    yield json.loads(line)
    except (OSError, EOFError) as error:  # a damaged archive is an OSError too
        raise BadInput(f"{str(path)!r} cannot be read: {error}.") from error
    except ValueError as error:
        raise BadInput(f"{path.name}, line {number}: not JSON in UTF-8 ({error}).") from error


def read_models(path: Path, model: type[M]) -> list[M]:
    """The lines of a JSONL file as models. Raises BadInput naming a bad line by its number and id, and its field."""
    found = []
    for number, row in enumerate(read_rows(path), 1):
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInput(f"{path}: case {number} ({row.get('id')!r}): {where}: {first['msg']}") from error
    return found


def article_documents(path: Path) -> Iterator[Document]:
    """One document per law, its articles in file order; ids of provisions are the ids of the file."""
    try:
        for law_id, rows in groupby(read_rows(path), key=lambda row: str(row["law_id"])):
            yield _document(law_id, list(rows))
    except KeyError as error:
        raise BadInput(f"{path.name}: an article has no field {error}.") from error


def _document(law_id: str, rows: list[dict[str, Any]]) -> Document:
    first = rows[0]
    text, provisions, nodes = "", [], []
    for row in rows:
        start = len(text)
        text += f"{row['article_no']} {row['text']}\n"
        nodes.append(
            Node(
                kind="article",
                label=row["article_no"],
                number=row.get("article_num"),
                start=start,
                end=len(text),
            )
        )
        provisions.append(
            Provision(
                id=row["id"],
                document=law_id,
                article=row["article_no"],
                path=(row["chapter"],) if row.get("chapter") else (),
                start=start,
                end=len(text),
                text=text[start:],
            )
        )
    meta = Metadata(
        id=law_id,
        title=first["law"],
        level=_LEVELS.get(str(first.get("level")), Level.CITY_REGULATION),
        region="",
        valid_from=_day(first.get("effective_date")) or _UNKNOWN_START,
        valid_to=None,
    )
    return Document(
        meta=meta,
        text=text,
        tree=Node(kind="document", start=0, end=len(text), children=nodes),
        provisions=provisions,
    )


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
