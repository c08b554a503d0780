"""The pages: one file each, with its style in it, no script, nothing fetched.

A content security policy in the page names the hash of its style and forbids everything else: a text that slipped
through as markup could still not run, load or send anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.reports import text
from eval.reports.chart import Row, bar
from eval.reports.failing import CLOSED, FIRST
from eval.reports.views import compared_view, lasted, run_view
from eval.runs.model import CaseLog, Compared, FigureResult, Figures, Run

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def environment() -> Environment:
    """The templates beside this module: all text escaped, a missing name an error."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        visible=text.visible, number=text.number, signed=text.signed, chance=text.chance, label=text.label
    )
    made.globals.update(span=text.span, bar=_bar, lasted=lasted, closed=CLOSED)
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    made.globals["style"] = Markup(style)  # noqa: S704  # a file of ours
    made.globals["style_hash"] = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return made


def report_page(run: Run, figures: Figures, cases: Iterable[CaseLog], first: int = FIRST) -> str:
    """``report.html``: a whole run; of each suite at most ``first`` failing cases."""
    return environment().get_template("report.html").render(view=run_view(run, figures, cases, first), run=run)


def comparison_page(compared: Compared, first: int = FIRST) -> str:
    """``compare.html``: two runs; of each suite at most ``first`` cases newly wrong and as many newly right."""
    return environment().get_template("compare.html").render(suites=compared_view(compared, first), compared=compared)


def _bar(one: FigureResult) -> Markup:
    return Markup(bar(Row(one.title, one.value, one.low, one.high, one.bar, one.reached)))  # noqa: S704  # no text in it
