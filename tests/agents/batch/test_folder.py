from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from agents.batch.folder import JobFolder, read_manifest
from agents.batch.manifest import Input
from agents.batch.records import Failure, Reason, Record
from city.errors import BadInput, Refused
from tests.agents.batch.making import job, lines, manifest


def answered(number: int) -> Record:
    return Record(custom_id=f"r{number}", answer={"said": number}, engine="vllm:m")


def failed(number: int) -> Record:
    return Record(custom_id=f"r{number}", error=Failure(reason=Reason.INVALID, told="×"))


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    with job(tmp_path / "job", 4) as first:
        for shard, record in ((0, answered(0)), (0, failed(1)), (1, answered(2))):
            first.keep(record, shard)
    with job(tmp_path / "job", 4) as again:
        assert [again.is_wanted(f"r{n}") for n in range(4)] == [False, False, False, True]
        assert [again.is_wanted(f"r{n}", again=True) for n in range(4)] == [False, True, False, True]
        assert (again.counts.answered, again.counts.failed, again.counts.missing) == (2, 1, 1)
        again.keep(answered(1), 0)
        assert again.records(0) == {"r0": answered(0), "r1": answered(1)}
        assert not again.is_wanted("r1", again=True)
    noted = read_manifest(tmp_path / "job")
    assert noted is not None
    assert (noted.counts.answered, noted.counts.failed) == (3, 0)


@pytest.mark.parametrize("cut", [1, 7, 30])
def test_a_torn_last_line_is_cut_off_and_done_again(tmp_path: Path, cut: int) -> None:
    with job(tmp_path / "job", 2) as first:
        first.keep(answered(0), 0)
        first.keep(answered(1), 0)
    part = tmp_path / "job" / "part-00000.jsonl"
    part.write_bytes(part.read_bytes()[:-cut])
    with job(tmp_path / "job", 2) as again:
        assert (again.is_wanted("r0"), again.is_wanted("r1")) == (False, True)
        again.keep(answered(1), 0)
    assert lines(tmp_path / "job") == [answered(0).line(), answered(1).line()]


def test_a_damaged_line_in_the_middle_costs_its_item_only(tmp_path: Path) -> None:
    with job(tmp_path / "job", 3) as first:
        for number in range(3):
            first.keep(answered(number), 0)
    part = tmp_path / "job" / "part-00000.jsonl"
    whole = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(whole[0] + b'{"custom_id": "r1", "answer"\xff\n' + whole[2])
    with job(tmp_path / "job", 3) as again:
        assert [again.is_wanted(f"r{n}") for n in range(3)] == [False, True, False]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"input": Input(path="x", sha256="c" * 64, rows=9)}, "the input"),
        ({"prompt": 3}, "the prompt's version (there 2, now 3)"),
        ({"model": "n"}, "the model (there m, now n)"),
        ({"pack": "d" * 64}, "the pack's duties"),
        ({"as_of": date(2026, 12, 1)}, "the day (there 2026-11-20, now 2026-12-01)"),
        ({"task": "route"}, "the task"),
    ],
)
def test_another_job_is_refused_with_what_to_do(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    job(tmp_path / "job", 2).close()
    with pytest.raises(Refused) as raised:
        JobFolder.open(tmp_path / "job", manifest(2, **changes))
    assert told in str(raised.value)
    assert "--job" in str(raised.value)


def test_the_same_input_elsewhere_is_the_same_job(tmp_path: Path) -> None:
    job(tmp_path / "job", 2).close()
    moved = Input(path="elsewhere", sha256="a" * 64, rows=2)
    JobFolder.open(tmp_path / "job", manifest(2, input=moved)).close()


def test_two_processes_do_not_work_on_one_job(tmp_path: Path) -> None:
    with job(tmp_path / "job", 2), pytest.raises(Refused, match="Another process"):
        job(tmp_path / "job", 2)
    job(tmp_path / "job", 2).close()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(Refused, match="empty folder"):
        job(tmp_path, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(BadInput, match="no job of this version"):
        job(tmp_path, 2)
