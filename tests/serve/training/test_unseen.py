from __future__ import annotations

from collections.abc import Sequence

from agents.reading.categories import Known
from serve.training.matters import Groups
from serve.training.unseen import Readers
from tests.serve.training.test_likeness import TEXT

NEW = "紫色的大象在月亮上跳华尔兹的时候忘记了带伞"


def readers(folds: int, learnt: list[tuple[int, Sequence[Known]]]) -> Readers:
    """Readers whose dispatchers are only names."""

    def learn(part: int, texts: Sequence[Known]) -> object:
        learnt.append((part, texts))
        return f"part {part}"

    taught = [Known(TEXT, "1"), Known("烧烤店", "1"), Known("门口的路灯坏了三盏，晚上看不见路，请来修", "2")]
    return Readers("own", taught, learn, folds)  # type: ignore[arg-type]  # nothing is dispatched here


def named(readers: Readers, petitions: dict[str, str], groups: Groups | None = None) -> dict[str, str]:
    """Order → the name of its dispatcher."""
    return {order: str(one) for order, one in readers.of(petitions, groups or Groups()).items()}


def test_a_new_petition_is_asked_of_the_own_dispatcher() -> None:
    learnt: list[tuple[int, Sequence[Known]]] = []
    assert named(readers(3, learnt), {"a": NEW}) == {"a": "own"}
    assert learnt == []


def test_a_petition_learnt_from_is_asked_of_one_who_has_not() -> None:
    learnt: list[tuple[int, Sequence[Known]]] = []
    found = named(readers(1, learnt), {"a": TEXT + "，急", "b": NEW})
    assert found == {"a": "part 0", "b": "own"}
    ((part, texts),) = learnt
    assert part == 0
    assert [one.text for one in texts] == ["烧烤店", "门口的路灯坏了三盏，晚上看不见路，请来修"]  # a word is no message


def test_orders_of_a_matter_lie_in_one_part() -> None:
    groups = Groups()
    names = [f"order {number}" for number in range(30)]
    for name in names[1:15]:
        groups.join(names[0], name)
    found = named(readers(4, []), dict.fromkeys(names, TEXT), groups)
    assert len({found[name] for name in names[:15]}) == 1
    assert len(set(found.values())) > 1


def test_without_parts_a_petition_learnt_from_has_no_dispatcher() -> None:
    assert named(readers(0, []), {"a": TEXT, "b": NEW}) == {"b": "own"}
