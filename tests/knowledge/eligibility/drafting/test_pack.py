"""Every policy text of the example city is drafted: nothing fails, everything loads, every quote stands in its text."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
import yaml

from city.pack import load_pack
from knowledge.corpus import load_corpus
from knowledge.eligibility.book import read_book
from knowledge.eligibility.drafting.cases import cases
from knowledge.eligibility.drafting.drafting import Drafter, lost_quotes
from knowledge.eligibility.drafting.wording import read_draft_words
from knowledge.eligibility.drafting.writing import written
from knowledge.eligibility.profiles import read_profile
from knowledge.eligibility.rules import Policy
from knowledge.model import Document
from tests.knowledge.eligibility.drafting.making import YUNLAN

NAMES = sorted(path.name.split(".")[0] for path in (YUNLAN / "policies").iterdir() if not path.name.endswith(".yaml"))


@cache
def _drafter() -> tuple[Drafter, dict[str, Document]]:
    pack = load_pack(YUNLAN)
    documents = {one.meta.id: one for one in load_corpus(YUNLAN, folders=["policies"])}
    places = [(one.id, one.name, None) for one in pack.districts]
    streets = [(one.id, one.name, one.district) for one in pack.streets]
    book, problems = read_book(YUNLAN, [one.meta for one in documents.values()], [*places, *streets])
    assert not problems
    units = {unit.id: unit.name for unit in pack.units}
    return Drafter(book, read_draft_words(YUNLAN), units), documents


@pytest.mark.parametrize("name", NAMES)
def test_a_text_of_the_pack_is_drafted(name: str) -> None:
    drafter, documents = _drafter()
    document = documents[name]
    draft = drafter.draft(document)
    assert lost_quotes(draft, document) == []
    assert drafter.compiled(draft).as_of == (document.meta.valid_from or date.min)
    assert Policy.model_validate(yaml.safe_load(written(draft, document))) == draft.policy
    assert all(note.startswith("待补：") for note in draft.notes)
    for row in cases(drafter, draft):
        assert read_profile({"subject": draft.policy.subject, "facts": row["facts"]}, drafter.book).values
