"""The tool seam: what a tool is, who may call it, how a call ends.

::

    tool.py       a typed function with what it needs: title, audience, permission, effect, data, time-out, cost
    fields.py     what a field of arguments or results says of itself: title, unit, digits, how it is heard
    result.py     what a call brings back: an ending, a value, sources with their times
    endings.py    not allowed, no data, not current, cannot compute
    packed.py     what the city decides: which tools are on, for whom, and their words
    finding.py    discovery: the rooms of ``tools``, entry points, the pack
    toolbox.py    calls: permission first, then arguments, the clock, the record
    hands.py      threads in which tools run
    audit.py      the record of calls
"""

from tools.seam.endings import CannotCompute, Ending, NoData, NotAllowed, NotCurrent
from tools.seam.fields import Found, Period, measure, slot
from tools.seam.result import Source, ToolResult
from tools.seam.tool import Arguments, Tool, tool

__all__ = [
    "Arguments",
    "CannotCompute",
    "Ending",
    "Found",
    "NoData",
    "NotAllowed",
    "NotCurrent",
    "Period",
    "Source",
    "Tool",
    "ToolResult",
    "measure",
    "slot",
    "tool",
]
