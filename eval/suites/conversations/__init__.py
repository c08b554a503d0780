"""Whole talks of simulated citizens with the whole system (HotlineBench)."""
