"""The words of the chat page. Every key is asked for by name, so that `citydesk check` sees a missing one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from pydantic import BaseModel

from agents.gate import Gate
from agents.outcomes import Outcome
from city.pack import CityPack

Language = Literal["zh", "en"]
Say = Callable[..., str]


class Line(BaseModel):
    """A number to call."""

    phone: str
    name: str


def language_of(asked: str) -> Language:
    """The page's language; Chinese where the asked one is not spoken."""
    return "en" if asked == "en" else "zh"


def page_words(pack: CityPack, language: Language) -> dict[str, str]:
    """Every text of the page. Placeholders that only the page can fill stay in braces."""
    say: Say = partial(pack.say, language=language)
    return {**_frame(say), **_talk(say), **_source(say), **_complaint(say)}


def outcome_words(pack: CityPack, language: Language) -> dict[str, str]:
    """The name of each ending."""
    if language == "zh":
        return {outcome.value: pack.outcomes[outcome.value].label for outcome in Outcome}
    return {outcome.value: pack.say(f"page_outcome_{outcome.value}", language) for outcome in Outcome}


def page_lines(pack: CityPack, gate: Gate, language: Language) -> list[Line]:
    """The numbers that an answer may ask to call, with their names."""
    words = pack.wording[language]
    return [
        Line(phone=line.phone, name=words.text(f"page_line_{key}") if f"page_line_{key}" in words else line.name)
        for key, line in gate.rules.lines.items()
    ]


def _frame(say: Say) -> dict[str, str]:
    return {
        "title": say("page_title"),
        "subtitle": say("page_subtitle"),
        "greeting": say("greeting"),
        "ai_label": say("ai_label"),
        "ai_bar": say("page_ai_bar"),
        "ai_label_short": say("ai_label_short"),
        "privacy": say("privacy_notice"),
        "skip": say("page_skip"),
        "other_language": say("page_other_language"),
        "elder_on": say("page_elder_on"),
        "elder_off": say("page_elder_off"),
        "elder_said": say("elder_mode"),
        "new_talk": say("page_new_talk"),
        "human": say("page_human"),
        "call": say("page_call", phone="{phone}"),
        "no_script": say("page_no_script"),
        "back": say("page_back"),
        "try": say("page_try"),
        "policies": say("policies_title"),
        "example_1": say("page_example_1"),
        "example_2": say("page_example_2"),
        "example_3": say("page_example_3"),
        "example_4": say("page_example_4"),
    }


def _talk(say: Say) -> dict[str, str]:
    return {
        "log": say("page_log"),
        "input": say("page_input"),
        "placeholder": say("page_placeholder"),
        "send": say("page_send"),
        "stop": say("page_stop"),
        "stopped": say("page_stopped"),
        "working": say("page_working"),
        "you": say("page_you"),
        "assistant": say("page_assistant"),
        "retry": say("page_retry"),
        "offline": say("page_offline"),
        "broken": say("api_broken"),
        "earlier": say("page_earlier"),
        "earlier_hide": say("page_earlier_hide"),
        "options": say("page_options"),
        "copy": say("page_copy"),
        "copied": say("page_copied"),
        "read": say("page_read"),
        "read_stop": say("page_read_stop"),
        "rows_left_off": say("page_rows_left_off", count="{count}"),
    }


def _source(say: Say) -> dict[str, str]:
    return {
        "sources": say("page_sources"),
        "source": say("page_source", number="{number}"),
        "state_in_force": say("page_state_in_force"),
        "state_repealed": say("page_state_repealed"),
        "state_not_yet": say("page_state_not_yet"),
        "valid_from": say("page_valid_from", date="{date}"),
        "valid_to": say("page_valid_to", date="{date}"),
        "previous": say("page_previous"),
        "next": say("page_next"),
        "versions": say("page_versions"),
        "no_match": say("page_no_match"),
        "print": say("page_print"),
        "close": say("page_close"),
        "loading": say("page_loading"),
        "no_provision": say("api_no_provision"),
    }


def _complaint(say: Say) -> dict[str, str]:
    return {
        "complain": say("page_complain"),
        "complain_hint": say("complaint_channel"),
        "complain_reason": say("page_complain_reason"),
        "complain_send": say("page_complain_send"),
        "complain_done": say("page_complain_done", number="{number}"),
        "complain_failed": say("page_complain_failed"),
    }
