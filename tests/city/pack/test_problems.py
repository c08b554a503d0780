from __future__ import annotations

from city.errors import BadInput
from city.pack import PackError, Problem

ONE = Problem(file="city.yaml", where="id", message="is missing", remedy="add this field")
OTHER = Problem(file="wording/zh.yaml", message="is missing", remedy="add the file")


def test_a_problem_reads_as_one_line() -> None:
    assert str(ONE) == "city.yaml: id: is missing → add this field"
    assert str(OTHER) == "wording/zh.yaml: is missing → add the file"


def test_the_error_counts_and_lists_them() -> None:
    assert str(PackError([ONE])) == f"The city pack has 1 problem:\n  - {ONE}"
    error = PackError((ONE, OTHER))
    assert error.problems == [ONE, OTHER]
    assert str(error).splitlines() == ["The city pack has 2 problems:", f"  - {ONE}", f"  - {OTHER}"]
    assert isinstance(error, BadInput)
