"""An example history of work orders: what a city has behind it, made up from its own pack for shows and tests."""

from tools.workorders.example.history import ExampleHistory
from tools.workorders.example.writing import write_jsonl, write_store

__all__ = ["ExampleHistory", "write_jsonl", "write_store"]
