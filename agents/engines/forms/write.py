"""The form of ``write``: the chosen sentences, the question last. The answer is text; its check is not the engine's."""

from __future__ import annotations

from agents.engines.forms.base import section
from agents.engines.tasks import WriteGiven

_LANGUAGES = {"zh": "中文", "en": "English"}


def shown(given: WriteGiven) -> str:
    """The passages by their numbers, the language, the question."""
    passages = "".join(
        section(f"〔{passage.number}〕《{passage.title}》{passage.article}", _lines(passage.sentences))
        for passage in given.passages
    )
    asked = f"{given.question}（按{given.as_of.isoformat()}有效的规定）"
    return passages + section("语言", _LANGUAGES.get(given.language, given.language)) + section("问题", asked)


def _lines(sentences: list[str]) -> str:
    """The sentences without the empty lines that stand between paragraphs of a text."""
    return "\n".join(line for sentence in sentences for line in sentence.splitlines() if line.strip())
