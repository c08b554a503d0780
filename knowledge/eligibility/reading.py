"""Facts out of what people write: an answer to a question, a pasted business licence, a sentence about themselves.

Read by rule and by the catalogue's own words (labels, aliases, the lists' other words), so that what is taken down can
be shown and corrected. What cannot be read for sure is not taken down.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import Field, field_validator

from city.errors import BadInput
from city.schema import Record
from knowledge.eligibility.book import POLICIES, RuleBook
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.facts import CODED, NUMERIC, Fact, FactType, Subject, Value
from knowledge.eligibility.profiles import read_value
from knowledge.eligibility.said import amounts, day_said, number_said
from knowledge.library.quantities import parse_number

_CLAUSE = re.compile(r"[\n；;。！？!?]|[，,](?!\d{3}(?!\d))")
_WORD = "：: 　是为有约共计达到了在于大概左右的"
SHORTEST, DISTINCT = 2, 3
"""Words shorter than this name no fact; words shorter than the second tell none unless one of the pack's frames is
around them.
"""
_NEAR = 5
_ENDS = " 。，.!！~的了呢啊呀吧"


class Words(Record):
    """``eligibility/words.yaml``: how tests are told, and how answers are heard."""

    texts: dict[str, str]
    affirm: tuple[str, ...]
    decline: tuple[str, ...]
    none: tuple[str, ...]
    unknown: tuple[str, ...]
    deny: tuple[str, ...]
    state: tuple[str, ...]
    intend: tuple[str, ...]
    frames: tuple[str, ...] = Field(
        default=(), description="phrases in which a word (◇) of two characters tells a code"
    )
    apart: tuple[str, ...] = Field(default=(), description="words whose numbers are no facts")
    wonder: tuple[str, ...] = Field(default=(), description="patterns of a clause that asks and states nothing")
    asks: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="wish → patterns that show it")

    def is_answer_word(self, text: str) -> bool:
        """Whether a message is a bare yes, no, none or don't know: an answer, and nothing else."""
        said = plain(text).strip(_ENDS).lower()
        return said in {*self.affirm, *self.decline, *self.none, *self.unknown}

    @field_validator("asks", "wonder")
    @classmethod
    def _patterns(cls, value: dict[str, tuple[str, ...]] | tuple[str, ...]) -> object:
        for pattern in value if isinstance(value, tuple) else (one for own in value.values() for one in own):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return value


@dataclass(frozen=True)
class Heard:
    """A fact read from a text, with the words it was read from."""

    fact: str
    value: Value
    words: str


def plain(text: str) -> str:
    """Full-width digits and signs as half-width ones; nothing else is changed."""
    return unicodedata.normalize("NFKC", text)


