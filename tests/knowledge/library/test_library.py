from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from city.errors import BadInput, NotFound
from knowledge.library import Library, Query, Store
from knowledge.model import Level, Reference, Visibility
from tests.knowledge.library.making import HERE, document, noise, parking

Open = Callable[..., Library]
NOW = date(2026, 11, 20)


def ask(text: str = "停车前多少分钟免费", **fields: Any) -> Query:
    return Query(text, **{"as_of": NOW, "region": HERE, **fields})


def found(library: Library, **fields: Any) -> set[str]:
    return {hit.meta.id for hit in library.search(ask(**fields))}


def test_a_hit_carries_provision_metadata_score_and_snapshot(opened: Open, store: Store) -> None:
    library = opened(parking(), noise())
    hit = library.search(ask())[0]
    assert hit.provision.id == "parking#2"
    assert hit.provision.path == ("第一章 总则",)
    assert hit.meta.title == "parking"
    assert 0 < hit.score <= 1
    assert hit.parts.keyword > 0
    assert hit.snapshot == store.current() == library.snapshot


def test_limit(opened: Open) -> None:
    assert len(opened(parking(), noise()).search(ask("停车 噪声 收费", limit=2))) == 2


def test_validity_is_half_open(opened: Open) -> None:
    library = opened(parking(valid_from=date(2024, 7, 1), valid_to=date(2025, 7, 1)))
    days = [date(2024, 6, 30), date(2024, 7, 1), date(2025, 6, 30), date(2025, 7, 1)]
    assert [bool(found(library, as_of=day)) for day in days] == [False, True, True, False]


def test_an_unknown_start_is_never_in_force(opened: Open) -> None:
    assert found(opened(parking(valid_from=None)), as_of=date.max) == set()


@pytest.mark.parametrize(
    ("region", "seen"),
    [
        ("", {"nation"}),
        ("江省", {"nation", "province"}),
        ("江省/云市", {"nation", "province", "city"}),
        ("江省/云市/南县", {"nation", "province", "city", "county"}),
        ("江省/云市/北区", {"nation", "province", "city"}),
        ("江省/云市二", {"nation", "province"}),
        ("nowhere", {"nation"}),
    ],
)
def test_a_provision_binds_those_inside_its_region(opened: Open, region: str, seen: set[str]) -> None:
    regions = {"nation": "", "province": "江省", "city": "江省/云市", "county": "江省/云市/南县"}
    library = opened(*(document(name, "停车收费规则。", region=place) for name, place in regions.items()))
    assert found(library, region=region) == seen


@pytest.mark.parametrize("role", ["citizen", "", "nobody", "STAFF", "ai"])
def test_whoever_is_not_known_as_staff_reads_what_is_public(opened: Open, role: str) -> None:
    library = opened(parking(), document("inner", "停车收费内部口径。", visibility=Visibility.STAFF))
    assert found(library, role=role) == {"parking"}
    with pytest.raises(NotFound):
        library.get("inner#1", role=role)
    with pytest.raises(NotFound):
        library.document("inner", role=role)
    assert library.versions("inner", role=role) == []


def test_staff_read_both(opened: Open) -> None:
    library = opened(parking(), document("inner", "停车收费内部口径。", visibility=Visibility.STAFF))
    assert found(library, role="staff") == {"parking", "inner"}
    assert library.get("inner#1", role="staff").text == "停车收费内部口径。"


def test_levels_and_documents_narrow(opened: Open) -> None:
    library = opened(parking(), document("law", "停车收费由法律规定。", level=Level.LAW))
    assert found(library, levels=frozenset({Level.LAW})) == {"law"}
    assert found(library, documents=frozenset({"parking"})) == {"parking"}
    assert found(library, documents=frozenset({"nosuch"})) == set()
    assert found(library, documents=frozenset()) == set()
    assert found(library, levels=frozenset()) == set()


def test_get_by_id_and_day(opened: Open) -> None:
    library = opened(parking(valid_to=date(2025, 1, 1)))
    assert library.get("parking#2").article == "第2条"
    assert library.get("parking#2", as_of=date(2024, 5, 1)).id == "parking#2"
    with pytest.raises(NotFound, match="in force on 2026-11-20"):
        library.get("parking#2", as_of=NOW)
    with pytest.raises(NotFound, match="'parking#9'"):
        library.get("parking#9")


def test_a_document_comes_back_as_it_went_in(opened: Open) -> None:
    assert opened(parking()).document("parking") == parking()


def test_the_newer_version_ends_the_older_one(opened: Open) -> None:
    old = document("rule-2016", "停车前30分钟免费。", work="rule", valid_from=date(2016, 1, 1))
    new = document("rule-2024", "停车前15分钟免费。", work="rule", valid_from=date(2024, 7, 1))
    library = opened(new, old)
    assert found(library, as_of=NOW) == {"rule-2024"}
    assert found(library, as_of=date(2020, 1, 1)) == {"rule-2016"}
    assert [meta.id for meta in library.versions("rule")] == ["rule-2016", "rule-2024"]
    assert library.meta("rule-2016").valid_to == date(2024, 7, 1)


