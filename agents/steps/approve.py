"""Approve: a proposal stops the graph until the person it is for has spoken.

What comes then is read like any message, danger first, and only a clear word files the draft.
"""

from __future__ import annotations

from langgraph.types import interrupt

from agents.state import Json, TalkState


def is_waiting(state: TalkState) -> bool:
    """Whether a draft is complete and waits for the citizen's word."""
    return bool(state.get("petition", {}).get("ready"))


async def approve(state: TalkState) -> Json:
    """Wait. The graph goes on with the next message of the talk, after a restart as well."""
    interrupt({"proposal": state["petition"]["id"]})
    return {"request": {}}