class Listener:
    """Reads facts for one kind of subject."""

    def __init__(self, book: RuleBook, words: Words, subject: Subject, today: date):
        self._book, self._words, self._today = book, words, today
        self._facts = [fact for fact in book.facts.values() if fact.subject == subject]
        self._names = sorted(self._named(), key=lambda pair: -len(pair[0]))
        self._coded = self._telling()
        policies = book.lists[POLICIES].entries if POLICIES in book.lists else ()
        names = {plain(name) for entry in policies for name in (entry.label, *entry.says) if len(name) > DISTINCT}
        self._apart = sorted(names, key=len, reverse=True)
        apart = "|".join(map(re.escape, words.apart)) or "$^"
        self._numbers_apart = re.compile(rf"(?:{apart})[^\n，,；;。]*")

    def _named(self) -> Iterator[tuple[str, Fact]]:
        """Every word by which a fact is called, where it names only that one."""
        owners: dict[str, list[Fact]] = {}
        for fact in self._facts:
            for word in {fact.label, *fact.aliases}:
                if len(word) >= SHORTEST:
                    owners.setdefault(plain(word), []).append(fact)
        yield from ((word, facts[0]) for word, facts in owners.items() if len(facts) == 1)

    def _numbered(self, clause: str) -> Iterator[Heard]:
        """Numbers that tell a fact by their unit alone: 82岁, and not 60到70岁."""
        for fact in self._facts:
            if fact.tells and (match := re.search(fact.tells, clause)):
                number = parse_number(match[1])
                is_told = any(amount.value == number and not amount.vague for amount in amounts(clause))
                value = self._sound(fact, number) if is_told else None
                if value is not None:
                    yield Heard(fact.id, value, clause)

    def _telling(self) -> dict[str, tuple[Fact, str]]:
        """Words of a code that belong to one fact only, the longest first: each tells the fact without naming it."""
        owners: dict[str, set[tuple[str, str]]] = {}
        for fact in (fact for fact in self._facts if fact.type is FactType.CHOICE and not fact.derive):
            for code, own in _labels(fact, self._book.lists).items():
                for word in (plain(word) for word in own):
                    owners.setdefault(word, set()).add((fact.id, code))
        found = {}
        for word in sorted(owners, key=len, reverse=True):
            if len(word) >= SHORTEST and len(owners[word]) == 1:
                ((name, code),) = owners[word]
                found[word] = (self._book.facts[name], code)
        return found

    def is_unknown(self, text: str) -> bool:
        """Whether an answer says that one does not know or does not want to say."""
        return plain(text).strip(" 。，.!！~") in self._words.unknown or any(
            word in text for word in self._words.unknown if len(word) > 2
        )

    def answer(self, name: str, text: str) -> Value | None:
        """``text`` as the answer to the question for one fact, None where it is none that can be read."""
        fact, said = self._book.facts[name], plain(text).strip()
        said = self._numbers_apart.sub("◇", said)
        none = fact.type in NUMERIC and said.strip(_ENDS) in (*self._words.decline, *self._words.none)
        found = 0.0 if none else self._value(fact, said, asked=True)
        return self._sound(fact, found)

    def facts(self, text: str) -> list[Heard]:
        """Every fact that the text states under a name of its own, the first statement of each, and what has to be so
        for one of them to make sense: who tells the sum of a loan has a loan.
        """
        found: dict[str, Heard] = {}
        for clause in filter(None, (part.strip() for part in _CLAUSE.split(self._without_names(plain(text))))):
            wonders = any(re.search(pattern, clause) for pattern in self._words.wonder)
            alone = () if wonders else (*self._named_alone(clause), *self._numbered(clause))
            for heard in (*self._of_clause(clause, wonders=wonders), *alone):
                found.setdefault(heard.fact, heard)
        for heard in list(found.values()):
            for opened in self._implied(heard, frozenset()):
                found.setdefault(opened.fact, opened)
        return list(found.values())

    def _without_names(self, text: str) -> str:
        """The text with names of policies and of numbers that are no facts (registered capital, telephone) blotted out:
        高企奖励 says nothing of a certificate.
        """
        for name in self._apart:
            text = text.replace(name, "◇" * len(name))
        return self._numbers_apart.sub("◇", text)

    def _implied(self, heard: Heard, seen: frozenset[str]) -> Iterator[Heard]:
        """What a stated fact presupposes, by the condition under which it would be asked for."""
        if heard.fact in seen or heard.value in (False, 0.0, frozenset(), "none"):
            return
        gate = self._book.facts[heard.fact].asked_when
        for part in gate.get("all", [gate]):
            name = part.get("fact")
            if name in self._book.facts and "is" in part and isinstance(part["is"], bool | str):
                opened = Heard(name, part["is"], heard.words)
                yield opened
                yield from self._implied(opened, seen | {heard.fact})

    def _named_alone(self, clause: str) -> Iterator[Heard]:
        """Codes whose words belong to one fact only, told without its name: 我们是个体户，做餐饮."""
        for word, (fact, code) in self._coded.items():
            if len(word) < DISTINCT and not any(p.replace("◇", word) in clause for p in self._words.frames):
                continue
            at = clause.find(word)
            near = clause[max(at - _NEAR + 1, 0) : max(at, 0)]
            if at >= 0 and not any(other in near for other in (*self._words.deny, *self._words.intend)):
                yield Heard(fact.id, code, clause)

    def _of_clause(self, clause: str, *, wonders: bool) -> Iterator[Heard]:
        """Facts under their names; what stands between two names belongs to the first."""
        spans: list[tuple[int, int, Fact]] = []
        for word, fact in self._names:
            at = clause.find(word)
            if at >= 0 and not any(start < at + len(word) and at < end for start, end, _ in spans):
                spans.append((at, at + len(word), fact))
        spans.sort(key=lambda span: span[0])
        for number, (start, end, fact) in enumerate(spans):
            until = spans[number + 1][0] if number + 1 < len(spans) else len(clause)
            since = spans[number - 1][1] if number else 0
            if wonders and fact.type is FactType.BOOLEAN:
                continue
            value = self._beside(fact, clause[since:start], clause[end:until])
            if value is not None:
                yield Heard(fact.id, value, clause)

    def _beside(self, fact: Fact, before: str, rest: str) -> Value | None:
        """The value that stands beside a fact's name."""
        after = rest.lstrip(_WORD)
        if fact.type is FactType.BOOLEAN:
            return self._stated(before.strip(), after)
        found = self._value(fact, after, asked=False)
        if found is None and fact.type in NUMERIC:
            found = number_said(fact, before, asked=False, last=True)
        return self._sound(fact, found)

    def _stated(self, before: str, after: str) -> bool | None:
        """Whether a named thing is said to be so (有…, …：是) or not (没有…, …：否); a mere mention says neither."""
        said = after.strip(_ENDS)
        if any(said.startswith(word) for word in self._words.decline):
            return False
        near = before[-_NEAR:]
        if said in self._words.affirm or (not before and not said):
            return True
        if any(word in near for word in self._words.deny):
            return False
        if any(word in near for word in self._words.intend):
            return None
        # "本地户口" at the end of a few words says that one has it; "本地户口怎么办" asks.
        return True if any(word in near for word in self._words.state) or (not said and len(before) <= _NEAR) else None

    def _sound(self, fact: Fact, value: Value | None) -> Value | None:
        if value is None:
            return None
        try:
            given = sorted(value) if isinstance(value, frozenset) else value
            return read_value(fact, given, self._book.lists)
        except BadInput:
            return None

    def _value(self, fact: Fact, text: str, *, asked: bool) -> Value | None:
        if fact.type is FactType.BOOLEAN:
            return self._yes_or_no(fact, text)
        if fact.type in NUMERIC:
            return number_said(fact, text, asked=asked)
        if fact.type is FactType.DATE:
            return day_said(text, self._today)
        return self._codes(fact, text)

    def _yes_or_no(self, fact: Fact, text: str) -> bool | None:
        """A plain yes or no; "没有证书" is one only to a question that speaks of it."""
        said = text.strip(_ENDS).lower()
        if said in self._words.decline:
            return False
        if said in self._words.affirm:
            return True
        asked = fact.question + fact.label + "".join(fact.aliases)
        for words, truth in ((self._words.decline, False), (self._words.affirm, True)):
            for word in sorted(words, key=len, reverse=True):
                tail = said.removeprefix(word)
                rest = tail.strip(" ，,的了呢")
                apart = not rest or tail.lstrip("的了呢").startswith((" ", "，", ",", "。", ";"))
                if said.startswith(word) and (apart or any(rest[i : i + 2] in asked for i in range(len(rest) - 1))):
                    return truth
        return None

    def _codes(self, fact: Fact, text: str) -> Value | None:
        if fact.type is FactType.CHOICES and text.strip(" 。，.!！") in self._words.none:
            return frozenset()
        found = named_codes(fact, text, self._book.lists)
        if fact.type is FactType.CHOICES:
            return frozenset(found) if found else None
        if not found and text.strip(" 。，.!！") in self._words.none:
            return next((code for code in _labels(fact, self._book.lists) if code == "none"), None)
        return found[0] if len(found) == 1 else None


