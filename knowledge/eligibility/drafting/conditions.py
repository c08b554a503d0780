"""Conditions out of a sentence: each clause mapped to a test of a fact, with the words it came from, or to a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.eligibility.book import PLACES
from knowledge.eligibility.drafting.catalogue import SURE, Catalogue, Near, converted, measures, pairs, sure
from knowledge.eligibility.drafting.measures import OPPOSITE, Bound, Side, amounts, bounds, day_bounds, deadlines
from knowledge.eligibility.drafting.passages import Group, Passage, clauses
from knowledge.eligibility.drafting.wording import DraftWords, has
from knowledge.eligibility.facts import CODED, Fact, FactType
from knowledge.eligibility.reading import named_codes, plain

_NOT_NEGATIVE = re.compile(
    "无偿|无人机|无线|非遗|非物质|未成年|未来|未婚|不动产|不限|非营利|不低于|不少于|不超过|不高于|不足|未满|不满"
)
_ALSO = re.compile(r"(?<![合兼归])[且并](?![网购轨联列处])(?:且|在)?")
_AND = re.compile(r"、|和|以及|及|或者|或")
_OR = re.compile(r"或者|或是")
_LOOKS_BACK = re.compile(r"[前近]\s*$")
_STATES = re.compile(r"^(?:均)?(?:无|未|没有|连续|累计|受到|发生)")
_SHORTEST = 4
"""Parts shorter than this say nothing by themselves."""
_AGO: dict[Side, str] = {
    "at_least": "at_least_ago",
    "more_than": "more_than_ago",
    "at_most": "within_last",
    "less_than": "within_last",
}


@dataclass(frozen=True)
class Found:
    """A condition in the rule language, how sure the mapping is, and the exact words."""

    condition: dict[str, Any]
    score: float
    quote: str

    @property
    def written(self) -> dict[str, Any]:
        """The condition with its words."""
        return {**self.condition, "clause": self.quote}


@dataclass
class Readings:
    """What was found, and what could not be mapped, in words."""

    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Readings) -> None:
        """Everything of another reading."""
        self.found += other.found
        self.notes += other.notes


class ConditionReader:
    """Reads conditions for one kind of subject."""

    def __init__(self, catalogue: Catalogue, words: DraftWords):
        self.catalogue, self.words = catalogue, words

    def group(self, group: Group) -> Readings:
        """The conditions of a group: each of them must hold, or one of them where the list says so."""
        every = [self.sentence(passage) for passage in group.passages]
        notes = [note for one in every for note in one.notes]
        several = len({label for passage in group.passages if (label := label_in(passage.text))}) > 1
        if not group.any_of and not (several and group.head):
            return Readings([found for one in every for found in one.found], notes)
        branches = [joined(one.found) for one in every if one.found]
        if not branches:
            return Readings([], notes)
        if len(branches) < len(every):
            notes.append(f"“{group.head}”还有没读出的情形，只写了{len(branches)}种")
        score = min(found.score for one in every for found in one.found)
        quote = next(one.text for one, read in zip(group.passages, every, strict=True) if read.found)
        made = branches[0] if len(branches) == 1 else {"any": branches}
        return Readings([Found(made, score, quote)], notes)

    def sentence(self, passage: Passage) -> Readings:
        """The conditions of one sentence."""
        if has(passage.text, self.words.exceptions):
            return Readings([], [f"例外“{passage.text}”"])
        parts, refused = self._case(passage)
        made, around = Readings(), ""
        for text in parts:
            read = self.clause(text, refused=refused, around=around)
            if text.startswith("或者") and made.found:
                self._join(made, read, passage.text, text)
            else:
                made.add(read)
            around = text
        return made

    def _case(self, passage: Passage) -> tuple[list[str], bool]:
        """The clauses that say the case, and whether it is refused; what follows a refused case is no condition."""
        parts = clauses(passage.text)
        if any(part.startswith("否则") for part in parts):
            return [part for part in parts if not part.startswith("否则")], passage.refused
        first = next((n for n, part in enumerate(parts) if n and has(part, self.words.refused)), None)
        if first is None:
            return parts, passage.refused
        last = max((n for n, part in enumerate(parts[:first], 1) if part.endswith("的")), default=first)
        return parts[:last], True

    def _join(self, made: Readings, read: Readings, sentence: str, text: str) -> None:
        """A clause that begins with 或者 is an alternative of the one before it; half an alternative is none."""
        last = made.found.pop()
        quote = _stretch(sentence, last.quote, text)
        if not read.found or read.notes:
            made.notes.append(f"条件“{quote}”")
            return
        both = {"any": [last.condition, joined(read.found)]}
        made.found.append(Found(both, min(last.score, read.found[0].score), quote))

    def clause(self, text: str, *, refused: bool = False, around: str = "") -> Readings:
        """The conditions of one clause; where none is sure, a note."""
        if len(text) < _SHORTEST - 1:
            return Readings()
        refused = refused or has(text, self.words.refused)
        either = self._either(text, refused, around)
        if either is not None:
            return either
        made = Readings()
        for part in _parts(text):
            made.add(self._part(part, refused, around))
        return made

    def _either(self, text: str, refused: bool, around: str) -> Readings | None:
        """本市户籍或者持有居住证: one of several tests, where each side names a fact of its own."""
        sides = _OR.split(text)
        if len(sides) != 2 or any(len(side) < _SHORTEST for side in sides) or refused:
            return None
        read = [self._part(side, refused, around) for side in sides]
        if not all(one.found for one in read):
            return None
        used = [_facts(found.condition for found in one.found) for one in read]
        if used[0] & used[1]:
            return None
        score = min(found.score for one in read for found in one.found)
        whole = self._said(text, refused, around)
        if whole is not None and whole.score >= score:
            return Readings([whole])
        return Readings([Found({"any": [joined(one.found) for one in read]}, score, text)])

    def _part(self, text: str, refused: bool, around: str) -> Readings:
        measured = self._measured(text, refused, around)
        if measured.found or measured.notes:
            return measured
        coded, said = self._coded(text, refused, around), self._said(text, refused, around)
        best = max((one for one in (coded, said) if one), key=lambda one: one.score, default=None)
        kinds = None if refused else self._kinds(text)
        found = [one for one in (best, kinds) if one is not None]
        if not found:
            return Readings([], [f"条件“{text}”"] if len(text) >= _SHORTEST else [])
        if best and kinds and best.condition.get("fact") == kinds.condition["fact"]:
            found = [best]
        return Readings(found)

    def _kinds(self, text: str) -> Found | None:
        """…的企业、个体工商户: a clause that ends in nothing but codes of one fact says that it is one of them."""
        tail = text.rsplit("的", 1)[-1]
        words = [word for word in _AND.split(tail) if word]
        found: list[tuple[Fact, list[str]]] = []
        for fact in self.catalogue.facts.values() if words and tail != text else ():
            if fact.type is not FactType.CHOICE:
                continue
            named = {word: code for code, own in self.catalogue.codes(fact).items() for word in own}
            codes = [named[word] for word in words if word in named]
            if len(codes) == len(words):
                found.append((fact, codes))
        if len(found) != 1:
            return None
        fact, codes = found[0]
        return Found({"fact": fact.id, **self.codes_test(fact, codes, denied=False)}, SURE, text)

    # numbers and days

    def _measured(self, text: str, refused: bool, around: str) -> Readings:
        made = Readings()
        for day in day_bounds(text):
            rest = text[: day.start] + text[day.end :]
            near = self.catalogue.best(rest, lambda fact: fact.type is FactType.DATE, around)
            side = OPPOSITE[day.side] if refused else day.side
            self._take(made, near, {side: day.day}, text, text[day.start : day.end])
        for unit, count, start, end in deadlines(text):
            if not (_LOOKS_BACK.search(text[:start]) or _STATES.match(text[end:])):
                near = self.catalogue.best(text, lambda fact: fact.type is FactType.DATE, around)
                self._take(made, near, {"within_last": {unit: count}}, text, text[start:end])
        for bound, local in _local(text):
            side = OPPOSITE[bound.side] if refused else bound.side
            near = self._bounded(bound, local, f"{around}，{text}")
            words = text[bound.start : bound.end]
            if near is None:
                made.notes.append(f"条件“{text}”中的“{words}”")
            else:
                self._take(made, near, _test(near.fact, side, bound), text, words)
        return made

    def _bounded(self, bound: Bound, local: str, around: str) -> Near | None:
        fits = measures(bound.amount)
        return self.catalogue.best(local, fits, around)

    def _take(self, made: Readings, near: Near | None, test: dict[str, Any], text: str, words: str) -> None:
        if near is None:
            made.notes.append(f"条件“{text}”中的“{words}”")
        else:
            made.found.append(Found({"fact": near.fact.id, **test}, near.score, text))

    # codes and plain statements

    def is_negative(self, text: str) -> bool:
        """Whether the words deny what they name."""
        return has(_NOT_NEGATIVE.sub("", text), self.words.negative)

    def _denied(self, text: str, refused: bool) -> bool:
        """Whether what the words name must not be: denied, or refused, and not both."""
        for word in self.words.refused:
            text = text.replace(word, "")
        return self.is_negative(text) is not refused

    def _said(self, text: str, refused: bool, around: str) -> Found | None:
        near = self.catalogue.best(text, lambda fact: fact.type is FactType.BOOLEAN, around)
        if near is None:
            return None
        truth = self._denied(text, refused) is self.is_negative(near.fact.label)
        return Found({"fact": near.fact.id, "is": truth}, near.score, text)

    def _coded(self, text: str, refused: bool, around: str) -> Found | None:
        found = [(near, codes) for near, codes in self._codes(text, around)]
        near = sure([near for near, _ in found])
        if near is None:
            return None
        return Found({"fact": near.fact.id, **self.codes_test(near.fact, found[0][1], self._denied(text, refused))},
                     near.score, text)  # fmt: skip

    def _codes(self, text: str, around: str) -> list[tuple[Near, list[str]]]:
        """The coded facts of which the text names codes, nearest first, each with the codes."""
        said = self.catalogue.pairs(text)
        total = self.catalogue.weight(said)
        names = {n.fact.id: n for n in self.catalogue.near(text, lambda fact: fact.type in CODED, around)}
        found = []
        for fact in self.catalogue.facts.values():
            codes = named_codes(fact, plain(text), self.catalogue.lists)
            if not codes or not total:
                continue
            words = [word for words in self.catalogue.codes(fact).values() for word in words if word in text]
            distinct = any(self.catalogue.is_distinct(word) for word in words)
            covered = frozenset().union(*(self.catalogue.pairs(word) for word in words)) & said
            beside = names.get(fact.id)
            if beside is not None:
                covered |= beside.shared & said
            named = max(1.0 if distinct else 0.0, beside.named if beside else 0.0)
            score = 0.5 * min(named, 1.0) + 0.5 * self.catalogue.weight(covered) / total
            found.append((Near(fact, score, named, covered), codes))
        return sorted(found, key=lambda one: (-one[0].score, one[0].fact.id))

    def codes_test(self, fact: Fact, codes: Sequence[str], denied: bool) -> dict[str, Any]:
        """The test that a fact has one of ``codes``, or none where that is denied."""
        chosen = [code for code in self.catalogue.codes(fact) if code in codes]
        if fact.type is FactType.CHOICES:
            return {"has_none" if denied else "has": chosen}
        listed = self.catalogue.lists.get(fact.list) if fact.list else None
        if listed is not None and (fact.list == PLACES or any(entry.parent for entry in listed.entries)):
            return {"not_under" if denied else "under": chosen}
        if len(chosen) == 1 and not denied:
            return {"is": chosen[0]}
        return {"none_of" if denied else "one_of": chosen}


_LABEL = re.compile(r"^([^：，。；]{2,14})：")
_LEADS_IN = re.compile(r"(?:符合|如下|下列|条件|应当|包括)")


def label_in(text: str) -> str:
    """The name before the colon of an item; empty where there is none, or where it only leads into a list."""
    match = _LABEL.match(text)
    return match[1] if match and not _LEADS_IN.search(match[1]) else ""


def _test(fact: Fact, side: Side, bound: Bound) -> dict[str, Any]:
    if fact.type is FactType.DATE:
        return {_AGO.get(side, "within_last"): {bound.amount.time: int(bound.amount.value)}}
    value = converted(bound.amount, fact)
    assert value is not None  # noqa: S101  # `measures` has let only such facts through
    return {side: int(value) if value == int(value) and fact.type is not FactType.RATIO else value}


def _local(text: str) -> Iterator[tuple[Bound, str]]:
    """Every bound with the words around it, up to the bounds beside it."""
    found = bounds(text)
    for number, bound in enumerate(found):
        start = found[number - 1].end if number else 0
        end = found[number + 1].start if number + 1 < len(found) else len(text)
        own = text[start : bound.start] + text[bound.end : end]
        if number and not pairs(text[start : bound.start]):
            own = text[: found[0].start] + own  # 5%以上不足10%: the second speaks of the same
        yield bound, f"{own}，{bound.amount.unit}"


def _parts(text: str) -> Iterator[str]:
    """A clause cut at 且, 并 and at a 、 before a number of its own."""
    at = 0
    for match in _ALSO.finditer(text):
        if match.start() - at >= _SHORTEST and len(text) - match.end() >= _SHORTEST:
            yield from _listed(text[at : match.start()])
            at = match.end()
    yield from _listed(text[at:])


def _listed(text: str) -> Iterator[str]:
    parts = text.split("、")
    if len(parts) == 1 or not amounts(text) or any(len(part) < _SHORTEST for part in parts):
        yield text
    elif bounds(parts[-1]) and not any(bounds(part) for part in parts[:-1]):
        yield from parts
    else:
        yield text


def joined(found: Sequence[Found]) -> dict[str, Any]:
    """Several conditions as one."""
    return found[0].condition if len(found) == 1 else {"all": [one.condition for one in found]}


def _facts(conditions: Iterable[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for condition in conditions:
        if "fact" in condition:
            found.add(str(condition["fact"]))
        for group in ("any", "all"):
            found |= _facts(condition.get(group, ()))
    return found


def _stretch(text: str, first: str, last: str) -> str:
    """The words from one quote to the end of another, as they stand."""
    start, end = text.find(first), text.rfind(last)
    return text[start : end + len(last)] if 0 <= start <= end else last
