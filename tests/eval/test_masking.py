from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from eval.masking import run_addresses, run_masking, run_public

PHONE = "13800000000"


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_found_missed_and_false_are_counted_by_type(tmp_path: Path) -> None:
    cases = write(
        tmp_path / "cases.jsonl",
        {"input": f"打{PHONE}", "entities": [{"type": "phone", "start": 1, "end": 12}]},
        {"input": "打138", "should_match": True, "type": "phone", "expected_text": "138"},
        {"input": PHONE, "should_match": False, "type": "phone"},
        {"fixture": "zh", "case": {"input": f"我的号码{PHONE}", "pii_values": [PHONE]}},
        {"input": "血型A", "should_match": True, "type": "blood"},
    )
    report = run_masking(cases)
    phone = report.types["phone"]
    assert (report.cases, report.scored) == (5, 4)
    assert (phone.found, phone.missed, phone.false) == (1, 1, 1)
    assert (phone.recall, phone.precision) == (0.5, 0.5)
    assert report.types["value"].found == 1
    assert len(report.failures) == 2


def test_wrong_offsets_are_put_right_by_the_value(tmp_path: Path) -> None:
    entity = {"type": "phone", "start": 2, "end": 13, "text": PHONE}
    report = run_masking(write(tmp_path / "cases.jsonl", {"input": f"打{PHONE}", "entities": [entity]}))
    assert report.types["phone"].recall == 1


def test_addresses_go_into_sentences(tmp_path: Path) -> None:
    door = {"type": "houseno", "start": 6, "end": 9}
    road = {"text": "云城区人民路", "entities": [{"type": "road", "start": 3, "end": 6}]}
    report = run_addresses(write(tmp_path / "a.jsonl", {"text": "云城区人民路12号", "entities": [door]}, road))
    assert (report.sentences, report.covered, report.door_hidden) == (4, 1, 1)


def test_false_hits_on_public_text(tmp_path: Path) -> None:
    path = tmp_path / "laws.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"text": "第一条"}) + "\n" + json.dumps({"text": f"打{PHONE}"}) + "\n")
    report = run_public(path)
    assert (report.texts, report.hit_texts, report.spans) == (2, 1, {"mobile": 1})


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("{}\n{", encoding="utf-8")
    with pytest.raises(BadInput, match="line 2"):
        run_masking(tmp_path / "x.jsonl")


@pytest.mark.shared
def test_published_cases(shared_data: Path) -> None:
    path = shared_data / "pii" / "argus_cases.jsonl"
    if not path.is_file():
        pytest.skip(f"no file at {path}")
    report = run_masking(path)
    for kind in ("phone", "id_number", "bank_card", "license_plate", "credit_code", "email", "address", "person"):
        assert (report.types[kind].recall, report.types[kind].precision) == (1, 1), kind


@pytest.mark.shared
def test_statutes_hold_no_personal_data(shared_data: Path) -> None:
    path = shared_data / "laws" / "articles_current.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"no file at {path}")
    report = run_public(path, limit=5_000)
    assert report.texts == 5_000
    assert report.hit_texts <= 2
