"""Clauses: where the words that a rule quotes stand in the policy's text, and whether the text is still the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.eligibility.rules import Policy
from knowledge.model import Document, Provision

_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Clause:
    """A quote in a document: ``[start, end)`` in the document's text, inside the provision named."""

    document: str
    provision: str
    start: int
    end: int
    quote: str


def locate(document: Document, quote: str) -> Clause | None:
    """The first place of ``quote`` in the document that lies within one provision; None where it does not stand."""
    for provision in document.provisions:
        at = provision.text.find(quote)
        if at >= 0:
            start = provision.start + at
            return Clause(document.meta.id, provision.id, start, start + len(quote), quote)
    return None


def text_hash(provision: Provision) -> str:
    """A fingerprint of a provision's words; blanks do not count."""
    return hashlib.sha256(_BLANK.sub("", provision.text).encode()).hexdigest()[:16]


def quoted(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every place of a rule that quotes the text, as (path, quotes)."""
    yield from _within(policy.model_dump(by_alias=True), "")


def _within(part: object, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            where = f"{path}.{key}" if path else str(key)
            if key == "clause":
                found = (value,) if isinstance(value, str) else tuple(value or ())
                if found:
                    yield path, found
            else:
                yield from _within(value, where)
    elif isinstance(part, list | tuple):
        for number, value in enumerate(part):
            yield from _within(value, f"{path}[{number}]")


def clauses_of(
    policy: Policy, documents: Mapping[str, Document]
) -> tuple[list[tuple[str, Clause]], list[tuple[str, str]]]:
    """Every quote of a rule with its place in the newest document that has it, and those that stand nowhere."""
    own = [documents[name] for name in policy.documents if name in documents]
    own.sort(key=lambda document: document.meta.valid_from or date.min, reverse=True)
    found: list[tuple[str, Clause]] = []
    lost: list[tuple[str, str]] = []
    for path, texts in quoted(policy):
        for quote in texts:
            clause = next((c for document in own if (c := locate(document, quote))), None)
            if clause is None:
                lost.append((path, quote))
            else:
                found.append((path, clause))
    return found, lost


def hashes(policy: Policy, documents: Mapping[str, Document]) -> dict[str, str]:
    """The fingerprint of every provision that the rule quotes, by provision id."""
    found, _ = clauses_of(policy, documents)
    wanted = {clause.provision: clause.document for _, clause in found}
    return {
        provision.id: text_hash(provision)
        for document in dict.fromkeys(wanted.values())
        for provision in documents[document].provisions
        if provision.id in wanted
    }


def pick(quotes: Iterable[str], policy: Policy, documents: Mapping[str, Document], day: date) -> Clause | None:
    """The place of the first of ``quotes`` that stands in a document of the policy in force on ``day``, else in any."""
    own = [documents[name] for name in policy.documents if name in documents]
    own.sort(
        key=lambda document: (not document.meta.in_force(day), -(document.meta.valid_from or date.min).toordinal())
    )
    return next((c for document in own for quote in quotes if (c := locate(document, quote))), None)
