import pytest

from agents.gate.engine import Engine
from city.gate_rules import Characters, Concept, Frame, GateRules, Rule


def engine_rules(rule: Rule) -> GateRules:
    words = {"fire": ("着火",), "person": ("人",), "no": ("没有", "没"), "past": ("昨天",), "now": ("现在",)}
    frames = {
        "negated": Frame(by="no", side="before", reach=2),
        "past": Frame(by="past", scope="sentence", lifted_by=("now",)),
    }
    return GateRules(
        concepts={name: Concept(words=list_) for name, list_ in words.items()},
        frames=frames,
        rules=(rule,),
        characters=Characters(),
        refusals={},
        lines={},
    )


def engine(rule: Rule) -> Engine:
    return Engine(engine_rules(rule), str)


@pytest.mark.parametrize(
    ("text", "hits"),
    [("着火", True), ("没有着火", False), ("昨天着火", False), ("昨天着火，现在又烧", True), ("没有电。着火", True)],
)
def test_frames_take_the_force_out_of_a_word(text: str, hits: bool) -> None:
    made = engine(Rule(id="x", all=("fire",)))
    assert bool(made.fire(made.read(text))) is hits


@pytest.mark.parametrize(("text", "hits"), [("着火有人", True), ("着火，有人", False)])
def test_groups_must_share_the_scope(text: str, hits: bool) -> None:
    made = engine(Rule(id="x", all=("fire", "person"), within="clause"))
    assert bool(made.fire(made.read(text))) is hits


def test_despite_keeps_a_framed_hit() -> None:
    made = engine(Rule(id="x", all=("fire",), despite=("past",)))
    assert made.fire(made.read("昨天着火"))


def test_order_and_distance() -> None:
    made = engine(Rule(id="x", all=("fire", "person"), ordered=True, near=5))
    assert made.fire(made.read("着火了人"))
    assert not made.fire(made.read("人着火"))
    assert not made.fire(made.read("着火火火火火人"))


def test_a_word_inside_a_places_name_does_not_count_but_one_beside_it_does() -> None:
    rule = Rule(id="x", all=("fire",))
    made = Engine(engine_rules(rule), str, ("着火山", "东着火山村", "白云村"), frozenset({"fire"}))
    assert not made.fire(made.read("着火山的路坏了，东着火山村也是"))
    assert made.fire(made.read("着火山着火"))
    assert made.fire(made.read("白云村着火"))
    whole = Engine(engine_rules(rule), str, ("着火山",))
    assert whole.fire(whole.read("着火山的路坏了"))
