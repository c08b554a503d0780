"""Messages to the hotline, each piece of personal data marked."""

from __future__ import annotations

from city.privacy import find, mask
from eval.material import of_city
from eval.place import Place
from eval.suite import Case, Json, Scored

Names = tuple[str, ...]
"""The city's own place names, which are nobody's."""


class Masking:
    """The pack's messages."""

    def cases(self, place: Place) -> list[Case]:
        """One case a message."""
        return [
            Case(
                id=row["id"],
                given={"text": row["text"]},
                expect={"spans": row["spans"]},
                slices={"type": row["spans"][0]["type"] if row["spans"] else "none", "wording": row["wording"]},
            )
            for _, row in of_city("masking", place)
        ]

    def open(self, place: Place) -> Names:
        """The city's place names."""
        return tuple(place.pack.place_names)

    async def run(self, subject: Names, case: Case, trial: int) -> Json:  # every trial is the same
        """The spans found and the text without them."""
        text = case.given["text"]
        spans = [{"start": one.start, "end": one.end, "type": one.type} for one in find(text, subject)]
        return {"spans": spans, "masked": mask(text, gazetteer=subject).text}

    def score(self, case: Case, said: Json) -> Scored:
        """A marked piece is found where spans cover all of it, of whatever type; a span that touches none is wrong.

        What is ``optional`` (a surname with a title) may be hidden or not.
        """
        text, wanted = case.given["text"], case.expect["spans"]
        covered = {at for one in said["spans"] for at in range(one["start"], one["end"])}
        must = [one for one in wanted if not one.get("optional")]
        lost = [one for one in must if not covered >= set(range(one["start"], one["end"]))]
        wrong = [
            one
            for one in said["spans"]
            if not any(one["start"] < other["end"] and one["end"] > other["start"] for other in wanted)
        ]
        told = [f"{text[one['start'] : one['end']]} ({one['type']}) stays" for one in lost]
        told += [f"{text[one['start'] : one['end']]} is taken for {one['type']}" for one in wrong]
        return Scored(
            values={
                "hidden": float(not lost) if must else None,
                "found": float(len(must) - len(lost)),
                "missed": float(len(lost)),
                "wrong": float(len(wrong)),
                "untouched": None if wanted else float(said["masked"] == text),
            },
            why="; ".join(told),
        )


SUITE = Masking()
