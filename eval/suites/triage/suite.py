"""Past petitions with the class that people gave them, cross-validated."""

from __future__ import annotations

from typing import NamedTuple

from eval.material import shared_files
from eval.place import Place
from eval.suite import Case, Json, Scored

FOLDS = 5


class Judged(NamedTuple):
    """What the model of the other folds says of a petition."""

    label: str
    probability: float
    sure: bool


class Triage:
    """All petitions of the public set."""

    def cases(self, place: Place) -> list[Case]:  # the data are not the city's
        """One case a petition. Raises BadInput for a file that cannot be read."""
        from tools.petitions.grouping import groups_of
        from tools.petitions.history import read_history

        rows = read_history(shared_files("triage")[0], "label").rows
        groups = groups_of(rows).tolist()
        return [
            Case(
                id=row.id,
                given={"text": f"{row.message.title}\n{row.message.detail}"},
                expect={"label": row.label},
                slices={"label": row.label},
                group=f"group-{group}",
            )
            for row, group in zip(rows, groups, strict=True)
        ]

    def open(self, place: Place) -> dict[str, Judged]:  # the data are not the city's
        """Learn from each four folds and judge the fifth: about a minute."""
        from tools.petitions.classifier import Classifier
        from tools.petitions.grouping import folds_of, groups_of
        from tools.petitions.history import History, read_history
        from tools.petitions.learning import train

        rows = read_history(shared_files("triage")[0], "label").rows
        fold = folds_of(groups_of(rows), FOLDS).tolist()
        found: dict[str, Judged] = {}
        for number in range(FOLDS):
            known = [row for row, own in zip(rows, fold, strict=True) if own != number]
            asked = [row for row, own in zip(rows, fold, strict=True) if own == number]
            judged = Classifier(train(History(known, [], ""))).classify([row.message for row in asked])
            for row, one in zip(asked, judged, strict=True):
                found[row.id] = Judged(one.label, float(one.probability), bool(one.sure))
        return found

    async def run(self, subject: dict[str, Judged], case: Case, trial: int) -> Json:  # trials are equal
        """The class, how likely it is, and whether that is enough."""
        one = subject[case.id]
        return {"label": one.label, "probability": round(one.probability, 6), "sure": one.sure}

    def score(self, case: Case, said: Json) -> Scored:
        """Class and confidence."""
        right = said["label"] == case.expect["label"]
        return Scored(
            values={
                "label": case.expect["label"],
                "said": said["label"],
                "right": float(right),
                "confidence": said["probability"],
                "sure": float(said["sure"]),
                "sure_right": float(said["sure"] and right),
            },
            why="" if right else f"{said['label']} ({said['probability']:.2f}), not {case.expect['label']}",
        )


SUITE = Triage()
