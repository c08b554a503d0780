"""Charts: a value that any tool's result may hold, drawn as SVG by the server, with a table beside it.

::

    chart.py    Chart, Series, Band, Mark: what is shown, with its gaps, thresholds and anomalies
    ticks.py    round steps of an axis; short numbers (12.5万)
    svg.py      svg(chart): no script, nothing fetched, readable at 320 px, in black and white and by a screen reader
    table.py    rows(chart): the same values as a table

Example::

    class Week(Found):
        chart: Chart | None = measure("近七天")

    Chart(kind="line", title="供水量", unit="万吨", times=times, series=(Series(name="供水量", values=values),))
"""

from tools.charts.chart import Band, Chart, Mark, Series
from tools.charts.svg import svg
from tools.charts.table import Rows, rows

__all__ = ["Band", "Chart", "Mark", "Rows", "Series", "rows", "svg"]
