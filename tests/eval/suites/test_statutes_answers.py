"""Answers from a corpus of law, here a small one of our own in the form of the public one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from eval.place import SHARED, Place
from eval.suites.statutes_answers.suite import SUITE, library
from tests.eval.suites.conftest import cases_of, judge, put, shared

NAME = "statutes_answers"
PIGEONS = (
    "养鸽子的，应当自购入鸽子之日起三十日内向街道办事处登记，领取鸽舍标识。",
    "鸽舍与相邻住宅窗户的距离不得少于二十米，每日清扫一次。",
    "放飞信鸽比赛的，主办单位应当提前十五日报体育部门备案。",
)
# A corpus of three articles has no rare words: what is common in it must be said by others.
OTHERS = tuple(
    f"{does}{what}的，应当遵守{who}部门的规定，并在{days}日内{then}。"
    for does, what, who, days, then in zip(
        ["饲养", "经营", "运输", "出租", "修建", "拆除", "买卖", "加工"] * 5,
        ["鱼塘", "果园", "茶馆", "渡船", "围墙", "旧屋", "花木", "豆腐"] * 5,
        ["农业", "商务", "交通", "住建", "水利"] * 8,
        ["三", "五", "七", "十", "十五"] * 8,
        ["报告", "备案", "登记", "公告"] * 10,
        strict=True,
    )
)
QUESTION = "鸽舍与相邻住宅窗户的距离不得少于多少米？"


def _write(folder: Path, texts: Sequence[str] = PIGEONS, **question: Any) -> None:
    """The two public files, with articles and one question of our own."""
    rows = [
        {"id": f"{law}#{n}", "law_id": law, "law": title, "article_no": f"第{n}条", "article_num": n, "text": text}
        | {"chapter": "", "level": "地方性法规", "effective_date": "2020-01-01"}
        for law, title, articles in (("L1", "养鸽管理条例", texts), ("L2", "杂项管理条例", OTHERS))
        for n, text in enumerate(articles, 1)
    ]
    for name in ("laws", "statute_questions"):
        (folder / name).mkdir(exist_ok=True, parents=True)
    with gzip.open(folder / "laws" / "articles_current.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    asked = {
        "query": QUESTION,
        "answer": "鸽舍与相邻住宅窗户的距离不得少于二十米。",
        "gold_ids": ["L1#2"],
        "gold_categories": ["地方性法规"],
    } | question
    (folder / "statute_questions" / "dev.jsonl").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def small_law(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The place beside a small corpus in ``tmp_path/data``, with a home of its own."""
    _write(tmp_path / "data")
    monkeypatch.setenv(SHARED, str(tmp_path / "data"))
    return Place(
        settings=place.settings.model_copy(update={"home": tmp_path / "home"}),
        day=place.day,
        seed=place.seed,
        small=True,
        scratch=tmp_path,
    )


async def test_an_answer_is_held_against_reference_and_articles(small_law: Place) -> None:
    asked = await put(NAME, SUITE.open(small_law), cases_of(NAME, small_law)["statute-0"])
    assert (asked.values["answered"], asked.values["cited_gold"], asked.values["citation_recall"]) == (1, 1, 1)
    assert asked.values["numbers_shown"] == 1
    assert 0.3 < (asked.values["rouge_l"] or 0) <= 1
    assert asked.values["rouge_l"] == asked.values["rouge_l_answered"]
    assert asked.scored.why == ""
    # Somebody judged: only then there is more.
    assert asked.values["faithfulness"] is None
    judged = {"faithfulness": {"value": 0.5, "why": ""}, "correctness": {"value": 0.0, "why": "HTTP 503"}}
    scored = judge(NAME, asked.case, {**asked.said, "judged": judged})
    assert (scored.values["faithfulness"], scored.values["correctness"]) == (0.5, 0)
    assert scored.values["judge_failed"] == 0.5
    assert scored.why == "correctness: HTTP 503"


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"citations": []}, "cited_gold", "cites none of L1#2"),
    ({"unshown": ["30米"]}, "numbers_shown", "numbers from nowhere: 30米"),
    ({"text": "Ω"}, "rouge_l", ""),
    ({"outcome": "not_found"}, "answered", "ended as not_found"),
]


async def test_a_wrong_answer_is_seen_and_a_refusal_is_worth_nothing(small_law: Place) -> None:
    asked = await put(NAME, SUITE.open(small_law), cases_of(NAME, small_law)["statute-0"])
    for changed, name, why in WRONG:
        bent = judge(NAME, asked.case, {**asked.said, **changed})
        assert (bent.values[name], bent.why) == (0, why)
    refused = judge(NAME, asked.case, {**asked.said, "outcome": "not_found"}).values
    assert {refused[name] for name in ("cited_gold", "citation_recall", "rouge_l", "chrf", "bleu", "char_f1")} == {0}
    assert {refused[name] for name in ("rouge_l_answered", "citation_precision", "numbers_shown")} == {None}


def test_the_articles_are_published_once_and_anew_where_they_changed(small_law: Place, tmp_path: Path) -> None:
    home = library(small_law).home
    assert home == small_law.settings.home / "eval" / NAME
    pointer = home / small_law.pack.city.id / "knowledge" / "CURRENT"
    first, made = pointer.read_text(), pointer.stat().st_mtime_ns
    library(small_law)
    assert (pointer.read_text(), pointer.stat().st_mtime_ns) == (first, made)
    _write(tmp_path / "data", [*PIGEONS, "本条例自2020年1月1日起施行。"])
    library(small_law)
    assert pointer.read_text() != first


def test_questions_without_articles_or_answer_are_left_out(small_law: Place, tmp_path: Path) -> None:
    _write(tmp_path / "data", answer="")
    assert SUITE.cases(small_law) == []
    _write(tmp_path / "data", gold_ids=[])
    assert SUITE.cases(small_law) == []
    (tmp_path / "data" / "statute_questions" / "dev.jsonl").write_text('{"query": "问"}', encoding="utf-8")
    with pytest.raises(BadInput, match="no field 'gold_ids'"):
        SUITE.cases(small_law)


@pytest.mark.shared
def test_the_public_questions_are_drawn_evenly(place: Place) -> None:
    shared("statute_questions/dev.jsonl")
    sample, whole = cases_of(NAME, place), SUITE.cases(replace(place, small=False))
    assert (len(sample), len(whole)) == (200, 1081)
    assert len({case.group for case in sample.values()}) == len({case.group for case in whole})
