"""The policies of an installation: the pack's rules opened beside the texts that they quote."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from city.pack import CityPack, PackError, Problem
from city.pack.record import read_record
from knowledge.corpus import load_corpus
from knowledge.eligibility.book import FOLDER, read_book
from knowledge.eligibility.checking import check_book
from knowledge.eligibility.drafting import wording as drafting
from knowledge.eligibility.eligibility import WORDS, Eligibility, Places
from knowledge.eligibility.reading import Words
from knowledge.eligibility.signing import read_signatures
from knowledge.library.validity import settle_ends
from knowledge.model import Document

TEXTS = "policies"
"""The folder whose documents rules may quote."""


def keeps_policies(root: Path) -> bool:
    """Whether the pack has rules at all."""
    return (root / FOLDER / "rules").is_dir()


def places_of(pack: CityPack) -> Places:
    """The pack's districts and streets as a code list, the outer ones first."""
    districts: list[tuple[str, str, str | None]] = [(one.id, one.name, None) for one in pack.districts]
    return [*districts, *((one.id, one.name, one.district) for one in pack.streets)]


def policy_texts(pack: CityPack) -> list[Document]:
    """The documents that rules may quote."""
    return load_corpus(pack.root, folders=[TEXTS], names={unit.id: unit.name for unit in pack.units})


def with_ends(texts: list[Document]) -> list[Document]:
    """The documents with the days on which newer ones end them, as a published snapshot has it."""
    ends, _ = settle_ends(text.meta for text in texts)
    return [
        text.model_copy(update={"meta": text.meta.model_copy(update={"valid_to": ends[text.meta.id]})})
        if text.meta.id in ends
        else text
        for text in texts
    ]


def open_policies(pack: CityPack, today: date, texts: list[Document] | None = None) -> Eligibility:
    """The pack's rules. Raises PackError with every problem of their files."""
    documents = with_ends(policy_texts(pack)) if texts is None else texts
    units = {unit.id: unit.name for unit in pack.units}
    return Eligibility.open(pack.root, documents, places=places_of(pack), units=units, today=today)


def check_policies(pack: CityPack, texts: list[Document], today: date) -> list[Problem]:
    """Everything that is wrong with the pack's facts, lists, rules and signatures."""
    texts = with_ends(texts)
    documents = {document.meta.id: document for document in texts}
    book, problems = read_book(pack.root, [document.meta for document in texts], places_of(pack))
    try:
        signatures = read_signatures(pack.root)
        read_record(pack.root, WORDS, Words)
        if (pack.root / drafting.FILE).is_file():  # a pack may do without drafting
            drafting.read_draft_words(pack.root)
    except PackError as error:
        return [*problems, *error.problems]
    return [*problems, *check_book(book, documents, [unit.id for unit in pack.units], today, signatures)]


def lists_folder(home: Path, pack: CityPack) -> Path:
    """Where this installation keeps the lists that `citydesk policy find` makes."""
    return home / pack.city.id / "policy_lists"
