"""Who may call what: the tool's circle, the pack's circle, and every right of either."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.pack import CityPack
from tests.tools.seam.toys import CITIZEN, KEEPER, NOW, a_tool, box_of, told
from tools.seam.audit import MemoryLog
from tools.seam.endings import Ending
from tools.seam.fields import Found
from tools.seam.tool import EVERYBODY, STAFF, Arguments, Effect, tool
from tools.seam.toolbox import Caller, Offered, Toolbox

CIRCLES = (frozenset[str](), frozenset({"citizen"}), STAFF, EVERYBODY)
RIGHTS = ("", "city.read", "benches.manage")
EFFECTS: tuple[Effect, ...] = ("read", "propose", "write")
CALLERS = (CITIZEN, Caller("citizen", frozenset(RIGHTS)), Caller.staff(), KEEPER, Caller("staff", frozenset()))


def test_every_combination_of_circles_and_rights() -> None:
    """The rule spelled out a second time, over all 4 × 3 × 3 × 3 × 3 × 5 cases."""
    seen = {True: 0, False: 0}
    for circle, right, effect, narrow, narrow_right, caller in product(
        CIRCLES, RIGHTS, EFFECTS, (("citizen",), ("staff",), ("citizen", "staff")), RIGHTS, CALLERS
    ):
        offered = Offered(a_tool(circle, right, effect), told(*narrow, permission=narrow_right))  # type: ignore[arg-type]
        wanted = (
            caller.audience in circle
            and caller.audience in narrow
            and all(name in caller.permissions for name in (right, narrow_right) if name)
            and (effect == "read" or caller.audience == "staff")
        )
        assert offered.allows(caller) is wanted
        seen[wanted] += 1
    assert seen[True] > 100
    assert seen[False] > 100


@given(
    st.sets(st.sampled_from(["citizen", "staff"])),
    st.sets(st.sampled_from(["citizen", "staff"]), min_size=1),
    st.sampled_from(RIGHTS),
    st.sampled_from(RIGHTS),
    st.sets(st.sampled_from(RIGHTS[1:])),
)
def test_a_pack_only_narrows(circle: set[str], narrow: set[str], right: str, narrow_right: str, held: set[str]) -> None:
    """Nobody may do with the pack's word what the tool alone would not let them do; more rights never take away."""
    made = a_tool(circle, right)
    widest = told(permission="")
    narrowed = told(*sorted(narrow), permission=narrow_right)  # type: ignore[arg-type]
    for audience in ("citizen", "staff"):
        caller = Caller(audience, frozenset(held))
        richer = Caller(audience, frozenset(RIGHTS))
        if Offered(made, narrowed).allows(caller):
            assert Offered(made, widest).allows(caller)
            assert Offered(made, narrowed).allows(richer)


def test_absent_off_and_forbidden_tools_are_told_in_the_same_words(box: Toolbox, log: MemoryLog) -> None:
    told_of = {}
    for name in ("benches.closed", "benches.nothing", "no.such.room"):
        result = box.call(name, {"bench": "b1"}, CITIZEN, NOW)
        assert (result.ending, result.code, result.value, result.sources) == (
            Ending.NOT_ALLOWED,
            "not_allowed",
            None,
            [],
        )
        assert result.fields == {}
        told_of[name] = result.reason.replace(name, "?")
    assert len(set(told_of.values())) == 1
    assert [record.ending for record in log.records] == [Ending.NOT_ALLOWED] * 3


def test_forbidden_arguments_are_not_even_looked_at(box: Toolbox) -> None:
    """What is wrong with the arguments would tell that the tool exists."""
    for arguments in ({}, {"bench": "b1"}, {"bench": 3, "colour": "red"}):
        result = box.call("benches.closed", arguments, CITIZEN, NOW)
        assert (result.ending, result.code) == (Ending.NOT_ALLOWED, "not_allowed")


def test_what_a_caller_sees_is_what_a_caller_may_call(box: Toolbox) -> None:
    everything = {"benches.free": {}, "benches.closed": {}, "benches.report": {}, "toys.end": {"way": "none"}}
    for caller in CALLERS:
        listed = {offered.tool.id for offered in box.offered(caller)}
        called = {
            name for name, given in everything.items() if box.call(name, given, caller, NOW).code != "not_allowed"
        }
        assert listed == called
    assert {offered.tool.id for offered in box.offered(KEEPER)} == everything.keys()
    assert box.offered(Caller("staff", frozenset())) == []


def test_a_proposal_is_not_done(box: Toolbox) -> None:
    result = box.call("benches.report", {}, KEEPER, NOW)
    assert (result.ending, result.is_done) == (Ending.PROPOSED, True)


@pytest.mark.parametrize("effect", ["propose", "write"])
def test_no_tool_for_citizens_may_do_more_than_read(effect: Effect, toy_pack: CityPack, tmp_path: Path) -> None:
    def act(asked: Arguments, data: object) -> Found:
        """Acts."""
        return Found()

    with pytest.raises(TypeError, match="only reads"):
        tool("toys.act", "办", effect=effect)(act)
    box = box_of(toy_pack, tmp_path, Offered(a_tool(effect=effect), told()))
    assert box.call("toys.any", {}, Caller("citizen", frozenset(RIGHTS)), NOW).ending == Ending.NOT_ALLOWED
    assert box.call("toys.any", {}, KEEPER, NOW).is_done
