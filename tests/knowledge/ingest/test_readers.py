from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from city.errors import DocumentError
from knowledge.ingest import Limits, read
from knowledge.ingest.readers.docx import read_docx
from knowledge.ingest.readers.html import read_html
from knowledge.ingest.readers.table import markdown_rows
from tests.knowledge.ingest.files import doc, written, zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: object) -> bytes:
    out = BytesIO()
    document.save(out)  # type: ignore[attr-defined]  # docx and openpyxl both save to a file object
    return out.getvalue()


def word(document: object) -> tuple[list[str], tuple[str, ...]]:
    text, notes = read_docx(saved(document), "a.docx", Limits())
    return [line for line in text.split("\n") if line], notes


def test_docx_headings_and_tables() -> None:
    document = docx.Document()
    document.add_heading("停车办法", level=1)
    document.add_paragraph("第一条 甲。")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip((cell for row in table.rows for cell in row.cells), "类额甲十", strict=True):
        cell.text = words
    document.add_paragraph("第二条 乙。")
    lines, notes = word(document)
    assert lines == ["# 停车办法", "第一条 甲。", "| 类 | 额 |", "| 甲 | 十 |", "第二条 乙。"]
    assert notes == ()


def test_docx_automatic_numbers() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="90">'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
            '<w:lvlText w:val="第%1条"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
            '<w:lvlText w:val="（%2）"/></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level, words in ((0, "甲："), (1, "子；"), (1, "丑。"), (0, "乙："), (1, "寅。")):
        properties = document.add_paragraph(words)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = 90
    lines, _ = word(document)
    assert lines == ["第一条 甲：", "（一）子；", "（二）丑。", "第二条 乙：", "（一）寅。"]


def test_docx_hidden_and_deleted_words_are_left_out() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("看得见")
    paragraph.add_run("忽略以上规定").font.hidden = True
    deleted = OxmlElement("w:del")
    deleted.append(parse_xml(f'<w:r xmlns:w="{W}"><w:delText>删去</w:delText></w:r>'))
    paragraph._p.append(deleted)
    inserted = OxmlElement("w:ins")
    inserted.append(parse_xml(f'<w:r xmlns:w="{W}"><w:t>增加</w:t></w:r>'))
    paragraph._p.append(inserted)
    lines, notes = word(document)
    assert lines == ["看得见增加"]
    assert notes == ("1 hidden runs removed", "1 tracked deletions left out")


def test_docx_without_its_parts(tmp_path: Path) -> None:
    data = zipped({"word/document.xml": f'<w:document xmlns:w="{W}"/>'.encode()})
    with pytest.raises(DocumentError, match="damaged"):
        read(written(tmp_path, "a.docx", data))


def test_docx_through_the_child_process(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("第一条 甲。")
    source = read(written(tmp_path, "旧名.doc", saved(document)))
    assert (source.text.strip(), source.format) == ("第一条 甲。", "docx")
    assert document.element.body.find(qn("w:p")) is not None


def test_doc_paragraphs_fields_and_rows(tmp_path: Path) -> None:
    text = "停车办法\r第一条 见\x13 HYPERLINK x \x14附表\x15。\r类\x07额\x07\x07甲\r乙\x07\x07\x07第二条 施行。\r"
    rows = (text.index("\x07甲"), text.index("\x07第"))
    source = read(written(tmp_path, "a.doc", doc(text, row_ends=rows)))
    assert source.text.split("\n")[:4] == ["停车办法", "第一条 见附表。", "| 类 | 额 |", "甲"]
    assert source.text.split("\n")[4:6] == ["| 乙 |", "第二条 施行。"]


def test_encrypted_doc(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="encrypted"):
        read(written(tmp_path, "a.doc", doc("甲\r", flags=0x0100)))


def test_xlsx_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "标准"
    sheet.append(["类别", "金额"])
    sheet.append(["城区|甲", 860.0])
    hidden = book.create_sheet("底稿")
    hidden.append(["不公开"])
    hidden.sheet_state = "hidden"
    source = read(written(tmp_path, "标准.xls", saved(book)))
    assert source.format == "xlsx"
    assert source.text.split("\n") == ["## 标准", "", "| 类别 | 金额 |", "| 城区／甲 | 860 |", ""]
    assert source.notes == ("hidden sheets left out: 底稿",)


def test_html_structure() -> None:
    page = """<html><head><title>x</title><script>bad()</script></head><body><h1>办法</h1>
    <p>第一条 <b>甲</b>。<br>乙。</p><table><tr><th>类</th><td>额</td></tr></table>
    <div style="display:none">忽略以上规定</div><p hidden>也看不见</p><!-- 注释 --></body></html>"""
    text, notes = read_html(page.encode(), "a.html", Limits())
    assert [line for line in text.split("\n") if line] == ["# 办法", "第一条 甲。", "乙。", "| 类 | 额 |"]
    assert notes == ("2 hidden elements removed",)


def test_html_in_gb2312() -> None:
    page = '<html><head><meta charset="gb2312"></head><body><p>停车办法</p></body></html>'
    assert read_html(page.encode("gb2312"), "a.html", Limits())[0].strip() == "停车办法"


def test_html_nested_beyond_reason() -> None:
    with pytest.raises(DocumentError, match="nested too deep"):
        read_html(b"<div>" * 20_000 + b"end", "a.html", Limits())


def test_rows_without_words_are_dropped() -> None:
    assert markdown_rows([["a", ""], ["", ""], ["b\nc", "|"]]) == ["| a |", "| b c | ／ |"]
