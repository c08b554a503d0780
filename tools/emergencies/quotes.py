"""Every quote of the emergency plans with the document and article it is said to stand in, for the check of a pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tools.emergencies.plans import FILE as PLANS
from tools.emergencies.plans import FOLDER, Index, Plan, Quote, Settings, checks_of
from tools.emergencies.thresholds import FILE as THRESHOLDS
from tools.emergencies.thresholds import Thresholds


class Quoted(NamedTuple):
    """``quote`` is said to stand in ``article`` (an id such as document#s4). ``public``: it may be told to anybody."""

    file: str
    where: str
    document: str
    article: str
    quote: str
    public: bool


def quotes(settings: Settings[Any]) -> Iterator[Quoted]:
    """Everything that the pack's plans and thresholds quote. Raises PackError, or NoData where there are none."""
    index: Index = settings(PLANS, Index)
    for file in index.hazards.values():
        name = f"{FOLDER}/{file}"
        plan: Plan = settings(name, Plan)
        for where, quote, public in _of_plan(plan):
            document = quote.document or plan.document
            yield Quoted(name, where, document, f"{document}#{quote.article}", quote.quote, public)
    thresholds: Thresholds = settings(THRESHOLDS, Thresholds)
    for where, quote in thresholds.quotes():
        yield Quoted(THRESHOLDS, where, quote.document, f"{quote.document}#{quote.article}", quote.quote, public=True)


def _of_plan(plan: Plan) -> Iterator[tuple[str, Quote, bool]]:
    if plan.season:
        yield "season", plan.season, False
    yield "office", plan.office, False
    for level, response in plan.levels.items():
        yield f"levels.{level}", response, False
        yield f"levels.{level}.command", response.command, False
        for test in checks_of(response.when):
            within = Quote(article=response.article, quote=test.quote, document=response.document)
            yield f"levels.{level}.when", within, False
    for number, step in enumerate(plan.steps):
        yield f"steps[{number}]", step, False
    for number, line in enumerate(plan.advice):
        yield f"advice[{number}]", line, True
