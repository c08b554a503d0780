"""The words of the pages about policies."""

from __future__ import annotations

from functools import partial

from city.pack import CityPack
from serve.api.words import Language, Say


def policy_words(pack: CityPack, language: Language) -> dict[str, str]:
    """Every text of the pages about policies. Placeholders that only a page can fill stay in braces."""
    say: Say = partial(pack.say, language=language)
    return {**_list(say), **_check(say)}


def _list(say: Say) -> dict[str, str]:
    return {
        "title": say("policies_title"),
        "intro": say("policies_intro"),
        "check": say("policies_check"),
        "check_this": say("policies_check_this"),
        "search": say("policies_search"),
        "for_firm": say("policies_for_firm"),
        "for_person": say("policies_for_person"),
        "none": say("policies_none"),
        "who": say("policies_who"),
        "gives": say("policies_gives"),
        "when": say("policies_when"),
        "bring": say("policies_bring"),
        "held": say("policies_held"),
        "nothing": say("policies_nothing"),
        "where": say("policies_where"),
        "beside": say("policies_beside"),
        "text": say("policies_text"),
    }


def _check(say: Say) -> dict[str, str]:
    return {
        "question": say("policies_question", number="{number}", most="{most}"),
        "yes": say("policy_option_yes"),
        "no": say("policy_option_no"),
        "next": say("policies_next"),
        "skip": say("policies_skip"),
        "enough": say("policies_enough"),
        "choose": say("policies_choose"),
        "wrong": say("policies_wrong"),
        "sensitive": say("policy_sensitive"),
        "whom": say("policy_whom"),
        "firm": say("policy_option_firm"),
        "person": say("policy_option_person"),
        "result": say("policies_result", date="{date}"),
        "fits": say("policies_fits"),
        "likely": say("policies_likely"),
        "open": say("policies_open"),
        "not": say("policies_not"),
        "total": say("policies_total", total="{total}"),
        "told": say("policies_told"),
        "more": say("policy_option_more"),
        "not_a_decision": say("policies_not_a_decision"),
        "private": say("policies_private"),
        "change": say("policies_change"),
        "yours": say("policies_yours"),
        "at_most": say("policies_at_most", amount="{amount}"),
        "state_open": say("policies_state_open"),
        "state_until": say("policies_state_until", date="{date}"),
        "state_later": say("policies_state_later", date="{date}"),
        "state_over": say("policies_state_over"),
        "state_automatic": say("policies_state_automatic"),
        "ratio": say("policies_ratio"),
    }
