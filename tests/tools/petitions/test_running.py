from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput, Refused
from tests.tools.petitions.past_orders import history, orders, write
from tools.petitions.classifier import Classifier
from tools.petitions.learning import train
from tools.petitions.running import read_messages, run_file


@pytest.fixture(scope="module")
def model() -> Classifier:
    return Classifier(train(history(orders(200))))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = write(tmp_path / "in.jsonl", orders(50, seed=5))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:10], b"{torn\n", b"\n", b'{"id": "empty", "text": ""}\n', *lines[10:]]))
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_line_has_a_row_and_no_text_is_copied(model: Classifier, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    ran = run_file(source, out, model, chunk=7)
    rows = rows_of(out)
    assert (ran.rows, ran.errors, ran.already_there) == (52, 2, 0)
    assert [row["line"] for row in rows] == [*range(1, 12), *range(13, 54)]
    assert "not JSON" in rows[10]["error"]
    assert (rows[11]["id"], rows[11]["label"], rows[11]["nearest"]) == ("empty", None, [])
    first = rows[0]
    assert first["id"] == "o5-0"
    assert first["probability"] > first["next"][0]["probability"] >= first["next"][1]["probability"]
    assert set(first["nearest"][0]) == {"id", "label", "similarity"}
    assert first["error"] is None
    assert ran.sure == sum(row["sure"] is True for row in rows)
    assert "反映" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("cut", [0, 1, 500, 5000])
def test_a_run_that_was_killed_goes_on(model: Classifier, source: Path, tmp_path: Path, cut: int) -> None:
    whole = tmp_path / "whole.jsonl"
    run_file(source, whole, model, chunk=7)
    torn = tmp_path / "torn.jsonl"
    run_file(source, torn, model, chunk=7)
    torn.write_bytes(whole.read_bytes()[:cut])
    ran = run_file(source, torn, model, chunk=11)
    assert torn.read_bytes() == whole.read_bytes()
    assert ran.rows + ran.already_there == 52
    assert ran.already_there == whole.read_bytes()[:cut].count(b"\n")


def test_a_finished_run_has_nothing_to_do_and_a_longer_input_is_gone_on_with(
    model: Classifier, source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    run_file(source, out, model)
    assert run_file(source, out, model).rows == 0
    with source.open("ab") as file:
        file.write('{"text": "楼下装修太吵"}\n'.encode())
    assert run_file(source, out, model).rows == 1
    assert len(rows_of(out)) == 53


def test_what_another_model_or_another_file_made_is_refused(model: Classifier, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    run_file(source, out, model)
    other = Classifier(model_of_others())
    with pytest.raises(Refused, match="not made by this model"):
        run_file(source, out, other)
    with pytest.raises(Refused, match="does not go on"):
        run_file(write(tmp_path / "other.jsonl", orders(60, seed=6)), out, model)
    (tmp_path / "letter.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(Refused, match="not made by this model"):
        run_file(source, tmp_path / "letter.jsonl", model)
    with pytest.raises(BadInput, match="being read"):
        run_file(source, source, model)


def model_of_others() -> Any:
    stored = train(history(orders(60)))
    return stored._replace(summary=stored.summary.model_copy(update={"fingerprint": "others"}))


def test_ids_that_are_no_text_do_not_stop_the_file(model: Classifier, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "\\ud800", "text": "停水了"}\n' * 3, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    run_file(source, out, model)
    out.write_bytes(b"".join(out.read_bytes().splitlines(keepends=True)[:2]))
    assert run_file(source, out, model).rows == 1


def test_parquet_holds_the_same_rows(model: Classifier, source: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow: pip install 'citydesk[parquet]'")
    run_file(source, tmp_path / "out.jsonl", model)
    run_file(source, tmp_path / "out.parquet", model, chunk=20)
    assert parquet.read_table(tmp_path / "out.parquet").to_pylist() == rows_of(tmp_path / "out.jsonl")
    assert not (tmp_path / "out.parquet.parts").exists()
    assert run_file(source, tmp_path / "out.parquet", model).rows == 0


def test_parquet_goes_on_after_a_crash_and_can_be_read_back(model: Classifier, source: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow: pip install 'citydesk[parquet]'")
    out = tmp_path / "out.parquet"

    class Killed(Exception):  # noqa: N818  # stands for kill -9
        pass

    def kill(done: int, total: int) -> None:
        if done >= 30:
            raise Killed

    with pytest.raises(Killed):
        run_file(source, out, model, chunk=10, progress=kill)
    (tmp_path / "out.parquet.parts" / "000003.parquet.tmp").write_bytes(b"torn")
    ran = run_file(source, out, model, chunk=10)
    assert (ran.already_there, ran.rows) == (30, 22)
    whole = parquet.read_table(out)
    assert whole.column("line").to_pylist() == [*range(1, 12), *range(13, 54)]
    with source.open("ab") as file:
        file.write('{"text": "楼下装修太吵"}\n'.encode())
    assert run_file(source, out, model).rows == 1
    assert parquet.read_table(out).num_rows == 53
    parquet.write_table(whole.from_pylist([{"id": "a", "text": "自来水发黄"}, {"id": "b"}]), tmp_path / "in.parquet")
    assert run_file(tmp_path / "in.parquet", tmp_path / "again.jsonl", model).errors == 1


def test_messages_of_a_file(source: Path, tmp_path: Path) -> None:
    read = read_messages(source)
    assert (len(read.messages), read.bad) == (50, 2)
    (tmp_path / "none.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no message"):
        read_messages(tmp_path / "none.jsonl")
