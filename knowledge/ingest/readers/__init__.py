"""Readers of one format each: bytes to text and notes."""
