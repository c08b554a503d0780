from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from city.errors import NotFound
from city.pack import PackError, load_pack
from knowledge.library import Query
from serve.building import build_knowledge, publish_documents, read_documents, read_examples
from serve.house import open_house
from serve.library import open_library, store_of
from serve.settings import Settings
from tests.city.pack.making import write
from tests.conftest import TODAY
from tests.serve.small_city import PARKING, write_rule


def quiet(stage: str, share: float) -> None:
    assert 0 <= share <= 1, stage


def search(settings: Settings, text: str, as_of: date = TODAY, role: str = "citizen") -> list[str]:
    pack = load_pack(settings.city)
    query = Query(text=text, as_of=as_of, region=pack.city.region, role=role)
    return [hit.provision.id for hit in open_library(settings, pack).search(query)]


def test_what_is_built_is_found_for_its_time_and_reader(small: Settings) -> None:
    assert search(small, "道路停车几分钟不收费")[0] == "xc-parking-2024#2"
    assert search(small, "道路停车几分钟不收费", date(2021, 5, 1))[0] == "xc-parking-2020#2"
    assert "xc-manual-2024#1" not in search(small, "退单申请转班长审核")
    assert search(small, "退单申请转班长审核", role="staff")[0] == "xc-manual-2024#1"


def test_the_same_documents_are_the_same_snapshot(small: Settings) -> None:
    store = store_of(small, load_pack(small.city))
    before = store.current()
    again = build_knowledge(small, publish=True, progress=quiet)
    assert again.id == before
    assert len(store.history()) == 1


def test_a_build_may_wait_for_its_publication(small: Settings) -> None:
    store = store_of(small, load_pack(small.city))
    before = store.current()
    write_rule(small.city, "xc-parking-2026", "小城市停车条例", PARKING.format(minutes="二十"), start="2026-01-01")
    info = build_knowledge(small, publish=False, progress=quiet)
    assert info.id != before
    assert store.current() == before
    assert info.documents == 5


def test_a_confirmed_pair_changes_the_snapshot(small: Settings) -> None:
    before = store_of(small, load_pack(small.city)).current()
    write(
        small.city / "learned/pairs.jsonl",
        json.dumps({"question": "车停多久要钱", "provisions": ["xc-parking-2024#2"]}),
    )
    assert build_knowledge(small, publish=False, progress=quiet).id != before


def test_documents_of_another_source_can_be_published(small: Settings, tmp_path: Path) -> None:
    other = Settings(city=small.city, home=tmp_path / "other")
    documents = [d for d in read_documents(load_pack(small.city)) if d.meta.id == "xc-dogs-2024"]
    assert publish_documents(other, documents).documents == 1
    assert publish_documents(other, documents).documents == 1
    assert {hit.split("#")[0] for hit in search(other, "停车还是养犬登记")} == {"xc-dogs-2024"}


def test_without_knowledge_the_way_to_it_is_told(small_city: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="citydesk knowledge build"):
        open_house(Settings(city=small_city, home=tmp_path / "empty"))


def test_pairs_are_read_with_their_groups(small_city: Path) -> None:
    pack = load_pack(small_city)
    assert read_examples(pack) == []
    pair = {"question": "问\u2028题", "provisions": ["a#1", "b#2"], "group": "g"}
    lines = ["\ufeff" + json.dumps(pair, ensure_ascii=False), "", json.dumps({"question": "二", "provisions": ["a#1"]})]
    write(small_city / "learned/pairs.jsonl", "\r\n".join(lines))
    first, second = read_examples(pack)
    assert (first.question, first.keys, first.group) == ("问\u2028题", ("a#1", "b#2"), "g")
    assert (second.keys, second.group) == (("a#1",), "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON"),
        (b"[" * 50_000, "not JSON"),
        (b'{"question": "x"}', "provisions"),
        (b'{"question": "x", "provisions": "a#1"}', "provisions"),
        (b'{"question": "x", "provisions": []}', "provisions"),
        (b'{"question": 5, "provisions": ["a#1"]}', "question"),
        (b'{"question": "x", "provision": ["a#1"], "provisions": ["a#1"]}', "provision"),
        (b'["x", ["a#1"]]', "valid dictionary"),
        ('{"question": "停车"}'.encode("gb18030"), "UTF-8"),
    ],
)
def test_a_bad_pair_is_told_with_its_line(small_city: Path, line: bytes, said: str) -> None:
    good = b'{"question": "x", "provisions": ["a#1"]}\n'
    write(small_city / "learned/pairs.jsonl", good + b"\n" + line + b"\n" + good + b"{}\n")
    with pytest.raises(PackError) as caught:
        read_examples(load_pack(small_city))
    problems = caught.value.problems
    assert {p.file for p in problems} == {"learned/pairs.jsonl"}
    assert {p.where.split(".")[0] for p in problems} == {"line 3", "line 5"}
    at_3 = next(p for p in problems if p.where.startswith("line 3"))
    assert said in f"{at_3.where} {at_3.message}"
    assert at_3.remedy
