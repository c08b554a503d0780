from __future__ import annotations

from serve.training.matters import Groups, caller_of, matters, side
from tests.serve.training.making import Life, ledger_of
from tools.petitions.stream import Stream
from tools.workorders.acts import Act
from tools.workorders.model import Role

OTHER = [{"role": "caller", "name": "钱大", "phone": "13800009999"}]
NOBODY = [{"role": "caller", "anonymous": True}]
LONG = "楼下烧烤店的抽风机半夜还响，家里人都睡不着，希望有人来管一管"


def grouped(*lives: Life) -> Groups:
    ledger = ledger_of(*lives)
    return matters(ledger.stories, sorted(ledger.stories), Stream())


def test_the_least_name_stands_for_a_set() -> None:
    groups = Groups()
    for one, other in (("c", "b"), ("d", "e"), ("e", "c"), ("b", "a"), ("a", "d")):
        groups.join(one, other)
    assert {groups.of(name) for name in "abcde"} == {"a"}
    assert groups.of("f") == "f"


def test_orders_of_one_caller_are_one_matter() -> None:
    one, other = Life(1), Life(2, narrative=LONG, title="抽风机")
    stranger = Life(3, narrative="小区里的泳池水很脏", title="泳池", parties=OTHER)
    groups = grouped(one, other, stranger)
    assert groups.of(other.number) == one.number
    assert groups.of(stranger.number) == stranger.number


def test_nobody_named_is_nobody_in_common() -> None:
    one = Life(1, parties=NOBODY)
    other = Life(2, narrative="小区里的泳池水很脏", title="泳池", parties=NOBODY)
    assert caller_of(one.story.filed) == ""
    assert grouped(one, other).of(other.number) == other.number


def test_merged_linked_and_split_orders_are_one_matter() -> None:
    one = Life(1, parties=NOBODY)
    merged = Life(2, narrative="小区里的泳池水很脏", title="泳池", parties=OTHER)
    merged.dispatched().do(Act.MERGE, Role.DISPATCHER, {"main": one.number})
    assert grouped(one, merged).of(merged.number) == one.number
    child = Life(2, narrative="小区里的泳池水很脏", title="泳池", parties=OTHER, parent=one.number)
    assert grouped(one, child).of(child.number) == one.number


def test_nearly_the_same_words_are_one_matter() -> None:
    one = Life(1, narrative=LONG, parties=NOBODY)
    other = Life(2, narrative=LONG.replace("半夜", "凌晨"), parties=OTHER)
    assert grouped(one, other).of(other.number) == one.number


def test_a_side_is_stable_and_about_as_large_as_asked() -> None:
    sides = [side("x", f"YL-{number}", 0.2) for number in range(2000)]
    assert sides == [side("x", f"YL-{number}", 0.2) for number in range(2000)]
    assert 320 < sides.count("holdout") < 480
    assert {side("x", f"YL-{number}", 0.0) for number in range(50)} == {"train"}
    wider = [side("x", f"YL-{number}", 0.3) for number in range(2000)]
    assert all(now == "holdout" for before, now in zip(sides, wider, strict=True) if before == "holdout")
