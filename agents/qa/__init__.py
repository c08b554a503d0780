"""Answering from evidence: find provisions, choose sentences, write, and say what was not found."""
