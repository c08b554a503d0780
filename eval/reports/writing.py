"""Write reports into a run's folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eval.reports.junit import junit
from eval.reports.markdown import comparison_markdown, report_markdown
from eval.reports.page import comparison_page, report_page
from eval.runs.model import CaseLog, Compared, Figures, Run


def write_report(
    folder: Path, run: Run, figures: Figures, cases: Iterable[CaseLog], compared: Compared | None = None
) -> list[Path]:
    """``report.html``, ``report.md`` and ``junit.xml``; with ``compared`` regressions fail in the last."""
    logs = list(cases)
    return [
        _write(folder / "report.html", report_page(run, figures, logs).encode()),
        _write(folder / "report.md", report_markdown(run, figures, logs).encode()),
        _write(folder / "junit.xml", junit(run, figures, logs, compared)),
    ]


def write_comparison(folder: Path, compared: Compared) -> list[Path]:
    """``compare.html`` and ``compare.md``."""
    return [
        _write(folder / "compare.html", comparison_page(compared).encode()),
        _write(folder / "compare.md", comparison_markdown(compared).encode()),
    ]


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
