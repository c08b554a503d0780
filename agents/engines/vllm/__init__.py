"""Typed tasks on vLLM: one server, a pool of them, the engine over it, and the probe of what a server really does."""
