"""Suites, metrics, runs, reports. Drives agents; imported by nobody but the command line."""
