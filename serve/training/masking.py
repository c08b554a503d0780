"""Personal data out of what is exported, by the tokens that a model sees, and a second look at the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from city.privacy import Vault, find, mask
from city.privacy.finding import TOKEN
from tools.workorders.model import Party

_LONG_NUMBER = re.compile(r"(?:\d[\s\-—_.,，·]?){7,}")
_HANDLE = re.compile(r"@|微信号?|QQ|扣扣|[Vv][Xx]", re.IGNORECASE)
_LEAST_NAME = 2
_LEAST_ADDRESS = 4
_NOT_DIGITS = re.compile(r"\D")


class Cleaned(NamedTuple):
    """Texts without personal data, and how many values of each type were replaced."""

    texts: tuple[str, ...]
    replaced: dict[str, int]


def cleaned(texts: Sequence[str], parties: Sequence[Party], gazetteer: Sequence[str]) -> Cleaned | None:
    """``texts`` masked with one vault, so that the same value has the same token in all of them.

    None where masking is unsure: something maskable is still there, a number as long as a phone's, a name of an
    account, or words that the record knows for a party's name, phone or address.
    """
    vault = Vault()
    masked = [mask(text, vault, gazetteer=gazetteer) for text in texts]
    done = tuple(one.text for one in masked)
    if any(doubtful(text, gazetteer) for text in done) or _names(done, parties):
        return None
    replaced = Counter(str(span.type) for one in masked for span in one.spans)
    return Cleaned(done, dict(sorted(replaced.items())))


def doubtful(text: str, gazetteer: Sequence[str] = ()) -> bool:
    """Whether something in a masked text may still lead to a person."""
    plain = TOKEN.sub("", text)
    return bool(find(text, gazetteer) or _LONG_NUMBER.search(plain) or _HANDLE.search(plain))


def _names(texts: Iterable[str], parties: Sequence[Party]) -> bool:
    """Whether a party's name, phone or address stands in the texts."""
    told = TOKEN.sub("\n", "\n".join(texts))
    digits = _NOT_DIGITS.sub("", told)
    for party in parties:
        phone = _NOT_DIGITS.sub("", party.phone)
        if len(party.name) >= _LEAST_NAME and party.name in told:
            return True
        if len(party.address) >= _LEAST_ADDRESS and party.address in told:
            return True
        if len(phone) >= _LEAST_ADDRESS and phone in digits:
            return True
    return False
