"""junit.xml is what GitLab and Jenkins read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]  # ships no types

from eval.reports.junit import junit
from tests.eval.reports.staged import PRIVATE, SCRIPT, cases, compared, figures, run

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def made(**more: Any) -> Any:
    root = etree.fromstring(junit(run(), figures(), cases(), **more))
    SCHEMA.assertValid(root)
    return root


def told(root: Any, suite: str) -> dict[str, tuple[str, str]]:
    """By name: the kind of trouble and its message."""
    found = {}
    for one in root.findall(f"testsuite[@name='{suite}']/testcase"):
        trouble = next(iter(one), None)
        found[one.get("name")] = ("", "") if trouble is None else (trouble.tag, trouble.get("message"))
    return found


def test_the_schema_refuses_what_is_not_junit() -> None:
    root = made()
    del root.find("testsuite").attrib["hostname"]
    assert not SCHEMA.validate(root)


def test_a_test_for_every_bar_and_guarded_figure() -> None:
    found = told(made(), "gate")
    assert {name: kind for name, (kind, _) in found.items() if ": " in name} == {
        "recall: guard": "",
        "recall: bar": "",
        "false: guard": "",
        "false: bar": "failure",
        "empty: guard": "failure",
    }
    assert found["false: bar"][1] == "误报率: 0.120 [0.080, 0.160], wanted <= 0.100"


def test_a_guarded_figure_fails_where_a_comparison_tells_it_is_worse() -> None:
    found = told(made(compared=compared()), "gate")
    assert found["recall: guard"][0] == "failure"
    assert "0.980 before, 0.900 after" in found["recall: guard"][1]
    assert found["false: guard"][0] == ""
    assert told(made(compared=compared()), "statutes")["recall_10: guard"][0] == ""  # unclear is no alarm


def test_failing_cases_are_tests_up_to_a_limit() -> None:
    found = told(made(), "gate")
    assert {name: kind for name, (kind, _) in found.items() if name.startswith("case")} == {
        "case g1": "failure", "case g2": "failure", "case g3": "failure", "case g4": "error"}  # fmt: skip
    assert found["case g1"][1] == f"去向不对：{SCRIPT}"
    root = made(limit=2)
    assert [name for name in told(root, "gate") if name.startswith("case")] == ["case g1", "case g2"]
    assert root.find("testsuite[@name='gate']/system-out").text == "2 more failing cases"


@pytest.mark.parametrize("limit", [0, 3, 1000])
def test_counts_are_those_of_the_tests(limit: int) -> None:
    for suite in made(limit=limit).findall("testsuite"):
        counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
        assert counts == {
            "tests": len(suite.findall("testcase")),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
            "skipped": len(suite.findall("testcase/skipped")),
        }


def test_a_suite_left_out_is_skipped_with_the_reason() -> None:
    assert told(made(), "judged") == {"left out": ("skipped", "no judge is configured: set one <b>first</b>")}


def test_closed_texts_are_not_in_it() -> None:
    assert PRIVATE in repr(cases())
    assert PRIVATE not in junit(run(), figures(), cases()).decode()


def test_letters_that_xml_does_not_know_are_told_by_number() -> None:
    log = cases()[0].model_copy(update={"why": "a\x00b\x1b\ufffe"})
    root = etree.fromstring(junit(run(), figures(), [log]))
    assert root.find(".//testcase/failure[@type='case']").get("message") == "a⟦U+0000⟧b⟦U+001B⟧⟦U+FFFE⟧"
