"""The embedded solver of ``write``: the chosen sentences themselves, said with where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.engines.tasks import PassageKind, WriteGiven


def write(given: WriteGiven, quotes: Mapping[PassageKind, str]) -> Iterator[str]:
    """One line per passage. ``quotes`` are the pack's wordings with {title}, {article} and {quote}."""
    for passage in given.passages:
        # Each "sentence" is a run of the source as it stands; what was left out between runs is shown.
        quote = "……".join(passage.sentences)
        template = quotes[passage.kind]
        yield (template.format(title=passage.title, article=passage.article, quote=quote) + f"〔{passage.number}〕\n")
