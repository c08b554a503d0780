"""Put a draft together: a text and the city's catalogue in, a rule with its quotes and notes out. It is never signed
and never read by the rule book; an officer completes it, moves it to ``rules`` and signs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from city.errors import BadInput
from knowledge.eligibility.book import FOLDER, POLICIES, RuleBook
from knowledge.eligibility.cells import Space
from knowledge.eligibility.clauses import locate, quoted
from knowledge.eligibility.compiling import CompiledPolicy, compile_policy
from knowledge.eligibility.drafting.benefits import BenefitReader, Given, join_cap
from knowledge.eligibility.drafting.catalogue import Catalogue
from knowledge.eligibility.drafting.circumstances import (
    Base,
    Others,
    Units,
    apply_of,
    materials_of,
    quotas_of,
    window_of,
)
from knowledge.eligibility.drafting.conditions import ConditionReader, Found, Readings
from knowledge.eligibility.drafting.passages import Group, groups, tables
from knowledge.eligibility.drafting.variants import label_of, own_groups, settle
from knowledge.eligibility.drafting.wording import DraftWords, has
from knowledge.eligibility.facts import FactType, Subject
from knowledge.eligibility.rules import Policy
from knowledge.model import Document

DRAFTS = f"{FOLDER}/drafts"
"""Where drafts lie in a pack; the rule book reads ``rules`` only."""
OPEN = "待补："
NEVER: dict[str, Any] = {"value": "0", "at_least": 1, "says": f"{OPEN}没有读出任何条件，补上以前谁也不符合"}
"""Stands where no condition was read, so that a draft without conditions holds for nobody."""


@dataclass
class Draft:
    """A draft rule as a mapping of the rule format, for the first ``day`` of its text.

    ``scores``: path of a part → how sure its mapping is.
    """

    document: str
    rule: dict[str, Any]
    day: date = date(2000, 1, 1)
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The rule's id."""
        return str(self.rule["id"])

    @property
    def notes(self) -> list[str]:
        """What a person has to look at."""
        return list(self.rule["notes"])

    @property
    def policy(self) -> Policy:
        """The draft as a rule. Raises BadInput naming what does not load."""
        try:
            return Policy.model_validate(self.rule)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"the draft of {self.document} does not load: {where}: {first['msg']}") from error


