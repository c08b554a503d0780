from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.place import SHARED, Place
from eval.suites.statutes_retrieval import suite
from eval.suites.statutes_retrieval.suite import SUITE
from tests.eval.suites.conftest import cases_of, judge, put

NAME = "statutes_retrieval"
THINGS = ("渔业", "草原", "矿产", "电影", "邮政", "铁路", "气象", "档案", "种子", "烟草", "港口", "航道", "拍卖",
          "公证", "测绘", "献血", "体育", "旅游", "广告", "邮票")  # fmt: skip
ACTS = ("许可", "登记", "备案", "处罚", "检查", "期限")


def _write(folder: Path) -> None:
    (folder / "laws").mkdir(parents=True)
    (folder / "statute_questions").mkdir()
    articles = [
        {
            "id": f"{law}#{number}",
            "law_id": f"L{law}",
            "law": f"{thing}法",
            "text": f"{thing}活动的{act}由主管部门办理。",
        }
        for law, thing in enumerate(THINGS)
        for number, act in enumerate(ACTS)
    ]
    questions = [
        {"query": f"{a['law'][:2]}的{ACTS[n % 6]}找谁办", "gold_ids": [a["id"]]} for n, a in enumerate(articles)
    ]
    with gzip.open(folder / "laws" / "articles_current.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles))
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    (folder / "statute_questions" / "dev.jsonl").write_text(lines, encoding="utf-8")


async def test_questions_are_asked_of_an_index_that_learnt_from_other_blocks(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "data")
    monkeypatch.setenv(SHARED, str(tmp_path / "data"))
    monkeypatch.setattr(suite, "trained", lambda entries, folder, progress: None)  # keywords and memory alone
    own = replace(place, settings=place.settings.model_copy(update={"home": tmp_path / "home"}))
    cases, subject = cases_of(NAME, own), SUITE.open(own)
    assert {case.group for case in cases.values() if case.given["fold"] == cases["statute-0"].given["fold"]} == {
        "block-0"
    }
    made = [await put(NAME, subject, case) for case in list(cases.values())[::10]]
    assert sum(one.values["recall_10"] for one in made) / len(made) > 0.9
    kept = next((tmp_path / "home" / "eval" / "statutes").iterdir())
    built = {path: path.stat().st_mtime_ns for path in kept.rglob("index.json")}
    assert len(built) == 6
    again = SUITE.open(own)
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("index.json")} == built
    assert (await put(NAME, again, cases["statute-0"])).said == made[0].said


def test_ranks_are_measured_and_misses_told(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path)
    monkeypatch.setenv(SHARED, str(tmp_path))
    case = cases_of(NAME, place)["statute-0"]
    right, others = case.expect["articles"][0], [f"x{number}" for number in range(99)]
    second = judge(NAME, case, {"found": [others[0], right]})
    assert (second.values["mrr_10"], second.values["recall_5"], second.why) == (0.5, 1, "")
    deep = judge(NAME, case, {"found": [*others[:30], right]})
    assert (deep.values["recall_20"], deep.values["recall_100"], deep.why) == (0, 1, f"{right} is at 31")
    assert judge(NAME, case, {"found": others}).why == f"{right} is not among 100"
