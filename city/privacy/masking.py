"""Personal data out of a text, tokens in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from city.privacy.finding import find
from city.privacy.spans import Span
from city.privacy.vault import Vault


@dataclass(frozen=True, slots=True)
class Masked:
    """``text`` with tokens, the spans that were replaced (offsets in the text given), and the vault that undoes it."""

    text: str
    spans: tuple[Span, ...]
    vault: Vault


def mask(
    text: str,
    vault: Vault | None = None,
    *,
    gazetteer: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Masked:
    """Replace the personal data in ``text`` by tokens of ``vault`` (a new one where none is given; changed in place).

    ``vault.unmask(mask(text, vault).text) == text`` unless ``text`` already holds tokens of this very vault; masking a
    masked text changes nothing.

    >>> mask("我叫王小明，手机13800000000").text
    '我叫⟦姓名1⟧，手机⟦手机1⟧'
    """
    vault = Vault() if vault is None else vault
    vault.note_foreign(text)
    spans = tuple(find(text, gazetteer))
    pieces: list[str] = []
    done = 0
    for span in spans:
        pieces += [text[done : span.start], vault.token(span.type, text[span.start : span.end], labels)]
        done = span.end
    return Masked("".join((*pieces, text[done:])), spans, vault)
