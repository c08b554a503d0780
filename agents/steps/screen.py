"""Screen: is this a message that can be read at all, and which personal data in it must not travel further?"""

from __future__ import annotations

import re
import unicodedata

from langgraph.runtime import Runtime

from agents.context import TurnContext
from agents.gate import Gate
from agents.outcomes import Outcome
from agents.state import Json, TalkState
from agents.steps.endings import ending

_BEFORE_ALARM = 200  # characters of an overlong message that are kept before what alarms in it
# Format characters (zero width, direction overrides, tags) carry hidden instructions, never a citizen's words.
_CONTROL = frozenset({"Cc", "Cf", "Co", "Cs"})
_LAST_WORDS = 100  # characters
_SENTENCE_END = re.compile("[。！？!?；;\n]+(?=.*[^\\W_])", re.DOTALL)  # after which something is written
_MOJIBAKE = re.compile(r"\ufffd|锟斤拷|烫烫烫|[ÃÂåæçèéäï][\u0080-\u00bf]")


def clean(text: str) -> str:
    """``text`` without characters that cannot be seen; line breaks stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _CONTROL).strip()


def fault(text: str, limit: int) -> tuple[str, dict[str, object]] | None:
    """The wording key (and its fields) that says why ``text`` cannot be read, or None."""
    if not text:
        return "empty", {}
    if len(text) > limit:
        return "too_long", {"limit": limit}
    if len(_MOJIBAKE.findall(text)) * 8 > len(text):
        return "bad_encoding", {}
    return None if any(char.isalnum() for char in text) else ("empty", {})


def _alarming(gate: Gate, text: str, limit: int) -> tuple[str, str] | None:
    """What the gate has to read of an overlong message that tells of danger, and at most ``limit`` characters around
    it; None where none is told. Many rules are for short messages only, so that the last words are read alone, too.
    """
    ending_words = text[-_LAST_WORDS:]
    ending_words = _SENTENCE_END.split(ending_words, maxsplit=1)[-1] or ending_words
    for read in (text, ending_words):
        decision = gate.decide(read)
        if decision.risk:
            found = text.rindex(read) + (decision.matched[0].start if decision.matched else 0)
            begin = max(0, found - _BEFORE_ALARM)
            return read, text[begin : begin + limit].strip()
    return None


async def screen(state: TalkState, runtime: Runtime[TurnContext]) -> Json:
    """Clean, bound and mask the message; what cannot be read ends the turn here."""
    context = runtime.context
    fresh: Json = {"drafts": None, "parts": [], "composed": [], "ending": {}, "answer": {}, "gate": {}}
    with context.step("screen") as note:
        text = clean(context.original)
        wrong = fault(text, context.house.pack.city.limits.message_chars)
        if wrong:
            key, fields = wrong
            note["fault"] = key
            # An overlong message may still hold an emergency: the gate reads it all the same.
            limit = context.house.pack.city.limits.message_chars
            urgent = _alarming(context.house.gate, text, limit) if key == "too_long" else None
            if urgent is None:
                said = context.say(key, **fields)
                return {**fresh, "ending": ending(Outcome.INVALID_INPUT, "A0_ANSWER", [said])}
            context.alarming, text = urgent
        context.cleaned = text
        masked = context.mask(text)
        note["masked"] = [span.type for span in masked.spans]
        note["hidden_characters"] = len(context.original.strip()) - len(text)
        return {**fresh, "request": {"text": masked.text}}
