"""Servers of our own that stand in for others: in tests, and in measurements on a machine without a GPU."""
