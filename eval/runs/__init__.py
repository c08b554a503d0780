"""Runs of suites: what is asked is kept by its content, a run leaves a folder, and two runs can be told apart.

::

    plan ─► cases ─► asked (workers; kept by content hash) ─► judged ─► figures with intervals ─► folder and reports
"""
