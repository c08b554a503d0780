"""The summaries for a pull request: short, and texts in them are texts."""

from __future__ import annotations

import re

from eval.reports.markdown import comparison_markdown, report_markdown
from tests.eval.reports.staged import cases, compared, figures, run


def table(text: str) -> list[list[str]]:
    """The cells of every row of the only table."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows]


def test_the_report_tells_bars_failures_and_what_was_left_out() -> None:
    told = report_markdown(run(), figures(), cases())
    rows = table(told)
    assert {len(row) for row in rows} == {5}
    assert rows[2:4] == [
        ["入口闸门", "险情识别率（守护）", "0.967 [0.930, 0.990]", "≥ 0.950", "✅ 达到"],
        ["入口闸门", "误报率（守护）", "0.120 [0.080, 0.160]", "≤ 0.100", "❌ 未达到"],
    ]
    assert "**1 项未达到门槛（共 2 项）。**" in told
    assert "分类：93 个未通过（`类别不对` 93）。" in told
    assert "set one &lt;b&gt;first&lt;/b&gt;" in told
    assert len(told) < 3_000


def test_a_run_without_misses_says_so() -> None:
    fine = figures().model_copy(update={"figures": figures().figures[:1], "slices": ()})
    told = report_markdown(run(), fine, [])
    assert "**门槛全部达到。**" in told
    assert "未通过（" not in told


def test_the_comparison_tells_verdicts_and_cases() -> None:
    told = comparison_markdown(compared())
    rows = table(told)
    assert {len(row) for row in rows} == {7}
    assert [row[-1] for row in rows[2:]] == ["**变差 ↓**", "变好 ↑", "没有变化", "看不出差别"]
    assert rows[2][2:5] == ["0.980", "0.900", "-0.080 [-0.110, -0.050]"]
    assert "入口闸门：新出的错 1 个" in told
    assert "- `g2`：`请办⟦U+202E⟧批⟦U+2066⟧准⟦U+200B⟧了⟦U+E0041⟧`，`去向不对：guide`" in told
    assert "- `q17`，`文本不公开`" in told


def test_markup_of_cases_stays_between_back_quotes() -> None:
    outside = re.sub(r"(`+)(?:(?!\1).)*\1", "", comparison_markdown(compared()))
    assert "<" not in outside.replace("p < 0.001", "")
