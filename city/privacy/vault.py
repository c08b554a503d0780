"""Tokens and the values they stand for. A vault belongs to one talk and never leaves the city's own storage."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from city.errors import BadInput
from city.privacy.finding import TOKEN
from city.privacy.spans import SPAN_TYPES, SpanType
from city.privacy.words import words

_UNFIT = re.compile(r"[⟦⟧\s]")


@dataclass
class Vault:
    """Gives out tokens such as ``⟦手机1⟧`` and takes them back.

    The same value of the same type has one token; numbers go on over the turns of a talk. A token that a user wrote
    is *foreign*: it is never given out, so nothing anybody writes can stand for a value of someone else.

    >>> vault = Vault()
    >>> vault.token("mobile", "13800000000")
    '⟦手机1⟧'
    >>> vault.unmask("请打⟦手机1⟧或⟦手机2⟧")
    '请打13800000000或⟦手机2⟧'
    """

    tokens: dict[str, str] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    _given: dict[tuple[SpanType, str], str] = field(default_factory=dict, repr=False)
    _last: dict[str, int] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.tokens or self.foreign)

    def token(self, kind: SpanType, value: str, labels: Mapping[str, str] | None = None) -> str:
        """The token of ``value``. ``labels`` names the types in the city's words; an unfit one raises BadInput."""
        if (kind, value) not in self._given:
            label = (labels or {}).get(kind) or words().labels[kind]
            if _UNFIT.search(label) or len(label) > 12 or label[-1:].isdigit():
                raise BadInput(
                    f"The token label {label!r} of {kind!r} must have 1 to 12 characters, "
                    "no space or bracket, and no digit at its end."
                )
            self._given[kind, value] = self._next(label)
            self.tokens[self._given[kind, value]] = value
        return self._given[kind, value]

    def _next(self, label: str) -> str:
        while True:
            self._last[label] = self._last.get(label, 0) + 1
            token = f"⟦{label}{self._last[label]}⟧"
            if token not in self.foreign and token not in self.tokens:
                return token

    def note_foreign(self, text: str) -> None:
        """Remember what looks like a token in ``text`` and is none of ours."""
        if "⟦" in text:
            self.foreign.update(token for token in TOKEN.findall(text) if token not in self.tokens)

    def held(self, text: str) -> list[tuple[SpanType, str]]:
        """This vault's tokens in ``text``, in order, each with what it stands for: ``[("mobile", "⟦手机1⟧")]``."""
        kinds = {token: kind for (kind, _), token in self._given.items()}
        return [(kinds[token], token) for token in TOKEN.findall(text) if token in kinds]

    def unmask(self, text: str) -> str:
        """``text`` with this vault's tokens replaced by their values, once: a value is never read as a token."""
        if not self.tokens or "⟦" not in text:
            return text
        return TOKEN.sub(lambda match: self.tokens.get(match[0], match[0]), text)

    def to_json(self) -> str:
        """The vault as JSON text."""
        given = [[kind, value, token] for (kind, value), token in self._given.items()]
        return json.dumps({"given": given, "foreign": sorted(self.foreign)})

    @classmethod
    def from_json(cls, text: str) -> Vault:
        """The vault that ``to_json`` wrote. Raises BadInput for anything else."""
        try:
            kept = json.loads(text)
            given = [(kind, value, token) for kind, value, token in kept["given"]]
            foreign = {str(token) for token in kept["foreign"]}
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput("This is not a vault written by this program; start the talk anew.") from error
        vault = cls(foreign=foreign)
        for kind, value, token in given:
            texts = all(isinstance(part, str) for part in (kind, value, token))
            if not texts or kind not in SPAN_TYPES or not TOKEN.fullmatch(token):
                raise BadInput(f"The vault has an entry of type {kind!r} that cannot be read; start the talk anew.")
            vault.tokens[token] = value
            vault._given[kind, value] = token
        return vault
