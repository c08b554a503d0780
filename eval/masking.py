"""How well personal data is found: recall and precision by type, and the rate of false hits on public text.

``python -m eval.masking FILE.jsonl`` reads masking cases, one object a line. A case (bare, or under ``case``) says what
is expected in one of these ways:

* ``text`` or ``input`` with ``spans`` or ``entities``: ``{start, end, type}``; everything of the types named is listed
* ``input`` with ``should_match``, ``type`` and perhaps ``expected_text``: one value, or none of this type
* ``input`` with ``pii_values``: values that must not be readable after masking, of any type

``--addresses FILE.jsonl`` reads annotated addresses (``text``, ``entities``) and puts each into made-up sentences;
``--public FILE.jsonl[.gz]`` reads public text (``text``) where every span is a false hit.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from city.errors import BadInput
from city.privacy import SPAN_TYPES, Span, find, mask

_TYPES: dict[str, frozenset[str]] = {name: frozenset({name}) for name in SPAN_TYPES} | {
    "phone": frozenset({"mobile", "landline"}),
    "id_number": frozenset({"id_card"}),
    "license_plate": frozenset({"plate"}),
    "person": frozenset({"name"}),
    "us_passport": frozenset({"passport"}),
    "credit_card": frozenset({"bank_card"}),
}
_SKIPPED_FIXTURES = ("ja_", "ko_", "uk_", "de_", "br_", "in_", "en_phone")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FOREIGN_NUMBER = re.compile(r"\d{3}-\d{2}-\d{4}|\+(?!86)\d.*|\(\d{3}\).*|0[789]0-\d{4}-\d{4}")
_DOOR = frozenset({"roadno", "houseno", "roomno", "cellno"})
_CARRIERS = ("我住在{}，楼下天天漏水。", "地址：{}，请尽快派人来。", "反映{}的垃圾没人收。", "昨天晚上{}，有人放烟花")


class TypeScore(BaseModel):
    """One type's counts: expected values found or missed, and spans where none may be."""

    found: int = 0
    missed: int = 0
    false: int = 0
    recall: float = 0.0
    precision: float = 0.0


class MaskingReport(BaseModel):
    """Figures over a file of masking cases."""

    cases: int
    scored: int = Field(description="cases of a type that this program masks, in a language that it reads")
    types: dict[str, TypeScore]
    failures: list[str]


class AddressReport(BaseModel):
    """Addresses with a door (road, house or room number) inside sentences."""

    sentences: int
    covered: float = Field(description="share whose every character from first to last is masked")
    door_hidden: float = Field(description="share whose door numbers are all masked")
    exact: float = Field(description="share masked with exactly the given edges")
    failures: list[str]


