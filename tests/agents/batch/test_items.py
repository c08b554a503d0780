from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.batch.items import Names, digest

ROW = st.dictionaries(
    st.sampled_from(["id", "text", "title"]), st.one_of(st.none(), st.sampled_from("ab#2"), st.text())
)


@given(st.lists(ROW))
def test_every_row_has_an_id_of_its_own_and_always_the_same(rows: list[dict[str, str | None]]) -> None:
    first, again = Names(), Names()
    made = [first.of(row) for row in rows]
    assert len(set(made)) == len(rows)
    assert made == [again.of(row) for row in rows]
    assert all(name.encode() for name in made)


def test_the_rows_own_id_else_what_it_holds() -> None:
    names = Names()
    row = {"text": "路灯坏了", "time": "8:00"}
    assert names.of({"id": 17, **row}) == "17"
    assert names.of(row) == digest(dict(reversed(row.items())))
    assert [names.of({"id": "17"}), names.of({"id": "17#2"}), names.of({"id": "17"})] == ["17#2", "17#2#2", "17#3"]
