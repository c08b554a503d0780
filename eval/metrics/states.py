"""Whether a state (nested JSON) and clocks (named moments) are as they should be, and where they are not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from city.errors import BadInput


def differences(found: Any, right: Any, *, ignore: Collection[str] = (), path: str = "") -> list[str]:
    """Where ``found`` is not ``right``: lines that begin with the path, e.g. ``orders[0].status: 'open', not 'done'``.

    Keys named in ``ignore`` are skipped at every depth. Truths are not numbers (True is not 1), whole numbers equal
    their decimals (1 is 1.0), and the order of a list counts.
    """
    if isinstance(found, Mapping) and isinstance(right, Mapping):
        return _of_objects(found, right, ignore, path)
    if _is_list(found) and _is_list(right):
        return _of_lists(found, right, ignore, path)
    same = found == right and isinstance(found, bool) == isinstance(right, bool)
    return [] if same else [f"{path or 'the whole'}: {_brief(found)}, not {_brief(right)}"]


def _of_objects(found: Mapping[str, Any], right: Mapping[str, Any], ignore: Collection[str], path: str) -> list[str]:
    lines = []
    for key in dict.fromkeys((*right, *found)):
        if key in ignore:
            continue
        place = f"{path}.{key}" if path else str(key)
        if key not in found:
            lines.append(f"{place}: missing, not {_brief(right[key])}")
        elif key not in right:
            lines.append(f"{place}: {_brief(found[key])}, not missing")
        else:
            lines += differences(found[key], right[key], ignore=ignore, path=place)
    return lines


def _of_lists(found: Sequence[Any], right: Sequence[Any], ignore: Collection[str], path: str) -> list[str]:
    lines = []
    for number, (one, two) in enumerate(zip(found, right, strict=False)):
        lines += differences(one, two, ignore=ignore, path=f"{path}[{number}]")
    if len(found) != len(right):
        lines.append(f"{path or 'the whole'}: {len(found)} entries, not {len(right)}")
    return lines


def clock_differences(found: Mapping[str, str | None], right: Mapping[str, str | None]) -> list[str]:
    """Where named moments (ISO 8601) differ by a second or more: lines such as ``due: 3600 s late (… not …)``.

    Moments with a zone are compared as instants, fractions of a second are cut off; None is a clock that does not run.
    Only the clocks that ``right`` names are looked at. Raises BadInput where a moment is no ISO 8601 or only one of two
    has a zone.
    """
    lines = []
    for name, wanted in right.items():
        given = found.get(name)
        if given is None or wanted is None:
            if given != wanted:
                lines.append(f"{name}: {given or 'no moment'}, not {wanted or 'no moment'}")
            continue
        seconds = _seconds_between(name, given, wanted)
        if seconds:
            side = "late" if seconds > 0 else "early"
            lines.append(f"{name}: {abs(seconds)} s {side} ({given}, not {wanted})")
    return lines


def _seconds_between(name: str, given: str, wanted: str) -> int:
    try:
        one, two = (datetime.fromisoformat(moment).replace(microsecond=0) for moment in (given, wanted))
        return round((one - two).total_seconds())
    except (ValueError, TypeError) as error:
        raise BadInput(f"the clock {name!r} has {given!r} and {wanted!r}: {error}; write both with a zone.") from error


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _brief(value: Any, most: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}…"
