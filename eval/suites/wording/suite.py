"""The fixed texts of the city and real answers of the desk, read as a citizen reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agents.desk import Desk
from city.gate_rules import load_gate_rules
from eval.asking import ANSWER_NAMES, ask, desk_of
from eval.metrics.wording import Reading, lexicon, read
from eval.place import Place, rows
from eval.suite import Case, Json, Scored, Value, find
from eval.suites.wording.judging import first_sentence, own_words, phones, phones_readable, plain_beside, tells
from eval.suites.wording.readers import Readers, load_readers

_FIELD = re.compile(r"\{([a-z_]+)\}")
_ANSWER = "answer"
_DANGER = "danger"


class Wording:
    """See ``suite.yaml``."""

    def cases(self, place: Place) -> list[Case]:
        """Fixed texts, reasons and explanations, and questions whose answers are read."""
        readers = load_readers()
        return [*_fixed(place, readers), *_told(place), *_asked(place, readers)]

    def open(self, place: Place) -> Desk:
        """The desk that answers."""
        return desk_of(place)

    async def run(self, subject: Desk, case: Case, trial: int) -> Json:  # every trial is the same
        """The text itself, or the answer to the question."""
        given = case.given
        if case.slices["source"] != _ANSWER:
            return {"text": given["text"]}
        answer = await ask(subject, given["text"])
        return {"text": answer["text"], "answer": answer}

    def score(self, case: Case, said: Json) -> Scored:
        """How the text reads, and what in it is hard."""
        text, own = said["text"], own_words(said["text"])
        whole, plain = read(text, lexicon()), read(own, lexicon())
        hard = _hard(plain, phones_readable(own))
        values: dict[str, Value] = {
            "easy": float(not hard),
            "mean_sentence": plain.mean_sentence,
            "long_sentences": plain.long_sentences,
            "longest": plain.longest_sentence,
            "officialese": plain.officialese_per_100,
            "officialese_whole": whole.officialese_per_100,
            "unexplained": len(plain.unexplained),
            "phones_readable": phones_readable(text),
            "outcome_first": _outcome_first(case, said, load_readers()),
            "plain_beside": plain_beside(said["answer"]) if "answer" in said else None,
            "short_alarm": None,
        }
        if case.slices["kind"] == _DANGER and "answer" not in said:
            most = load_readers().alarm_characters
            values["short_alarm"] = float(len(text) <= most)
            hard += [f"{len(text)} characters, more than {most}"] if len(text) > most else []
        if values["outcome_first"] == 0:
            hard.append(f"the first sentence does not tell the outcome: {first_sentence(text)[:40]!r}")
        return Scored(values=values, why="; ".join(hard))


def _hard(reading: Reading, readable: float | None) -> list[str]:
    limit = lexicon().long_sentence
    found = [f"a sentence of {reading.longest_sentence} characters"] if reading.longest_sentence > limit else []
    found += [f"words of offices: {'、'.join(dict.fromkeys(reading.officialese))}"] if reading.officialese else []
    found += [f"unexplained: {'、'.join(reading.unexplained)}"] if reading.unexplained else []
    found += [f"negated twice: {'、'.join(reading.double_negatives)}"] if reading.double_negatives else []
    return found + (["a number that is hard to read"] if readable is not None and readable < 1 else [])


def _outcome_first(case: Case, said: Json, readers: Readers) -> float | None:
    """An alarm's first sentence names a number to dial; an answer's holds what was asked for."""
    first = first_sentence(said["text"])
    if "answer" not in said:
        alarm = case.slices["kind"] == _DANGER and bool(phones(said["text"]))
        return float(bool(phones(first))) if alarm else None
    outcome = said["answer"]["outcome"]
    if outcome in ANSWER_NAMES:
        return tells(first, case.expect.get("must_contain", ()))
    words = readers.first_words.get(outcome)
    return float(any(word in first for word in words)) if words else None


def _fixed(place: Place, readers: Readers) -> Iterator[Case]:
    words = place.pack.wording["zh"]
    for key in sorted(words.keys()):
        if key.startswith(readers.not_for_citizens):
            continue
        text = _FIELD.sub(lambda field: readers.filled.get(field[1], readers.filled["other"]), words.raw(key))
        yield _case(f"fixed-{key}", "fixed", readers.kind(key), {"text": text})


def _told(place: Place) -> Iterator[Case]:
    """What citizens are told of refusals and of how a turn ended."""
    for code, refusal in sorted(load_gate_rules(place.root / "gate").refusals.items()):
        yield _case(f"refusal-{code}", "refusal", "refusal", {"text": refusal.reason})
    for name, outcome in sorted(place.pack.outcomes.items()):
        yield _case(f"outcome-{name}", "outcome", "outcome", {"text": outcome.explanation})


def _asked(place: Place, readers: Readers) -> Iterator[Case]:
    """So many questions, drawn evenly over the files."""
    files = [place.root / name for name in find("wording").config.data if name.endswith(".jsonl")]
    every = [(where.split("_")[0], row) for where, row in rows(files) if "as_of" not in row]
    share = max(1.0, len(every) / readers.answers)
    for place_of in range(min(readers.answers, len(every))):
        kind, row = every[int(place_of * share)]
        expect: dict[str, Any] = row.get("expect", {})
        wanted = {"must_contain": expect["must_contain"]} if expect.get("must_contain") else {}
        yield _case(f"answer-{row['id']}", _ANSWER, kind, {"text": row["text"]}, wanted)


def _case(name: str, source: str, kind: str, given: Json, expect: Json | None = None) -> Case:
    return Case(id=name, given=given, expect=expect or {}, slices={"source": source, "kind": kind})


SUITE = Wording()
