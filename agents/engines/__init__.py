"""Engines: who answers typed tasks. The seam is in `base`, the tasks in `tasks`; forms put them to a model."""
