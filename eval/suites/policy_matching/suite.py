"""Written cases of every policy, a millisecond each. Cases of one profile stand or fall together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.material import of_city
from eval.place import Place
from eval.policies import Asked, asked, got, kind_of, result
from eval.policies import Case as PolicyCase
from eval.suite import Case, Json, Scored, Value
from knowledge.eligibility.matching import Status

if TYPE_CHECKING:
    from knowledge.eligibility.eligibility import Eligibility


class PolicyMatching:
    """The pack's rules on profiles whose results were written from the texts."""

    def cases(self, place: Place) -> list[Case]:
        """One case a profile, and one for each fact left out of it."""
        rules = self.open(place)
        made = []
        for _, row in of_city("policy_matching", place):
            read = PolicyCase.model_validate(row)
            subject = rules.book.compiled(read.policy, read.as_of).policy.subject
            for one in asked(rules, read):
                slices = {"policy": read.policy, "subject": subject, "kind": kind_of(one.status)}
                given = {"profile": _profile(read), "left": one.left}
                expect = {**one.model_dump(mode="json"), "why": read.why}
                made.append(Case(id=one.name, given=given, expect=expect, slices=slices, group=read.id))
        return made

    def open(self, place: Place) -> Eligibility:
        """The pack's rules beside their texts."""
        from serve.policies import open_policies

        return open_policies(place.pack, place.day)

    async def run(self, subject: Eligibility, case: Case, trial: int) -> Json:  # every trial is the same
        """Status, facts missing and benefits."""
        profile = {**case.given["profile"], "status": Status.NEEDS}  # a case has one; nothing is judged by it here
        return result(subject, PolicyCase.model_validate(profile), case.given["left"])

    def score(self, case: Case, said: Json) -> Scored:
        """Everything exact, and each part by itself where the case judges it."""
        wanted = Asked.model_validate({name: case.expect[name] for name in Asked.model_fields})
        made = got(said, wanted)
        exact, status = made == wanted.told, said["status"] == wanted.status.value
        names = bool(wanted.left) and wanted.status.value == said["status"] == "needs_facts"
        values: dict[str, Value] = {
            "exact": float(exact),
            "status_right": float(status),
            "benefits_right": float(exact) if wanted.benefits is not None and status else None,
            "missing_right": float(said["missing"] == list(wanted.missing)) if names else None,
            "status_expected": wanted.status.value,
            "status_said": said["status"],
        }
        return Scored(values=values, why="" if exact else f"{made}, not {wanted.told} ({case.expect['why']})")


def _profile(read: PolicyCase) -> Json:
    """What the rules get of a case: nothing of what must come out."""
    return read.model_dump(mode="json", include={"id", "policy", "as_of", "facts"})


SUITE = PolicyMatching()
