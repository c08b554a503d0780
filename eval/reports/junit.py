"""JUnit XML, as GitLab and Jenkins read it, and as the stricter schema of Ant wants it.

A suite of ours is a ``<testsuite>``. In it are: a test for every bar, a test for every guarded figure (it fails where
it has no value, or where a comparison with an earlier run tells that it is worse), and one for each failing case up to
a limit, so that a reader of a merge request sees which are newly wrong. A suite left out is skipped, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple
from xml.etree import ElementTree as Tree

from eval.reports.failing import Failing
from eval.reports.text import chance, label, number, plain, signed, span
from eval.reports.views import RunView, SuiteView, run_view
from eval.runs.model import CaseLog, Compared, FigureDifference, FigureResult, Figures, Run

LIMIT = 50


class _Test(NamedTuple):
    name: str
    kind: Literal["", "failure", "error", "skipped"] = ""
    type: str = ""
    message: str = ""
    text: str = ""
    seconds: float = 0.0


def junit(
    run: Run, figures: Figures, cases: Iterable[CaseLog], compared: Compared | None = None, limit: int = LIMIT
) -> bytes:
    """``junit.xml``. ``compared``: this run against an earlier one. ``limit``: failing cases of each suite."""
    view = run_view(run, figures, cases, first=0)
    changes = {(one.suite, one.figure): one for one in compared.figures} if compared else {}
    root = Tree.Element("testsuites")
    for suite in view.suites:
        tests = [*_figures(suite, changes), *(_case(one) for one in suite.failing[:limit])]
        more = len(suite.failing) - limit
        _add(root, view, suite.run.name, tests, suite.run.seconds, f"{more} more failing cases" if more > 0 else "")
    for left in run.left_out:
        _add(root, view, left.suite, [_Test("left out", "skipped", "left out", left.why)], 0.0, left.why)
    Tree.indent(root)
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))


def _figures(suite: SuiteView, changes: dict[tuple[str, str], FigureDifference]) -> Iterator[_Test]:
    for one in suite.watched:
        told = f"{one.title}: {number(one.value)} {span(one.low, one.high, like=one.value)}".strip()
        if one.guard:
            yield _guarded(one, told, changes.get((one.suite, one.figure)))
        if one.bar is not None:
            name = f"{one.figure}: bar"
            sign = ">=" if one.better == "higher" else "<="
            said = f"{told}, wanted {sign} {number(one.bar)}"
            yield _Test(name) if one.reached else _Test(name, "failure", "bar", said, said)


def _guarded(one: FigureResult, told: str, change: FigureDifference | None) -> _Test:
    name = f"{one.figure}: guard"
    if one.value is None:
        return _Test(name, "failure", "no value", told, told)
    if change is None or change.verdict != "worse":
        return _Test(name)
    by = f"{signed(change.difference)} {span(change.low, change.high, like=change.difference)} {chance(change.p)}"
    said = f"{one.title}: {number(change.before)} before, {number(change.after)} after, {by}"
    return _Test(name, "failure", "regression", said, said)


def _case(one: Failing) -> _Test:
    parts = [("given", one.given), ("said", one.said), ("expected", one.expect), ("values", one.values)]
    lines = [f"{title} {part.name}: {part.text}" for title, of in parts for part in of]
    if one.trials > 1:
        lines.insert(0, f"{one.failed} of {one.trials} trials")
    kind: Literal["error", "failure"] = "error" if one.raised else "failure"
    return _Test(
        f"case {one.case}",
        kind,
        "raised" if one.raised else "case",
        label(one.why, 200),
        "\n".join(lines),
        one.ms / 1000,
    )


def _add(root: Tree.Element, view: RunView, name: str, tests: list[_Test], seconds: float, more: str) -> None:
    kinds = [one.kind for one in tests]
    suite = Tree.SubElement(
        root,
        "testsuite",
        name=plain(name),
        package="eval.suites",
        id=str(len(root)),
        timestamp=f"{view.run.begun:%Y-%m-%dT%H:%M:%S}",
        hostname="localhost",
        tests=str(len(tests)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
        time=f"{seconds:.3f}",
    )
    properties = Tree.SubElement(suite, "properties")
    for key in ("id", "engine", "model", "code", "pack", "command"):
        Tree.SubElement(properties, "property", name=key, value=plain(getattr(view.run, key)))
    for one in tests:
        seconds_of = f"{one.seconds:.3f}"
        made = Tree.SubElement(
            suite, "testcase", name=plain(one.name), classname=plain(f"eval.{name}"), time=seconds_of
        )
        if one.kind == "skipped":
            Tree.SubElement(made, "skipped", message=plain(one.message))
        elif one.kind:
            Tree.SubElement(made, one.kind, type=one.type, message=plain(one.message)).text = plain(one.text)
    Tree.SubElement(suite, "system-out").text = plain(more)
    Tree.SubElement(suite, "system-err")