class Drafter:
    """Drafts rules for one city. Rules that are there already are looked at for their names only."""

    def __init__(self, book: RuleBook, words: DraftWords, units: Mapping[str, str]):
        self.book, self.words, self._units = book, words, Units(units)
        self._catalogues: dict[Subject, Catalogue] = {}

    def catalogue(self, subject: Subject) -> Catalogue:
        """The facts about one kind of subject."""
        if subject not in self._catalogues:
            self._catalogues[subject] = Catalogue(self.book.facts.values(), self.book.lists, subject, self.words.alike)
        return self._catalogues[subject]

    def subject_of(self, document: Document) -> Subject:
        """Whom the policy is for, by the words of its conditions."""
        made = groups(document, self.words)
        chosen = [g for g in made if g.kind == "conditions"] or made
        text = "".join(passage.text for group in chosen for passage in group.passages)
        topics = document.meta.topics
        counts: dict[Subject, int] = {
            kind: sum(text.count(word) for word in words) + 8 * sum(word in topics for word in words)
            for kind, words in self.words.subjects.items()
        }
        return "person" if counts["person"] > counts["firm"] else "firm"

    def draft(self, document: Document, subject: Subject | None = None) -> Draft:
        """The draft rule of a text, by patterns alone."""
        chosen = subject or self.subject_of(document)
        found, given, notes = self.read(document, chosen)
        return self.assemble(document, chosen, found, given, notes)

    def read(self, document: Document, subject: Subject) -> tuple[list[Found], list[Given], list[str]]:
        """Conditions and benefits of a text, and what could not be mapped."""
        made, notes = own_groups(groups(document, self.words), subject, self.words)
        catalogue = self.catalogue(subject)
        reader, others = ConditionReader(catalogue, self.words), self._others(document)
        read = Readings()
        given = self._given(reader, BenefitReader(catalogue, self.words, subject), made, read)
        labelled = [(label_of(group), group) for group in made if group.kind == "conditions"]
        named = [(label, reader.group(group)) for label, group in labelled if label]
        several = len({label for label, _ in named}) > 1
        for group in made:
            if not (several and group.kind == "conditions" and label_of(group)):
                read.add(self._conditions(reader, group, others))
        if several:
            read.add(settle(named, given))
        found = _once(self._gated(read.found))
        known = {repr(one.condition) for one in found}
        for one in given:
            one.when = [when for when in _once(self._gated(one.when)) if repr(when.condition) not in known]
        return found, given, [*notes, *read.notes]

    def _gated(self, found: list[Found]) -> list[Found]:
        """Before a test of a fact that only makes sense where another holds (`asked_when`), that other one.

        A test that denies something holds where the thing itself is not there, so that it needs no such gate.
        """
        made: list[Found] = []
        for one in found:
            fact = self.book.facts.get(str(one.condition.get("fact")))
            gate = fact.asked_when if fact else {}
            if set(gate) == {"fact", "is"} and gate["is"] is True and not _denies(one.condition):
                made.append(Found(dict(gate), one.score, one.quote))
            made.append(one)
        return made

    def _given(
        self, reader: ConditionReader, benefits: BenefitReader, made: list[Group], read: Readings
    ) -> list[Given]:
        """The benefits; refusals that stand among them are conditions, into ``read``."""
        given: list[Given] = []
        for group in (one for one in made if one.kind == "benefits"):
            own, more = benefits.group(group)
            capped = [one for one in own if one.only_caps and join_cap(given, one)]
            given += [one for one in own if one not in capped]
            refusals = [p for p in group.passages if has(p.text, self.words.refused) and _note_of(p.text) in more]
            read.add(reader.group(replace(group, any_of=False, passages=refusals)))
            read.notes += [note for note in more if note not in {_note_of(p.text) for p in refusals}]
        return given

    def _conditions(self, reader: ConditionReader, group: Group, others: Others) -> Readings:
        """Conditions where such are told: all of their own sections, deadlines of windows, refusals of limits."""
        if group.kind == "conditions":
            return reader.group(group)
        if group.kind == "window":
            read = reader.group(group)
            return Readings([one for one in read.found if _is_deadline(one)])
        if group.kind in ("limits", "rest"):
            told = [p for p in group.passages if has(p.text, self.words.refused) and not others.is_told(p.text)]
            return reader.group(replace(group, any_of=False, passages=told))
        return Readings()

    def assemble(
        self, document: Document, subject: Subject, found: list[Found], given: list[Given], notes: Iterable[str]
    ) -> Draft:
        """The whole rule around conditions and benefits. Every quote stands in the text, and everything compiles."""
        made = groups(document, self.words)
        meta = document.meta
        opens = list(notes)
        papers, more = materials_of(made, self.words, self._units)
        exclusions, about = self._others(document).exclusions(made, self._base(subject))
        window = window_of(made, self.words)
        opens += [*more, *about, *([] if window else ["什么时候可以申请"]), *_unread(document, made)]
        sound = [one for one in found if not self.fault(document, subject, one.written)]
        rule: dict[str, Any] = {
            "id": meta.work or meta.id,
            "subject": subject,
            "title": meta.title,
            "summary": f"{OPEN}用一句话说明给谁、给什么",
            "documents": [meta.id],
            "topics": list(meta.topics),
        }
        draft = Draft(meta.id, rule, day_of(document))
        rule["parameters"] = {}
        rule["conditions"] = [one.written for one in sound]
        draft.scores = {f"conditions[{n}]": one.score for n, one in enumerate(sound)}
        rule["benefits"] = self._benefits(draft, document, subject, given, opens)
        rule["conditions"] = rule["conditions"] or _own_conditions(rule["benefits"]) or [NEVER]
        rule["exclusions"], rule["materials"] = exclusions, papers
        rule["window"] = window or {"note": f"{OPEN}什么时候可以申请"}
        rule["quota"], rule["apply"] = quotas_of(made, self.words), apply_of(made)
        if self._contradicts(draft):
            opens.append("条件互相矛盾，谁也不能全部符合：可能是几种情形各有各的条件")
        rule["notes"] = [OPEN + note for note in dict.fromkeys(opens)]
        draft.rule = {key: value for key, value in rule.items() if value not in ([], {})}
        draft.rule.setdefault("notes", [])
        return draft

    def _contradicts(self, draft: Draft) -> bool:
        """Whether nothing can fulfil all that was read; a draft without any condition is no contradiction."""
        root = self.compiled(draft).root
        return draft.rule["conditions"] != [NEVER] and Space(self.book, [root]).solve(root) is None

    def _benefits(
        self, draft: Draft, document: Document, subject: Subject, given: list[Given], notes: list[str]
    ) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for number, one in enumerate(given, 1):
            sound = [when for when in one.when if not self.fault(document, subject, when.written)]
            benefit, parameters = benefit_of(number, replace(one, when=sound), document)
            made.append(benefit)
            draft.rule["parameters"] |= parameters
            draft.scores[f"benefits[{number - 1}]"] = one.score
        if not made:
            notes.append("给什么、给多少")
            made = [{"id": "b1", "name": f"{OPEN}给什么", "gives": f"{OPEN}给什么、给多少"}]
        return made

    def fault_of_benefit(self, document: Document, subject: Subject, one: Given) -> str:
        """What is wrong with a benefit: its quote or that of a condition stands nowhere, or it does not compile."""
        for quote in (one.quote, *one.more, *(when.quote for when in one.when)):
            if not quote or locate(document, quote) is None:
                return f"the quote {quote!r} does not stand in the text: copy the words exactly"
        benefit, parameters = benefit_of(1, one, document)
        plain = {**_bare(document, subject), "conditions": [NEVER], "benefits": [benefit], "parameters": parameters}
        return self.fault_of_rule(document, plain)

    def fault(self, document: Document, subject: Subject, condition: Mapping[str, Any]) -> str:
        """What is wrong with a condition: its quote stands nowhere, or it does not compile. Empty where it is sound."""
        quotes = condition.get("clause", ())
        for quote in (quotes,) if isinstance(quotes, str) else quotes:
            if not quote or locate(document, quote) is None:
                return f"the quote {quote!r} does not stand in the text: copy the words exactly"
        nothing = [{"id": "b1", "name": "b", "gives": "b"}]
        rule = {**_bare(document, subject), "conditions": [dict(condition)], "benefits": nothing}
        return self.fault_of_rule(document, rule)

    def fault_of_rule(self, document: Document, rule: Mapping[str, Any]) -> str:
        """The first thing wrong with a rule of a text; empty where it loads, compiles and keeps to its own subject."""
        try:
            policy = Policy.model_validate(rule)
        except ValidationError as error:
            first = error.errors()[0]
            return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        compiled, problems = compile_policy(policy, day_of(document), self.book.facts, self.book.lists)
        if problems:
            return f"{problems[0].where}: {problems[0].message}"
        if other := sorted(name for name in compiled.facts if not name.startswith(f"{policy.subject}.")):
            return f"{other[0]} is no fact about a {policy.subject}"
        return ""

    def compiled(self, draft: Draft) -> CompiledPolicy:
        """The draft for the first day of its text. Raises BadInput where it does not compile."""
        made, problems = compile_policy(draft.policy, draft.day, self.book.facts, self.book.lists)
        if problems:
            raise BadInput(f"the draft of {draft.document} does not compile: {problems[0]}")
        return made

    def _base(self, subject: Subject) -> Base:
        def named(words: str) -> str | None:
            near = self.catalogue(subject).best(words, lambda fact: fact.type is FactType.MONEY)
            return near.fact.id if near else None

        return named

    def _others(self, document: Document) -> Others:
        own = document.meta.work or document.meta.id
        names: dict[str, set[str]] = {}
        works = {name: policy.name for policy in self.book.policies.values() for name in policy.documents}
        for meta in self.book.documents.values():
            work = works.get(meta.id, meta.work or meta.id)
            names.setdefault(work, set()).add(meta.title)
        listed = self.book.lists.get(POLICIES)
        for entry in listed.entries if listed else ():
            if entry.code != own:
                names.setdefault(entry.code, set()).update({entry.label, *entry.says})
        return Others({name: sorted(titles) for name, titles in names.items()}, self.words, own)


