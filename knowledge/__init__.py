"""Regulations, policies and guides: ingest → provisions → index → evidence."""
