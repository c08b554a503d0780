"""Specialists: each module answers one kind of question and does not know its siblings."""

from agents.specialists.base import Assignment, Specialist, specialists

__all__ = ["Assignment", "Specialist", "specialists"]
