from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from tools.items.course import course, is_done
from tools.items.pack import Bundle, Situation, Step


def bundle(*steps: Step) -> Bundle:
    return Bundle(id="b", name="b", serves="s", steps=steps)


DAYS = {"a": 2, "b": 3, "c": 5, "d": 1}
FORK = bundle(
    Step(item="a"), Step(item="b", after=("a",)), Step(item="c", after=("a",)), Step(item="d", after=("b", "c"))
)


def test_a_fork_by_hand() -> None:
    found = course(FORK, (), DAYS)
    rows = {row.item: row for row in found.steps}
    assert [(r.begin, r.end, r.round) for r in (rows["a"], rows["b"], rows["c"], rows["d"])] == [
        (0, 2, 1),
        (2, 5, 2),
        (2, 7, 2),
        (7, 8, 3),
    ]
    assert (found.together, found.one_by_one, found.unknown) == (8, 11, 0)
    assert {row.item for row in found.steps if row.is_critical} == {"a", "c", "d"}


def test_a_step_that_is_not_done_is_passed_over() -> None:
    """c waits for b only where the situation makes b happen; else for what b waits for."""
    steps = bundle(
        Step(item="a"), Step(item="b", after=("a",), when=("renting",)), Step(item="c", after=("b",), unless=("poor",))
    )
    with_b = course(steps, {"renting"}, DAYS)
    assert [(row.item, row.begin) for row in with_b.steps] == [("a", 0), ("b", 2), ("c", 5)]
    without = course(steps, (), DAYS)
    assert [(row.item, row.begin, row.after) for row in without.steps] == [("a", 0, ()), ("c", 2, ("a",))]
    assert [row.item for row in course(steps, {"poor"}, DAYS).steps] == ["a"]


def test_days_of_the_bundle_win_and_unknown_ones_are_counted() -> None:
    steps = bundle(Step(item="a", days=7), Step(item="x", after=("a",)))
    found = course(steps, (), DAYS)
    assert (found.together, found.one_by_one, found.unknown) == (7, 7, 1)


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    steps: list[Step] = []
    for i in range(draw(st.integers(1, 6))):
        before = draw(st.lists(st.sampled_from([s.item for s in steps]), unique=True, max_size=3)) if steps else []
        when: tuple[Situation, ...] = ("renting",) if draw(st.booleans()) else ()
        steps.append(Step(item=f"i{i}", after=tuple(before), when=when, days=draw(st.integers(0, 9))))
    return bundle(*steps)


def longest(of: Bundle, holds: set[Situation]) -> int:
    """The longest chain, tried over every set of items: one follows another by way of items not done too."""
    steps = {step.item: step for step in of.steps}
    done = [step for step in of.steps if is_done(step, holds)]

    def follows(late: str, early: str) -> bool:
        return any(
            item == early or (not is_done(steps[item], holds) and follows(item, early)) for item in steps[late].after
        )

    best = 0
    for size in range(1, len(done) + 1):
        for chain in combinations(done, size):
            if all(follows(late.item, early.item) for early, late in pairwise(chain)):
                best = max(best, sum(step.days or 0 for step in chain))
    return best


@given(bundles(), st.booleans())
def test_together_is_the_longest_chain(of: Bundle, renting: bool) -> None:
    holds: set[Situation] = {"renting"} if renting else set()
    found = course(of, holds, {})
    assert found.together == longest(of, holds)
    assert found.together <= found.one_by_one
    rows = {row.item: row for row in found.steps}
    assert all(
        rows[item].end <= row.begin and rows[item].round < row.round for row in found.steps for item in row.after
    )
    if found.steps:
        critical = [row for row in found.steps if row.is_critical]
        assert max(row.end for row in critical) == found.together
        assert min(row.begin for row in critical) == 0
