from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.errors import DocumentError
from knowledge.ingest.outline import leaves
from tests.knowledge.ingest.build import assert_tiles, keys, meta, outline, parse

REGULATION = """# 云澜市测试条例

（2024年3月28日云澜市人民代表大会常务委员会通过）

## 第一章 总则

第一条 为了检验条文的切分，制定本条例。

第二条 下列事项适用本条例：

（一）甲类事项，包括：

1.登记；

2.变更；

（二）乙类事项。

前款所列事项的目录由市人民政府公布。

## 第二章 管 理

### 第一节 一般规定

第十二条　停车位应当编号。
第十二条之一　编号应当公开。

## 附 则

第十三条 本条例自2024年7月1日起施行。

附件：编号样式

一、字体为黑体。
"""


def test_tree_of_a_regulation() -> None:
    document = parse(REGULATION)
    lines = outline(document.tree)
    assert lines[:2] == ["document", "  preamble"]
    assert "  chapter 第一章" in lines
    assert "    article 第二条" in lines
    assert "      paragraph" in lines
    assert "        item （一）" in lines
    assert "          subitem 1." in lines
    assert "    section 第一节" in lines
    assert "      article 第十二条之一" in lines
    assert "  chapter 附则" in lines
    assert "  block 附件" in lines
    assert_tiles(document.tree)


def test_provisions_of_a_regulation() -> None:
    document = parse(REGULATION)
    assert keys(document) == ["1", "2", "12", "12-1", "13", "s1"]
    by_key = dict(zip(keys(document), document.provisions, strict=True))
    assert by_key["12-1"].article == "第十二条之一"
    assert by_key["12-1"].path == ("第二章 管理", "第一节 一般规定")
    assert by_key["13"].path == ("附则",)
    assert by_key["13"].text == "第十三条 本条例自2024年7月1日起施行。"
    assert by_key["s1"].path == ("附件：编号样式",)
    for provision in document.provisions:
        assert provision.text == document.text[provision.start : provision.end]


def test_paragraphs_are_numbered_and_items_stay_in_theirs() -> None:
    document = parse(REGULATION)
    article = document.tree.children[1].children[2]
    assert [child.number for child in article.children if child.kind == "paragraph"] == [1, 2]
    second = article.children[1]
    assert document.text[second.start : second.end].startswith("前款所列")


def test_gap_is_noted_and_numbers_are_kept() -> None:
    assert parse(REGULATION).notes == ["numbering gap: 第十二条 after 第二条"]


def test_repeated_number_gets_a_suffix() -> None:
    document = parse("第一条 甲。\n第二条 乙。\n第二条 丙。\n")
    assert keys(document) == ["1", "2", "2~2"]
    assert document.notes == ["numbering repeated: 第二条 after 第二条"]


@pytest.mark.parametrize(
    "line",
    [
        "第12条 内容为甲。",
        "第１２条　内容为甲。",
        "第 十二 条 内容为甲。",
        "**第十二条** 内容为甲。",
        "### 第十二条 内容为甲。",
    ],
)
def test_spellings_of_an_article(line: str) -> None:
    document = parse(f"第十一条 前文。\n{line}\n第十三条 后文。\n")
    assert keys(document) == ["11", "12", "13"]


def test_article_without_space_counts_where_it_is_due() -> None:
    document = parse("第一条为了检验，制定本办法。\n第二条本办法自发布之日起施行。\n")
    assert keys(document) == ["1", "2"]


def test_mention_at_a_line_start_is_no_article() -> None:
    document = parse("第一条 依照本办法\n第三条的规定办理。\n第二条 按照\n第九条第二款执行。\n")
    assert keys(document) == ["1", "2"]


def test_article_inside_a_line_counts_where_it_is_due() -> None:
    document = parse("第一条 甲事项。 第二条 乙事项。 第九条 不在此列。\n第三条 丙事项。\n")
    assert keys(document) == ["1", "2", "3"]
    assert document.provisions[1].text == "第二条 乙事项。 第九条 不在此列。"
    assert_tiles(document.tree)


def test_quoted_articles_of_an_amendment_are_text() -> None:
    text = (
        "# 关于修改停车办法的决定\n\n一、第三条修改为：\n\n“第三条 车位应当编号。\n\n第四条 "
        "编号应当公开。”\n\n"
        "二、删去第七条。\n"
    )
    document = parse(text)
    assert keys(document) == ["s1", "s2"]
    assert document.provisions[0].text.endswith("第四条 编号应当公开。”")
    assert "quoted articles" in document.notes[0]


def test_unclosed_quote_does_not_swallow_articles() -> None:
    document = parse("第一条 称为：“甲。\n第二条 称为“乙”。\n第三条 丙。\n")
    assert keys(document) == ["1", "2", "3"]


def test_contents_are_no_chapters() -> None:
    text = (
        "某办法\n目  录\n第一章 总则……1\n第二章 职责……3\n第三章 附则……9\n\n"
        "第一章 总则\n第一条 甲。\n第二章 职责\n第二条 乙。\n第三章 附则\n第三条 丙。\n"
    )
    document = parse(text)
    assert [child.label for child in document.tree.children if child.kind == "chapter"] == [
        "第一章",
        "第二章",
        "第三章",
    ]
    assert keys(document) == ["1", "2", "3"]
    assert any("table of contents" in note for note in document.notes)


