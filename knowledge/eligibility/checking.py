"""What can be wrong with rules: contradictions, branches that never count, expired parameters, words that changed.

A rule is read for every day on which something in it changes, so that a fault which only shows next year shows now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from city.errors import BadInput
from city.pack.problems import Problem
from knowledge.eligibility.book import FOLDER, POLICIES, RuleBook
from knowledge.eligibility.cells import Space, in_cell
from knowledge.eligibility.clauses import clauses_of
from knowledge.eligibility.compiling import CompiledPolicy, compile_gate, compile_policy
from knowledge.eligibility.facts import Fact
from knowledge.eligibility.ir import All, AnyOf, AtLeast, Condition, Fixed, Leaf, leaves
from knowledge.eligibility.profiles import read_value
from knowledge.eligibility.rules import Policy
from knowledge.eligibility.signing import Signature, fault
from knowledge.eligibility.signing import standing as newest
from knowledge.eligibility.terms import Resolver
from knowledge.eligibility.windows import fault as window_fault
from knowledge.model import Document

Steps = Iterator[Problem]


def check_book(
    book: RuleBook,
    documents: Mapping[str, Document],
    units: Iterable[str],
    today: date,
    signatures: Sequence[Signature] | None = None,
) -> list[Problem]:
    """Every problem of the rules and the facts. Without ``signatures`` it is not asked who signed them."""
    known = frozenset(units)
    problems = [*_facts(book, known, today)]
    signed = None if signatures is None else newest(signatures)
    for policy in book.policies.values():
        file = book.files.get(policy.id, policy.id)
        problems += _references(book, policy, file, known)
        problems += _texts(book, policy, file, documents)
        problems += check_rule(book, policy, today)
        if signed is not None and (wrong := fault(policy, signed.get(policy.id), book, documents)):
            remedy = (
                f"look at it again, then `citydesk policy sign {policy.id} --by NAME`; until then no citizen is told"
            )
            problems.append(Problem(file=file, message=wrong, remedy=remedy))
    return problems


def check_rule(book: RuleBook, policy: Policy, today: date) -> list[Problem]:
    """What is wrong with one rule in itself, on every day on which it changes."""
    file = book.files.get(policy.id, policy.id)
    found: dict[tuple[str, str], Problem] = {}
    for day in days_of_change(book, policy, today):
        compiled, problems = compile_policy(policy, day, book.facts, book.lists, file)
        if not problems:
            problems = [*_subjects(compiled, file), *_logic(book, compiled, file)]
        for problem in problems:
            # A fault of every version is told once.
            found.setdefault((problem.where, problem.message.split(" (on ")[0]), problem)
    return list(found.values())


def days_of_change(book: RuleBook, policy: Policy, today: date) -> list[date]:
    """Days on which the rule applies and something in it begins; today among them where it applies."""
    starts = {today} | {
        day for p in policy.parameters.values() for row in p.values for day in (row.start, row.end) if day
    }
    starts |= {b.start for b in policy.benefits if b.start} | {b.end for b in policy.benefits if b.end}
    starts |= {policy.start} if policy.start else set()
    parts = [policy.conditions, *(part for b in policy.benefits for part in (b.when, b.amount))]
    starts |= {day for part in (*parts, *(one.when for one in policy.materials)) for day in _own_days(part)}
    for name in policy.documents:
        meta = book.documents.get(name)
        starts |= {day for day in (meta.valid_from if meta else None,) if day}
    return sorted(day for day in starts if book.interval_holds(policy, day))


def _own_days(part: Any) -> Iterator[date]:
    """The days written at single conditions."""
    if isinstance(part, Mapping):
        yield from (day for name in ("from", "to") if type(day := part.get(name)) is date)
        for value in part.values():
            yield from _own_days(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _own_days(value)


def _references(book: RuleBook, policy: Policy, file: str, units: frozenset[str]) -> Steps:
    for name in policy.documents:
        if name not in book.documents:
            yield _problem(file, "documents", f"there is no document {name!r}", "correct the id, or add the text")
    for number, material in enumerate(policy.materials):
        if material.held_by and material.held_by not in units:
            where = f"materials[{number}].held_by"
            yield _problem(file, where, f"there is no unit {material.held_by!r}", "name a unit of units/*.yaml")
    if wrong := window_fault(policy.window):
        yield _problem(file, "window.spans", wrong, "write MM-DD for every year, or YYYY-MM-DD for once")
    yield from _others(book, policy, file)


def _others(book: RuleBook, policy: Policy, file: str) -> Steps:
    works = frozenset(book.lists[POLICIES].codes) if POLICIES in book.lists else frozenset()
    received = f"{policy.subject}.receiving"
    if policy.exclusions and received not in book.facts:
        yield _problem(file, "exclusions", f"there is no fact {received}", "add it: choices, list: policies")
    for number, exclusion in enumerate(policy.exclusions):
        where = f"exclusions[{number}].with"
        for other in exclusion.with_:
            if other not in works:
                yield _problem(file, where, f"there is no policy {other!r}", "name a policy by its id")
            elif other in (policy.id, policy.name) and exclusion.kind != "together":
                yield _problem(file, where, "names the policy itself", "take it out")


def _texts(book: RuleBook, policy: Policy, file: str, documents: Mapping[str, Document]) -> Steps:
    found, lost = clauses_of(policy, documents)
    for path, clause in found:
        if _cuts_a_number(documents[clause.document].text, clause.start, clause.end):
            yield _problem(file, path, f"quotes {clause.quote[:30]!r}, which begins or ends inside a number",
                           "put the quote in quotation marks: YAML splits 1,000 at its comma")  # fmt: skip
    for path, quote in lost:
        shown = quote if len(quote) <= 30 else quote[:30] + "…"
        yield _problem(file, path, f"quotes {shown!r}, which its documents do not say",
                       "copy the words from the text, or see whether the text has changed")  # fmt: skip
    for number, condition in enumerate(policy.conditions):
        if "clause" not in condition:
            yield _problem(file, f"conditions[{number}]", "names no clause", "quote the words it comes from")
    for number, benefit in enumerate(policy.benefits):
        if not benefit.clause:
            yield _problem(file, f"benefits[{number}]", "names no clause", "quote the words it comes from")


def _cuts_a_number(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends within a number such as 1,000."""
    return any(_is_in_number(text, at) for at in (start, end) if 1 < at < len(text) - 1)


