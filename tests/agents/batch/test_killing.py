"""A job that is killed at any moment: nothing is doubled, at most what was under way is done again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from random import Random

from agents.batch.records import read_record
from tests.agents.batch.making import job, lines
from tests.conftest import ROOT

COUNT = 1_500
KILLS = 4


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "tests.agents.batch.killed", str(path), str(COUNT)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def after(process: subprocess.Popen[str], reports: int) -> None:
    """Wait until it has reported so many times."""
    assert process.stdout is not None
    for _ in range(reports):
        assert process.stdout.readline()


def test_killed_again_and_again_every_row_is_there_once(tmp_path: Path) -> None:
    random, path = Random(5), tmp_path / "job"  # noqa: S311
    before = 0
    for _ in range(KILLS):
        process = start(path)
        after(process, random.randint(2, 9))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert before < len(lines(path)) < COUNT
        before = len(lines(path))
    # As a crash of the whole machine may leave it.
    torn = sorted(path.glob("part-*.jsonl"))[-1]
    torn.write_bytes(torn.read_bytes()[:-9])
    told, _ = start(path).communicate(timeout=60)
    assert told.endswith("done\n")
    # What is done before a kill was never asked again: the last process had the rest only.
    assert int(told.split()[0]) >= before - 1
    records = [read_record(line) for line in lines(path)]
    names = [record.custom_id for record in records if record]
    assert len(names) == len(records) == COUNT
    assert sorted(names) == sorted(f"r{n}" for n in range(COUNT))
    with job(path, COUNT) as opened:
        assert opened.counts.missing == 0


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    process = start(tmp_path / "job")
    after(process, 3)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert (told.split()[-1], process.returncode) == ("stopped", 130)
    done = len(lines(tmp_path / "job"))
    with job(tmp_path / "job", COUNT) as opened:
        assert 0 < opened.counts.answered == done < COUNT
        assert opened.counts.answered == opened.manifest.counts.answered
