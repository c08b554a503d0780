from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from city.errors import BadInput
from knowledge.guides import Guide, GuideWords, Question, article_suffix, guide_document, question_document
from knowledge.model import Document, Level, Visibility
from tests.knowledge.pack_making import GUIDE, LABELS, QUESTIONS, SECTIONS

NAMES = {"parks": "园林中心", "police": "市公安局"}


def words(**changes: Any) -> GuideWords:
    return GuideWords.model_validate({"sections": SECTIONS, **LABELS, **changes})


def rendered(**changes: Any) -> Document:
    guide = Guide.model_validate({**GUIDE, **changes})
    return guide_document(guide, words(), names=NAMES, source="services/sg-dog.yaml", titles={"sg-b": "乙事项"})


def section(document: Document, key: str) -> str:
    return next(p.text for p in document.provisions if p.id.endswith(f"#{key}"))


def test_one_provision_per_section_with_its_heading() -> None:
    document = rendered()
    assert [p.id for p in document.provisions] == ["sg-dog#who", "sg-dog#papers", "sg-dog#basis"]
    assert [p.article for p in document.provisions] == ["适用对象", "所需材料", "依据"]
    assert all(p.path == (p.article,) for p in document.provisions)


def test_the_tree_tiles_the_text_and_spans_are_the_provisions() -> None:
    for document in (rendered(), question()):
        edges = [0, *(node.end for node in document.tree.children)]
        assert [node.start for node in document.tree.children] == edges[:-1]
        assert edges[-1] == len(document.text) == document.tree.end
        assert all(document.text[p.start : p.end] == p.text for p in document.provisions)


def test_the_words_come_from_the_pack() -> None:
    document = rendered()
    assert section(document, "who") == "给狗上牌。\n对象：个人、企业。\n满三个月。"
    assert section(document, "papers") == "身份证（原件，1份），市公安局已有，带来核对。\n照片（复印件，2份）。"
    assert "单位：园林中心。" in section(document, "basis")
    assert "相关：乙事项。" in section(document, "basis")


def test_metadata() -> None:
    meta = rendered(visibility="staff").meta
    assert (meta.level, meta.title, meta.issuer, meta.visibility) == (
        Level.GUIDE,
        "养犬登记",
        "园林中心",
        Visibility.STAFF,
    )
    assert meta.topics == ("狗证", "遛狗")
    assert meta.valid_from == date(2026, 1, 1)
    assert meta.source == "services/sg-dog.yaml"


def test_what_a_guide_rests_on_is_a_reference_at_its_words() -> None:
    document = rendered()
    (reference,) = document.provisions[-1].references
    assert (reference.work, reference.article, reference.sub) == ("养犬条例", 12, 1)
    assert document.text[reference.start : reference.end] == "《养犬条例》第十二条之一"


def test_an_empty_field_shows_nothing_and_an_empty_section_is_left_out() -> None:
    document = rendered(materials=[])
    assert [p.id for p in document.provisions] == ["sg-dog#who", "sg-dog#basis"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"labels": {**LABELS["labels"], "materials": "{nme}"}}, "'materials'"),
        ({"labels": {}}, "'summary'"),
        ({"sections": {"x": {"heading": "标题", "fields": ["price"]}}}, "'price'"),
    ],
)
def test_a_missing_word_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        guide_document(Guide.model_validate(GUIDE), words(**changes), names={}, source="", titles={})


def question() -> Document:
    return question_document(Question.model_validate(QUESTIONS[0]), names=NAMES, source="faq/parks.yaml")


def test_a_question_is_one_provision_with_its_other_forms_as_topics() -> None:
    document = question()
    assert document.meta.title == "狗要上牌吗"
    assert document.meta.topics == ("养狗要不要办证",)
    assert document.meta.level is Level.FAQ
    (answer,) = document.provisions
    assert (answer.id, answer.text) == ("faq-1#answer", "要。\n满三个月就要登记。")
    assert [r.target for r in answer.references] == ["rule#2"]


@pytest.mark.parametrize(
    ("label", "suffix"),
    [
        ("第十二条", "12"),
        ("第120条", "120"),
        ("第十条之一", "10-1"),
        ("第五条第二款", "5"),
        ("全文", None),
        ("", None),
    ],
)
def test_article_suffix(label: str, suffix: str | None) -> None:
    assert article_suffix(label) == suffix
