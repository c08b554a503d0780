from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.items.pack import Guide, Material, Materials, Needed, Waiver
from tools.items.papers import STRICTEST, hand_of, handed, papers
from tools.items.stock import Stock

STOCK = Stock(
    {},
    {},
    {},
    Materials(
        waiver=Waiver(form="e", always="waived", if_found=("when found waived",), online=("online waived",)),
        materials=(
            Material(id="id", name="identity card", names=("identity card", "parents' cards"), licence="e-card"),
            Material(id="bank", name="bank card", names=("bank card",)),
        ),
    ),
)


def needed(name: str, note: str | None = None, form: str = "paper", copies: int = 1) -> Needed:
    return Needed(name=name, form=form, copies=copies, note=note)


def guide(id: str, *materials: Needed) -> Guide:
    return Guide(id=id, name=id, unit="u", materials=materials)


@pytest.mark.parametrize(
    ("paper", "hand"),
    [
        (needed("identity card"), "bring"),
        (needed("identity card", "waived"), "waived"),
        (needed("identity card", "when found waived"), "if_found"),
        (needed("identity card", "online waived"), "online"),
        (needed("identity card", form="e"), "if_found"),
        (needed("bank card", form="e"), "bring"),  # nothing stands for it
        (needed("something", form="e"), "bring"),
    ],
)
def test_what_a_guide_says_of_a_paper(paper: Needed, hand: str) -> None:
    assert hand_of(paper, STOCK) == hand


def test_lists_are_merged() -> None:
    one = guide("a", needed("identity card", "waived"), needed("bank card"), needed("form"))
    two = guide("b", needed("parents' cards", "to be checked", copies=2), needed("bank card", copies=1))
    merged = {paper.key: paper for paper in papers(STOCK, [one, two])}
    assert set(merged) == {"id", "bank", "form"}
    card = merged["id"]
    # One guide waives it, the other does not: it must be handed in, twice, under the register's name.
    assert (card.hand, card.copies, card.name, card.items) == ("bring", 2, "identity card", ("a", "b"))
    assert card.notes == ("to be checked",)
    assert merged["bank"].items == ("a", "b")
    assert handed(merged.values()) == 3
    assert merged["bank"].name == "bank card"


def test_a_paper_that_is_left_out_is_not_asked() -> None:
    one = guide("a", needed("identity card"), needed("form"))
    assert [p.key for p in papers(STOCK, [one], {"a": ("form",)})] == ["id"]
    assert [p.key for p in papers(STOCK, [one], {"b": ("form",)})] == ["id", "form"]


notes = st.sampled_from([None, "waived", "when found waived", "online waived"])
names = st.sampled_from(["identity card", "parents' cards", "bank card", "form", "photo"])
needs = st.builds(needed, names, notes, st.sampled_from(["e", "paper"]), st.integers(0, 3))
guides = st.lists(st.lists(needs, max_size=4), min_size=1, max_size=5).map(
    lambda lists: [guide(f"g{i}", *materials) for i, materials in enumerate(lists)]
)


@given(guides)
def test_merging_loses_nothing_and_asks_once(given_guides: list[Guide]) -> None:
    merged = papers(STOCK, given_guides)
    keys = [paper.key for paper in merged]
    assert len(set(keys)) == len(keys)
    alone = [paper for one in given_guides for paper in papers(STOCK, [one])]
    assert set(keys) == {paper.key for paper in alone}
    for paper in merged:
        parts = [other for other in alone if other.key == paper.key]
        assert paper.hand == min((other.hand for other in parts), key=STRICTEST.index)
        assert paper.copies == max(other.copies for other in parts)
    assert handed(merged) <= handed(alone)
    assert [STRICTEST.index(p.hand) for p in merged] == sorted(STRICTEST.index(p.hand) for p in merged)
