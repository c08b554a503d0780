"""The rule book of a city: facts, code lists and rules read from the pack's ``eligibility`` folder, every problem told.

::

    eligibility/facts/*.yaml   lists of facts        eligibility/rules/*.yaml         one rule a file
    eligibility/lists/*.yaml   one code list a file  eligibility/signatures.jsonl     who signed which rule
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from city.errors import NotFound
from city.pack.problems import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from knowledge.eligibility.codes import Code, CodeList
from knowledge.eligibility.compiling import CompiledPolicy, compile_policy
from knowledge.eligibility.facts import CODED, Fact, Subject, Value
from knowledge.eligibility.rules import Policy
from knowledge.model import Metadata

FOLDER = "eligibility"
PLACES, POLICIES = "places", "policies"
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, eq=False)
class RuleBook:
    """Everything that rules are made of. ``files`` tells which file a rule came from."""

    facts: Mapping[str, Fact]
    lists: Mapping[str, CodeList]
    policies: Mapping[str, Policy]
    documents: Mapping[str, Metadata]
    files: Mapping[str, str] = field(default_factory=dict)
    _compiled: dict[tuple[str, date], CompiledPolicy] = field(default_factory=dict, compare=False, repr=False)

    def policy(self, name: str) -> Policy:
        """A rule by id. Raises NotFound naming those that are near."""
        if name not in self.policies:
            near = [one for one in self.policies if name.split("-")[-1] in one][:5] or list(self.policies)[:5]
            raise NotFound(f"There is no policy {name!r}. Try {', '.join(near)}; `citydesk policy list` names all.")
        return self.policies[name]

    def compiled(self, name: str, as_of: date) -> CompiledPolicy:
        """A rule as it stands on ``as_of``. Raises PackError where it does not compile."""
        key = (name, as_of)
        if key not in self._compiled:
            made, problems = compile_policy(
                self.policy(name), as_of, self.facts, self.lists, self.files.get(name, name)
            )
            if problems:
                raise PackError(problems)
            self._compiled[key] = made
        return self._compiled[key]

    def in_force(self, as_of: date, subject: Subject | None = None) -> list[Policy]:
        """The rules that apply on ``as_of``, for one kind of subject or for all, by id."""
        return [
            policy
            for policy in self.policies.values()
            if subject in (None, policy.subject) and self.interval_holds(policy, as_of)
        ]

    def interval_holds(self, policy: Policy, day: date) -> bool:
        """Whether the policy applies on ``day``: one of its documents is in force, and the rule's own days allow it."""
        if (policy.start and day < policy.start) or (policy.end and policy.end <= day):
            return False
        return any(self.documents[name].in_force(day) for name in policy.documents if name in self.documents)

    def ends(self, policy: Policy, day: date) -> date | None:
        """The first day after ``day`` on which the policy no longer applies, None where none is known."""
        known = [self.documents[name].valid_to for name in policy.documents if name in self.documents]
        later = (one for one in (*known, policy.end) if one is not None and one > day)
        return min((one for one in later if not self.interval_holds(policy, one)), default=None)

    def standing(self, policy: Policy, day: date) -> list[Metadata]:
        """The documents of the policy that are in force on ``day``, the newest first."""
        found = [self.documents[name] for name in policy.documents if name in self.documents]
        held = [meta for meta in found if meta.in_force(day)]
        return sorted(held, key=lambda meta: (meta.valid_from or date.min, meta.id), reverse=True)

    def depend(self, one: str, other: str) -> bool:
        """Whether two facts are the same, or one is computed from the other: age and date of birth."""
        derived = {name: self.facts[name].derive for name in (one, other) if name in self.facts}
        return one == other or one in derived.get(other, "") or other in derived.get(one, "")

    def label(self, fact: str, value: Value) -> str:
        """A value of a fact as a reader sees it (codes by their labels)."""
        return tell(self.facts[fact], value, self.lists)

    def assumed(self, names: Iterable[str]) -> dict[str, Value]:
        """What is taken for granted of these facts."""
        found: dict[str, Value] = {}
        for name in names:
            fact = self.facts[name]
            if fact.assume is not None:
                found[name] = frozenset(fact.assume) if isinstance(fact.assume, tuple) else fact.assume
        return found

    def reads(self, facts: Iterable[str]) -> frozenset[str]:
        """``facts`` without those that are computed from others which are among them or could be asked instead."""
        return frozenset(name for name in facts if not self.facts[name].derive or self.facts[name].question)


