"""Triage: from free talk to a petition that a citizen has read and confirmed."""
