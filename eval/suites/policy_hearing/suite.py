"""Utterances about policies through hearing alone, a millisecond each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.policies.naming import named_policies
from eval.material import of_city
from eval.place import Place
from eval.policy_hearing import Case as Heard
from eval.policy_hearing import expected_facts, heard_facts, heard_kind
from eval.suite import Case, Json, Scored, Value

if TYPE_CHECKING:
    from knowledge.eligibility.eligibility import Eligibility


class PolicyHearing:
    """Utterances written by somebody who had not seen the code that hears them."""

    def cases(self, place: Place) -> list[Case]:
        """One case an utterance; facts are expected as they are kept."""
        rules = self.open(place)
        made = []
        for _, row in of_city("policy_hearing", place):
            read = Heard.model_validate(row)
            expect = {
                "wish": read.wish,
                "facts": plain(expected_facts(rules, read)),
                "never": read.never,
                "policies": read.policies,
            }
            slices = {"wish": read.wish, "subject": read.subject or "-"}
            given = read.model_dump(mode="json", include={"text", "subject", "asking"})
            made.append(Case(id=read.id, given=given, expect=expect, slices=slices))
        return made

    def open(self, place: Place) -> Eligibility:
        """The pack's rules beside their texts."""
        from serve.policies import open_policies

        return open_policies(place.pack, place.day)

    async def run(self, subject: Eligibility, case: Case, trial: int) -> Json:  # every trial is the same
        """What is heard: wish, policies, facts."""
        asked = Heard.model_validate({"id": case.id, **case.given, "wish": "other"})
        return {
            "wish": heard_kind(subject, asked.text, asked.asking),
            "policies": sorted(set(named_policies(subject.every, asked.text))),
            "facts": plain(heard_facts(subject, asked)),
        }

    def score(self, case: Case, said: Json) -> Scored:
        """The wish, and counts of facts and policies."""
        expect = case.expect
        wish = said["wish"] == expect["wish"]
        wants, begins = expect["wish"] == "match", said["wish"] == "match"
        facts, heard = expect["facts"], said["facts"]
        found = [name for name in facts if heard.get(name) == facts[name]]
        wrong = [name for name in heard if (name in facts and heard[name] != facts[name]) or name in expect["never"]]
        lost = [name for name in facts if name not in found]
        named, wanted = set(said["policies"]), set(expect["policies"])
        values: dict[str, Value] = {
            "wish_right": float(wish),
            "begun_rightly": float(begins) if wants else None,
            "begun_wrongly": float(begins) if expect["wish"] == "other" else None,
            "facts_found": len(found),
            "facts_wrong": len(wrong),
            "facts_lost": len(lost),
            "policies_found": len(named & wanted),
            "policies_wrong": len(named - wanted),
            "policies_lost": len(wanted - named),
        }
        faults = [
            "" if wish else f"heard {said['wish']}, wants {expect['wish']}",
            f"wrong {', '.join(f'{name}={heard[name]}' for name in wrong)}" if wrong else "",
            f"lost {', '.join(lost)}" if lost else "",
        ]
        return Scored(values=values, why="; ".join(fault for fault in faults if fault))


def plain(facts: dict[str, Any]) -> Json:
    """Values of facts as JSON: days as ISO dates, sets sorted."""
    return {name: _plain(value) for name, value in sorted(facts.items())}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set | tuple | list):
        return sorted(map(str, value))
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


SUITE = PolicyHearing()
