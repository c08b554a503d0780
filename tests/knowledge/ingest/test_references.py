from __future__ import annotations

from datetime import date

import pytest

from knowledge.ingest import Titles, resolve_references
from knowledge.model import Document, Reference
from tests.knowledge.ingest.build import parse

BODY = "\n".join(f"第{n}条 占位的内容，共{i}。" for i, n in enumerate("一二三四五六七八九", 1))


def found(sentence: str) -> list[Reference]:
    """References of an article 第十条 that says ``sentence``, after nine others."""
    document = parse(f"{BODY}\n第十条 {sentence}\n")
    return list(document.provisions[-1].references)


def brief(
    references: list[Reference],
) -> list[tuple[str | None, int | None, int | None, int | None, str | None]]:
    return [(r.work, r.article, r.paragraph, r.item, r.target and r.target.split("#")[1]) for r in references]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("依照本条例第二条的规定处理。", [(None, 2, None, None, "2")]),
        ("违反第三条第二款第（三）项的，责令改正。", [(None, 3, 2, 3, "3")]),
        ("本条例第三条、第七条不适用。", [(None, 3, None, None, "3"), (None, 7, None, None, "7")]),
        (
            "第三条至第五条另行规定。",
            [(None, 3, None, None, "3"), (None, 4, None, None, "4"), (None, 5, None, None, "5")],
        ),
        ("依照前条规定。", [(None, 9, None, None, "9")]),
        ("依照《某某管理法》第二十条处理。", [("某某管理法", 20, None, None, None)]),
        ("依照《某某管理法》（2020年修订）第二十条处理。", [("某某管理法", 20, None, None, None)]),
        ("依照《某法》第二条、第三条处理。", [("某法", 2, None, None, None), ("某法", 3, None, None, None)]),
        ("人民政府应当依照行政处罚法第二条处理。", [("行政处罚法", 2, None, None, None)]),
        ("依照对外贸易法第二条处理。", [("对外贸易法", 2, None, None, None)]),
        ("执行《某法》的，依照该法第四条。", [("某法", 4, None, None, None)]),
        ("依照第九十九条处理。", [(None, 99, None, None, None)]),
        ("依照本条例第二条第一款、第二款处理。", [(None, 2, 1, None, "2"), (None, 2, 2, None, "2")]),
        ("没有提到任何条文。", []),
    ],
)
def test_forms_of_reference(
    sentence: str, expected: list[tuple[str | None, int | None, int | None, int | None, str | None]]
) -> None:
    assert brief(found(sentence)) == expected


def test_preceding_paragraphs() -> None:
    references = found("甲事项。\n乙事项。\n前两款的事项应当公开，前款的事项应当备案。")
    assert [(r.article, r.paragraph, r.words) for r in references] == [
        (10, 1, "前两款"),
        (10, 2, "前两款"),
        (10, 2, "前款"),
    ]
    assert {r.target for r in references} == {"t-1#10"}


def test_own_paragraph_and_item() -> None:
    references = found("甲：\n（一）子；\n（二）丑。\n本条第一款、本条第（二）项另行公布。")
    assert [(r.article, r.paragraph, r.item) for r in references] == [(10, 1, None), (10, None, 2)]


def test_label_of_the_article_is_no_reference() -> None:
    assert parse(f"{BODY}\n").provisions[0].references == ()


def test_inserted_article_is_found() -> None:
    document = parse("第一条 甲。\n第一条之一 乙。\n第二条 依照第一条之一处理。\n")
    assert document.provisions[-1].references[0].target == "t-1#1-1"


def versions() -> list[Document]:
    old = parse(
        "第一条 旧。\n第二条 旧。\n",
        "p-2016",
        "云澜市停车条例",
        work="p",
        valid_from=date(2016, 1, 1),
        valid_to=date(2024, 7, 1),
    )
    new = parse("第一条 新。\n", "p-2024", "云澜市停车条例", work="p", valid_from=date(2024, 7, 1))
    other = parse(
        "第一条 依照《云澜市停车条例》第一条。\n第二条 依照《云澜市停车条例》第二条。\n第三条 "
        "依照本办法第一条和《某法》第一条。\n",
        "o-1",
        "办法",
        valid_from=date(2020, 1, 1),
    )
    return [old, new, other]


def test_references_between_documents_take_the_version_of_the_day() -> None:
    documents = versions()

    def targets(as_of: date | None) -> list[str | None]:
        return [r.target for p in resolve_references(documents, as_of)[2].provisions for r in p.references]

    assert targets(date(2023, 1, 1)) == ["p-2016#1", "p-2016#2", "o-1#1", None]
    assert targets(date(2025, 1, 1)) == ["p-2024#1", None, "o-1#1", None]
    assert targets(None) == ["p-2024#1", None, "o-1#1", None]
    assert documents[2].provisions[0].references[0].target is None


def test_titles_are_found_without_prefix_and_edition() -> None:
    law = parse("第一条 甲。\n", "law-1", "中华人民共和国某某法（2020年修订）", valid_from=date(2020, 1, 1))
    reference = Reference(start=0, end=1, words="第一条", work="某某法", article=1)
    assert Titles([law]).resolve(reference) == "law-1#1"
    assert Titles([law]).resolve(reference, date(2019, 1, 1)) is None
