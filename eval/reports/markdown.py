"""Short summaries for a pull request: what is guarded, what fell short, where to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eval.reports.text import chance, label, markdown, number, quoted, signed, span
from eval.reports.views import ChangeView, ComparedSuite, RunView, compared_view, run_view
from eval.runs.model import CaseLog, Compared, FigureDifference, FigureResult, Figures, Run

_CASES = 5
_VERDICTS = {"better": "变好 ↑", "worse": "**变差 ↓**", "same": "没有变化", "unclear": "看不出差别"}


def report_markdown(run: Run, figures: Figures, cases: Iterable[CaseLog]) -> str:
    """``report.md``: guarded figures and bars in a table, failures counted by suite, suites left out."""
    view = run_view(run, figures, cases, first=0)
    return "\n".join([*_run_head(view), *_watched(view), *_failures(view), *_left_out(run), *_again(run)]) + "\n"


def comparison_markdown(compared: Compared) -> str:
    """``compare.md``: figures before and after, and the first cases that are newly wrong or newly right."""
    suites = compared_view(compared, first=_CASES)
    worse = len(compared.regressed)
    lines = [f"## 评测对比 {quoted(compared.before)} → {quoted(compared.after)}", ""]
    lines.append(f"**{worse} 项受守护的指标变差。**" if worse else "受守护的指标没有变差。")
    if not compared.same_setting:
        lines.append("**两次的条件不同，差别未必来自代码。**")
    lines += [f"- {markdown(note)}" for note in compared.notes]
    lines += ["", "| 套件 | 指标 | 之前 | 之后 | 差 [95% 区间] | p | 判断 |", "|---|---|---:|---:|---|---|---|"]
    lines += [_difference(suite.title, one) for suite in suites for one in suite.figures]
    for suite in suites:
        lines += _changes(suite)
    for title, names in (("只在之前", compared.only_before), ("只在之后", compared.only_after)):
        if names:
            lines += ["", f"{title}的案例 {len(names)} 个，不参与比较。"]
    return "\n".join(lines) + "\n"


def _run_head(view: RunView) -> Iterator[str]:
    run = view.run
    yield f"## 评测报告 {quoted(run.id)}"
    yield ""
    bars = f"{len(view.missed)} 项未达到门槛（共 {len(view.barred)} 项）" if view.missed else "门槛全部达到"
    if view.barred:
        yield f"**{bars}。**"
    yield (
        f"{len(view.suites)} 个套件，{view.cases} 个案例，其中 {view.failed} 个未通过；"
        f"{'小集' if run.small else '全集'}，引擎 {quoted(run.engine)}"
        + (f"，模型 {quoted(run.model)}" if run.model else "")
        + f"，提问日 {run.day}。"
    )


def _watched(view: RunView) -> Iterator[str]:
    watched = [(suite.title, one) for suite in view.suites for one in suite.watched]
    if not watched:
        return
    yield from ("", "| 套件 | 指标 | 数值 [95% 区间] | 门槛 | |", "|---|---|---|---:|---|")
    for title, one in watched:
        value = f"{number(one.value)} {span(one.low, one.high, like=one.value)}".strip()
        guarded = "（守护）" if one.guard else ""
        yield f"| {markdown(title)} | {markdown(one.title)}{guarded} | {value} | {_bar(one)} |"


def _bar(one: FigureResult) -> str:
    if one.bar is None:
        return "|"
    sign = "≥" if one.better == "higher" else "≤"
    return f"{sign} {number(one.bar)} | {'✅ 达到' if one.reached else '❌ 未达到'}"


def _failures(view: RunView) -> Iterator[str]:
    if view.flagged:
        yield from ("", f"**{view.flagged} 个分组明显更差**（报告中“公平”一节）。")
    for suite in view.suites:
        if suite.failing:
            kinds = "，".join(f"{quoted(kind.name)} {kind.cases}" for kind in suite.kinds[:_CASES])
            yield from ("", f"{markdown(suite.title)}：{len(suite.failing)} 个未通过（{kinds}）。")


def _left_out(run: Run) -> Iterator[str]:
    if run.left_out:
        yield from ("", "没有运行：", "")
        yield from (f"- {markdown(one.title or one.suite)}：{markdown(one.why)}" for one in run.left_out)


def _again(run: Run) -> Iterator[str]:
    yield from ("", f"重现：{quoted(run.command)}（代码 {quoted(run.code[:12])}，城市包 {quoted(run.pack[:12])}）")


def _difference(title: str, one: FigureDifference) -> str:
    change = f"{signed(one.difference)} {span(one.low, one.high, like=one.difference)}".strip()
    p = chance(one.p) + ("" if one.adjusted is None else f"，校正后 {chance(one.adjusted)}")
    guarded = "（守护）" if one.guard else ""
    cells = (markdown(title), markdown(one.title) + guarded, number(one.before), number(one.after), change, p)
    return f"| {' | '.join(cells)} | {_VERDICTS[one.verdict]} |"


def _changes(suite: ComparedSuite) -> Iterator[str]:
    sides = (("新出的错", suite.wrong, suite.wrong_count), ("已改正", suite.right, suite.right_count))
    for name, ones, count in sides:
        if count:
            yield from ("", f"{markdown(suite.title)}：{name} {count} 个", "")
            yield from (f"- {_change(one)}" for one in ones)


def _change(one: ChangeView) -> str:
    given = "；".join(part.text for part in one.after.given)
    told = f"：{quoted(label(given, 120))}" if given else ""
    return f"{quoted(one.case)}{told}，{quoted(label(one.after.why or one.before.why, 160))}"
