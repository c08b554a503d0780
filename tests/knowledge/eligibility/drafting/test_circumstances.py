from __future__ import annotations

from typing import Any

import pytest

from knowledge.eligibility.drafting.circumstances import (
    Others,
    Units,
    apply_of,
    materials_of,
    quotas_of,
    window_of,
)
from knowledge.eligibility.drafting.passages import Group
from knowledge.eligibility.drafting.wording import Kind
from knowledge.eligibility.rules import Window
from tests.knowledge.eligibility.drafting.making import UNITS, passage, words


def group(kind: Kind, *texts: str) -> list[Group]:
    return [Group(kind, "某", passages=[passage(text, kind) for text in texts])]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("每年3月1日至4月15日、9月1日至30日", [("03-01", "04-15"), ("09-01", "09-30")]),
        ("申报时间为当年9月1日至10月31日", [("09-01", "10-31")]),
        ("2026年4月15日至2026年12月31日", [("2026-04-15", "2026-12-31")]),
        ("每年1月15日至2月底", [("01-15", "02-29")]),
        ("每季度首月1日至20日", [("01-01", "01-20"), ("04-01", "04-20"), ("07-01", "07-20"), ("10-01", "10-20")]),
        ("每年3月、9月各一批，受理期为当月1日至15日", [("03-01", "03-15"), ("09-01", "09-15")]),
    ],
)
def test_stretches_of_days(text: str, spans: list[tuple[str, str]]) -> None:
    made = window_of(group("window", text), words())
    assert made is not None
    assert [(one["from"], one["to"]) for one in made["spans"]] == spans
    Window.model_validate(made)


def test_each_month() -> None:
    made = window_of(group("window", "每月1日至10日领取"), words())
    assert made is not None
    assert len(made["spans"]) == 12


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("window", "常年受理", {"always": True}),
        ("apply", "本事项为“免申即享”", {"automatic": True}),
        ("window", "发证之日起6个月内申请", {"always": True, "note": "发证之日起6个月内申请"}),
        ("window", "另行通知", {"note": "另行通知"}),
        ("window", "13月40日至15月2日", {"note": "13月40日至15月2日"}),
    ],
)
def test_other_windows(kind: Kind, text: str, expected: dict[str, Any]) -> None:
    made = window_of(group(kind, text), words())
    assert made is not None
    assert {key: value for key, value in made.items() if key != "clause"} == expected


def test_a_text_without_a_word_about_it_has_no_window() -> None:
    assert window_of(group("conditions", "在本市登记"), words()) is None


def test_quotas() -> None:
    found = quotas_of(group("window", "每年名额200家", "本项奖励不设名额限制", "资金总额9,000万元"), words())
    assert [(one["amount"], one["unit"], one["per"]) for one in found] == [
        (200, "家", "year"),
        (90_000_000, "元", "total"),
    ]


def test_papers_with_their_holders() -> None:
    found, notes = materials_of(
        group(
            "materials",
            "营业执照（市市场监督管理局已掌握，免提交）",
            "申报表（国家税务总局清河市税务局已掌握，授权后免提交）",
            "许可证、执照（市水务局、市市场监督管理局已掌握，免提交）",
            "台账（市水务局、市市场监督管理局已掌握，免提交）",
            "发票（企业提供）",
        ),
        words(),
        Units(UNITS),
    )
    assert [(one["name"], one.get("held_by", ""), one.get("consent", False)) for one in found] == [
        ("营业执照", "market", False),
        ("申报表", "tax", True),
        ("许可证", "water", False),
        ("执照", "market", False),
        ("台账", "water", False),
        ("发票", "", False),
    ]
    assert len(notes) == 1, "one paper that two units hold"


def test_where_to_apply() -> None:
    made = apply_of(group("apply", "「清河办」惠企专区申请，15个工作日办结", "窗口：河东路1号，电话0511-12345678"))
    assert (made["online"], made["where"], made["phone"], made["days"]) == (
        "「清河办」惠企专区", "河东路1号", "0511-12345678", 15,
    )  # fmt: skip
    assert "days" not in apply_of(group("apply", "5个工作日初审，10个工作日复核"))


def exclusions(*texts: str) -> tuple[list[dict[str, Any]], list[str]]:
    names = {"qh-cloud": ["清河市企业上云补贴办法", "上云补贴"], "qh-own": ["清河市节水补贴办法"]}
    others = Others(names, words(), "qh-own")
    return others.exclusions(group("limits", *texts), lambda said: "firm.turnover" if "收入" in said else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("与《清河市企业上云补贴办法》不得同时享受", {"kind": "not_together"}),
        ("与企业上云补贴可以同时享受", {"kind": "together"}),
        ("与上云补贴合计不超过80万元", {"kind": "joint_cap", "cap": 800_000}),
        ("与上云补贴合计不超过营业收入的5%", {"kind": "joint_cap", "cap": "firm.turnover * 5%"}),
        ("同一设备已享受上云补贴的，不得重复申请", {"kind": "not_together", "scope": "object", "object": "同一设备"}),
    ],
)
def test_other_policies(text: str, expected: dict[str, Any]) -> None:
    (found,), _ = exclusions(text)
    assert found == {"with": ["qh-cloud"], **expected, "clause": text}


def test_other_policies_that_are_unknown_or_the_policy_itself_are_noted() -> None:
    found, notes = exclusions(
        "与《外星补贴办法》不得同时享受", "与节水补贴不得同时享受", "与上云补贴合计不超过吉祥额的5%"
    )
    assert found == []
    assert len(notes) == 3