def test_other_versions_are_found_by_words_when_numbers_moved(opened: Open) -> None:
    old = document("r-1", "道路停车前30分钟免费。", "物业收费另行规定。", work="r", valid_from=date(2016, 1, 1))
    new = document("r-2", "为了便民制定本条例。", "道路停车前15分钟免费。", work="r", valid_from=date(2024, 1, 1))
    library = opened(old, new)
    match = library.other_versions(library.get("r-2#2"))
    assert [(m.meta.id, m.provision.id if m.provision else None) for m in match] == [("r-1", "r-1#1")]
    assert library.other_versions(library.get("r-2#1"))[0].provision is None


def test_neighbours_stay_inside_the_document(opened: Open) -> None:
    library = opened(noise(), parking())
    around = [p.id for p in library.neighbours(library.get("parking#1"))]
    assert around == ["parking#2"]
    assert [p.id for p in library.neighbours(library.get("parking#2"), distance=5)] == [
        "parking#1",
        "parking#3",
    ]


def test_references_lead_to_the_version_in_force(opened: Open) -> None:
    ahead = Reference(start=0, end=2, words="《停车规则》第一条", work="停车规则", article=1)
    old = document("p-1", "前三十分钟免费。", title="停车规则", work="p", valid_from=date(2016, 1, 1))
    new = document("p-2", "前十五分钟免费。", title="停车规则", work="p", valid_from=date(2024, 7, 1))
    fees = document("fees", "依照《停车规则》第一条收费。", references=[ahead], valid_from=date(2015, 1, 1))
    library = opened(fees, old, new)
    first = library.get("fees#1")
    assert first.references == (ahead,)
    assert [p.id for p in library.referred(first, as_of=NOW)] == ["p-2#1"]
    assert [p.id for p in library.referred(first, as_of=date(2018, 1, 1))] == ["p-1#1"]
    assert [p.id for p in library.referring(library.get("p-2#1"), as_of=NOW)] == ["fees#1"]


def test_an_open_library_notices_a_publish_and_a_rollback(opened: Open, store: Store) -> None:
    library = opened(parking())
    store.publish(store.build([parking(30)]).id)
    assert "30分钟" in library.search(ask())[0].provision.text
    store.rollback()
    assert "15分钟" in library.search(ask())[0].provision.text


def test_a_published_snapshot_that_cannot_be_opened_leaves_the_old_one_serving(
    opened: Open, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    library = opened(parking())
    before = library.snapshot
    broken = store.build([parking(30)]).id
    store.publish(broken)
    (store.folder(broken) / "manifest.json").write_text("{}")
    assert "15分钟" in library.search(ask())[0].provision.text
    assert library.snapshot == before
    assert len(caplog.records) == 1
    with pytest.raises(BadInput):
        Library.open(store, embedder=None)


def test_threads_search_while_snapshots_are_swapped(opened: Open, store: Store) -> None:
    library = opened(parking(15))
    names = [store.build([parking(minutes)]).id for minutes in (20, 25)]
    stop, wrong = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            hit = library.search(ask())[0]
            expected = {names[0]: "20分钟", names[1]: "25分钟"}.get(hit.snapshot, "15分钟")
            if expected not in hit.provision.text:
                wrong.append(hit)

    threads = [threading.Thread(target=search, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for name in names * 5:
        store.publish(name)
        library.search(ask())
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert library.snapshot == names[1]


def test_masks_are_reused_and_cannot_be_written(opened: Open, store: Store) -> None:
    from knowledge.library.reader import SnapshotReader

    opened(parking())
    reader = SnapshotReader(store.folder(store.current() or ""), embedder=None)
    withdrawn = store.withdrawals.now()
    mask = reader.mask(ask().scope, staff=False, withdrawn=withdrawn)
    assert reader.mask(ask("别的问题").scope, staff=False, withdrawn=withdrawn) is mask
    with pytest.raises(ValueError, match="read-only"):
        mask[0] = False


def test_where_a_document_applies(opened: Open) -> None:
    library = opened(parking())
    meta = library.meta("parking")
    assert library.applies(meta, as_of=NOW, region=f"{HERE}/北区")
    assert not library.applies(meta, as_of=NOW, region="江省")


def test_whether_another_day_has_other_rules(opened: Open) -> None:
    library = opened(parking(valid_from=date(2024, 7, 1), valid_to=date(2025, 7, 1)), noise())
    assert library.changes(ask(as_of=date(2025, 1, 1)), NOW)
    assert not library.changes(ask(as_of=date(2026, 1, 1)), NOW)
    assert not library.changes(ask(as_of=date(2025, 1, 1), region="别处"), NOW)
