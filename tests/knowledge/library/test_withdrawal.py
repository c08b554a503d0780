from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from city.errors import BadInput, NotFound, Refused
from knowledge.library import Library, Query, Store
from tests.knowledge.library.making import HERE, noise, parking

Open = Callable[..., Library]
QUERY = Query("停车前多少分钟免费，噪声呢", as_of=date(2026, 11, 20), region=HERE)
STAFF = Query(QUERY.text, as_of=QUERY.as_of, region=HERE, role="staff")


def seen(library: Library, query: Query = QUERY) -> set[str]:
    return {hit.provision.id for hit in library.search(query)}


def test_a_withdrawn_document_is_gone_from_an_open_library_at_once(opened: Open, store: Store) -> None:
    library = opened(parking(), noise())
    assert any(name.startswith("parking#") for name in seen(library))
    store.withdraw("parking", reason="wrong fee", by="li")
    for query in (QUERY, STAFF):
        assert seen(library, query) == {name for name in seen(library, query) if name.startswith("noise#")}
    for ask in (library.document, library.meta):
        with pytest.raises(NotFound):
            ask("parking")
    with pytest.raises(NotFound):
        library.get("parking#2")
    assert library.versions("parking") == []


def test_another_process_sees_it_too(opened: Open, store: Store) -> None:
    library = opened(parking())
    Store(store.root).withdraw("parking#2", reason="wrong fee", by="li")
    assert "parking#2" not in seen(library)


def test_a_withdrawn_provision_takes_its_words_with_it(opened: Open, store: Store) -> None:
    library = opened(parking())
    provision = library.get("parking#2")
    store.withdraw("parking#2", reason="wrong fee", by="li")
    assert "parking#2" not in seen(library)
    assert "parking#1" in {p.id for p in library.neighbours(provision)}
    assert library.neighbours(library.get("parking#1")) == []
    document = library.document("parking")
    assert "15分钟" not in document.text
    assert [p.id for p in document.provisions] == ["parking#1", "parking#3"]
    assert all(document.text[p.start : p.end] == p.text for p in document.provisions)


def test_staff_may_review_what_is_withdrawn(opened: Open, store: Store) -> None:
    library = opened(parking())
    store.withdraw("parking#2", reason="wrong fee", by="li")
    assert "15分钟" in library.get("parking#2", role="staff").text
    withdrawal = library.withdrawal("parking#2")
    assert withdrawal is not None
    assert (withdrawal.reason, withdrawal.by) == ("wrong fee", "li")
    assert library.withdrawal("parking#1") is None


def test_it_holds_for_snapshots_to_come_until_restored(opened: Open, store: Store) -> None:
    library = opened(parking())
    store.withdraw("parking", reason="wrong fee", by="li")
    store.publish(store.build([parking(20), noise()]).id)
    assert not any(name.startswith("parking#") for name in seen(library))
    store.restore("parking", reason="checked", by="wang")
    assert "parking#2" in seen(library)
    assert library.withdrawal("parking#2") is None


def test_every_step_is_on_record(opened: Open, store: Store) -> None:
    opened(parking())
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    dated = Store(store.root, now=lambda: at)
    dated.withdraw("parking", reason="wrong fee", by="li")
    dated.restore("parking", reason="checked", by="wang")
    record = store.withdrawals.record_of_all()
    assert [(r.action, r.id, r.reason, r.by, r.at) for r in record] == [
        ("withdraw", "parking", "wrong fee", "li", at),
        ("restore", "parking", "checked", "wang", at),
    ]


def test_what_cannot_be_withdrawn_is_said(opened: Open, store: Store) -> None:
    opened(parking())
    with pytest.raises(NotFound, match="'parkng'"):
        store.withdraw("parkng", reason="typo", by="li")
    with pytest.raises(BadInput, match="reason"):
        store.withdraw("parking", reason=" ", by="li")
    with pytest.raises(Refused, match="not withdrawn"):
        store.restore("parking", reason="why", by="li")
    store.withdraw("parking", reason="wrong", by="li")
    with pytest.raises(Refused, match="already"):
        store.withdraw("parking", reason="wrong", by="li")


def _record(store: Store) -> Path:
    return store.root / "withdrawals.jsonl"


def test_a_damaged_record_stops_the_search(opened: Open, store: Store) -> None:
    library = opened(parking())
    store.withdraw("parking", reason="wrong", by="li")
    store.restore("parking", reason="right", by="li")
    lines = _record(store).read_text().splitlines(keepends=True)
    _record(store).write_text("".join(lines[1:]))
    with pytest.raises(BadInput, match="line 1"):
        library.search(QUERY)


def test_a_line_cut_by_a_crash_is_dropped_by_the_next(opened: Open, store: Store) -> None:
    library = opened(parking(), noise())
    store.withdraw("parking", reason="wrong", by="li")
    with _record(store).open("a") as file:
        file.write('{"action": "with')
    assert seen(library) == {"noise#1", "noise#2"}
    store.withdraw("noise#1", reason="wrong", by="li")
    assert seen(library) == {"noise#2"}
    assert len(store.withdrawals.record_of_all()) == 2
