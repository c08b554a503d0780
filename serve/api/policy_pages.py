"""Pages about policies: the list, one policy, and a check of one's own case, question by question, without JavaScript.

What was answered travels in the form itself; nothing of it is kept here.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from agents.policies.talk import Matching
from city.errors import BadInput
from knowledge.eligibility.asking import MOST_QUESTIONS
from knowledge.eligibility.book import tell_number
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import CODED, Fact, FactType, Subject
from knowledge.eligibility.matching import POSITIVE, Status
from knowledge.eligibility.profiles import SUBJECTS, Profile, read_value
from knowledge.eligibility.reporting import conflict_told
from serve.api.front import Front, FrontDep
from serve.api.html import page
from serve.api.policies import explained, policy_views, rules_of
from serve.api.policy_words import policy_words
from serve.api.problems import ApiError, Limited
from serve.api.words import language_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_SHOWN = 12


def yuan(value: float | None) -> str:
    """An amount as people write it, nothing where there is none."""
    return "" if value is None else tell_number(value, "money", "元")


def _page(request: Request, front: Front, template: str, **fields: Any) -> HTMLResponse:
    language = language_of(request.query_params.get("lang", "zh"))
    own = policy_words(front.pack, language)
    return HTMLResponse(page(request, template, own=own, yuan=yuan, **fields))


@router.get("/policies")
def policies(request: Request, front: FrontDep, subject: str = "", q: str = "") -> HTMLResponse:
    """Every policy in force, for firms and for people."""
    rules = rules_of(front)
    chosen = _subject(subject)
    found = policy_views(rules, front.desk.today, chosen)
    wanted = q.strip()
    shown = [one for one in found if wanted in one.title + one.summary + "".join(one.topics)]
    return _page(request, front, "policies.html", shown=shown, subject=chosen or "", asked=wanted)


def _subject(name: str) -> Subject | None:
    return next((one for one in SUBJECTS if one == name), None)


@router.get("/policies/check")
def begin(request: Request, front: FrontDep, subject: str = "", policy: str = "") -> HTMLResponse:
    """The first question of a check."""
    rules = rules_of(front)
    chosen = rules.book.policies[policy].subject if policy in rules.book.policies else _subject(subject)
    if chosen is None:
        return _page(request, front, "policy_check.html", whom=True)
    named = [policy] if policy in rules.book.policies else []
    return _next(request, front, rules, Matching(subject=chosen, policies=named))


@router.post("/policies/check")
async def check(request: Request, front: FrontDep, _limited: Limited) -> HTMLResponse:
    """The next question after an answer, or the result."""
    rules = rules_of(front)
    try:
        form = parse_qs((await request.body()).decode("utf-8"), errors="strict", keep_blank_values=True)
        found = _carried(rules, form.get("state", ["{}"])[0])
    except (ValueError, ValidationError, BadInput, RecursionError) as error:
        raise ApiError(400, "unreadable", front.say("bad_encoding")) from error
    if form.get("stop"):
        return _result(request, front, rules, found)
    fact = rules.every.facts.get(found.asking)
    if fact is None:
        return _next(request, front, rules, found)
    idle = found.model_copy(update={"asking": ""})
    given = [value for value in form.get("value", []) if value.strip()]
    if form.get("skip") or (not given and fact.type is not FactType.CHOICES):
        return _next(request, front, rules, idle)
    try:
        value = read_value(fact, _raw(fact, given), rules.every.lists)
    except BadInput as error:
        return _asked(request, front, rules, found, fact, wrong=str(error))
    return _next(request, front, rules, idle.with_facts({fact.id: value}, rules.every))


def _carried(rules: Eligibility, text: str) -> Matching:
    """The state that a form carries. Raises ValueError or BadInput where it is none that these pages wrote."""
    found = Matching.model_validate(json.loads(text))
    policies = [rules.book.policies.get(name) for name in found.policies]
    if found.subject is None or any(one is None or one.subject != found.subject for one in policies):
        raise BadInput("no subject, or a policy that is not for it")
    asking = rules.every.facts.get(found.asking)
    if asking is not None and asking.subject != found.subject:
        raise BadInput("a question for another subject")
    found.profile(rules.every)
    return found


def _raw(fact: Fact, given: list[str]) -> Any:
    """What a form's field says, as a profile would hold it."""
    if fact.type is FactType.CHOICES:
        return given
    text = given[0].strip()
    if fact.type is FactType.BOOLEAN:
        return {"yes": True, "no": False}.get(text, text)
    if fact.type is FactType.DATE or fact.type is FactType.CHOICE:
        return text
    try:
        number = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return text
    return number / 100 if fact.type is FactType.RATIO else number


def _next(request: Request, front: Front, rules: Eligibility, found: Matching) -> HTMLResponse:
    profile = found.profile(rules.every)
    if found.rounds < MOST_QUESTIONS:
        question = _asker(rules, front.desk.today, found).next(profile, found.asked)
        if question is not None:
            now = found.model_copy(update={"asking": question.fact, "asked": [*found.asked, question.fact]})
            return _asked(request, front, rules, now, rules.every.facts[question.fact])
    return _result(request, front, rules, found)


def _asker(rules: Eligibility, day: date, found: Matching) -> Any:
    return rules.asker(day, found.subject or "firm", found.policies or None)


def _asked(
    request: Request, front: Front, rules: Eligibility, found: Matching, fact: Fact, wrong: str = ""
) -> HTMLResponse:
    listed = rules.every.lists.get(fact.list)
    choices = list(fact.options.items())
    if listed is not None:
        choices = [(entry.code, "　" * (len(listed.line(entry.code)) - 1) + entry.label) for entry in listed.entries]
    return _page(
        request,
        front,
        "policy_check.html",
        whom=False,
        result=None,
        fact=fact,
        coded=fact.type in CODED,
        choices=choices if fact.type in CODED else [],
        number=found.rounds,
        most=MOST_QUESTIONS,
        state=found.model_dump_json(),
        wrong=wrong,
    )


def _result(request: Request, front: Front, rules: Eligibility, found: Matching) -> HTMLResponse:
    profile, day = found.profile(rules.every), front.desk.today
    matches = rules.match(profile, day, found.policies or None)
    told = [rules.explain(one.policy, profile, day, one) for one in matches]
    best = rules.together(matches, profile)
    fits = [one for one in told if Status(one.status) in POSITIVE]
    more = _asker(rules, day, found).next(profile, found.asked) is not None
    now = found.model_copy(update={"asking": "", "before": len(found.asked)})
    return _page(
        request,
        front,
        "policy_check.html",
        whom=False,
        result=fits,
        open=[one for one in told if one.status == Status.NEEDS.value][:_SHOWN],
        others=[one for one in told if one.status == Status.NOT.value] if found.policies else [],
        conflicts=[conflict_told(rules, pair, best.chosen) for pair in best.left],
        total=best.total if len(best.chosen) > 1 else None,
        facts=_told_facts(rules, profile),
        more=more,
        state=now.model_dump_json(),
        day=day,
    )


def _told_facts(rules: Eligibility, profile: Profile) -> list[tuple[str, str]]:
    return [(rules.every.facts[name].label, rules.every.label(name, value)) for name, value in profile.values.items()]


@router.get("/policies/{name}")
def policy(request: Request, name: str, front: FrontDep) -> HTMLResponse:
    """One policy: who gets it, what it gives, what to bring, when, by which words."""
    made = explained(front, name, None, None)
    titles = {meta.id: meta.title for meta in rules_of(front).book.documents.values()}
    return _page(request, front, "policy.html", made=made, document=titles.get(made.document, made.document))
