from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.knowledge.eligibility.making import TECH, write
from tests.knowledge.eligibility.making_profiles import write_city
from tests.serve.conftest import Ran, Run

AS_OF = ("--as-of", "2026-06-15")
FACTS: dict[str, Any] = {
    "in_city": True,
    "registered_on": "2020-03-01",
    "rd_expense": 60_000,
    "revenue": 1_000_000,
    "规模": "小型",
    "staff": 12,
    "receiving": [],
    "industry": "B05",
    "bans": [],
    "score": 90,
}
FIRMS = """id,在本市登记,honest,registered_on,rd_expense,revenue,size,staff,receiving,colour
f1,是,是,2020-03-01,60000,1000000,small,12,;,red
f2,是,,2020-03-01,60000,1000000,medium,3,;,blue
f3,maybe,,,,,,,,
"""
Policy = Callable[..., Ran]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city whose policies are signed."""
    return write_city(tmp_path / "city")


@pytest.fixture
def policy(run: Run, city: Path) -> Policy:
    """``citydesk policy …`` in that city."""
    return lambda *arguments: run("policy", *arguments, "--city", city)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A firm that fits both policies; that it has no bad record is taken for granted."""
    path = tmp_path / "firm.json"
    path.write_text("\ufeff" + json.dumps({"subject": "firm", "facts": FACTS}, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    path = tmp_path / "firms.csv"
    path.write_text(FIRMS, "utf-8")
    return path


def sound(ran: Ran) -> str:
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def read(ran: Ran) -> Any:
    return json.loads(sound(ran))


# —— what there is ——


def test_list(policy: Policy, city: Path) -> None:
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "cap": 5})
    out = sound(policy("list", "--as-of", "2024-06-01"))
    assert "tp-tech" in out
    assert "(in force, was changed after 李明 signed it on 2026-06-01)" in out
    assert "高龄津贴  (not in force)" in out
    rows = {row["id"]: row for row in read(policy("list", "--json", *AS_OF))}
    assert rows["tp-green"] == {
        "id": "tp-green", "subject": "firm", "title": "绿色企业补贴", "in_force": True, "usable": True, "reason": ""
    }  # fmt: skip
    assert rows["tp-tech"]["usable"] is False


def test_facts(policy: Policy) -> None:
    out = sound(policy("facts", "--subject", "person"))
    assert "person.income" in out
    assert "月收入 (元)" in out
    assert "firm." not in out
    listed = read(policy("facts", "--json"))
    assert {one["id"] for one in listed} >= {"firm.in_city", "person.age"}
    assert next(one for one in listed if one["id"] == "firm.size")["options"] == {
        "small": "小型", "medium": "中型", "large": "大型"
    }  # fmt: skip


# —— one profile ——


def test_match(policy: Policy, profile: Path) -> None:
    out = sound(policy("match", "--profile", profile, *AS_OF))
    assert "【符合】绿色企业补贴（tp-green），一年约 8万元" in out
    assert "【基本符合】科技企业奖励（tp-tech），一年约 10.72万元\n    待核：没有失信记录（由受理单位核查）" in out
    assert "合计一年约 10.72万元；下一个最值得问的问题：没有了" in out
    assert "注意：《科技企业奖励》与《绿色企业补贴》不能同时享受" in out
    made = read(policy("match", "--profile", profile, "--json", *AS_OF))
    assert (made["take"], made["total"], made["question"]) == (["tp-tech"], 107_200.0, None)


