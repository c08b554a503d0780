"""What several tests of measuring share."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from tests.tools.petitions.town import petition, unrelated
from tools.petitions.petition import Petition


def _row(each: Petition) -> dict[str, object]:
    return {
        "message_id": each.id,
        "user": each.caller,
        "title": each.title,
        "detail": each.detail,
        "time": each.at.strftime("%Y-%m-%d %H:%M:%S"),
    }


@pytest.fixture(scope="session")
def town_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A stream of 250 with four matters of six people each, and all pairs of these people."""
    folder = tmp_path_factory.mktemp("town")
    matters = {f"p{1_000 + 10 * m + n}": m for m in range(4) for n in range(6)}
    told = [petition(int(name[1:]), 11 * matter, 37 * matter) for name, matter in matters.items()]
    lines = [json.dumps(_row(each)) for each in (*unrelated(226), *told)]
    pairs = [
        {
            "a": a,
            "b": b,
            "teams_same": 2 * (matters[a] == matters[b]),
            "teams_different": 2 * (matters[a] != matters[b]),
        }
        for a, b in combinations(matters, 2)
    ]
    (folder / "stream.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "pairs.jsonl").write_text("\n".join(map(json.dumps, pairs)), encoding="utf-8")
    return folder / "stream.jsonl", folder / "pairs.jsonl"
