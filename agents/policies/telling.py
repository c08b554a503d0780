"""The sentences of a matching. What rules found is a reckoned sentence; words around it are the pack's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from agents.context import TurnContext
from agents.contract import Evidence, Reckoned, Sentence
from agents.policies.reckoning import money
from agents.policies.talk import Matching
from agents.qa.notes import day, frame
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.explaining import Cited, Explanation, Gives, Named, Step
from knowledge.eligibility.facts import Fact, FactType, Sensitivity
from knowledge.eligibility.matching import POSITIVE, Match, Status
from knowledge.eligibility.reading import Heard, told
from knowledge.eligibility.reporting import conflict_told
from knowledge.eligibility.rules import Exclusion

MOST_TOLD, MOST_OPEN, MOST_REASONS, MOST_OPTIONS = 6, 4, 4, 12


def evidence_of(clause: Cited | None) -> list[Evidence]:
    """The policy's words as evidence."""
    if clause is None:
        return []
    return [Evidence(provision=clause.provision, start=clause.start, end=clause.end, quote=clause.quote)]


def reckoned(text: str, made: Explanation, clauses: Sequence[Cited | None] = ()) -> Sentence:
    """A sentence about one rule's result."""
    spans = list({(c.provision, c.start): c for c in clauses if c is not None}.values())
    return Sentence(
        text=text,
        kind="reckoned",
        evidence=[e for clause in spans for e in evidence_of(clause)],
        reckoned=[Reckoned(policy=made.policy, status=made.status, as_of=made.as_of)],
    )


def heard(context: TurnContext, rules: Eligibility, facts: Sequence[Heard]) -> list[Sentence]:
    """What was taken down, so that it can be corrected."""
    return [frame(context.say("policy_heard", facts="；".join(told(rules.every, facts))))] if facts else []


def question(context: TurnContext, fact: Fact, *, again: bool) -> list[Sentence]:
    """A question, with a hint where there is one, and what it is for where it is sensitive."""
    said = [frame(context.say("policy_again"))] if again else []
    said.append(frame(fact.question + (f"（{fact.hint}）" if fact.hint else "")))
    if fact.sensitivity is Sensitivity.SENSITIVE:
        said.append(frame(context.say("policy_sensitive")))
    return said


def choices(context: TurnContext, rules: Eligibility, fact: Fact) -> list[str]:
    """Answers to choose from, where there are few."""
    skip = context.say("policy_option_skip")
    if fact.type is FactType.BOOLEAN:
        return [context.say("policy_option_yes"), context.say("policy_option_no"), skip]
    if fact.type in (FactType.CHOICE, FactType.CHOICES):
        listed = rules.every.lists.get(fact.list)
        labels = [entry.label for entry in listed.entries if entry.parent is None] if listed else []
        labels = labels or list(fact.options.values())
        return [*labels, skip] if len(labels) <= MOST_OPTIONS else [skip]
    return [skip]


def results(
    context: TurnContext, rules: Eligibility, matching: Matching, matches: Sequence[Match], as_of: date
) -> list[Sentence]:
    """What fits, what it comes to, what is still open, and what may not go together."""
    profile = matching.profile(rules.every)
    said = [frame(context.say("policy_result_intro", date=day(as_of)))]
    fits = [one for one in matches if one.status in POSITIVE]
    shown = [rules.explain(one.policy, profile, as_of, one) for one in fits[:MOST_TOLD]]
    said += [sentence for made in shown for sentence in fitting(context, made)]
    if len(fits) > MOST_TOLD:
        titles = [rules.book.policies[one.policy].title for one in fits[MOST_TOLD:]]
        said.append(frame(context.say("policy_more", titles="、".join(f"《{title}》" for title in titles))))
    best = rules.together(matches, profile)
    for pair in best.left:
        text = conflict_told(rules, pair, best.chosen)
        said.append(_of_all(text, as_of))
    if len(best.chosen) > 1 and best.total:
        said.append(_of_all(context.say("policy_total", total=money(best.total)), as_of))
    open_ = [one for one in matches if one.status is Status.NEEDS][:MOST_OPEN]
    said += [_open(context, rules.explain(one.policy, profile, as_of, one)) for one in open_] if fits or open_ else []
    if not fits:
        said.insert(1, frame(context.say("policy_none_open" if open_ else "policy_none")))
    return [*said, frame(context.say("policy_not_a_decision", phone=context.phone))]


def _of_all(text: str, as_of: date) -> Sentence:
    return Sentence(text=text, kind="reckoned", reckoned=[Reckoned(policy="*", status="", as_of=as_of)])


