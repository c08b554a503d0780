"""The suites: a folder each, with ``suite.yaml`` (what is measured, on what) and ``suite.py`` (how).

A folder here is a suite; there is no list to add it to, and no suite imports another.
"""