def test_match_asks_for_what_is_open_and_shows_all_where_wanted(policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "open.json"
    path.write_text('{"subject": "firm", "facts": {"industry": "C"}}', "utf-8")
    out = sound(policy("match", "--profile", path, *AS_OF))
    assert "还差：在本市登记、登记日期、研发费用、营业收入、正在享受" in out
    assert "绿色企业补贴" not in out
    assert "【不符合】绿色企业补贴" in sound(policy("match", "--profile", path, "--all", *AS_OF))


def test_match_with_drafts(policy: Policy, city: Path, profile: Path) -> None:
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "cap": 5_000})
    assert [one["policy"] for one in read(policy("match", "--profile", profile, "--json", *AS_OF))["policies"]] == [
        "tp-green"
    ]
    drafts = read(policy("match", "--profile", profile, "--json", "--drafts", *AS_OF))["policies"]
    assert {one["policy"]: one["worth"] for one in drafts} == {"tp-green": 80_000.0, "tp-tech": 5_000.0}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{torn", "is not JSON"),
        ("[]", "is no object"),
        ('{"subject": "dog"}', "neither 'firm' nor 'person'"),
        ('{"subject": "firm", "facts": {"colour": 1}}', "there is no such fact → `citydesk policy facts`"),
        ('{"subject": "firm", "facts": {"revenue": "much"}}', "facts.revenue: 'much' is no number"),
        ('{"subject": "firm", "facts": {"size": "huge"}}', "small (小型)"),
    ],
)
def test_a_profile_that_cannot_be_read_is_one_line(policy: Policy, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, "utf-8")
    for command in (("match",), ("explain", "tp-tech")):
        fault = policy(*command, "--profile", path).fault()
        assert said in fault
        assert "bad.json" in fault


def test_match_names_files_and_days_that_are_none(policy: Policy, tmp_path: Path, profile: Path) -> None:
    assert "gone.json' cannot be read" in policy("match", "--profile", tmp_path / "gone.json").fault()
    assert "--as-of '15.6.2026' is not a date" in policy("match", "--profile", profile, "--as-of", "15.6.2026").fault()
    assert policy("match").code == 2


def test_explain_for_a_profile(policy: Policy, profile: Path) -> None:
    out = sound(policy("explain", "tp-tech", "--profile", profile, *AS_OF))
    assert out.startswith("科技企业奖励（tp-tech-2026，2026-06-15）：基本符合\n")
    assert "  ✓ 研发占比不低于3%（6%）  «研发费用占比不低于3%»" in out
    assert "  ? 没有失信记录：是  «没有失信记录»" in out
    assert "给什么：房租补贴：1,200元（职工人数×100）" in out
    assert "要带的材料：无；免提交：营业执照（市场局）" in out
    assert "· 不能与《绿色企业补贴》同时享受" in out
    made = read(policy("explain", "tp-tech", "--profile", profile, "--json", *AS_OF))
    assert (made["status"], made["worth"], made["changes"]) == ("likely", 107_200.0, [])


def test_explain_without_a_profile_tells_the_rule(policy: Policy) -> None:
    out = sound(policy("explain", "tp-tech", *AS_OF))
    assert out.startswith("科技企业奖励（tp-tech-2026，2026-06-15）\n")
    assert "  - 在本市登记：是  «在本市登记»" in out
    assert "✗" not in out
    assert read(policy("explain", "tp-elder", "--json", *AS_OF))["subject"] == "person"


def test_explain_one_of_a_file_and_what_would_change_it(policy: Policy, firms: Path, tmp_path: Path) -> None:
    assert "：符合" in sound(policy("explain", "tp-tech", "--profiles", firms, "--id", "f1", *AS_OF))
    away = tmp_path / "away.csv"
    away.write_text("id,in_city\nf9,false\n", "utf-8")
    assert "改变结果需要：在本市登记：是" in sound(
        policy("explain", "tp-tech", "--profiles", away, "--id", "f9", *AS_OF)
    )
    assert "has no profile 'f7'" in policy("explain", "tp-tech", "--profiles", firms, "--id", "f7").fault()
    assert "f3: 在本市登记: maybe is neither" in policy("explain", "tp-tech", "--profiles", firms, "--id", "f3").fault()


def test_explain_takes_a_profile_of_the_kind_that_the_policy_is_for(policy: Policy, profile: Path) -> None:
    assert (
        "firm.json' is a firm, tp-elder is for a person" in policy("explain", "tp-elder", "--profile", profile).fault()
    )


def test_facts_are_about_firms_or_persons(policy: Policy) -> None:
    assert "--subject 'dog': write firm or person" in policy("facts", "--subject", "dog").fault()


def test_explain_names_policies_that_are_near(policy: Policy) -> None:
    assert "Try tp-tech; `citydesk policy list`" in policy("explain", "yl-tech").fault()


