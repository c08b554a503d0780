"""What a judge is shown of an answer, and what its judgements become: pure, without a model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]
JUDGED = "judged"
"""Where judgements stand in what was said: ``{measure: {"value": 0 to 1, "why": what went wrong, else empty}}``."""
_MARK = re.compile(r"\[\d+\]")


def plain(text: str) -> str:
    """An answer without its marks of citation."""
    return _MARK.sub("", text).strip()


def evidence(said: Json) -> list[str]:
    """What an answer shows: each cited span with its document's name, then what tools gave."""
    spans = [f"{one['title']} {one['article']}：{one['source'] or one['quote']}" for one in said["citations"]]
    data = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in said.get("data", ())]
    return list(dict.fromkeys(spans + data))


def judged_values(said: Json, names: Iterable[str]) -> dict[str, float | None]:
    """The judge's values by measure; None for those that nobody judged."""
    judged = said.get(JUDGED) or {}
    return {name: judged[name]["value"] if name in judged else None for name in names}


def judged_faults(said: Json, names: Sequence[str]) -> list[str]:
    """What went wrong in judging, a line each."""
    judged = said.get(JUDGED) or {}
    return [f"{name}: {judged[name]['why']}" for name in names if name in judged and judged[name]["why"]]


def failed(said: Json) -> float | None:
    """Share of the judgements that failed; None where nobody judged."""
    judged = said.get(JUDGED) or {}
    return sum(bool(one["why"]) for one in judged.values()) / len(judged) if judged else None