def _labels(fact: Fact, lists: Mapping[str, CodeList]) -> dict[str, tuple[str, ...]]:
    """Every code of a fact with the words for it."""
    if fact.options:
        return {code: (label,) for code, label in fact.options.items()}
    return {entry.code: (entry.label, *entry.says) for entry in lists[fact.list].entries}


def named_codes(fact: Fact, text: str, lists: Mapping[str, CodeList]) -> list[str]:
    """The codes that a text names, by the longest words; one below another takes its place."""
    if fact.type not in CODED:
        return []
    words = sorted(
        ((plain(word), code) for code, own in _labels(fact, lists).items() for word in own if word),
        key=lambda pair: -len(pair[0]),
    )
    taken: list[tuple[int, int]] = []
    found: list[str] = []
    stripped = text.strip()
    if stripped in _labels(fact, lists):
        return [stripped]
    for word, code in words:
        at = text.find(word)
        if at < 0 or any(start < at + len(word) and at < end for start, end in taken):
            continue
        taken.append((at, at + len(word)))
        if code not in found:
            found.append(code)
    return _finest(found, lists.get(fact.list) if fact.list else None)


def _finest(codes: list[str], listed: CodeList | None) -> list[str]:
    """The codes without those that stand above another one of them: 云城区鼓楼街道 is the street."""
    if listed is None:
        return codes
    above = {name for code in codes for name in listed.line(code)[1:]}
    return [code for code in codes if code not in above]


def told(book: RuleBook, heard: Iterable[Heard]) -> list[str]:
    """What was taken down, as "label：value"."""
    return [f"{book.facts[one.fact].label}：{book.label(one.fact, one.value)}" for one in heard]
