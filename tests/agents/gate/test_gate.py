import json
import shutil
from pathlib import Path

import pytest

from agents.gate import Gate, GateContext, Kind, ModelRisk, OpenMatter, Risk, Route
from agents.gate.gate import MAYBE
from city.errors import BadInput
from eval.gate import run_gate

HERE = Path(__file__).parent
PACK = Path(__file__).resolve().parents[3] / "cities" / "yunlan"


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.open(PACK / "gate")


def test_every_boundary_case_goes_where_expected(gate: Gate) -> None:
    report = run_gate(PACK / "evaluation" / "boundary_cases.jsonl", gate)
    assert report.messages == report.expected == 45
    assert report.misses == []


@pytest.mark.parametrize("text", lines("emergencies.txt"))
def test_danger_is_recognised(gate: Gate, text: str) -> None:
    decision = gate.decide(text)
    assert decision.route is Route.EMERGENCY
    assert decision.lines
    assert decision.script
    assert set(decision.lines) <= gate.rules.lines.keys()


@pytest.mark.parametrize("text", lines("ordinary.txt"))
def test_ordinary_messages_raise_no_alarm(gate: Gate, text: str) -> None:
    assert gate.decide(text).risk is Risk.NONE


def test_every_script_has_its_wording(gate: Gate) -> None:
    wording = (PACK / "wording" / "zh.yaml").read_text(encoding="utf-8")
    scripts = {"emergency_maybe", *(rule.script for rule in gate.rules.rules if rule.script)}
    missing = {script for script in scripts if f"\n{script}:" not in wording}
    assert not missing


def test_spans_point_into_the_message_as_sent(gate: Gate) -> None:
    text = "快！ 我 家 着🔥火 了"
    match = gate.decide(text).matched[0]
    assert text[match.start : match.end] == match.words
    assert match.words.startswith("着")
    assert match.words.endswith("火")


def test_model_raises_but_never_lowers(gate: Gate) -> None:
    danger = gate.decide("我家着火了")
    assert Gate.merge(danger, ModelRisk(risk=Risk.NONE)) == danger
    calm = gate.decide("路灯坏了")
    raised = Gate.merge(calm, ModelRisk(risk=Risk.EMERGENCY, reason="说话的人被困"))
    assert raised.route is Route.EMERGENCY
    assert raised.decided_by == "model"
    assert raised.lines
    assert Gate.merge(calm, ModelRisk(risk=Risk.CRISIS)).route is Route.CRISIS_TALK


def test_danger_continues_over_the_turns_until_it_is_over(gate: Gate) -> None:
    talk = GateContext(history=("我家着火了",))
    where = gate.decide("人民路12号五楼", talk)
    assert where.route is Route.EMERGENCY
    assert "continues" in where.flags
    assert gate.decide("火灭了，没事了，谢谢", talk).risk is Risk.NONE
    assert gate.decide("另外问一下居住证怎么办理", talk).route is Route.ANSWER


def test_danger_told_in_two_turns(gate: Gate) -> None:
    assert gate.decide("头晕，站不稳", GateContext(history=("屋里有股怪味，刚点过炭盆",))).risk is Risk.EMERGENCY


def test_despair_goes_on(gate: Gate) -> None:
    decision = gate.decide("你不懂", GateContext(history=("我不想活了",)))
    assert decision.route is Route.CRISIS_TALK


def test_same_matter_again(gate: Gate) -> None:
    matter = OpenMatter(number="1", title="路灯不亮", status="finished")
    decision = gate.decide("门口路灯不亮", GateContext(open_matters=(matter,)))
    assert (decision.route, decision.code) == (Route.REPEAT, "N11")
    assert "person_decides" in decision.flags


def test_a_second_refusal_calls_a_person(gate: Gate) -> None:
    talk = GateContext(last_route=Route.OUTSIDE)
    assert "human_now" in gate.decide("凭什么不受理，你们必须管", talk).flags


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("转人工", Kind.HUMAN),
        ("你好", Kind.SMALLTALK),
        ("居住证怎么办理", Kind.CONSULT),
        ("我要投诉饭店", Kind.COMPLAINT),
    ],
)
def test_kinds(gate: Gate, text: str, kind: Kind) -> None:
    assert gate.decide(text).kind is kind


@pytest.mark.parametrize("text", ["", " ", "\u200b", "。。。", "😀", "a" * 1_000_000, "\ud800", "着火了" * 300_000])
def test_odd_input_is_decided(gate: Gate, text: str) -> None:
    assert gate.decide(text).route in Route


def test_both_ends_of_a_long_message_are_read(gate: Gate) -> None:
    filler = "路面不平。" * 100_000
    decision = gate.decide(filler + "救命，着火了")
    assert decision.route is Route.EMERGENCY
    assert "truncated" in decision.flags
    assert all(match.words == (filler + "救命，着火了")[match.start : match.end] for match in decision.matched)


