"""A measured sentence is checked against the result it tells of: every shown value again, and no number beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from agents.citydata.telling import at_path
from agents.contract import Sentence
from tools.seam.result import ToolResult
from tools.seam.showing import forms_of, text_of
from tools.seam.toolbox import Toolbox

_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def fault(sentence: Sentence, calls: Sequence[Mapping[str, Any]], box: Toolbox | None) -> str:
    """Why the sentence does not stand, or nothing. ``calls`` are the results that the draft stands on."""
    if box is None or not sentence.fields:
        return "no tool has measured it"
    results = {one.call: one for one in map(ToolResult.model_validate, calls)}
    rest, fixed = sentence.text, ""
    for shown in sentence.fields:
        result = results.get(shown.call)
        offered = box.get(result.tool) if result else None
        if result is None or offered is None or not result.is_done:
            return f"no result of call {shown.call!r}"
        fixed += offered.told.tell
        try:
            value, how = at_path(offered.tool.result.model_validate(result.value), shown.path)
        except (LookupError, TypeError, ValidationError):
            return f"the result has no {shown.path!r}"
        if shown.text not in forms_of(value, how):
            return f"{shown.path} is {text_of(value, how)}, not {shown.text}"
        if shown.text not in rest:
            return f"{shown.text!r} is not in the sentence"
        rest = rest.replace(shown.text, "\0", 1)
    extra = set(_DIGITS.findall(rest)) - set(_DIGITS.findall(fixed))
    return f"numbers that no field gives: {sorted(extra)}" if extra else ""