def test_contents_without_a_title() -> None:
    text = "第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。\n"
    assert [child.kind for child in parse(text).tree.children] == ["preamble", "chapter", "chapter"]


def test_parts_and_subparts_nest() -> None:
    text = "第一编 总则\n第一分编 通则\n第一章 一般\n第一条 甲。\n第二编 分则\n第二章 其他\n第二条 乙。\n"
    document = parse(text)
    assert document.provisions[0].path == ("第一编 总则", "第一分编 通则", "第一章 一般")
    assert document.provisions[1].path == ("第二编 分则", "第二章 其他")


def test_headings_make_blocks_where_there_are_no_articles() -> None:
    text = (
        "# 云澜市某行动方案\n\n为推进工作，制定以下方案，请认真执行，并按季度报送进展情况。\n\n"
        "## 一、目标\n\n到2027年完成。\n\n## 二、任务\n\n"
        "### （一）甲\n\n做甲事。\n\n### （二）乙\n\n做乙事。\n"
    )
    document = parse(text)
    assert keys(document) == ["s1", "s2", "s3", "s4"]
    assert [provision.article for provision in document.provisions] == [
        "",
        "一、目标",
        "（一）甲",
        "（二）乙",
    ]
    assert document.provisions[2].path == ("二、任务",)
    assert document.provisions[1].text == "## 一、目标\n\n到2027年完成。"


def test_long_blocks_are_cut_at_paragraph_ends() -> None:
    paragraph = "这一段用来占地方，句子平常。" * 20
    text = "# 长文\n\n## 一、任务\n\n" + "\n\n".join([paragraph] * 6) + "\n"
    document = parse(text)
    assert len(document.provisions) > 1
    assert all(len(provision.text) <= 800 for provision in document.provisions)
    assert all(provision.text.endswith("。") for provision in document.provisions)
    assert document.provisions[-1].path == ("一、任务",)


def test_one_endless_paragraph_is_cut_at_sentences() -> None:
    document = parse("说明\n" + "一句不长的话。" * 700 + "\n")
    assert all(len(provision.text) <= 1600 for provision in document.provisions)
    assert sum(len(provision.text) for provision in document.provisions) >= 4900


def test_table_is_one_node_and_in_its_article() -> None:
    document = parse("第一条 标准如下：\n\n| 类别 | 金额 |\n| --- | --- |\n| 甲 | 10 |\n\n第二条 施行。\n")
    article = document.tree.children[0]
    assert [child.kind for child in article.children] == ["paragraph", "table"]
    assert "| 甲 | 10 |" in document.provisions[0].text


def test_number_starting_again_in_an_annex() -> None:
    document = parse("第一条 甲。\n第二条 乙。\n附件1 合同样本\n第一条 丙。\n第二条 丁。\n")
    assert keys(document) == ["1", "2", "1~2", "2~2"]
    assert document.provisions[2].path == ("附件1 合同样本",)
    assert document.notes == ["numbering restarts: 第一条 after 第二条"]


def test_sentence_about_an_annex_is_no_annex() -> None:
    document = parse("第一条 甲。\n附图中的文字不作为依据。\n第二条 乙。\n")
    assert [child.kind for child in document.tree.children] == ["article", "article"]


def test_empty_text_is_refused() -> None:
    with pytest.raises(DocumentError, match="empty"):
        parse(" \n\u200b\n")


def test_too_long_a_text_is_refused() -> None:
    from knowledge.ingest import Limits, parse_document

    with pytest.raises(DocumentError, match="Split"):
        parse_document(meta(), "第一条 甲。" * 10, limits=Limits(text_chars=20))


_PIECES = st.sampled_from(
    [
        *(
            "第一条 甲",
            "第二条",
            "第十二条之一　",
            "第3条 乙",
            "第一章 总则",
            "第二节 其他",
            "第一编 编",
            "第一分编 分",
        ),
        *(
            "# 标题",
            "## 一、",
            "### 小",
            "一、任务",
            "（一）甲",
            "(二)乙",
            "1.子",
            "2、丑",
            "①寅",
            "a)卯",
            "3.1.2 辰",
        ),
        *(
            "附件1：表",
            "附则",
            "目 录",
            "| a | b |",
            "“",
            "”",
            "修改为：",
            "。",
            "；",
            "\n",
            "\n\n",
            "\u3000",
            " ",
        ),
        *(
            "<!-- x -->",
            "<!-- INFO END -->",
            "本条例第一条",
            "前款",
            "《某法》第二条",
            "2024年1月1日",
            "**粗**",
            "普通文字",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=60), st.text(max_size=30))
def test_nothing_is_lost(pieces: list[str], tail: str) -> None:
    text = "".join(pieces) + tail.replace("\x00", "")
    try:
        document = parse(text)
    except DocumentError as error:
        assert "empty" in str(error)  # noqa: PT017  a text of blanks alone is the only refusal here
        return
    assert_tiles(document.tree)
    assert "".join(document.text[leaf.start : leaf.end] for leaf in leaves(document.tree)) == document.text
    assert len(set(keys(document))) == len(document.provisions)
    for provision in document.provisions:
        assert provision.text == document.text[provision.start : provision.end]
        assert provision.text.strip()
        for reference in provision.references:
            assert provision.start <= reference.start < reference.end <= provision.end
            assert document.text[reference.start : reference.end] == reference.words
