"""Calls of a plan, and the draft that tells what they brought: sentences, tables, charts, sources, named endings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from agents.citydata.telling import row_model, sentences
from agents.context import TurnContext
from agents.contract import DataShown, DataSource, Draft, Grid, Proposal, Sentence
from agents.engines.tasks import PlanMade
from agents.outcomes import Outcome, combine
from agents.qa.notes import frame
from tools.charts import Chart
from tools.seam.endings import Ending
from tools.seam.fields import PLAIN, shown
from tools.seam.packed import Table
from tools.seam.result import ToolResult
from tools.seam.showing import text_of
from tools.seam.toolbox import Offered, Toolbox
from tools.seam.words import ending_words

OUTCOMES = {
    Ending.DONE: Outcome.ANSWERED,
    Ending.PROPOSED: Outcome.ANSWERED,
    Ending.NOT_ALLOWED: Outcome.NOT_ALLOWED,
    Ending.NO_DATA: Outcome.NO_DATA,
    Ending.NOT_CURRENT: Outcome.NOT_CURRENT,
    Ending.CANNOT_COMPUTE: Outcome.CANNOT_COMPUTE,
}
ASKS_BACK = frozenset({"several", "several_places"})
"""Codes of endings that one more word of the reader would settle."""


async def run(context: TurnContext, box: Toolbox, plan: PlanMade) -> list[ToolResult]:
    """The results of the plan's calls, made at the same time, in its order."""
    calls = [asyncio.to_thread(box.call, c.tool, c.arguments, context.caller, context.data_now) for c in plan.calls]
    results = list(await asyncio.gather(*calls))
    if context.keeps:
        context.results += [result.model_dump(mode="json") for result in results]
    return results


def tell(context: TurnContext, box: Toolbox, question: str, results: Sequence[ToolResult]) -> Draft:
    """The draft of what the calls brought."""
    said: list[Sentence] = []
    data: list[DataShown] = []
    outcomes: list[Outcome] = []
    pack = context.house.pack
    for result in results:
        offered = box.get(result.tool)
        if offered is None or not result.is_done:
            outcomes.append(_outcome(result))
            said.append(frame(ending_words(pack, offered.told if offered else None, result, context.language)))
            continue
        value = offered.tool.result.model_validate(result.value)
        said += sentences(offered.told, value, result.call)
        outcomes.append(OUTCOMES[result.ending])
        data += shown_data(context, offered, value, result)
    if sources := _sources(context, data):
        said.append(frame(sources))
    draft = Draft(specialist="citydata", question=question, outcome=combine(outcomes), sentences=said, data=data)
    draft.calls = [result.model_dump(mode="json") for result in results]
    draft.proposal = _proposal(box, results, said)
    draft.options = _options(box, results)
    return draft


def _outcome(result: ToolResult) -> Outcome:
    return Outcome.NEEDS_FACT if result.code in ASKS_BACK else OUTCOMES[result.ending]


def shown_data(context: TurnContext, offered: Offered, value: BaseModel, result: ToolResult) -> list[DataShown]:
    """Table, chart and sources of one result; each further chart by itself."""
    charts = _charts(value)
    shown_first = DataShown(
        tool=offered.tool.id,
        title=offered.tool.title,
        table=grid(value, offered.told.table) if offered.told.table else None,
        chart=charts[0].model_dump(mode="json") if charts else None,
        sources=[
            DataSource(
                title=source.title,
                unit=_unit_name(context, source.unit),
                at=text_of(source.at, PLAIN) if source.at else "",
            )
            for source in result.sources
        ],
    )
    more = [
        DataShown(tool=offered.tool.id, title=chart.title, chart=chart.model_dump(mode="json")) for chart in charts[1:]
    ]
    return [shown_first, *more]


def _charts(value: BaseModel) -> list[Chart]:
    """The charts of a result, those of its lists too, in the order of its fields."""
    held = [getattr(value, name) for name in type(value).model_fields]
    return [
        one for each in held for one in (each if isinstance(each, list | tuple) else [each]) if isinstance(one, Chart)
    ]


def grid(value: BaseModel, table: Table) -> Grid | None:
    """A list of the result as a table, with the titles of its rows' fields; None where it has no rows."""
    rows, model = getattr(value, table.rows, None), row_model(type(value), table.rows)
    if not rows or model is None:
        return None
    hows = {name: shown(model.model_fields[name]) for name in table.columns}
    return Grid(
        heads=[hows[name].title or name for name in table.columns],
        rows=[[text_of(getattr(row, name), hows[name]) for name in table.columns] for row in rows[: table.most]],
        left_off=max(0, len(rows) - table.most),
    )


def _unit_name(context: TurnContext, unit: str) -> str:
    found = context.house.pack.unit(unit)
    return found.name if found else unit


def _sources(context: TurnContext, data: Sequence[DataShown]) -> str:
    """One line that names every feed used, with its keeper and the time of its newest value."""
    unique: dict[str, str] = {}
    for source in (source for shown_ in data for source in shown_.sources):
        inner = "，".join(
            part for part in (source.unit, context.say("tool_until", at=source.at) if source.at else "") if part
        )
        unique[source.title] = f"{source.title}（{inner}）" if inner else source.title
    return context.say("tool_sources", sources="；".join(unique.values())) if unique else ""


def _proposal(box: Toolbox, results: Sequence[ToolResult], said: Sequence[Sentence]) -> Proposal | None:
    """What a proposing tool drafted, for a person to approve elsewhere; the chat itself does nothing with it."""
    proposed = [result for result in results if result.ending is Ending.PROPOSED]
    if not proposed:
        return None
    summary = said[0].text if said else proposed[0].tool
    return Proposal(kind=proposed[0].tool, summary=summary, payload=proposed[0].value or {})


def _options(box: Toolbox, results: Sequence[ToolResult]) -> list[str]:
    found: list[str] = []
    for result in results:
        offered = box.get(result.tool)
        found += offered.told.options if offered and result.is_done else ()
    return list(dict.fromkeys(found))[:3]


def ask(context: TurnContext, box: Toolbox, question: str, plan: PlanMade) -> Draft:
    """Ask for the first missing argument, and keep the call that waits for it."""
    call, name = plan.calls[0], plan.missing[0]
    offered = box.get(call.tool)
    told: Mapping[str, str] = offered.told.ask if offered else {}
    title = shown(offered.tool.arguments.model_fields[name]).title if offered else name
    words = told.get(name) or context.say("tool_ask", what=title)
    asking: dict[str, Any] = {"tool": call.tool, "arguments": call.arguments, "missing": plan.missing}
    return Draft(
        specialist="citydata", question=question, outcome=Outcome.NEEDS_FACT, sentences=[frame(words)], asking=asking
    )
