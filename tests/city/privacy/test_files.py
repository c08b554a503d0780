from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput
from city.privacy import mask_file
from tests.city.privacy.values import MOBILE


def masked(folder: Path, given: bytes) -> tuple[tuple[int, int, int], list[dict[str, Any]]]:
    """The report (lines, spans, errors) and the records for a file of these bytes."""
    (folder / "in.jsonl").write_bytes(given)
    report = mask_file(folder / "in.jsonl", folder / "out.jsonl")
    records = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    return (report.lines, report.spans, report.errors), records


def test_each_line_is_masked_by_itself(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": n, "text": f"打{MOBILE}"}) + "\n" for n in ("a", 2))
    counts, records = masked(tmp_path, lines.encode())
    assert counts == (2, 2, 0)
    span = {"start": 1, "end": 12, "type": "mobile"}
    assert records == [
        {"id": "a", "masked": "打⟦手机1⟧", "spans": [span]},
        {"id": 2, "masked": "打⟦手机1⟧", "spans": [span]},
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not an object"),
        (b'{"id": 1}', "no text"),
        (b'{"id": 1, "text": 5}', "no text"),
        (b'{"id": 1, "text": "\xff"}', "UTF-8"),
        (b'{"id": 1, "text": "\\ud800"}', "UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"text": "' + b"a" * 9_000_000 + b'"}', "too long"),
    ],
)
def test_a_bad_line_becomes_an_error_record_and_the_rest_goes_on(tmp_path: Path, line: bytes, says: str) -> None:
    counts, records = masked(tmp_path, line + b'\n\n{"id": "ok", "text": "x"}\n')
    assert counts == (2, 0, 1)
    assert says in records[0]["error"]
    assert records[0]["line"] == 1
    assert records[1] == {"id": "ok", "masked": "x", "spans": []}


def test_an_id_that_cannot_be_written_does_not_stop_the_file(tmp_path: Path) -> None:
    counts, _ = masked(tmp_path, b'{"id": "\\ud800", "text": "x"}\n{"id": 2, "text": "y"}\n')
    assert counts == (2, 0, 0)


def test_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert masked(tmp_path, b'\xef\xbb\xbf{"id": 1, "text": "x"}\n')[0] == (1, 0, 0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.jsonl"):
        mask_file(tmp_path / "gone.jsonl", tmp_path / "out.jsonl")


def test_the_file_being_read_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": 1, "text": "x"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match="another"):
        mask_file(path, path)
