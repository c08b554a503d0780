"""The public questions with reference answers, through the whole desk, over all articles of law."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from city.errors import BadInput
from city.fingerprint import of_files
from eval.articles import article_documents, read_rows
from eval.asking import ask, desk_of, is_answer
from eval.judging.marks import evidence, failed, judged_faults, judged_values, plain
from eval.material import shared_files
from eval.metrics.citations import compare
from eval.metrics.texts import bleu, char_f1, chrf, rouge_l
from eval.place import Place
from eval.retrieval import BLOCK
from eval.runs.fingerprint import digest
from eval.suite import Case, Json, Scored, Value
from knowledge.library.durable import locked, replace_text
from serve.building import publish_documents
from serve.settings import ROOT, Settings

if TYPE_CHECKING:
    from agents.desk import Desk
    from eval.judging.judge import Judge

_NAME = "statutes_answers"
_FIRST = 200
"""Questions where not all are wanted, by an even draw."""
_MEASURES = ("faithfulness", "relevancy", "context_precision", "context_recall", "correctness")
_STAMP = "built.txt"


class Question(NamedTuple):
    """A question, the answer that a lawyer gave, the articles that answer, and what they are."""

    text: str
    answer: str
    articles: tuple[str, ...]
    kinds: tuple[str, ...]


class StatutesAnswers:
    """The questions of the public set that have a reference answer and articles."""

    def cases(self, place: Place) -> list[Case]:
        """One case a question; those of one block are of one topic or of neighbouring ones."""
        numbered = list(enumerate(_questions()))
        if place.small and len(numbered) > _FIRST:
            numbered = [numbered[at * len(numbered) // _FIRST] for at in range(_FIRST)]
        return [
            Case(
                id=f"statute-{number}",
                given={"text": one.text},
                expect={"articles": list(one.articles), "answer": one.answer},
                slices={"kind": one.kinds[0] if len(set(one.kinds)) == 1 else "mixed"},
                group=f"block-{number // BLOCK}",
            )
            for number, one in numbered
        ]

    def open(self, place: Place) -> Desk:
        """A desk over the articles, in a home of its own; building it takes minutes, once."""
        return desk_of(replace(place, settings=library(place)))

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:  # every trial is the same
        """The answer."""
        return await ask(subject, case.given["text"])

    async def judge(self, judge: Judge, case: Case, said: Json) -> Json:
        """What the judge finds in what was answered; nothing where nothing was."""
        if not is_answer(said):
            return {}
        return await judge.answer(
            _MEASURES, case.given["text"], plain(said["text"]), evidence(said), case.expect["answer"]
        )

    def score(self, case: Case, said: Json) -> Scored:
        """Nearness to the reference, articles, numbers; a refusal is worth nothing in all that compares."""
        told, text, reference = is_answer(said), plain(said["text"]), case.expect["answer"]
        cited = compare({one["provision"] for one in said["citations"]} if told else (), case.expect["articles"])
        near = {name: way(text, reference) if told else 0.0 for name, way in _NEAR.items()}
        values: dict[str, Value] = {
            "answered": float(told),
            "cited_gold": float(cited.right > 0),
            "citation_recall": cited.recall,
            "citation_precision": cited.precision if told else None,
            **near,
            "rouge_l_answered": near["rouge_l"] if told else None,
            "numbers_shown": float(not said["unshown"]) if told else None,
            **judged_values(said, _MEASURES),
            "judge_failed": failed(said),
        }
        if not told:
            return Scored(values=values, why=f"ended as {said['outcome']}")
        faults = [] if cited.right else [f"cites none of {', '.join(case.expect['articles'])}"]
        if said["unshown"]:
            faults.append(f"numbers from nowhere: {', '.join(said['unshown'])}")
        faults += judged_faults(said, _MEASURES)
        return Scored(values=values, why="; ".join(faults))


_NEAR = {"rouge_l": rouge_l, "chrf": chrf, "bleu": bleu, "char_f1": char_f1}


def _questions() -> list[Question]:
    """Raises BadInput where the file has other fields."""
    path = shared_files(_NAME)[1]
    try:
        return [
            Question(row["query"], row["answer"], tuple(row["gold_ids"]), tuple(row["gold_categories"]) or ("-",))
            for row in read_rows(path)
            if row["gold_ids"] and row["answer"]
        ]
    except KeyError as error:
        raise BadInput(f"{path.name}: a question has no field {error}") from error


def library(place: Place) -> Settings:
    """The settings of a home in which all articles are published; it is built where it is not there yet.

    Nothing is learnt from questions: the index has keywords and vectors, no memory of questions and no ranker.
    """
    articles = shared_files(_NAME)[0]
    home = place.settings.home / "eval" / "statutes_answers"
    home.mkdir(parents=True, exist_ok=True)
    settings = place.settings.model_copy(update={"home": home})
    code = [ROOT / "knowledge" / part for part in ("index", "library", "embed", "model.py")]
    wanted = digest(of_files([articles], articles.parent), of_files(code, ROOT), place.pack.city.embedding.model_dump())
    with locked(home / "build.lock", wait=True, busy="it is being built"):
        if not (home / _STAMP).is_file() or (home / _STAMP).read_text("utf-8") != wanted:
            shutil.rmtree(home / place.pack.city.id, ignore_errors=True)
            publish_documents(settings, article_documents(articles))
            replace_text(home / _STAMP, wanted)
    return settings


SUITE = StatutesAnswers()
