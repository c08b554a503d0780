"""Signatures: a rule counts for citizens once a person has signed it, and only as it was signed.

``eligibility/signatures.jsonl`` is append-only; every line carries the hash of the line before it. A signature covers
the rule's content and the words of every provision that the rule quotes: a change of either takes it out of use until
somebody has looked at it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from city.errors import BadInput, Refused
from city.pack.problems import PackError, Problem
from city.pack.yamlfile import validation_problems
from city.schema import Record
from knowledge.eligibility.book import FOLDER, PLACES, POLICIES, RuleBook
from knowledge.eligibility.clauses import clauses_of, hashes
from knowledge.eligibility.rules import Policy
from knowledge.model import Document

FILE = f"{FOLDER}/signatures.jsonl"
START = "0" * 64
_FACT = re.compile(r"\b(?:firm|person)\.[a-z][a-z0-9_]*")


class Signature(Record):
    """One line: who answers for which rule, as it was then."""

    policy: str
    rule: str = Field(description="hash of the rule's content")
    provisions: dict[str, str] = Field(description="hash of the words of each provision that the rule quotes")
    by: str = Field(min_length=1)
    post: str = Field(default="", description="the person's office")
    at: datetime
    note: str = ""
    previous: str = Field(description="hash of the line before")

    def digest(self) -> str:
        """The hash that the next line carries."""
        return hashlib.sha256(_canonical(self.model_dump(mode="json"))).hexdigest()


def _canonical(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def rule_hash(policy: Policy, book: RuleBook) -> str:
    """A fingerprint of a rule's content and of what the facts and code lists that it names mean.

    Comments, layout, questions and other words do not count.
    """
    rule = _canonical(policy.model_dump(mode="json", by_alias=True))
    meanings: dict[str, Any] = {}
    open_ = _FACT.findall(rule.decode())
    if policy.exclusions:
        open_.append(f"{policy.subject}.receiving")  # what they are tested on, though the rule does not name it
    while open_:
        name = open_.pop()
        fact = book.facts.get(name)
        if fact is None or name in meanings:
            continue
        open_ += _FACT.findall(fact.derive)
        meanings[name] = fact.model_dump(mode="json", include={"type", "unit", "range", "options", "assume", "derive"})
        if (listed := book.lists.get(fact.list)) and fact.list not in (PLACES, POLICIES):
            meanings[f"list {fact.list}"] = [
                entry.model_dump(mode="json", exclude={"says"}) for entry in listed.entries
            ]
    return hashlib.sha256(rule + _canonical(meanings)).hexdigest()[:32]


def read_signatures(root: Path) -> list[Signature]:
    """Every signature of the pack, oldest first. Raises PackError where a line or the chain is broken."""
    path = root / FILE
    if not path.is_file():
        return []
    found: list[Signature] = []
    before = START
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            signature = Signature.model_validate(json.loads(line))
        except ValidationError as error:
            raise PackError(validation_problems(error, FILE, where)) from error
        except ValueError as error:
            raise PackError([_broken(where, f"is not JSON ({error})")]) from error
        if signature.previous != before:
            raise PackError([_broken(where, "does not follow from the line before: the file was changed")])
        before = signature.digest()
        found.append(signature)
    return found


def _broken(where: str, message: str) -> Problem:
    return Problem(file=FILE, where=where, message=message, remedy="restore the file from its history, then sign anew")


def standing(signatures: Sequence[Signature]) -> dict[str, Signature]:
    """The newest signature of each rule."""
    return {signature.policy: signature for signature in signatures}


def fault(policy: Policy, signature: Signature | None, book: RuleBook, documents: Mapping[str, Document]) -> str:
    """Why the rule may not be used for a citizen, or nothing."""
    if signature is None:
        return "is not signed"
    if signature.rule != rule_hash(policy, book):
        return f"was changed after {signature.by} signed it on {signature.at.date()}"
    now = hashes(policy, documents)
    changed = [name for name, was in signature.provisions.items() if now.get(name) != was]
    if changed or set(now) - set(signature.provisions):
        named = (changed or sorted(set(now) - set(signature.provisions)))[0]
        return f"rests on {named}, whose text has changed since it was signed on {signature.at.date()}"
    return ""


def signed(book: RuleBook, signatures: Sequence[Signature], documents: Mapping[str, Document]) -> RuleBook:
    """The book with only those rules that may be used for citizens."""
    known = standing(signatures)
    kept = {name: p for name, p in book.policies.items() if not fault(p, known.get(name), book, documents)}
    return RuleBook(book.facts, book.lists, kept, book.documents, book.files)


def sign(
    root: Path,
    policy: Policy,
    book: RuleBook,
    documents: Mapping[str, Document],
    *,
    by: str,
    at: datetime,
    post: str = "",
    note: str = "",
) -> Signature:
    """Append a signature for ``policy``. Raises Refused where the rule quotes words that stand in no text."""
    if not by.strip():
        raise BadInput("A signature needs a name: --by NAME.")
    _, lost = clauses_of(policy, documents)
    if lost:
        path, quote = lost[0]
        raise Refused(f"{policy.id}: {path} quotes {quote!r}, which its documents do not say. Correct it, then sign.")
    before = read_signatures(root)
    made = Signature(
        policy=policy.id,
        rule=rule_hash(policy, book),
        provisions=hashes(policy, documents),
        by=by.strip(),
        post=post,
        at=at,
        note=note,
        previous=before[-1].digest() if before else START,
    )
    target = root / FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab") as file:
        file.write(_canonical(made.model_dump(mode="json")) + b"\n")
    return made
