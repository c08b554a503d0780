"""The pages: what is in them, that texts are texts, and that closed texts are nowhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from markupsafe import escape

from eval.reports import write_comparison, write_report
from eval.reports.page import comparison_page, report_page
from eval.runs.model import CaseLog, Compared, FigureResult, Figures, LeftOut, SliceResult, SuiteRun
from tests.eval.reports.staged import PRIVATE, SCRIPT, cases, compared, figures, run

PAGES: list[Callable[[], str]] = [
    lambda: report_page(run(), figures(), cases()),
    lambda: comparison_page(compared()),
]


@pytest.fixture(scope="module")
def report() -> BeautifulSoup:
    return BeautifulSoup(report_page(run(), figures(), cases()), "html.parser")


@pytest.fixture(scope="module")
def comparison() -> BeautifulSoup:
    return BeautifulSoup(comparison_page(compared()), "html.parser")


def words(of: Tag | None) -> str:
    assert of is not None
    return " ".join(of.get_text(" ").split())


def suite(report: BeautifulSoup, anchor: str) -> Tag:
    found = report.find("section", attrs={"aria-labelledby": anchor})
    assert isinstance(found, Tag)
    return found


def test_the_head_tells_what_when_and_how_it_went(report: BeautifulSoup) -> None:
    head = words(report.find("header"))
    for told in ("20260302-0930-abc", "1 项未达到门槛", "共 2 项", "3 个套件", "290 个案例", "99 个未通过",
                 "历时 4 分 5 秒", "2026-03-02 09:30", "小集", "embedded", "1 个分组明显更差",
                 "1 个套件没有运行"):  # fmt: skip
        assert told in head


def test_sections_are_in_order_and_reached_from_the_top(report: BeautifulSoup) -> None:
    titles = [words(one).split(" ")[0] for one in report.find_all("h2")]
    assert titles == ["总表", "入口闸门", "分类", "法规检索（公开数据）", "没有运行的套件", "如何重现"]
    targets = {str(one["href"]).removeprefix("#") for one in report.select("a[href^='#']")}
    assert targets <= {str(one["id"]) for one in report.select("[id]")}


def test_the_summary_has_the_watched_figures_with_their_bars(report: BeautifulSoup) -> None:
    rows = [words(row) for row in suite(report, "summary").select("tbody tr") if row.find("th", scope="row")]
    assert rows == [
        "险情识别率 守护 recall 0.967 [0.930, 0.990] ≥ 0.950 达到",
        "误报率 守护 false 0.120 [0.080, 0.160] ≤ 0.100 未达到",
        "没有案例的指标 守护 empty 无数据 无",
        "宏平均 F1 守护 f1 0.812 [0.780, 0.840] 无",
        "十条内召回 守护 recall_10 0.700 [0.600, 0.800] 无",
    ]
    assert len(suite(report, "summary").select("td svg.bar")) == 4


def test_a_suite_has_figures_charts_groups_and_failures(report: BeautifulSoup) -> None:
    gate, triage = suite(report, "s1"), suite(report, "s2")
    assert [words(one).split(" ")[0] for one in gate.find_all("h3")] == ["指标", "图", "公平", "未通过的案例"]
    assert [words(one).split(" ")[0] for one in triage.find_all("h3")] == ["指标", "图", "混淆表", "未通过的案例"]
    south = next(words(row) for row in gate.find_all("tr") if "south" in words(row))
    assert south == "south<b> n = 30 0.800 [0.750, 0.850] -0.170 [-0.190, -0.150] 更差 p < 0.001"
    assert "因机器而异" in words(gate)
    assert "无值 60" in words(gate)


def test_many_groups_are_counted_and_those_that_fare_worse_all_shown() -> None:
    north, south = figures().slices
    even = [north.model_copy(update={"label": f"n{at}", "p": 1.0}) for at in range(20)]
    worse = [south.model_copy(update={"label": f"w{at}"}) for at in range(15)]

    def shown(slices: list[SliceResult]) -> str:
        made = figures().model_copy(update={"slices": tuple(slices)})
        return words(suite(BeautifulSoup(report_page(run(), made, []), "html.parser"), "s1"))

    few = shown([*even, south])
    assert "其余 9 组没有明显更差" in few
    assert few.index("south<b>") < few.index("n0 ")
    assert "另有" not in few
    many = shown([*even, *worse])
    assert many.count("更差 p < 0.001") == 15
    assert "其余 20 组" in many
    assert "另有 1 种分组，没有明显更差的组" in shown(even)


def test_a_failing_case_tells_what_was_given_said_and_expected(report: BeautifulSoup) -> None:
    one = suite(report, "s1").select("details.case")[0]
    told = words(one)
    places = [told.index(part) for part in ("g1", "去向不对", "给了什么", "说了什么", "应当如何", "emergency", "得分")]
    assert places == sorted(places)
    assert "U+202E" in told
    assert "同组 m1" in told


def test_many_failures_are_counted_and_the_first_shown(report: BeautifulSoup) -> None:
    triage = suite(report, "s2")
    assert len(triage.select("details.case")) == 30
    assert "共 93 个，下列 30 个，其余 63 个" in words(triage)
    assert "2 次中 1 次" in words(triage)


def test_a_suite_of_closed_data_shows_ids_and_values_only(report: BeautifulSoup) -> None:
    closed = words(suite(report, "s3"))
    assert "不再发布原文" in closed
    assert "q17" in closed
    assert "recall ： 0.000" in closed


def test_closed_texts_are_in_no_file(tmp_path: Path) -> None:
    paths = write_report(tmp_path, run(), figures(), cases(), compared()) + write_comparison(tmp_path, compared())
    assert [path.name for path in paths] == ["report.html", "report.md", "junit.xml", "compare.html", "compare.md"]
    assert sum(PRIVATE in repr(one) for one in (cases(), compared())) == 2
    for path in paths:
        assert PRIVATE not in path.read_text(encoding="utf-8"), path.name


def test_a_suite_that_nobody_described_shows_no_texts() -> None:
    unknown = Compared.model_validate({**compared().model_dump(), "suites": ()})
    page = comparison_page(unknown)
    assert "emergency" in comparison_page(compared())
    assert "emergency" not in page
    assert "g1" in page


@pytest.mark.parametrize("page", PAGES)
def test_no_script_no_fetch_no_hidden_letter(page: Callable[[], str]) -> None:
    made = page()
    soup = BeautifulSoup(made, "html.parser")
    assert soup.find_all(["script", "img", "iframe", "object", "form", "base", "b", "i"]) == []
    assert [one["href"] for one in soup.find_all("link")] == ["data:,"]
    assert [name for one in soup.find_all(True) for name in one.attrs if name.startswith("on") or name == "style"] == []
    assert not re.search("[\u202e\u2066\u200b\U000e0041]", made)
    assert not re.search(r"url\((?!#)|@import", made)


def test_no_field_of_a_run_is_markup() -> None:
    hostile = SuiteRun(name="h", title=SCRIPT, about=SCRIPT, cases=2)
    left = LeftOut(suite="x", title=SCRIPT, why=SCRIPT)
    words_of = dict.fromkeys(("id", "command", "model", "judge", "snapshot", "code", "pack"), SCRIPT)
    whole = run().model_copy(
        update={**words_of, "suites": (hostile,), "left_out": (left,), "prompts": {SCRIPT: SCRIPT}}
    )
    named = {"suite": "h", "figure": SCRIPT, "value": 0.5, "n": 2}
    pair = FigureResult(**named, title=SCRIPT, how=SCRIPT, of=(SCRIPT, "b"), guard=True)
    group = SliceResult(**named, slice=SCRIPT, label=SCRIPT, p=0.5)
    all_of = {key: {SCRIPT: SCRIPT} for key in ("given", "said", "expect", "slices")}
    values = {SCRIPT: SCRIPT, "b": SCRIPT}
    case = CaseLog.model_validate({"suite": "h", "case": SCRIPT, **all_of, "values": values, "why": SCRIPT})
    logs = [case, case.model_copy(update={"case": "2", "error": SCRIPT, "group": SCRIPT})]
    made = report_page(whole, Figures(figures=(pair,), slices=(group,)), logs)
    soup = BeautifulSoup(made, "html.parser")
    assert soup.find_all(["script", "img"]) == []
    assert made.count(str(escape(SCRIPT))) > 25
    page = comparison_page(compared().model_copy(update={"before": SCRIPT, "after": SCRIPT, "suites": (hostile,)}))
    assert BeautifulSoup(page, "html.parser").find_all(["script", "img"]) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_policy_names_the_style_that_is_there(page: Callable[[], str]) -> None:
    soup = BeautifulSoup(page(), "html.parser")
    style = soup.find("style")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(style, Tag)
    assert isinstance(policy, Tag)
    digest = base64.b64encode(hashlib.sha256(style.get_text().encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in str(policy["content"])
    assert "default-src 'none'" in str(policy["content"])


@pytest.mark.parametrize("page", PAGES)
def test_tables_and_headings_can_be_heard(page: Callable[[], str]) -> None:
    soup = BeautifulSoup(page(), "html.parser")
    for table in soup.find_all("table"):
        assert words(table.find("caption"))
        assert all(one.get("scope") for one in table.find_all("th"))
    levels = [int(one.name[1]) for one in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for drawn in soup.find_all("svg"):
        assert drawn.get("aria-hidden") == "true" or (drawn.get("role") == "img" and words(drawn.find("title")))


def test_secrets_are_not_in_the_settings(report: BeautifulSoup) -> None:
    told = words(suite(report, "again"))
    assert "sk-hidden" not in told
    assert "pw9" not in told
    assert "database_url postgresql:// ***@db/desk" in told or "postgresql://***@db/desk" in told
    for part in ("c0dec0de", "9ack9ack", "citydesk eval run --small", "7、8", "scikit-learn", "1.7.0"):
        assert part in told


def test_a_run_without_anything_is_a_page_too() -> None:
    empty = run().model_copy(update={"suites": (), "left_out": (), "seeds": ()})
    made = words(BeautifulSoup(report_page(empty, Figures(figures=()), []), "html.parser"))
    assert "0 个套件，0 个案例" in made


def test_a_comparison_tells_verdicts_and_changed_cases(comparison: BeautifulSoup) -> None:
    head = words(comparison.find("header"))
    assert "1 项受守护的指标变差" in head
    assert "两次的条件不同" in head
    rows = [words(row) for row in comparison.select("tbody tr")]
    assert rows[0] == (
        "险情识别率 守护 recall , n = 60 0.980 → 0.900 -0.080 [-0.110, -0.050] 变差 p < 0.001，校正后 p < 0.001"
    )
    assert [next(v for v in ("变差", "变好", "没有变化", "看不出差别") if v in row) for row in rows] == [
        "变差", "变好", "没有变化", "看不出差别"]  # fmt: skip
    titles = [words(one) for one in comparison.find_all("h3")]
    assert titles == ["新出的错 newly wrong 1 个", "已改正 newly right 1 个", "新出的错 newly wrong 1 个"]
    changed = words(comparison.select("details.case")[0])
    places = [changed.index(part) for part in ("g1", "给了什么", "应当如何", "之前", "之后", "去向不对")]
    assert places[1:5] == sorted(places[1:5])
    assert "gate/new2" in words(comparison)