# —— many profiles ——


def test_find_confirm_and_release(policy: Policy, run: Run, firms: Path, tmp_path: Path) -> None:
    out, csv = tmp_path / "list", tmp_path / "told.csv"
    told = sound(policy("find", "--policy", "tp-tech", "--profiles", firms, "--out", out, *AS_OF))
    assert "2 profiles read, 1 set aside" in told
    assert "columns that are no facts: colour" in told
    assert "listed        2 worth" in told
    assert f"citydesk policy confirm {out}" in told
    refused = policy("release", out, "--out", csv)
    assert "Nobody has confirmed" in refused.fault()
    assert not csv.exists()
    assert sound(run("policy", "confirm", out, "--by", "王芳", "--reason", "抽查无误")) == f"confirmed by 王芳: {out}\n"
    assert sound(policy("release", out, "--out", csv)) == f"2 rows released to {csv}\n"
    assert pl.read_csv(csv)["id"].to_list() == ["f1", "f2"]
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "refused by 王芳" in sound(run("policy", "confirm", out, "--by", "王芳", "--reason", "有误", "--refuse"))
    assert "Nobody has confirmed" in policy("release", out, "--out", csv).fault()


def test_release_says_where_it_cannot_write(policy: Policy, run: Run, firms: Path, tmp_path: Path) -> None:
    sound(policy("find", "--policy", "tp-tech", "--profiles", firms, "--out", tmp_path / "list", *AS_OF))
    sound(run("policy", "confirm", tmp_path / "list", "--by", "王芳", "--reason", "抽查无误"))
    assert "no/such/told.csv" in policy("release", tmp_path / "list", "--out", "no/such/told.csv").fault()


def test_find_every_policy_without_those_who_object(policy: Policy, firms: Path, tmp_path: Path) -> None:
    objects = tmp_path / "objects.csv"
    objects.write_text("id,policy\nf1,tp-tech\n", "utf-8")
    made = read(policy("find", "--subject", "firm", "--profiles", firms, "--out", tmp_path / "list",
                       "--opt-outs", objects, "--keep", "eligible,likely,needs_facts", "--json", *AS_OF))  # fmt: skip
    counts = {one["policy"]: (one["listed"], one["opted_out"]) for one in made["policies"]}
    assert counts == {"tp-green": (2, 0), "tp-tech": (1, 1)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--policy", "tp-tech", "--keep", "perhaps"), "--keep: 'perhaps' is not a valid Status → use eligible"),
        (("--policy", "all"), "--subject '': write firm or person"),
        (("--policy", "tp-none"), "There is no policy 'tp-none'"),
        (("--policy", "tp-tech", "--as-of", "2023-01-01"), "No signed policy for a firm is in force on 2023-01-01"),
        (("--policy", "tp-elder", *AS_OF), "has no column that is a fact"),
        (("--policy", "tp-tech", "--opt-outs", "gone.csv", *AS_OF), "'gone.csv' cannot be read"),
    ],
)
def test_find_says_what_is_wrong(policy: Policy, firms: Path, arguments: tuple[str, ...], said: str) -> None:
    source = firms
    if "tp-elder" in arguments:
        source.write_text("id,colour\n1,red\n", "utf-8")
    assert said in policy("find", "--profiles", source, "--out", "list", *arguments).fault()
    assert not Path("list/manifest.json").exists()


def test_find_does_not_write_over_a_list(policy: Policy, firms: Path, tmp_path: Path) -> None:
    first = ("find", "--policy", "tp-tech", "--profiles", firms, "--out", tmp_path / "list", *AS_OF)
    sound(policy(*first))
    assert "holds a list already" in policy(*first).fault()


def test_confirm_needs_a_list_a_name_and_a_reason(run: Run, tmp_path: Path) -> None:
    assert "holds no list" in run("policy", "confirm", tmp_path, "--by", "王芳", "--reason", "x").fault()
    assert run("policy", "confirm", tmp_path, "--by", "王芳").code == 2


# —— keeping rules ——


