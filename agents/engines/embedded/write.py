"""The embedded solver of ``write``: the chosen sentences themselves, said with where they stand."""

from __future__ import annotations

from collections.abc import Iterator

from agents.engines.tasks import WriteGiven


def write(given: WriteGiven, template: str) -> Iterator[str]:
    """One line per passage. ``template`` is the pack's wording with {title}, {article} and {quote}."""
    for passage in given.passages:
        # Each "sentence" is a run of the source as it stands; what was left out between runs is shown.
        quote = "……".join(passage.sentences)
        yield (template.format(title=passage.title, article=passage.article, quote=quote) + f"〔{passage.number}〕\n")