def day_of(document: Document) -> date:
    """The first day on which the text applies."""
    return document.meta.valid_from or document.meta.published_on or date(2000, 1, 1)


def _bare(document: Document, subject: Subject) -> dict[str, Any]:
    """What a rule needs besides conditions and benefits, for trying a part of it."""
    return {
        "id": "draft", "subject": subject, "title": "draft", "summary": "draft", "documents": [document.meta.id],
        "window": {"always": True},
    }  # fmt: skip


def benefit_of(number: int, one: Given, document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """A benefit in the rule format, and the parameters it needs."""
    benefit: dict[str, Any] = {"id": f"b{number}", "name": one.name}
    parameters: dict[str, Any] = {}
    if one.when:
        benefit["when"] = [when.written for when in one.when]
    if one.table:
        row = {"from": day_of(document), "table": one.table, "clause": one.quote}
        parameters[f"p{number}"] = {"by": one.by, "values": [row]}
        benefit["amount"] = f"p{number}"
    elif one.amount is not None:
        benefit["amount"] = one.amount
    else:
        benefit["gives"] = one.quote
    if one.cap is not None or one.cap_formula:
        benefit["cap"] = one.cap_formula or _whole(one.cap)
    if one.per != "once":
        benefit["per"] = one.per
    return {**benefit, "clause": one.quotes}, parameters


def lost_quotes(draft: Draft, document: Document) -> list[str]:
    """The quotes of a draft that do not stand in its text."""
    return [q for _, quotes in quoted(draft.policy) for q in quotes if locate(document, q) is None]


def _denies(condition: Mapping[str, Any]) -> bool:
    return condition.get("is") is False or bool(
        {"none_of", "not_under", "has_none", "less_than", "at_most"} & set(condition)
    )


def _own_conditions(benefits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where every benefit has conditions of its own and the policy none: those of one benefit at least."""
    if not benefits or not all(one.get("when") for one in benefits):
        return []
    if len(benefits) == 1:
        return list(benefits[0]["when"])
    parts = [one["when"][0] if len(one["when"]) == 1 else {"all": one["when"]} for one in benefits]
    return [{"any": parts, "clause": [quote for one in benefits for quote in _quotes(one)]}]


def _quotes(benefit: Mapping[str, Any]) -> list[str]:
    quotes = benefit["clause"]
    return [quotes] if isinstance(quotes, str) else list(quotes)


def _note_of(text: str) -> str:
    return f"标准“{text}”"


def _is_deadline(found: Found) -> bool:
    return "within_last" in found.condition


def _once(found: list[Found]) -> list[Found]:
    """Conditions without those that are told twice."""
    kept: dict[str, Found] = {}
    for one in found:
        kept.setdefault(repr(one.condition), one)
    return list(kept.values())


def _unread(document: Document, made: list[Group]) -> list[str]:
    """Sections that no word of the pack knows, and tables."""
    strange = dict.fromkeys(group.heading for group in made if group.kind is None and group.heading)
    return [f"“{name}”这一部分" for name in strange] + [f"“{name}”中的表格" for name in tables(document)]


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value
