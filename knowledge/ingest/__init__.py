"""Any file to a document: its text, tree, provisions and cross-references."""

from knowledge.ingest.load import load_document
from knowledge.ingest.parse import parse_document
from knowledge.ingest.read import read
from knowledge.ingest.resolving import Titles, resolve_references
from knowledge.ingest.source import Limits, SourceText

__all__ = ["Limits", "SourceText", "Titles", "load_document", "parse_document", "read", "resolve_references"]
