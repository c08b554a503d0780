"""Rerankers: models that read a question and a provision together, for the last stage of search."""

from knowledge.rerank.cross import CrossEncoderReranker
from knowledge.rerank.served import ServedReranker
from knowledge.rerank.types import Reranker

__all__ = ["CrossEncoderReranker", "Reranker", "ServedReranker"]
