"""Questions over all articles of law, in five folds of blocks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from city.fingerprint import of_files
from eval.material import shared_files
from eval.metrics.ranking import ndcg, recall, reciprocal_rank
from eval.place import Place
from eval.retrieval import BLOCK, examples_of, fold_of, read_articles, read_questions, trained
from eval.runs.fingerprint import digest
from eval.suite import Case, Json, Scored
from serve.settings import ROOT

if TYPE_CHECKING:
    from eval.retrieval import Question
    from knowledge.index import Embedder, Entry
    from knowledge.index.reading import IndexReader

FOLDS = 5
_DEPTH = 100


class Subject(NamedTuple):
    """An opened index for each fold, which learnt from the others, and the keys of its rows."""

    readers: tuple[IndexReader, ...]
    keys: tuple[str, ...]


class StatutesRetrieval:
    """The questions of the public set whose articles are known."""

    def cases(self, place: Place) -> list[Case]:  # the data are not the city's
        """One case a question; those of one block are of one topic or of neighbouring ones."""
        asked = read_questions(shared_files("statutes_retrieval")[1])
        fold = fold_of(len(asked), FOLDS, "block").tolist()
        return [
            Case(
                id=f"statute-{number}",
                given={"text": question.text, "fold": fold[number]},
                expect={"articles": list(question.keys)},
                slices={"fold": str(fold[number])},
                group=f"block-{number // BLOCK}",
            )
            for number, question in enumerate(asked)
        ]

    def open(self, place: Place) -> Subject:
        """The indexes, built where they are not kept. Raises BadInput for files that cannot be read."""
        articles, questions = shared_files("statutes_retrieval")
        entries, asked = read_articles(articles), read_questions(questions)
        code = [ROOT / "knowledge" / "index", ROOT / "knowledge" / "embed"]
        name = digest(of_files([articles, questions], articles.parent), of_files(code, ROOT))
        folder = place.settings.home / "eval" / "statutes" / name
        return Subject(indexes(folder, entries, asked), tuple(entry.key for entry in entries))

    async def run(self, subject: Subject, case: Case, trial: int) -> Json:  # every trial is the same
        """The keys of the first hundred articles."""
        hits = subject.readers[case.given["fold"]].search(case.given["text"], limit=_DEPTH)
        return {"found": [subject.keys[one.row] for one in hits]}

    def score(self, case: Case, said: Json) -> Scored:
        """Recall and ranks."""
        found, right = said["found"], case.expect["articles"]
        values = {f"recall_{depth}": recall(found, right, depth) for depth in (5, 10, 20, _DEPTH)}
        values |= {"mrr_10": reciprocal_rank(found, right, 10), "ndcg_10": ndcg(found, right, 10)}
        at = next((rank for rank, key in enumerate(found, 1) if key in right), None)
        why = "" if values["recall_10"] else f"{right[0]} is {f'at {at}' if at else f'not among {_DEPTH}'}"
        return Scored(values=dict(values), why=why)


def indexes(folder: Path, entries: Sequence[Entry], asked: Sequence[Question]) -> tuple[IndexReader, ...]:
    """An index for each fold that learnt from the others, in ``folder``; what is there is opened.

    The folds share the files of one index: only what each learnt is its own.
    """
    from knowledge.embed import StaticEmbedder
    from knowledge.index import build, open_index, teach

    embedder: Embedder | None = None
    if not (folder / "base" / "index.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        embedder = trained(entries, folder / "embedder", lambda message: None)
        build(entries, folder / "base", embedder=embedder)
    elif (folder / "embedder").is_dir():
        embedder = StaticEmbedder(folder / "embedder")
    known, fold = examples_of(asked, "block"), fold_of(len(asked), FOLDS, "block")
    readers = []
    for number in range(FOLDS):
        own = folder / f"fold-{number}"
        if not (own / "index.json").is_file():
            shutil.rmtree(own, ignore_errors=True)
            shutil.copytree(folder / "base", own, copy_function=os.link)
            others = [example for example, at in zip(known, fold, strict=True) if at != number]
            teach(entries, own, embedder=embedder, examples=others)
        readers.append(open_index(own, embedder=embedder))
    return tuple(readers)


SUITE = StatutesRetrieval()
