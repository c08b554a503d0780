"""What embedding models want before a text: some were trained with an instruction before questions, some not."""

from __future__ import annotations

import hashlib
import json
import re
from typing import NamedTuple


class Prefixes(NamedTuple):
    """Put before each question and each document. None: not known; a local model then uses its own, a served none."""

    query: str | None = None
    document: str | None = None


_INSTRUCTION = "Instruct: Given a citizen's question, retrieve the provisions that answer it\nQuery:"
_KNOWN = (
    (r"qwen3-embedding", Prefixes(_INSTRUCTION, "")),
    (r"e5-.*instruct", Prefixes(_INSTRUCTION + " ", "")),
    (r"\be5-", Prefixes("query: ", "passage: ")),
    (r"bge-(?:small|base|large)-zh", Prefixes("为这个句子生成表示以用于检索相关文章：", "")),
    (r"bge-m3", Prefixes("", "")),
)


def prefixes_of(model: str, query: str | None = None, document: str | None = None) -> Prefixes:
    """The prefixes of a model by its name, each replaced by the one given.

    >>> prefixes_of("BAAI/bge-m3")
    Prefixes(query='', document='')
    """
    found = next((known for name, known in _KNOWN if re.search(name, model, re.IGNORECASE)), Prefixes())
    return Prefixes(found.query if query is None else query, found.document if document is None else document)


def identity(model: str, prefixes: Prefixes, dim: int = 0) -> str:
    """What an index remembers of the model that made it: not where it runs, since weights may move.

    >>> identity("BAAI/bge-m3", Prefixes("", ""), 512)
    'model:BAAI/bge-m3:512'
    """
    parts = ["model", model]
    if dim:
        parts.append(str(dim))
    if prefixes.query or prefixes.document:
        told = json.dumps([prefixes.query or "", prefixes.document or ""])
        parts.append(hashlib.sha256(told.encode()).hexdigest()[:8])
    return ":".join(parts)
