from __future__ import annotations

from pathlib import Path

import pytest

from city.pack.problems import PackError
from tests.conftest import YUNLAN
from tools.workorders.bands import FILE, Band, Bands


def test_everything_starts_at_a_person(tmp_path: Path) -> None:
    assert Bands.load(tmp_path).band("090101", 1.0) is Band.PERSON
    assert Bands.load(YUNLAN).classes == {}


def test_the_longest_code_decides_and_doubt_goes_to_a_person() -> None:
    bands = Bands(classes={"09": Band.AUTO, "0901": Band.PERSON, "090102": Band.SAMPLE})
    assert [bands.band(code, 0.96) for code in ("090201", "090101", "090102")] == [Band.AUTO, Band.PERSON, Band.SAMPLE]
    assert bands.band("090201", 0.94) is Band.PERSON


def test_a_code_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workorders").mkdir()
    (tmp_path / FILE).write_text('classes: {"9": auto}\n', "utf-8")
    with pytest.raises(PackError, match="no category code"):
        Bands.load(tmp_path)


def test_about_the_asked_share_of_samples_is_checked_and_always_the_same() -> None:
    bands = Bands(checked=0.1)
    drawn = [number for number in range(2_000) if bands.is_checked(f"YL-{number}")]
    assert 130 < len(drawn) < 270
    assert drawn == [number for number in range(2_000) if bands.is_checked(f"YL-{number}")]
