"""Measuring retrieval: the measures by hand, and a run on a made-up corpus."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from city.errors import BadInput
from eval.ranking import measure, ndcg, recall, reciprocal_rank
from eval.retrieval import fold_of, main, run_retrieval
from knowledge.embed import HashEmbedder
from knowledge.index import Settings
from tests.knowledge.index.corpus import entries, examples

QUICK = Settings(trees=20, threads=1)
SHARED = Path(os.environ.get("CITYDESK_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    articles, questions = tmp_path / "articles.jsonl", tmp_path / "questions.jsonl"
    rows = [{"id": e.key, "law_id": e.document, "law": e.title, "chapter": e.path, "text": e.text} for e in entries()]
    asked = [{"query": e.question, "gold_ids": list(e.keys)} for e in examples(1)]
    articles.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    questions.write_text("\n".join(json.dumps(row) for row in asked), encoding="utf-8")
    return articles, questions


def test_measures_by_hand() -> None:
    assert recall(["a", "b", "c"], ["c", "x"], 3) == 0.5
    assert reciprocal_rank(["a", "b"], ["b"], 10) == 0.5
    assert reciprocal_rank(["a", "b"], ["b"], 1) == 0
    assert ndcg(["a", "b"], ["a", "b"], 10) == 1
    assert ndcg(["x", "a"], ["a"], 10) == pytest.approx(0.6309, abs=1e-4)
    assert measure([], []).recall_5 == 0


def test_blocks_stay_together_and_folds_are_even() -> None:
    fold = fold_of(260, 5, "block")
    assert all(len(set(fold[start : start + 25])) == 1 for start in range(0, 260, 25))
    counts = [int((fold_of(100, 5, "random") == number).sum()) for number in range(5)]
    assert counts == [20] * 5


def test_learning_from_a_file_beats_learning_nothing(files: tuple[Path, Path]) -> None:
    articles, questions = files
    unlearnt = run_retrieval(articles, questions, embedder=HashEmbedder(), ablate=False, settings=QUICK)
    learnt = run_retrieval(articles, questions, train=questions, embedder=HashEmbedder(), settings=QUICK)
    assert learnt.metrics.mrr_10 > unlearnt.metrics.mrr_10
    assert set(learnt.stages) == {"keyword", "dense", "memory"}
    assert learnt.questions == 24


def test_folds_ask_every_question_once(files: tuple[Path, Path]) -> None:
    report = run_retrieval(*files, folds=3, split="block", train_embedding=False, ablate=False, settings=QUICK)
    assert (report.questions, report.folds) == (24, 3)


def test_train_and_folds_together_are_refused(files: tuple[Path, Path]) -> None:
    with pytest.raises(BadInput, match="not both"):
        run_retrieval(*files, train=files[1], folds=2)


def test_the_command_prints_json(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--articles", str(files[0]), "--questions", str(files[1]), "--no-dense", "--no-stages", "--json"]
    assert main(given) == 0
    assert json.loads(capsys.readouterr().out)["articles"] == len(entries())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nothing\.jsonl"):
        run_retrieval(tmp_path / "nothing.jsonl", tmp_path / "q.jsonl")


@pytest.mark.shared
def test_some_real_questions_find_their_articles(tmp_path: Path) -> None:
    articles, questions = SHARED / "laws/articles_current.jsonl.gz", SHARED / "statute_questions/dev.jsonl"
    for path in (articles, questions):
        if not path.exists():
            pytest.skip(f"needs {path}")
    some = tmp_path / "some.jsonl"
    some.write_text("".join(questions.read_text(encoding="utf-8").splitlines(keepends=True)[:100]), encoding="utf-8")
    report = run_retrieval(articles, some, train_embedding=False, ablate=False, settings=QUICK)
    assert report.metrics.recall_100 > 0.5
