"""The embedded solver of ``write``: the chosen sentences themselves, said with where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.engines.tasks import PassageKind, WriteGiven

Quotes = Mapping[str, Mapping[PassageKind, str]]
"""Wordings of a quote by language, each with {title}, {article} and {quote}."""


def write(given: WriteGiven, quotes: Quotes) -> Iterator[str]:
    """One line per passage, in the reader's language; what is quoted stays as the document has it."""
    for passage in given.passages:
        # Each "sentence" is a run of the source as it stands; what was left out between runs is shown.
        quote = "……".join(passage.sentences)
        template = quotes.get(given.language, quotes["zh"])[passage.kind]
        yield (template.format(title=passage.title, article=passage.article, quote=quote) + f"〔{passage.number}〕\n")
