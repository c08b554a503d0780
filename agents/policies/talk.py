"""What a talk about policies remembers between two messages: facts, what was asked, and which policies are meant."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import Subject, Value
from knowledge.eligibility.profiles import Profile, read_profile, read_value


class Matching(BaseModel):
    """The state of a matching. Values are plain JSON; a fact that was skipped stays unknown."""

    model_config = ConfigDict(extra="forbid")

    subject: Subject | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    asked: list[str] = Field(default_factory=list, description="facts asked for, in order")
    before: int = Field(default=0, description="how many of them were asked before the last result")
    asking: str = Field(default="", description="the fact asked for last, while it waits for an answer")
    again: bool = Field(default=False, description="the question was put a second time")
    policies: list[str] = Field(default_factory=list, description="the policies meant; none means all")
    told: bool = Field(default=False, description="a result was told")

    def profile(self, book: RuleBook) -> Profile:
        """The facts as a profile. What the catalogue no longer has is left out: the talk may be older than it."""
        known = {name: value for name, value in self.facts.items() if name in book.facts}
        return read_profile({"subject": self.subject, "facts": known}, book, where="talk")

    def still_known(self, usable: RuleBook, every: RuleBook) -> Matching:
        """The matching less the policies and values that the rules no longer have: the talk may be older than they."""
        facts = {name: value for name, value in self.facts.items() if _is_read(name, value, every)}
        return self.model_copy(
            update={"facts": facts, "policies": [name for name in self.policies if name in usable.policies]}
        )

    @property
    def rounds(self) -> int:
        """How many questions were put since the last result."""
        return len(self.asked) - self.before

    def with_facts(self, heard: dict[str, Value], book: RuleBook) -> Matching:
        """The matching with more facts, the newer winning: a birth date takes the place of an age told before."""
        plain = {name: plain_value(value) for name, value in heard.items()}
        kept = {n: v for n, v in self.facts.items() if not any(book.depend(n, new) for new in plain)}
        return self.model_copy(update={"facts": {**kept, **plain}})


def _is_read(name: str, value: Any, book: RuleBook) -> bool:
    fact = book.facts.get(name)
    if fact is None:
        return False
    try:
        read_value(fact, value, book.lists)
    except BadInput:
        return False
    return True


def plain_value(value: Value) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
