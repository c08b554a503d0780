"""All detectors over one text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from city.privacy.addresses import addresses
from city.privacy.names import names
from city.privacy.normal import BLANK, fold
from city.privacy.numbers import bank_cards, credit_codes, id_cards
from city.privacy.papers import emails, passports, plates
from city.privacy.phones import landlines, mobiles
from city.privacy.spans import Span, settle

TOKEN = re.compile("⟦[^⟦⟧\\s]{1,24}⟧")
"""Whatever has the form of a token of ours, whoever wrote it."""

_SEVERAL_DIGITS = re.compile(r"\d(?:[^\d]{0,2}\d){4}")
_ROUNDS = 4


def find(text: str, gazetteer: Sequence[str] | None = None) -> list[Span]:
    """Personal data in ``text``: spans in text order, none overlapping another, none inside a token.

    ``gazetteer`` holds the city's own place names. What is found is blanked and the search repeated, so that masking
    a masked text finds nothing more. Linear in the length of ``text``.
    """
    plain = fold(text)
    if "⟦" in plain:
        plain = TOKEN.sub(lambda match: BLANK * len(match[0]), plain)
    spans: list[Span] = []
    for _ in range(_ROUNDS):
        fresh = settle(_candidates(plain, tuple(gazetteer or ())))
        if not fresh:
            break
        spans += fresh
        plain = _blank(plain, fresh)
    return sorted(spans, key=lambda span: span.start)


def _blank(plain: str, spans: Sequence[Span]) -> str:
    pieces, done = [], 0
    for span in spans:
        pieces += [plain[done : span.start], BLANK * (span.end - span.start)]
        done = span.end
    return "".join((*pieces, plain[done:]))


def _candidates(plain: str, gazetteer: tuple[str, ...]) -> list[Span]:
    found: list[Span] = [*emails(plain), *plates(plain)]
    if _SEVERAL_DIGITS.search(plain):
        for detect in (id_cards, credit_codes, bank_cards, mobiles, landlines, passports):
            found += detect(plain)
    beside = [span for span in found if span.type in ("mobile", "landline", "id_card")]
    found += addresses(plain, gazetteer)
    found += names(plain, beside, gazetteer)
    return found
