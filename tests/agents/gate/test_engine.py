import pytest

from agents.gate.engine import Engine
from city.gate_rules import Characters, Concept, Frame, GateRules, Rule


def engine(rule: Rule) -> Engine:
    words = {"fire": ("着火",), "person": ("人",), "no": ("没有", "没"), "past": ("昨天",), "now": ("现在",)}
    frames = {
        "negated": Frame(by="no", side="before", reach=2),
        "past": Frame(by="past", scope="sentence", lifted_by=("now",)),
    }
    return Engine(
        GateRules(
            concepts={name: Concept(words=list_) for name, list_ in words.items()},
            frames=frames,
            rules=(rule,),
            characters=Characters(),
            refusals={},
            lines={},
        ),
        str,
    )


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