def _is_in_number(text: str, at: int) -> bool:
    first, before, after, last = (text[place] for place in range(at - 2, at + 2))
    if before == ",":
        return first.isdigit() and after.isdigit()
    return before.isdigit() and (after.isdigit() or (after == "," and last.isdigit()))


def _problem(file: str, where: str, message: str, remedy: str) -> Problem:
    return Problem(file=file, where=where, message=message, remedy=remedy)


def _subjects(rule: CompiledPolicy, file: str) -> Steps:
    other = sorted(name for name in rule.facts if not name.startswith(f"{rule.policy.subject}."))
    if other:
        yield _problem(file, "conditions", f"reads {other[0]}, which is no fact about a {rule.policy.subject}",
                       "use a fact of its own subject")  # fmt: skip


def _logic(book: RuleBook, rule: CompiledPolicy, file: str) -> Steps:
    """Contradictions, and branches that can never hold or always do."""
    day = rule.as_of
    space = Space(book, [rule.root, *(one.root for one in rule.benefits)])
    if not rule.benefits:
        yield _problem(file, "benefits", f"gives nothing (on {day})", "correct the days of its benefits")
        return
    if space.solve(rule.conditions) is None:
        yield _contradiction(space, rule.conditions, file, day)
        return
    for number, one in enumerate(rule.benefits):
        if space.solve(one.root) is None:
            yield _problem(file, f"benefits[{number}].when", f"can never hold beside the conditions (on {day})",
                           "correct one of them")  # fmt: skip
    # A branch of the conditions may be there for one benefit only, so that it is tried with all of them together.
    groups = [(rule.root, group) for group in _groups(rule.conditions)]
    groups += [(one.root, group) for one in rule.benefits for group in _groups(one.when)]
    for root, group in groups:
        yield from _branches(space, root, group, file, day)
    parts = [rule.conditions, *(one.when for one in rule.benefits)]
    for leaf in dict.fromkeys(leaf for part in parts for leaf in leaves(part)):
        yield from _idle(space, leaf, file, day)