def fitting(context: TurnContext, made: Explanation) -> list[Sentence]:
    """A policy that fits: what it gives, until when, where."""
    key = "policy_eligible" if made.status == Status.ELIGIBLE.value else "policy_likely"
    given = [one for one in made.benefits if one.status in (Status.ELIGIBLE.value, Status.LIKELY.value)]
    assumed = "；".join(_granted(fact) for fact in made.assumed)
    text = context.say(key, title=made.title, gives="；".join(gives(context, one) for one in given), assumed=assumed)
    said = [reckoned(text, made, [one.clause for one in given])]
    said.append(reckoned(when(context, made), made))
    return said


def _granted(fact: Named) -> str:
    return fact.label


def gives(context: TurnContext, one: Gives) -> str:
    """A benefit in a few words."""
    if one.amount is not None:
        told = context.say("policy_gives_amount", name=one.name, per=context.say(f"policy_per_{one.per}"),
                           amount=money(one.amount))  # fmt: skip
        return told + (context.say("policy_times", times=f"{one.times:g}") if one.times and one.times > 1 else "")
    if one.at_most is not None:
        return context.say("policy_gives_at_most", name=one.name, amount=money(one.at_most))
    needed = "、".join(fact.label for fact in one.needs)
    if needed:
        return context.say("policy_gives_needs", name=one.name, facts=needed)
    return f"{one.name}（{one.gives}）" if one.gives else one.name


def when(context: TurnContext, made: Explanation) -> str:
    """When and where one may apply."""
    found = made.when
    key = f"policy_when_{found.state}" if not (found.state == "open" and found.until is None) else "policy_when_always"
    told = context.say(key, until=day(found.until), opens=day(found.opens), note=found.note)
    way = "；".join(part for part in (made.online, made.where, made.phone) if part)
    return told + (context.say("policy_way", way=way) if way else "")


def _open(context: TurnContext, made: Explanation) -> Sentence:
    facts = "、".join(fact.label for fact in made.missing[:MOST_REASONS])
    return reckoned(context.say("policy_needs", title=made.title, facts=facts), made)


def reasons(context: TurnContext, made: Explanation) -> list[Sentence]:
    """Why a policy does not fit, clause by clause, and what would change that."""
    if made.status == Status.NEEDS.value:
        return [_open(context, made)]
    if made.status != Status.NOT.value:
        return fitting(context, made)
    failed = [step for step in made.steps if step.kind == "test" and step.truth is False and step.decisive]
    said = [reckoned(context.say("policy_not", title=made.title), made)]
    said += [reckoned(_failed(context, step), made, [step.clause]) for step in _unlike(failed)[:MOST_REASONS]]
    ways = list(dict.fromkeys("，并且".join(dict.fromkeys(step.says for step in way)) for way in made.changes if way))
    if ways:
        said.append(reckoned(context.say("policy_change", ways="；或者".join(ways[:2])), made))
    return said


def _unlike(steps: Sequence[Step]) -> list[Step]:
    """Two parts of a rule may ask for the same thing: it is told once, with the text's words if any part has them."""
    found: dict[str, Step] = {}
    for step in steps:
        if step.says not in found or found[step.says].clause is None:
            found[step.says] = step
    return list(found.values())


def _failed(context: TurnContext, step: Step) -> str:
    if step.given:
        return context.say("policy_failed_given", says=step.says, given=step.given)
    return context.say("policy_failed", says=step.says)


def papers(context: TurnContext, made: Explanation) -> list[Sentence]:
    """What to hand in, and what nobody has to."""
    bring = [paper.name + (f"（{paper.note}）" if paper.note else "") for paper in made.materials if not paper.held_by]
    held = [f"{paper.name}（{paper.held_by}）" for paper in made.materials if paper.held_by]
    none = context.say("policy_no_papers")
    text = context.say("policy_papers", title=made.title, bring="、".join(bring) or none, held="、".join(held) or none)
    return [reckoned(text, made), reckoned(when(context, made), made)]


def comparison(context: TurnContext, rules: Eligibility, made: Sequence[Explanation]) -> list[Sentence]:
    """Several policies side by side: status, what they give, whether they go together."""
    said = []
    for one in made:
        said += reasons(context, one)
    pairs: dict[frozenset[str], Sentence] = {}
    for one in made:
        for other in made:
            for exclusion in rules.book.policies[one.policy].exclusions:
                if rules.book.policies[other.policy].name in exclusion.with_ and one is not other:
                    pairs.setdefault(
                        frozenset((one.policy, other.policy)), _pair(context, rules, one, other, exclusion)
                    )
    return [*said, *pairs.values()]


def _pair(
    context: TurnContext, rules: Eligibility, one: Explanation, other: Explanation, exclusion: Exclusion
) -> Sentence:
    """How two policies go together, by the words of the first."""
    text = context.say(f"policy_pair_{exclusion.kind}", first=one.title, second=other.title, object=exclusion.object)
    return reckoned(text, one, [rules.explainer.cited(rules.book.compiled(one.policy, one.as_of), exclusion.clause)])
