"""How a turn flows. Read the list aloud; each step is one file in ``agents/steps``.

::

    message ─► screen ─► gate ─► route ─► work (specialists in parallel) ─► compose ─► verify ─► reply
                  ▲                                                                               │
                  └───── approve: a proposal stops the graph until the reader's next word ◄───────┘
"""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.context import TurnContext
from agents.state import TalkState
from agents.steps.approve import approve, is_waiting
from agents.steps.compose import compose
from agents.steps.gate import gate
from agents.steps.reply import reply
from agents.steps.route import route
from agents.steps.screen import screen
from agents.steps.verify import verify
from agents.steps.work import spread, work

STEPS = (screen, gate, route, work, compose, verify, reply, approve)


def build_flow(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[TalkState, TurnContext, TalkState, TalkState]:
    """The compiled graph. With a checkpointer the talk survives a restart."""
    flow = StateGraph(TalkState, context_schema=TurnContext)
    for step in STEPS:
        flow.add_node(step.__name__, step)
    flow.add_edge(START, "screen")
    flow.add_edge("screen", "gate")
    flow.add_edge("gate", "route")
    flow.add_conditional_edges("route", spread, ["work", "compose"])
    flow.add_edge("work", "compose")
    flow.add_edge("compose", "verify")
    flow.add_edge("verify", "reply")
    flow.add_conditional_edges("reply", is_waiting, {True: "approve", False: END})
    flow.add_edge("approve", "screen")
    return flow.compile(checkpointer=checkpointer)
