"""A row of a register that has several names, as an argument of a tool says it.

Example::

    key = find("市二医院", [("h05", ("市第二医院", "市二医院")), ("h09", ("市第三医院",))])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.feeds.naming import said_alike
from tools.seam.endings import CannotCompute, NoData

_SHOWN = 6


def find(said: str, register: Iterable[tuple[str, Sequence[str]]], leave_out: Sequence[str] = ()) -> str:
    """The key of the row that bears the name ``said``, or one like it (see ``said_alike``).

    ``register``: key and names of each row, its full name first. Raises NoData (code ``unknown_name``) where none fits,
    CannotCompute (code ``several``, field ``names``) where more than one does.
    """
    rows = [(key, [name for name in names if name]) for key, names in register]
    alike = set(said_alike(said, (name for _, names in rows for name in names), leave_out))
    hits = {key: names[0] for key, names in rows if alike.intersection(names)}
    if not hits:
        raise NoData(f"nothing is named {said!r} in the register", code="unknown_name", name=said)
    if len(hits) > 1:
        shown = "、".join(list(hits.values())[:_SHOWN])
        raise CannotCompute(f"{said!r} may be several: {shown}", code="several", name=said, names=shown)
    return next(iter(hits))