class PublicReport(BaseModel):
    """Public text: every span is a false hit."""

    texts: int
    megabytes: float
    hit_texts: int
    spans: dict[str, int]
    megabytes_per_cpu_second: float
    examples: list[str]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, gzipped or not. Raises BadInput naming the line."""
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise BadInput(f"{path.name}, line {number}: {error.msg}") from error


class Tally:
    """Counts by type, and what was missed or wrongly found."""

    def __init__(self) -> None:
        self.scores: dict[str, TypeScore] = defaultdict(TypeScore)
        self.failures: list[str] = []

    @property
    def found(self) -> int:
        """Expected values that were found, of all types."""
        return sum(score.found for score in self.scores.values())

    @property
    def missed(self) -> int:
        """Expected values that were missed."""
        return sum(score.missed for score in self.scores.values())

    @property
    def false(self) -> int:
        """Spans where none may be."""
        return sum(score.false for score in self.scores.values())

    def expect(self, kind: str, hit: bool, note: str) -> None:
        """Count a value that must be found."""
        self.scores[kind].found += hit
        self.scores[kind].missed += not hit
        if not hit:
            self.failures.append(f"missed {kind}: {note}")

    def refuse(self, kind: str, hits: int, note: str) -> None:
        """Count spans where none may be."""
        self.scores[kind].false += hits
        if hits:
            self.failures.append(f"false {kind}: {note}")


def run_masking(path: Path) -> MaskingReport:
    """Score every case of ``path``. Raises BadInput for a line that is not JSON."""
    tally = Tally()
    cases = scored = 0
    for row in rows(path):
        cases += 1
        case = case_of(row)
        text = text_of(case)
        scored += text is not None and score(case, text, find(text), mask(text).text, tally)
    for kind in [kind for kind, counts in tally.scores.items() if not counts.found + counts.missed + counts.false]:
        del tally.scores[kind]
    for counts in tally.scores.values():
        counts.recall = round(counts.found / max(1, counts.found + counts.missed), 4)
        counts.precision = round(counts.found / max(1, counts.found + counts.false), 4)
    return MaskingReport(cases=cases, scored=scored, types=dict(sorted(tally.scores.items())), failures=tally.failures)


def case_of(row: dict[str, Any]) -> dict[str, Any]:
    """The case of a line; empty where it is in a language that this program does not read."""
    skipped = str(row.get("fixture", "")).startswith(_SKIPPED_FIXTURES)
    found: dict[str, Any] = {} if skipped else row.get("case", row)
    return found


def text_of(case: dict[str, Any]) -> str | None:
    """The text in which something is to be found."""
    text = case.get("text", case.get("input"))
    return text if isinstance(text, str) else None


def score(case: dict[str, Any], text: str, spans: Sequence[Span], masked: str, tally: Tally) -> bool:
    """Count what was found in the text of a case and what it became. False where the case says nothing that applies."""
    if "spans" in case or "entities" in case:
        return _score_listed(text, case["spans" if "spans" in case else "entities"], spans, tally)
    if "should_match" in case and case.get("type") in _TYPES:
        return _score_one(text, case, spans, tally)
    if "pii_values" in case and _CHINESE.search(text):
        values = [value for value in case["pii_values"] if not _FOREIGN_NUMBER.fullmatch(value)]
        for value in values:
            tally.expect("value", value not in masked, f"{value!r} in {text!r}")
        return bool(values)
    count = case.get("expected_pii_count")
    if count is not None and case.get("lang") == "zh":
        found = sum(span.type != "name" for span in spans)
        tally.expect("count", found >= count, f"{found} of {count} in {text!r}")
        tally.refuse("count", 0 if count else found, repr(text))
        return True
    return False


def _score_listed(text: str, listed: list[dict[str, Any]], spans: Sequence[Span], tally: Tally) -> bool:
    listed = [_placed(text, item) for item in listed if item.get("type") in _TYPES]
    listed = [item for item in listed if not _FOREIGN_NUMBER.fullmatch(text[item["start"] : item["end"]])]
    for item in listed:
        hit = any(span.type in _TYPES[item["type"]] and _covers(span, item) for span in spans)
        tally.expect(item["type"], hit, f"{text[item['start'] : item['end']]!r} in {text!r}")
    # Names are often left out of such lists: a span of a type never listed is no error.
    wanted = frozenset().union(*(_TYPES[item["type"]] for item in listed)) if listed else frozenset(SPAN_TYPES)
    for span in spans:
        extra = span.type in wanted and not any(_touches(span, item) for item in listed)
        tally.refuse(span.type, int(extra), f"{text[span.start : span.end]!r} in {text!r}")
    return bool(_CHINESE.search(text) or listed)


def _placed(text: str, item: dict[str, Any]) -> dict[str, Any]:
    """The item with offsets that hold: some published lists give the value right and its offsets wrong."""
    value = item.get("text")
    start, end = item["start"], item["end"]
    if not value or text[start:end] == value:
        return item
    places = [match.start() for match in re.finditer(re.escape(value), text)]
    nearest = min(places, key=lambda place: abs(place - start), default=start)
    return {**item, "start": nearest, "end": nearest + len(value)}


def _score_one(text: str, case: dict[str, Any], spans: Sequence[Span], tally: Tally) -> bool:
    kind = case["type"]
    found = [text[span.start : span.end] for span in spans if span.type in _TYPES[kind]]
    if case["should_match"]:
        expected = case.get("expected_text")
        hit = any(expected in value for value in found) if expected else bool(found)
        tally.expect(kind, hit, f"{expected or 'any'!r} in {text!r}, found {found}")
    else:
        tally.refuse(kind, len(found), f"{found} in {text!r}")
    return True


def _covers(span: Span, item: dict[str, Any]) -> bool:
    return bool(span.start <= item["start"] and span.end >= item["end"])


def _touches(span: Span, item: dict[str, Any]) -> bool:
    return bool(span.start < item["end"] and span.end > item["start"])


def run_addresses(path: Path) -> AddressReport:
    """Each address with a door in ``path``, in four sentences. Raises BadInput for a line that is not JSON."""
    sentences = covered = hidden = exact = 0
    failures: list[str] = []
    for row in rows(path):
        doors = [entity for entity in row["entities"] if entity["type"] in _DOOR]
        if not doors:
            continue
        for carrier in _CARRIERS:
            sentence = carrier.format(row["text"])
            start = carrier.index("{")
            spans = [span for span in find(sentence) if span.type == "address"]
            last = max(door["end"] for door in doors)
            whole = {"start": start, "end": start + last}
            sentences += 1
            covered += any(_covers(span, whole) for span in spans)
            exact += any((span.start, span.end) == (start, start + len(row["text"])) for span in spans)
            concealed = all(
                any(_covers(span, {"start": start + door["start"], "end": start + door["end"]}) for span in spans)
                for door in doors
            )
            hidden += concealed
            if not concealed:
                failures.append(f"{sentence} → {[sentence[span.start : span.end] for span in spans]}")
    shares = [round(count / max(1, sentences), 4) for count in (covered, hidden, exact)]
    return AddressReport(
        sentences=sentences, covered=shares[0], door_hidden=shares[1], exact=shares[2], failures=failures
    )


def run_public(path: Path, limit: int = 5_000) -> PublicReport:
    """False hits on the first field ``text`` of evenly spread lines of ``path``, at most ``limit``."""
    texts = [str(row["text"]) for row in rows(path)]
    texts = texts[:: max(1, len(texts) // limit)][:limit]
    kinds: Counter[str] = Counter()
    examples: list[str] = []
    hit_texts = 0
    began = time.process_time()
    for text in texts:
        spans = find(text)
        hit_texts += bool(spans)
        kinds.update(span.type for span in spans)
        for span in spans:
            around = text[max(0, span.start - 12) : span.end + 8]
            examples.append(f"{span.type}: {text[span.start : span.end]!r} in …{around}…")
    seconds = time.process_time() - began
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    return PublicReport(
        texts=len(texts),
        megabytes=round(megabytes, 2),
        hit_texts=hit_texts,
        spans=dict(kinds),
        megabytes_per_cpu_second=round(megabytes / max(seconds, 1e-9), 2),
        examples=examples,
    )


def main() -> None:
    """Read one file and print its report as JSON; ``--show`` bounds the failures listed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--addresses", action="store_true")
    kind.add_argument("--public", action="store_true")
    parser.add_argument("--show", type=int, default=20)
    given = parser.parse_args()
    runner = run_addresses if given.addresses else run_public if given.public else run_masking
    report = runner(given.file).model_dump()
    for key in ("failures", "examples"):
        if key in report:
            report[f"{key}_total"] = len(report[key])
            report[key] = report[key][: given.show]
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