def test_check(policy: Policy, city: Path) -> None:
    assert sound(policy("check", *AS_OF)) == "sound\n"
    assert read(policy("check", "--json", *AS_OF)) == []
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "documents": ["tp-none"]})
    ran = policy("check", *AS_OF)
    assert ran.code == 1
    assert "there is no document 'tp-none'" in ran.out
    assert ran.out.rstrip().endswith("problems")
    listed = policy("check", "--json", *AS_OF)
    assert listed.code == 1
    assert {problem["file"] for problem in json.loads(listed.out)} == {"eligibility/rules/tp-tech.yaml"}
    assert "--as-of 'today' is not a date" in policy("check", "--as-of", "today").fault()


def test_sign(policy: Policy, city: Path) -> None:
    assert "tp-tech: signed already, nothing has changed" in sound(policy("sign", "tp-tech", "--by", "李明"))
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "cap": 5_000})
    out = sound(policy("sign", "all", "--by", "李明", "--post", "科长", "--note", "看过"))
    assert "tp-tech: signed by 李明" in out
    assert "tp-green: signed already" in out
    last = json.loads((city / "eligibility/signatures.jsonl").read_text("utf-8").splitlines()[-1])
    assert (last["policy"], last["post"], last["note"]) == ("tp-tech", "科长", "看过")
    assert sound(policy("check", *AS_OF)) == "sound\n"


def test_what_is_not_sound_is_not_signed(policy: Policy, city: Path) -> None:
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "cap": "nothing"})
    assert "tp-tech is not sound" in policy("sign", "tp-tech", "--by", "李明").fault()
    quote = {"fact": "firm.in_city", "is": True, "clause": "没有这句话"}
    write(city / "eligibility/rules/tp-tech.yaml", {**TECH, "conditions": [quote]})
    assert "没有这句话" in policy("sign", "tp-tech", "--by", "李明").fault()
    assert "There is no policy 'tp-none'" in policy("sign", "tp-none", "--by", "李明").fault()
    assert "needs a name" in policy("sign", "tp-tech", "--by", " ").fault()


# —— made-up profiles ——


def test_profiles_and_learn(policy: Policy, city: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.parquet"
    out = sound(policy("profiles", "firm", "--count", 120, "--seed", 5, "--out", drawn, *AS_OF))
    assert out == f"120 profiles of a firm in {drawn}\n"
    table = pl.read_parquet(drawn)
    assert table.height == 120
    out = sound(policy("learn", drawn, *AS_OF))
    learnt = json.loads((city / "eligibility/priors.json").read_text("utf-8"))
    assert out == f"{len(learnt)} facts learnt into {city / 'eligibility/priors.json'}\n"
    assert "shares" in learnt["firm.size"]
    assert "id" not in learnt


def test_drawn_profiles_can_be_found(policy: Policy, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.parquet"
    sound(policy("profiles", "person", "--count", 60, "--out", drawn, *AS_OF))
    made = read(
        policy("find", "--policy", "tp-elder", "--profiles", drawn, "--out", tmp_path / "list", "--json", *AS_OF)
    )
    assert (made["rows"], made["set_aside"]) == (60, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("profiles", "dog", "--out", "x.parquet"), "--subject 'dog': write firm or person"),
        (("profiles", "firm", "--out", "x.csv"), "'x.csv' is no .parquet file"),
        (("profiles", "firm", "--count", "0", "--out", "x.parquet"), "draw at least one"),
        (("learn", "gone.parquet"), "'gone.parquet' is not there"),
        (("learn", "bad.parquet"), "'bad.parquet' cannot be read"),
    ],
)
def test_profiles_and_learn_say_what_is_wrong(policy: Policy, arguments: tuple[str, ...], said: str) -> None:
    Path("bad.parquet").write_text("no table", "utf-8")
    assert said in policy(*arguments).fault()


def test_a_city_without_policies_says_so(run: Run, tmp_path: Path) -> None:
    from tests.city.pack.making import make_pack

    other = make_pack(tmp_path / "other")
    ran = run("policy", "list", "--city", other)
    assert ran.code == 2
    assert "words.yaml" in ran.err
