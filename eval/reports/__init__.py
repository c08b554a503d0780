"""Reports of a finished run, and of two runs against each other.

::

    writing.py     write_report(folder, run, figures, cases), write_comparison(folder, compared)
    page.py        report.html, compare.html: one file each, no script, nothing fetched
    markdown.py    report.md, compare.md: for a pull request
    junit.py       junit.xml: for GitLab and Jenkins
    views.py       what they show; failing.py its cases, pictures.py its drawings
    chart.py       intervals in rows, points in a plane

Texts of suites that rest on public data beside the project are in none of them.
"""

from eval.reports.writing import write_comparison, write_report

__all__ = ["write_comparison", "write_report"]
