"""Attacks in the city's language, and harmless messages that look like them."""