def _contradiction(space: Space, conditions: All, file: str, day: date) -> Problem:
    for number, one in enumerate(conditions.of):
        for other in conditions.of[:number]:
            if space.solve(All((other, one))) is None:
                message = f"contradicts {other.node.path} (on {day}): both can never hold"
                return _problem(file, one.node.path, message, "correct one of the two")
    return _problem(file, "conditions", f"contradict each other (on {day}): nothing fulfils all", "correct them")


def _branches(space: Space, root: Condition, group: AnyOf, file: str, day: date) -> Steps:
    """Every branch of an `any` must be able to be the one by which the rule holds."""
    for branch in group.of:
        if space.solve(_only(root, group, branch)) is None:
            message = f"can never be reached (on {day}): with it the other conditions cannot hold"
            yield _problem(file, branch.node.path, message, "take the branch out or correct what stands around it")


def _groups(condition: Condition) -> Iterator[AnyOf]:
    match condition:
        case AnyOf(of, _):
            yield condition
            for one in of:
                yield from _groups(one)
        case All(of, _) | AtLeast(_, of, _):
            for one in of:
                yield from _groups(one)
        case _:
            return


def _only(condition: Condition, group: AnyOf, branch: Condition) -> Condition:
    """``condition`` with ``group`` narrowed to one of its branches."""
    if condition is group:
        return branch
    match condition:
        case All(of, node):
            return All(tuple(_only(one, group, branch) for one in of), node)
        case AnyOf(of, node):
            inner = next((one for one in of if any(g is group for g in _groups(one))), None)
            return AnyOf(of, node) if inner is None else _only(inner, group, branch)
        case AtLeast(count, of, node):
            return AtLeast(count, tuple(_only(one, group, branch) for one in of), node)
        case _:
            return condition


def _idle(space: Space, leaf: Leaf, file: str, day: date) -> Steps:
    """A test that cannot fail says nothing; one that cannot hold stops everything."""
    if isinstance(leaf.test, Fixed) or not leaf.node.path:
        return
    cells = space.variables[space.variable_of[leaf]].cells
    truths = {in_cell(leaf.test, cell) for cell in cells}
    if truths == {True}:
        yield _problem(file, leaf.node.path, f"always holds (on {day}): no value of the fact fails it", "take it out")


def _not_taken(book: RuleBook, fact: Fact) -> str:
    """Why what is taken for granted is no value of the fact, or nothing."""
    known = not fact.list or fact.list in book.lists
    for value in book.assumed([fact.id] if known else []).values():
        try:
            if read_value(fact, value, book.lists) != value:
                return f"{value!r} is no code"
        except BadInput as error:
            return str(error).split(" → ")[0]
    return ""


def _facts(book: RuleBook, units: frozenset[str], today: date) -> Steps:
    """Holders of facts exist, formulas can be read, and conditions of questions too."""
    for fact in book.facts.values():
        file = f"{FOLDER}/facts"
        if fact.held_by and fact.held_by not in units:
            yield _problem(
                file, f"{fact.id}.held_by", f"there is no unit {fact.held_by!r}", "name a unit of units/*.yaml"
            )
        if wrong := _not_taken(book, fact):
            yield _problem(file, f"{fact.id}.assume", wrong, "write a value that the fact may have, codes as codes")
        if fact.asked_when:
            yield from compile_gate(fact, today, book.facts, book.lists)[1]
        if fact.derive:
            try:
                Resolver(today, book.facts, book.lists).formula(fact.derive)
            except BadInput as error:
                yield _problem(file, f"{fact.id}.derive", str(error), "docs/policies.md describes formulas")
