"""Engines, gate, orchestrator, specialists, answers and their verification."""