def tell(fact: Fact, value: Value, lists: Mapping[str, CodeList]) -> str:
    """``value`` in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, frozenset):
        return "、".join(_code(fact, code, lists) for code in sorted(value)) or "无"
    if fact.type in CODED:
        return _code(fact, str(value), lists)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return tell_number(float(value), fact.type.value, fact.unit)


def tell_number(value: float, kind: str, unit: str) -> str:
    """A number with its unit as people write it: 1,200,000 yuan is 120万元."""
    if kind == "ratio":
        return f"{value * 100:.4f}".rstrip("0").rstrip(".") + "%"
    if kind == "money":
        for size, name in ((1e8, "亿元"), (1e4, "万元")):
            if abs(value) >= size and round(value / size, 4) * size == value:
                return f"{value / size:,.4f}".rstrip("0").rstrip(".") + name
        return f"{value:,.2f}".rstrip("0").rstrip(".") + "元"
    return f"{value:,.4f}".rstrip("0").rstrip(".") + unit


def _code(fact: Fact, code: str, lists: Mapping[str, CodeList]) -> str:
    if fact.options:
        return fact.options.get(code, code)
    listed = lists.get(fact.list)
    return listed.label(code) if listed and code in listed.by_code else code


class _Reader:
    """Reads the folder and remembers every problem."""

    def __init__(self, root: Path):
        self.root, self.problems = root, list[Problem]()

    def _read(self, path: Path) -> object:
        data, problems = read_yaml(path, self.root)
        self.problems += problems
        return data

    def _valid(self, model: type[T], raw: object, file: str, where: str = "") -> T | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self.problems += validation_problems(error, file, where)
            return None

    def _files(self, folder: str) -> Iterator[tuple[Path, str]]:
        for path in sorted((self.root / FOLDER / folder).glob("*.yaml")):
            yield path, path.relative_to(self.root).as_posix()

    def facts(self) -> dict[str, Fact]:
        """Every fact by id."""
        found: dict[str, Fact] = {}
        labels: dict[tuple[str, str], str] = {}
        for path, file in self._files("facts"):
            before = len(self.problems)
            data = self._read(path)
            if not isinstance(data, list) and len(self.problems) == before:
                message = "is no list of facts"
                self.problems.append(Problem(file=file, message=message, remedy="begin every fact with '- id: …'"))
            for number, raw in enumerate(data if isinstance(data, list) else []):
                fact = self._valid(Fact, raw, file, f"[{number}]")
                if fact is None:
                    continue
                if fact.id in found:
                    self._twice(file, f"[{number}].id", f"the fact {fact.id!r}")
                if (key := (fact.subject, fact.label)) in labels:
                    self._twice(file, f"[{number}].label", f"the label {fact.label!r} (of {labels[key]})")
                labels[key] = fact.id
                found[fact.id] = fact
        return found

    def _twice(self, file: str, where: str, what: str) -> None:
        self.problems.append(
            Problem(file=file, where=where, message=f"{what} appears twice", remedy="give each its own")
        )

    def lists(self) -> dict[str, CodeList]:
        """Every code list by name."""
        found: dict[str, CodeList] = {}
        for path, file in self._files("lists"):
            listed = self._valid(CodeList, self._read(path), file)
            if listed is None:
                continue
            if listed.name != path.stem:
                message = f"the name {listed.name!r} is not that of the file"
                self.problems.append(Problem(file=file, where="name", message=message, remedy=f"write {path.stem!r}"))
            found[listed.name] = listed
        return found

    def policies(self) -> tuple[dict[str, Policy], dict[str, str]]:
        """Every rule by id, and its file."""
        found: dict[str, Policy] = {}
        files: dict[str, str] = {}
        for path, file in self._files("rules"):
            policy = self._valid(Policy, self._read(path), file)
            if policy is None:
                continue
            if policy.id in found:
                self._twice(file, "id", f"the rule {policy.id!r}")
            found[policy.id], files[policy.id] = policy, file
        return found, files


def read_book(
    root: Path, documents: Iterable[Metadata], places: Sequence[tuple[str, str, str | None]] = ()
) -> tuple[RuleBook, list[Problem]]:
    """The rule book of the pack at ``root`` as far as it can be read, and every problem.

    ``documents`` are the policies' texts; ``places`` are (id, name, id of what it lies in), the outer ones first.
    """
    reader = _Reader(root)
    facts, lists = reader.facts(), reader.lists()
    policies, files = reader.policies()
    if places:
        entries = tuple(Code(code=code, label=label, parent=parent) for code, label, parent in places)
        lists[PLACES] = CodeList(name=PLACES, title="区划", entries=entries)
    works = dict.fromkeys(policy.name for policy in policies.values())
    if works or POLICIES not in lists:
        titles = {policy.name: policy.title for policy in reversed(policies.values())}
        says = {work: tuple(n for p in policies.values() if p.name == work for n in (p.id, *p.says)) for work in works}
        entries = tuple(Code(code=work, label=titles[work], says=says[work]) for work in works)
        lists[POLICIES] = CodeList(name=POLICIES, title="政策", entries=entries)
    for fact in facts.values():
        if fact.list and fact.list not in lists:
            message = f"the list {fact.list!r} of {fact.id} is not there"
            remedy = "add the file to eligibility/lists or correct the name"
            reader.problems.append(Problem(file=f"{FOLDER}/facts", where=fact.id, message=message, remedy=remedy))
    return RuleBook(facts, lists, policies, {meta.id: meta for meta in documents}, files), reader.problems
