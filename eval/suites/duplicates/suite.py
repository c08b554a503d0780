"""Pairs of petitions in a stream, clustered as they come."""

from __future__ import annotations

from eval.judged_pairs import read_pairs, read_stream
from eval.material import shared_files
from eval.place import Place
from eval.suite import Case, Json, Scored


class Duplicates:
    """The pairs that several teams judged."""

    def cases(self, place: Place) -> list[Case]:  # the data are not the city's
        """One case a pair; the matter of its first message is its group. Raises BadInput naming a bad line."""
        stream, pairs = shared_files("duplicates")
        petitions = read_stream(stream)
        judged = read_pairs(pairs, petitions)
        made = []
        for (first, second), same in zip(judged.ends.tolist(), judged.same.tolist(), strict=True):
            one, two = petitions[first], petitions[second]
            made.append(
                Case(
                    id=f"{one.id}+{two.id}",
                    given={"a": one.id, "b": two.id, "titles": [one.title, two.title]},
                    expect={"same": same},
                    slices={"judged": "same" if same else "different"},
                    group=f"matter-{judged.matter[first]}",
                )
            )
        return made

    def open(self, place: Place) -> dict[str, int]:  # the data are not the city's
        """The cluster of each message after the whole stream was placed: seconds."""
        from tools.petitions.stream import Stream

        petitions = read_stream(shared_files("duplicates")[0])
        stream = Stream()
        stream.extend(petitions)
        return {one.id: stream.clusters.of[number] for number, one in enumerate(stream.petitions)}

    async def run(self, subject: dict[str, int], case: Case, trial: int) -> Json:  # trials are equal
        """Whether both lie in one cluster."""
        return {"together": subject[case.given["a"]] == subject[case.given["b"]]}

    def score(self, case: Case, said: Json) -> Scored:
        """Counts of pairs."""
        same, together = case.expect["same"], said["together"]
        return Scored(
            values={
                "found": float(same and together),
                "wrong": float(together and not same),
                "missed": float(same and not together),
            },
            why="" if same == together else ("kept apart" if same else "put together"),
        )


SUITE = Duplicates()
