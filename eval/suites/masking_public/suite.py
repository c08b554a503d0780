"""Public cases of personal data, by detection alone."""

from __future__ import annotations

from city.privacy import Span, find, mask
from eval.masking import Tally, case_of, rows, score, text_of
from eval.material import shared_files
from eval.place import Place
from eval.suite import Case, Json, Scored


class MaskingPublic:
    """The cases that apply."""

    def cases(self, place: Place) -> list[Case]:  # the data are not the city's
        """One case a line that says something of a type that is masked here."""
        made = []
        for row in rows(shared_files("masking_public")[0]):
            case = case_of(row)
            text = text_of(case)
            if text is not None and score(case, text, [], text, Tally()):
                given, slices = {"text": text}, {"fixture": str(row.get("fixture", "-"))}
                made.append(Case(id=row["id"], given=given, expect=case, slices=slices))
        return made

    def open(self, place: Place) -> None:
        """Nothing is needed."""

    async def run(self, subject: None, case: Case, trial: int) -> Json:  # every trial is the same
        """The spans found and the text without them."""
        text = case.given["text"]
        spans = [{"start": one.start, "end": one.end, "type": one.type} for one in find(text)]
        return {"spans": spans, "masked": mask(text).text}

    def score(self, case: Case, said: Json) -> Scored:
        """Values found and missed, and spans where none may be."""
        tally = Tally()
        score(case.expect, case.given["text"], [Span(**one) for one in said["spans"]], said["masked"], tally)
        return Scored(
            values={
                "found": float(tally.found),
                "missed": float(tally.missed),
                "wrong": float(tally.false),
                "right": float(not tally.missed and not tally.false),
            },
            why="; ".join(tally.failures),
        )


SUITE = MaskingPublic()
