from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from city.pack.problems import PackError
from knowledge.corpus import load_corpus
from knowledge.library import Library, Query, Store
from knowledge.model import Level
from tests.knowledge.pack_making import GUIDE, QUESTIONS, RULE, make_pack, write


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_pack(tmp_path / "pack")


def problems(pack: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        load_corpus(pack)
    return [str(problem) for problem in caught.value.problems]


def test_files_guides_and_questions_are_one_sorted_corpus(pack: Path) -> None:
    documents = load_corpus(pack)
    assert [d.meta.id for d in documents] == ["faq-1", "rule", "sg-b", "sg-dog"]
    assert [d.meta.source for d in documents] == [
        "faq/parks.yaml",
        "regulations/rule.md",
        "services/sg-b.yaml",
        "services/sg-dog.yaml",
    ]


def test_it_builds_and_answers(pack: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.publish(store.build(load_corpus(pack, names={"parks": "园林中心"})).id)
    library = Library.open(store, embedder=None)
    guides = frozenset({Level.GUIDE})
    query = Query("遛狗 所需材料 身份证", as_of=date(2026, 11, 20), region="江省/云市", levels=guides)
    assert library.search(query)[0].provision.id == "sg-dog#papers"
    answer = library.get("faq-1#answer")
    assert [p.id for p in library.referred(answer, as_of=date(2026, 11, 20))] == ["rule#2"]


def test_sidecars_and_hidden_files_are_no_documents(pack: Path) -> None:
    write(pack / "regulations/.draft.md", "not read")
    text = RULE.split("---\n", 2)[2]
    write(pack / "regulations/other.txt", text)
    write(pack / "regulations/other.txt.meta.yaml", {"id": "other", "title": "另一条例", "level": "city_rule"})
    assert [d.meta.id for d in load_corpus(pack, folders=["regulations"])] == ["other", "rule"]


def test_folders_that_are_not_there_are_empty(tmp_path: Path) -> None:
    assert load_corpus(tmp_path) == []


def test_every_problem_is_listed(pack: Path) -> None:
    write(pack / "regulations/bare.md", "没有元数据。")
    write(pack / "services/sg-b.yaml", {**GUIDE, "id": "sg-b", "phone": None, "price": 3})
    write(pack / "faq/text.yaml", "just words")
    write(pack / "faq/broken.yaml", "a: [")
    found = problems(pack)
    assert len(found) == 5
    for start in (
        "regulations/bare.md",
        "services/sg-b.yaml: phone",
        "services/sg-b.yaml: price",
        "faq/text.yaml",
        "faq/broken.yaml: line",
    ):
        assert sum(line.startswith(start) for line in found) == 1, (start, found)
    assert all("→" in line for line in found)


def _same_id(pack: Path) -> None:
    write(pack / "policies/again.md", RULE)


def _lost_guide(pack: Path) -> None:
    (pack / "services/sg-b.yaml").unlink()


def _cites(document: str, article: str | None) -> Callable[[Path], None]:
    entry = {**QUESTIONS[0], "citations": [{"document": document, "article": article}]}
    return lambda pack: write(pack / "faq/parks.yaml", [entry])


def _no_labels(pack: Path) -> None:
    (pack / "wording/guide_labels.yaml").unlink()


@pytest.mark.parametrize(
    ("spoil", "start", "named"),
    [
        (_same_id, "policies/again.md: id", "regulations/rule.md"),
        (_lost_guide, "services/sg-dog.yaml: related", "'sg-b'"),
        (_cites("nosuch", None), "faq/parks.yaml: faq-1.citations", "'nosuch'"),
        (_cites("rule", "第九条"), "faq/parks.yaml: faq-1.citations", "第九条"),
        (_no_labels, "wording/guide_labels.yaml", "cannot be read"),
    ],
)
def test_one_problem(pack: Path, spoil: Callable[[Path], None], start: str, named: str) -> None:
    spoil(pack)
    assert any(line.startswith(start) and named in line for line in problems(pack))


def test_a_question_may_cite_a_whole_document(pack: Path) -> None:
    _cites("rule", None)(pack)
    assert len(load_corpus(pack)) == 4
