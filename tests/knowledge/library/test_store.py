from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from city.errors import BadInput, NotFound, Refused, TryAgain
from knowledge.index import Settings
from knowledge.library import Library, Query, Store
from tests.knowledge.library.making import HERE, document, noise, parking

_ROOT = Path(__file__).parents[3]


def test_the_same_input_makes_the_same_snapshot_and_is_not_built_again(store: Store) -> None:
    stages: list[str] = []
    first = store.build([parking(), noise()])
    again = store.build([parking(), noise()], progress=lambda stage, _: stages.append(stage))
    assert again == first
    assert stages[-1] == "unchanged"
    assert "keyword" not in stages


@pytest.mark.parametrize(
    "other",
    [
        [parking(30), noise()],
        [parking(title="another"), noise()],
        [parking()],
        [noise(), parking()],
    ],
)
def test_another_input_makes_another_snapshot(store: Store, other: list) -> None:  # type: ignore[type-arg]
    assert store.build([parking(), noise()]).id != store.build(other).id


def test_other_settings_make_another_snapshot(store: Store) -> None:
    assert store.build([parking()]).id != store.build([parking()], settings=Settings(k1=0.5)).id


def test_an_empty_corpus_builds_and_finds_nothing(store: Store) -> None:
    store.publish(store.build([]).id)
    assert Library.open(store, embedder=None).search(Query("停车", as_of=date(2026, 1, 1))) == []


def test_a_document_id_used_twice_is_named(store: Store) -> None:
    with pytest.raises(BadInput, match="'parking'"):
        store.build([parking(), parking(30)])


def test_a_provision_that_is_not_its_span_is_refused(store: Store) -> None:
    wrong = parking()
    wrong.provisions[0] = wrong.provisions[0].model_copy(update={"text": "别的文字"})
    with pytest.raises(BadInput, match="'parking#1'"):
        store.build([wrong])


def test_a_failed_build_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(BadInput):
        store.build([parking(), parking()])
    assert not (store.root / "staging").exists()
    assert store.snapshots() == []


def test_a_file_that_changed_is_noticed_and_built_anew(store: Store) -> None:
    info = store.build([parking()])
    (store.folder(info.id) / "provisions.sqlite").write_bytes(b"damaged")
    with pytest.raises(BadInput, match="damaged"):
        store.publish(info.id)
    assert store.build([parking()]).id == info.id
    store.publish(info.id)


def test_a_flipped_byte_is_noticed_at_publish(store: Store) -> None:
    info = store.build([parking()])
    path = store.folder(info.id) / "filters" / "level.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(BadInput, match="has changed"):
        store.publish(info.id)


@pytest.mark.parametrize("name", ["nosuch", "../etc", ""])
def test_publishing_what_is_not_there(store: Store, name: str) -> None:
    with pytest.raises(NotFound):
        store.publish(name)
    assert store.current() is None


def test_rollback_walks_back_and_stops_at_the_first(store: Store) -> None:
    names = [store.build([parking(minutes)]).id for minutes in (10, 20, 30)]
    for name in names:
        store.publish(name, by="editor")
    assert store.rollback(by="editor").snapshot == names[1]
    assert store.rollback().snapshot == names[0]
    with pytest.raises(Refused, match="no earlier snapshot"):
        store.rollback()
    assert store.current() == names[0]
    actions = [(entry.action, entry.snapshot) for entry in store.history()]
    assert actions == [
        *(("publish", name) for name in names),
        ("rollback", names[1]),
        ("rollback", names[0]),
    ]
    assert store.history()[0].by == "editor"


def test_after_a_rollback_a_new_publish_can_be_rolled_back(store: Store) -> None:
    a, b, c = (store.build([parking(minutes)]).id for minutes in (10, 20, 30))
    store.publish(a)
    store.publish(b)
    store.rollback()
    store.publish(c)
    assert store.rollback().snapshot == a


def test_prune_keeps_what_serves_and_what_rollback_needs(store: Store) -> None:
    names = [store.build([parking(minutes)]).id for minutes in (10, 20, 30, 40)]
    store.publish(names[0])
    store.publish(names[1])
    gone = store.prune(keep=1)
    assert gone == [names[2]] or set(gone) == {names[2]}
    assert store.rollback().snapshot == names[0]
    assert {info.id for info in store.snapshots()} == {names[0], names[1], names[3]}


def test_two_builders_do_not_collide(store: Store) -> None:
    refused: list[str] = []

    def second_builder(stage: str, _: float) -> None:
        if stage == "keyword" and not refused:
            with pytest.raises(TryAgain) as caught:
                Store(store.root).build([noise()])
            refused.append(str(caught.value))

    store.build([parking()], progress=second_builder)
    assert refused
    assert str(os.getpid()) in refused[0]


_BUILDER = """
import sys, time
from pathlib import Path
from knowledge.library import Store
from tests.knowledge.library.making import noise, parking

def report(stage, share):
    if stage == sys.argv[2]:
        print("there", flush=True)
        time.sleep(60)

Store(Path(sys.argv[1])).build([parking(30), noise()], progress=report)
"""


@pytest.mark.parametrize("stage", ["documents", "keyword", "verify"])
def test_kill_9_during_a_build_leaves_the_old_snapshot_serving(store: Store, stage: str) -> None:
    old = store.build([parking()])
    store.publish(old.id)
    library = Library.open(store, embedder=None)
    command = [sys.executable, "-c", _BUILDER, str(store.root), stage]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as builder:  # noqa: S603  # our own
        assert builder.stdout is not None
        assert builder.stdout.readline() == "there\n"
        builder.send_signal(signal.SIGKILL)
    left = list((store.root / "staging").iterdir())
    assert left, "the build was killed before it staged anything"

    query = Query("停车前多少分钟免费", as_of=date(2026, 1, 1), region=HERE)
    assert "15分钟" in library.search(query)[0].provision.text
    assert "15分钟" in Library.open(store, embedder=None).search(query)[0].provision.text
    assert [info.id for info in store.snapshots()] == [old.id]

    new = store.build([parking(30), noise()])
    assert not (store.root / "staging").exists()
    store.publish(new.id)
    assert "30分钟" in library.search(query)[0].provision.text


def test_opening_before_anything_is_published(store: Store) -> None:
    store.build([parking()])
    with pytest.raises(NotFound, match="publish"):
        Library.open(store, embedder=None)


def test_a_crash_between_pointer_and_record_does_not_stop_a_rollback(store: Store) -> None:
    first, second = store.build([parking()]).id, store.build([noise()]).id
    store.publish(first)
    store.pointer.write_text(f"{second}\n")
    assert store.rollback().snapshot == first


def test_references_across_documents_become_edges(store: Store) -> None:
    from knowledge.model import Reference

    named = Reference(start=0, end=2, words="第二条", work="parking", article=2)
    own = Reference(start=0, end=2, words="第二条", article=2, target="fees#2")
    lost = Reference(start=0, end=2, words="第九条", work="parking", article=9)
    info = store.build([document("fees", "依照规定收费。", "另行公布。", references=[named, own, lost]), parking()])
    assert info.edges == 2
