"""TEMPORARY contract by the lead; helper P replaces this package keeping these names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    type: str


@dataclass
class Vault:
    tokens: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.tokens)

    def to_json(self) -> str:
        return json.dumps(self.tokens)

    @classmethod
    def from_json(cls, text: str) -> Vault:
        return cls(json.loads(text))

    def unmask(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Masked:
    text: str
    spans: tuple[Span, ...]
    vault: Vault


def mask(text: str, vault: Vault | None = None) -> Masked:
    return Masked(text, (), vault or Vault())
