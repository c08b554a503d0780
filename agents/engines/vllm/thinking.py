"""Thinking is never shown: servers put it in a field of its own, or, without a reasoning parser, into the text."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class Spoken:
    """What of a stream of pieces is meant for the reader: the text less ``<think>…</think>``, marks cut over pieces
    included.

    Example: ``[spoken.take("好<thi"), spoken.take("nk>嗯</think>的"), spoken.rest()]`` is ``["好", "的", ""]``.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinks = False

    def take(self, piece: str) -> str:
        """The part that can be shown by now."""
        if not self._held and not self._thinks and "<" not in piece:
            return piece  # nearly every piece of a text
        self._held += piece
        said = ""
        while True:
            mark = _CLOSE if self._thinks else _OPEN
            at = self._held.find(mark)
            if at < 0:
                break
            said += "" if self._thinks else self._held[:at]
            self._held = self._held[at + len(mark) :]
            self._thinks = not self._thinks
        keep = _started(self._held, mark)
        said += "" if self._thinks else self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]
        return said

    def rest(self) -> str:
        """What was held back for a mark that did not come."""
        held, self._held = self._held, ""
        return "" if self._thinks else held


def _started(text: str, mark: str) -> int:
    """Length of the end of ``text`` that may be the beginning of ``mark``."""
    return next((size for size in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:size])), 0)


def without_thinking(text: str) -> str:
    """A whole text less its thinking. Where only the end mark stands, the prompt itself had opened the thinking."""
    spoken = Spoken()
    said = spoken.take(text) + spoken.rest()
    return said.rpartition(_CLOSE)[2].strip()
