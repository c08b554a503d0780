from __future__ import annotations

import pytest

from city.errors import NotFound
from knowledge.library import Store, diff
from knowledge.library.diff import unified
from tests.knowledge.library.making import document, noise, parking


def test_documents_added_removed_and_changed(store: Store) -> None:
    old = store.build([parking(15), noise(), document("gone", "已经废止。")]).id
    new = store.build([parking(30, title="新标题"), noise(), document("fresh", "新的规定。")]).id
    changes = diff(store, old, new)
    assert (changes.added, changes.removed) == (("fresh",), ("gone",))
    (changed,) = changes.changed
    assert changed.id == "parking"
    assert changed.fields == {"title": ("parking", "新标题")}
    (provision,) = changed.provisions
    assert provision.id == "parking#2"
    assert [(w.kind, w.text) for w in provision.words] == [
        ("same", "道路停车位前"),
        ("removed", "15"),
        ("added", "30"),
        ("same", "分钟免费，超过的按照标准收费。"),
    ]


def test_provisions_added_and_removed(store: Store) -> None:
    one, two = document("a", "第一句。", "第二句。"), document("a", "第一句。")
    old, new = store.build([one]).id, store.build([two]).id
    assert [(p.id, p.kind) for p in diff(store, old, new).changed[0].provisions] == [("a#2", "removed")]
    assert [(p.id, p.kind) for p in diff(store, new, old).changed[0].provisions] == [("a#2", "added")]


def test_a_snapshot_does_not_differ_from_itself(store: Store) -> None:
    name = store.build([parking()]).id
    changes = diff(store, name, name)
    assert (changes.added, changes.removed, changes.changed) == ((), (), ())


def test_an_unknown_snapshot(store: Store) -> None:
    with pytest.raises(NotFound):
        diff(store, store.build([parking()]).id, "nosuch")


def test_unified_words_hold_both_texts() -> None:
    old, new = "前15分钟免费，超过的收费。", "前30分钟免费停放，超时的收费。"
    words = unified(old, new)
    assert "".join(w.text for w in words if w.kind != "added") == old
    assert "".join(w.text for w in words if w.kind != "removed") == new
