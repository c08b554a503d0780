"""Reading a petition once: the sketch by which it is compared with all later ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tools.petitions.petition import Petition
from tools.petitions.phrases import Phrases
from tools.petitions.places import Place, Places, Scan, scan
from tools.petitions.terms import BODY, PLACE, Floats, Ids, Occurrences, Weights, occurrences, plain


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a petition for comparing. Ids rise and are distinct; ``repeated`` is how often, by ``body``."""

    body: Ids
    repeated: Floats
    title: Ids
    places: Ids
    marks: Ids
    at: float  # seconds since 1970
    caller: str
    category: str
    terms: Ids  # all of body and places


@dataclass(frozen=True, slots=True)
class Reading:
    """A petition read: its sketch, and where in the text its terms and places stand."""

    petition: Petition
    sketch: Sketch
    fields: Mapping[str, Occurrences]
    places: tuple[Place, ...]
    scans: tuple[tuple[Scan, list[Place]], ...]


@dataclass
class Reader:
    """Reads petitions with what the stream has taught so far."""

    places: Places = field(default_factory=Places)
    phrases: Phrases = field(default_factory=Phrases)
    weights: Weights = field(default_factory=Weights)

    def read(self, petition: Petition) -> Reading:
        """The petition as terms by channel."""
        fields, found, scans = {}, [], []
        for name, text in (("title", plain(petition.title)), ("detail", plain(petition.detail))):
            channels = np.full(len(text), BODY, np.int8)
            looked = scan(text)
            formed = self.places.formed(looked)
            places = self.places.find(looked, formed)
            scans.append((looked, formed))
            for place in places:
                channels[place.start : place.end] = PLACE
            self.phrases.mark(text, channels)
            fields[name] = occurrences(text, channels)
            found += places
        if petition.place:
            text = plain(petition.place)
            fields["place"] = occurrences(text, np.full(len(text), PLACE, np.int8))
        return Reading(petition, _sketch(petition, fields), fields, tuple(found), tuple(scans))

    def learn(self, reading: Reading) -> None:
        """Let the names of its places teach."""
        for looked, formed in reading.scans:
            self.places.learn(looked, formed)


def _sketch(petition: Petition, fields: Mapping[str, Occurrences]) -> Sketch:
    every = np.concatenate([found.ids for found in fields.values()])
    channels = np.concatenate([found.channels for found in fields.values()])
    marks = np.concatenate([found.marks for found in fields.values()])
    body, repeated = np.unique(every[channels == BODY], return_counts=True)
    title, places = fields["title"], np.unique(every[channels == PLACE])
    return Sketch(
        body=body,
        repeated=np.sqrt(np.minimum(repeated, 4)).astype(np.float32),
        title=np.unique(title.ids[title.channels == BODY]),
        places=places,
        marks=np.unique(every[marks & (channels == BODY)]),
        at=petition.at.timestamp(),
        caller=petition.caller,
        category=petition.category,
        terms=np.union1d(body, places),
    )
