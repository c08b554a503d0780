"""One message of a matching: an answer to the question, a wish about a policy, or the first word of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.context import TurnContext
from agents.contract import Sentence
from agents.outcomes import Outcome
from agents.policies import telling
from agents.policies.hearing import merged
from agents.policies.naming import Wish, named_policies, stops, subject_of, wish
from agents.policies.talk import Matching
from agents.qa.notes import day, frame
from agents.specialists.base import Assignment
from knowledge.eligibility.asking import MOST_QUESTIONS
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Subject, Value
from knowledge.eligibility.matching import POSITIVE, Status
from knowledge.eligibility.reading import Heard

MOST_COMPARED = 3


@dataclass
class Told:
    """What a turn brings: sentences, how it ended, choices, and the matching as it stands now."""

    sentences: list[Sentence]
    outcome: Outcome
    matching: Matching | None
    options: list[str] = field(default_factory=list)


class Turn:
    """Takes one message."""

    def __init__(self, context: TurnContext, rules: Eligibility, task: Assignment, heard: Sequence[Heard] = ()):
        self._context, self._rules, self._task, self._heard = context, rules, task, heard
        self._text = context.cleaned
        opened = Matching.model_validate(task.matching) if task.matching else Matching()
        self._matching = opened.still_known(rules.book, rules.every)

    def take(self) -> Told:
        """Hear, then ask on or tell."""
        text, found = self._text, self._matching
        if not stops(self._rules, text) and found.asking and (answered := self._answered(text)) is not None:
            return answered
        wanted = wish(self._rules, text)
        if wanted is Wish.STOP:
            return Told([frame(self._context.say("policy_stopped"))], Outcome.SMALLTALK, None)
        named = named_policies(self._rules.book, text)
        if found.subject is not None:
            named = [name for name in named if self._rules.book.policies[name].subject == found.subject] or named
        subject = self._subject(named)
        if subject is None:
            return self._whom()
        heard = merged(self._rules.listener(subject, self._context.today).facts(text), self._of_subject(subject))
        found = self._with(found.model_copy(update={"subject": subject}), heard)
        if wanted is Wish.COMPARE and len(named) > 1:
            return self._compare(found, named)
        if wanted in (Wish.WHY_NOT, Wish.PAPERS) and named:
            return self._about(found, named[0], wanted, heard)
        if named and wanted is not None:
            found = found.model_copy(update={"policies": self._of_work(named[0])})
        if found.told and heard and wanted is None:
            return self._result(found, telling.heard(self._context, self._rules, heard))
        return self._on(found, heard)

    def _with(self, found: Matching, heard: Sequence[Heard]) -> Matching:
        values: dict[str, Value] = {one.fact: one.value for one in heard}
        return found.with_facts(values, self._rules.every)

    def _of_subject(self, subject: Subject) -> list[Heard]:
        """What a model heard, as far as it is about this subject."""
        return [one for one in self._heard if self._rules.every.facts[one.fact].subject == subject]

    def _subject(self, named: Sequence[str]) -> Subject | None:
        said = subject_of(self._rules, self._text)
        if named and (said is None or not any(self._rules.book.policies[n].subject == said for n in named)):
            return self._rules.book.policies[named[0]].subject
        return said or self._matching.subject

    def _of_work(self, name: str) -> list[str]:
        """A rule, for the subject of the talk, with the others of its work that are for the same subject."""
        policy = self._rules.book.policies[name]
        every = self._rules.book.policies.values()
        return [one.id for one in every if one.name == policy.name and one.subject == policy.subject]

    def _whom(self) -> Told:
        options = [self._context.say("policy_option_firm"), self._context.say("policy_option_person")]
        waiting = self._matching.model_copy(update={"asking": ""})
        return Told([frame(self._context.say("policy_whom"))], Outcome.NEEDS_FACT, waiting, options)

    def _answered(self, text: str) -> Told | None:
        """The turn after an answer, None where the message is something else."""
        found, listener = self._matching, self._rules.listener(self._matching.subject or "firm", self._context.today)
        if found.asking not in self._rules.every.facts:
            return None
        idle = found.model_copy(update={"asking": "", "again": False})
        if listener.is_unknown(text):
            return self._on(idle, [])
        facts = {one.fact: one for one in merged(listener.facts(text), self._of_subject(found.subject or "firm"))}
        value = listener.answer(found.asking, text)
        if value is not None and found.asking not in facts:
            facts[found.asking] = Heard(found.asking, value, text)
        if facts:
            told = self._with(idle, list(facts.values()))
            return self._on(told, [one for one in facts.values() if one.fact != found.asking])
        if wish(self._rules, text) is not None or named_policies(self._rules.book, text):
            return None
        if found.again:
            return self._on(idle, [])
        return self._ask(found.model_copy(update={"again": True}), found.asking, [])

    def _on(self, found: Matching, heard: Sequence[Heard]) -> Told:
        """The next question, or the result where enough was asked."""
        said = telling.heard(self._context, self._rules, heard)
        subject = found.subject or "firm"
        names = self._in_force(found)
        if found.policies and not names:
            return self._expired(found, said)
        if found.rounds < MOST_QUESTIONS:
            asker = self._rules.asker(self._task.as_of, subject, names or None)
            question = asker.next(found.profile(self._rules.every), found.asked)
            if question is not None:
                return self._ask(found, question.fact, said)
        return self._result(found, said)

    def _in_force(self, found: Matching) -> list[str]:
        day = self._task.as_of
        book = self._rules.book
        return [n for n in found.policies if n in book.policies and book.interval_holds(book.policies[n], day)]

    def _expired(self, found: Matching, said: list[Sentence]) -> Told:
        titles = "、".join(f"《{self._rules.book.policies[n].title}》" for n in found.policies)
        said.append(frame(self._context.say("policy_not_in_force", titles=titles, date=day(self._task.as_of))))
        return Told(said, Outcome.ANSWERED, found.model_copy(update={"policies": []}))

    def _ask(self, found: Matching, name: str, said: list[Sentence]) -> Told:
        fact = self._rules.every.facts[name]
        asked = found.asked if found.again else [*found.asked, name]
        now = found.model_copy(update={"asking": name, "asked": asked})
        if not found.asked and found.subject == "person":
            said = [*said, frame(self._context.say("policy_who_is_meant"))]
        said = [*said, *telling.question(self._context, fact, again=found.again)]
        return Told(said, Outcome.NEEDS_FACT, now, telling.choices(self._context, self._rules, fact))

    def _result(self, found: Matching, said: list[Sentence]) -> Told:
        profile = found.profile(self._rules.every)
        names = self._in_force(found) or None
        matches = self._rules.match(profile, self._task.as_of, names)
        if names and all(one.status not in POSITIVE for one in matches):
            for one in matches:
                said += telling.reasons(self._context, self._rules.explain(one.policy, profile, self._task.as_of, one))
            said.append(frame(self._context.say("policy_not_a_decision", phone=self._context.phone)))
        else:
            said += telling.results(self._context, self._rules, found, matches, self._task.as_of)
        update = {"told": True, "asking": "", "policies": [], "before": len(found.asked)}
        asker = self._rules.asker(self._task.as_of, found.subject or "firm")
        more = asker.next(profile, found.asked) is not None
        options = [self._context.say("policy_option_more")] if more else []
        return Told(said, Outcome.ANSWERED, found.model_copy(update=update), options)

    def _about(self, found: Matching, name: str, wanted: Wish, heard: Sequence[Heard]) -> Told:
        """Why a policy does not fit, or what it asks to hand in."""
        profile = found.profile(self._rules.every)
        said = telling.heard(self._context, self._rules, heard)
        if not self._rules.book.interval_holds(self._rules.book.policies[name], self._task.as_of):
            return self._expired(found.model_copy(update={"policies": [name]}), said)
        made = self._rules.explain(name, profile, self._task.as_of)
        if wanted is Wish.WHY_NOT and made.status == Status.NEEDS.value and found.rounds < MOST_QUESTIONS:
            return self._on(found.model_copy(update={"policies": self._of_work(name)}), heard)
        tell = telling.reasons if wanted is Wish.WHY_NOT else telling.papers
        said += tell(self._context, made)
        return self._resumed(found, said)

    def _compare(self, found: Matching, named: Sequence[str]) -> Told:
        profile, book = found.profile(self._rules.every), self._rules.book
        own = [n for n in named if book.policies[n].subject == found.subject][:MOST_COMPARED]
        live = [n for n in own if book.interval_holds(book.policies[n], self._task.as_of)]
        made = [self._rules.explain(name, profile, self._task.as_of) for name in live]
        said = telling.comparison(self._context, self._rules, made)
        return self._resumed(found, said)

    def _resumed(self, found: Matching, said: list[Sentence]) -> Told:
        """What was told in between, and then the question that was open."""
        told = found.model_copy(update={"told": True})
        fact = self._rules.every.facts.get(found.asking)
        if fact is None or fact.id in found.facts:
            return Told(said, Outcome.ANSWERED, told.model_copy(update={"asking": ""}))
        said = [*said, frame(self._context.say("policy_back_to")), *telling.question(self._context, fact, again=False)]
        return Told(said, Outcome.ANSWERED, told, telling.choices(self._context, self._rules, fact))