def test_boundary_file_has_one_case_per_line() -> None:
    rows = (PACK / "evaluation" / "boundary_cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(row)["id"] for row in rows}) == 45


CALM_AFTER_FIRE = [
    "路边停车多少钱一小时",
    "残疾证怎么办理需要什么材料",
    "小区物业乱收费我要投诉他们",
    "门口路灯坏了半个月没人修",
]
STILL_FIRE = [
    "怎么办",
    "还没来人",
    "消防车多久能到",
    "烟越来越大",
    "在三号楼",
    "孩子还在里面",
    "要不要打开窗户",
    "好的",
]


@pytest.mark.parametrize("text", CALM_AFTER_FIRE)
def test_another_matter_ends_the_alarm(gate: Gate, text: str) -> None:
    assert gate.decide(text, GateContext(history=("我家着火了",))).risk is Risk.NONE


@pytest.mark.parametrize("text", STILL_FIRE)
def test_what_belongs_to_the_danger_stays_an_alarm(gate: Gate, text: str) -> None:
    assert gate.decide(text, GateContext(history=("我家着火了",))).route is Route.EMERGENCY


def test_statistics_raise_what_rules_leave_calm(gate: Gate) -> None:
    text = "妹妹把一整板退烧药都嚼了"
    by_rules = Gate(gate.rules).decide(text)
    assert by_rules.risk is Risk.NONE
    raised = gate.decide(text)
    assert (raised.route, raised.decided_by, raised.code) == (Route.EMERGENCY, "statistics", "N14")
    assert raised.script == "emergency_maybe"
    assert raised.lines


def test_statistics_that_are_torn_only_set_a_flag(gate: Gate) -> None:
    decision = gate.decide("我家门口的树被风刮倒了，压住了车")
    assert decision.risk is Risk.NONE
    assert MAYBE in decision.flags


@pytest.mark.parametrize(
    "text",
    [
        "把药费都还清了，存折放在抽屉第二格，以后就不用人操心我了",
        "书也不想念了，跟谁都说不上话，就想这么睡下去别醒",
    ],
)
def test_quiet_despair_brings_a_person_and_no_form(gate: Gate, text: str) -> None:
    decision = gate.decide(text)
    assert decision.route in (Route.CRISIS_TALK, Route.EMERGENCY)
    assert "human_now" in decision.flags
    assert "self_harm" in decision.alerts


@pytest.mark.parametrize(
    "text", ["楼道堆垃圾，我不想留电话", "法院判了我不服，想再审", "打你们电话打了八遍都占线，我都绝望了"]
)
def test_plain_matters_bring_no_crisis_talk(gate: Gate, text: str) -> None:
    assert gate.decide(text).route is not Route.CRISIS_TALK


def test_statistics_never_lower(gate: Gate) -> None:
    rules_only = Gate(gate.rules)
    for text in (*lines("emergencies.txt"), *lines("ordinary.txt")):
        assert gate.decide(text).risk >= rules_only.decide(text).risk


def test_a_word_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PACK / "gate", tmp_path / "gate"))
    path = folder / "characters.yaml"
    path.write_text(path.read_text(encoding="utf-8") + '  - "{甲|{乙}"\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"characters\.yaml: masks"):
        Gate.open(folder)


def test_a_few_words_that_answer_a_question_need_a_surer_opinion(gate: Gate) -> None:
    words = "我叫李红梅"  # statistics know it from those who say good-bye; rules find nothing in it
    assert gate.decide(words).decided_by == "statistics"
    asked = gate.decide(words, GateContext(asked=True))
    assert asked.risk is Risk.NONE
    assert MAYBE in asked.flags


@pytest.mark.parametrize("name", sorted(path.name for path in (PACK / "evaluation").glob("emergency_*.jsonl")))
def test_no_known_emergency_is_lost_as_an_answer(gate: Gate, name: str) -> None:
    rows = [json.loads(line) for line in (PACK / "evaluation" / name).read_text(encoding="utf-8").splitlines()]
    for text in (row["text"] for row in rows if row.get("text")):
        assert gate.decide(text, GateContext(asked=True)).risk is gate.decide(text).risk, text


def test_an_alarm_goes_on_after_help_that_is_late_though_an_order_is_named(gate: Gate) -> None:
    history = ("我爸在楼道里昏倒了",)
    late = gate.decide("救护车还没来，我的单子呢", GateContext(history=history, of_an_order=True))
    assert late.route is Route.EMERGENCY
    other = gate.decide("我上个月那张单子有回音了吗", GateContext(history=history, of_an_order=True))
    assert other.risk is Risk.NONE
