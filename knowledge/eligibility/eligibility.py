"""The front of this package: one city's rules opened for use, and what commands, pages and talks ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from city.pack.problems import PackError
from city.pack.record import read_record
from city.wording import Wording
from knowledge.eligibility.asking import Asker, Priors
from knowledge.eligibility.book import FOLDER, RuleBook, read_book
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.describing import Teller
from knowledge.eligibility.examples import Example, read_examples
from knowledge.eligibility.explaining import Explainer, Explanation
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.matching import Match, match_all
from knowledge.eligibility.priors import load as load_priors
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.reading import Listener, Words
from knowledge.eligibility.signing import Signature, read_signatures, signed
from knowledge.eligibility.stacking import Together, together
from knowledge.eligibility.wishes import Wishes
from knowledge.model import Document

WORDS = f"{FOLDER}/words.yaml"
Places = Sequence[tuple[str, str, str | None]]


@dataclass(frozen=True)
class Eligibility:
    """A city's rules, read and ready. ``book`` holds those that may be used for citizens, ``every`` also the rest."""

    book: RuleBook
    every: RuleBook
    documents: Mapping[str, Document]
    words: Words
    units: Mapping[str, str]
    today: date
    signatures: tuple[Signature, ...] = ()
    priors: Priors = field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    @classmethod
    def open(
        cls, root: Path, documents: Iterable[Document], *, places: Places, units: Mapping[str, str], today: date
    ) -> Eligibility:
        """Read the pack's rules. Raises PackError with every problem of the files."""
        texts = {document.meta.id: document for document in documents}
        every, problems = read_book(root, [document.meta for document in texts.values()], places)
        if problems:
            raise PackError(problems)
        words = read_record(root, WORDS, Words)
        signatures = read_signatures(root)
        usable = signed(every, signatures, texts)
        return cls(
            book=usable,
            every=every,
            documents=texts,
            words=words,
            units=dict(units),
            today=today,
            signatures=tuple(signatures),
            priors=load_priors(root, today),
            examples=tuple(read_examples(root)),
        )

    def rules(self, as_of: date, subject: Subject | None = None, *, drafts: bool = False) -> list[CompiledPolicy]:
        """The rules in force on ``as_of``; with ``drafts`` also those that nobody signed."""
        book = self.every if drafts else self.book
        return [book.compiled(policy.id, as_of) for policy in book.in_force(as_of, subject)]

    def match(self, profile: Profile, as_of: date, names: Iterable[str] | None = None) -> list[Match]:
        """What every rule in force says of ``profile``, best first."""
        return match_all(self.book, profile, as_of, names)

    def together(self, matches: Sequence[Match], profile: Profile) -> Together:
        """Which of the positive ones to take together."""
        return together(self.book, matches, profile.values)

    def explain(self, name: str, profile: Profile, as_of: date, found: Match | None = None) -> Explanation:
        """One rule in full. Raises NotFound."""
        return self.explainer.explain(self.book.compiled(name, as_of), profile, found)

    def wish(self, text: str) -> str:
        """What a message wants, by the pack's examples; nothing where it has none."""
        if not self.examples:
            return ""
        return _wishes(self).best(text)

    @property
    def explainer(self) -> Explainer:
        """Puts matches into words."""
        return _explainer(self)

    def listener(self, subject: Subject, today: date | None = None) -> Listener:
        """Hears facts about one kind of subject; 去年 is counted from ``today``."""
        return _listener(self, subject, today or self.today)

    def asker(self, as_of: date, subject: Subject, names: Iterable[str] | None = None) -> Asker:
        """Chooses questions, for all rules in force or for those named."""
        wanted = None if names is None else frozenset(names)
        return _asker(self, as_of, subject, wanted)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@lru_cache(maxsize=4)
def _explainer(rules: Eligibility) -> Explainer:
    teller = Teller(rules.every, Wording(rules.words.texts, "zh"))
    return Explainer(rules.every, rules.documents, teller, rules.words.texts, rules.units)


@lru_cache(maxsize=8)
def _listener(rules: Eligibility, subject: Subject, today: date) -> Listener:
    return Listener(rules.every, rules.words, subject, today)


@lru_cache(maxsize=4)
def _wishes(rules: Eligibility) -> Wishes:
    names = [name for policy in rules.every.policies.values() for name in (policy.title, *policy.says)]
    return Wishes(rules.examples, names)


@lru_cache(maxsize=64)
def _asker(rules: Eligibility, as_of: date, subject: Subject, names: frozenset[str] | None) -> Asker:
    chosen = [rule for rule in rules.rules(as_of, subject) if names is None or rule.id in names]
    return Asker(rules.book, chosen, rules.priors)
