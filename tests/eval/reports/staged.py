"""A run with everything that a report can show, hostile texts among it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from eval.runs.model import (
    CaseLog,
    ChangedCase,
    Compared,
    FigureDifference,
    FigureResult,
    Figures,
    LeftOut,
    Run,
    SliceResult,
    SuiteRun,
    Versions,
)

SCRIPT = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
BIDI = "请办\u202e批\u2066准\u200b了\U000e0041"
PRIVATE = "原文绝不可公开的一句话"
LONG = "无空格的长串" * 60 + "x" * 400
BEGUN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

SUITES = (
    SuiteRun(name="gate", title="入口闸门", about="Emergencies are seen.", cases=60, seconds=3.2, cached=12, errors=1),
    SuiteRun(name="triage", title="分类", about="Classes and confidence.", cases=200, trials=2, seconds=8.0),
    SuiteRun(name="statutes", title="法规检索（公开数据）", about="Public questions.", cases=30, texts=False),
)


def run() -> Run:
    return Run(
        id="20260302-0930-abc",
        begun=BEGUN,
        ended=BEGUN + timedelta(minutes=4, seconds=5),
        suites=SUITES,
        left_out=(LeftOut(suite="judged", title="评判", why="no judge is configured: set one <b>first</b>"),),
        settings={"engine": "embedded", "model_key": "sk-hidden", "database_url": "postgresql://desk:pw9@db/desk"},
        versions=Versions(python="3.11.9", packages={"numpy": "2.1.0", "scikit-learn": "1.7.0"}),
        code="c0de" * 16,
        pack="9ack" * 16,
        snapshot="s-1",
        prompts={"answer": "7"},
        engine="embedded",
        seeds=(7, 8),
        day=date(2026, 3, 2),
        small=True,
        workers=2,
        command="citydesk eval run --small",
    )


def figures() -> Figures:
    """Bars reached and missed, without value, timed, beyond 1, along k, and points of operation."""
    made = [
        _figure("gate", "recall", "险情识别率", 0.967, 0.93, 0.99, guard=True, bar=0.95),
        _figure("gate", "false", "误报率", 0.12, 0.08, 0.16, guard=True, bar=0.1, better="lower"),
        _figure("gate", "ms", "耗时（毫秒）", 12.25, 11.0, 14.0, timed=True),
        _figure("gate", "empty", "没有案例的指标", None, None, None, guard=True, n=0, missing=60),
        _figure("triage", "f1", "宏平均 F1", 0.8123, 0.78, 0.84, guard=True, how="macro_f1", of=("label", "said")),
        _figure("triage", "ece", "校准误差", 0.04, 0.02, 0.06, better="lower", how="ece", of=("probability", "right")),
        *(_figure("triage", f"pass_{k}", f"{k} 次全对", 0.9 - k / 10, 0.85 - k / 10, 0.95 - k / 10, how="pass_hat_k",
                  of=("right",), options={"k": k}) for k in (1, 2, 3, 4)),
        *(_figure("triage", f"lead_h@{n}", "提前小时", 30.0 - n * 4, 20.0 - n * 3, 40.0 - n * 4) for n in (2, 3, 5)),
        *(_figure("triage", f"false_alarms@{n}", "每周误报", 9.0 / n, 6.0 / n, 12.0 / n, better="lower")
          for n in (2, 3, 5)),
        _figure("statutes", "recall_10", "十条内召回", 0.7, 0.6, 0.8, guard=True),
    ]  # fmt: skip
    slices = (
        _slice("north", 0.99, 0.03, False, 0.6),
        _slice("south<b>", 0.8, -0.17, True, 0.0004),
    )
    return Figures(figures=tuple(made), slices=slices)


def cases() -> list[CaseLog]:
    draw = random.Random(5)  # noqa: S311  # a fixed draw
    made = [
        CaseLog(suite="gate", case="g1", given={"text": SCRIPT}, expect={"route": "emergency"}, said={"route": BIDI},
                values={"seen": 0.0}, why=f"去向不对：{SCRIPT}", slices={"dialect": "south"}, group="m1", ms=3.2),
        CaseLog(suite="gate", case="g2", given={"text": BIDI}, said={"route": "guide"}, why="去向不对：guide", ms=1.0),
        CaseLog(suite="gate", case="g3", given={"text": LONG}, said={"route": LONG}, why=LONG, ms=1.0),
        CaseLog(suite="gate", case="g4", given={"text": "好"}, said=None, error="ValueError: a | `b` <i>"),
        CaseLog(suite="gate", case="g5", given={"text": "对"}, said={"route": "ok"}, values={"seen": 1.0}),
        CaseLog(suite="statutes", case="q17", given={"text": PRIVATE}, expect={"text": PRIVATE}, said={"text": PRIVATE},
                values={"recall": 0.0}, why=f"没找到：{PRIVATE}", group="q17"),
        CaseLog(suite="statutes", case="q18", given={"text": PRIVATE}, error=f"KeyError: {PRIVATE}"),
    ]  # fmt: skip
    for n in range(200):
        sure = draw.random()
        label = draw.choice(["道路", "噪声", "供水"])
        right = draw.random() < sure
        for trial in (0, 1):
            said = label if right or trial else "其他类"
            made.append(
                CaseLog(suite="triage", case=f"t{n}", trial=trial, given={"text": f"来话 {n}"}, said={"class": said},
                        expect={"class": label}, why="" if said == label else f"类别不对：{said}",
                        values={"label": label, "said": said, "probability": sure, "right": float(said == label)})
            )  # fmt: skip
    return made


def compared() -> Compared:
    """Worse, better, same, unclear; a case newly wrong of each suite, one newly right."""
    known = {(one.suite, one.case): one for one in cases() if one.trial == 0}
    hostile, mended, closed = known["gate", "g1"], known["gate", "g2"], known["statutes", "q17"]
    return Compared(
        before="20260301-0900-old",
        after="20260302-0930-abc",
        figures=(
            _change("gate", "recall", "险情识别率", 0.98, 0.90, -0.11, -0.05, 0.0002, "worse", guard=True),
            _change("gate", "false", "误报率", 0.14, 0.12, -0.04, -0.001, 0.9, "better", better="lower"),
            _change("triage", "f1", "宏平均 F1", 0.81, 0.81, 0.0, 0.0, 1.0, "same", guard=True),
            _change("statutes", "recall_10", "十条内召回", 0.71, 0.70, -0.05, 0.03, 0.4, "unclear", guard=True),
        ),
        changed=(
            ChangedCase(suite="gate", case="g1", now="wrong", before=_right(hostile), after=hostile),
            ChangedCase(suite="gate", case="g2", now="right", before=mended, after=_right(mended)),
            ChangedCase(suite="statutes", case="q17", now="wrong", before=_right(closed), after=closed),
        ),
        only_before=("gate/old1",),
        only_after=("gate/new1", "gate/new2"),
        suites=SUITES,
        same_setting=False,
        notes=("prompt answer: 6 → 7 | <b>",),
    )  # fmt: skip


def _right(one: CaseLog) -> CaseLog:
    return one.model_copy(update={"why": "", "error": "", "values": {"seen": 1.0}})


def _figure(suite: str, figure: str, title: str, value: float | None, low: float | None, high: float | None,
            **more: object) -> FigureResult:  # fmt: skip
    base = {"n": 60, "groups": 50, "suite": suite, "figure": figure, "title": title}
    return FigureResult.model_validate({**base, "value": value, "low": low, "high": high, **more})


def _slice(label: str, value: float, gap: float, flagged: bool, p: float) -> SliceResult:
    return SliceResult(suite="gate", figure="recall", slice="dialect", label=label, value=value, low=value - 0.05,
                       high=min(value + 0.05, 1.0), n=30, gap=gap, gap_low=gap - 0.02, gap_high=gap + 0.02, p=p,
                       flagged=flagged)  # fmt: skip


def _change(suite: str, figure: str, title: str, before: float, after: float, low: float, high: float, p: float,
            verdict: str, **more: object) -> FigureDifference:  # fmt: skip
    base = {"suite": suite, "figure": figure, "title": title, "before": before, "after": after, "n": 60}
    return FigureDifference.model_validate(
        {
            **base,
            "difference": after - before,
            "low": low,
            "high": high,
            "p": p,
            "adjusted": p,
            "verdict": verdict,
            **more,
        }
    )
