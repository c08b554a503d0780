"""XLS and XLSX to text: one heading per sheet, one Markdown table row per row."""

from __future__ import annotations

from io import BytesIO

from city.errors import DocumentError
from knowledge.ingest.archive import check_zip
from knowledge.ingest.readers.table import markdown_rows
from knowledge.ingest.source import Limits


def read_sheet(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Text and notes of a workbook. Hidden sheets are left out and named in a note."""
    import python_calamine as calamine

    if data.startswith(b"PK"):
        check_zip(data, name, limits)
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except calamine.PasswordError as error:
        raise DocumentError(f"{name}: the file is encrypted. Remove its password and try again.") from error
    except calamine.CalamineError as error:
        raise DocumentError(
            f"{name}: the workbook is damaged ({error}). Open it in Office and save it again."
        ) from error
    lines: list[str] = []
    hidden: list[str] = []
    for sheet in book.sheets_metadata:
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != calamine.SheetVisibleEnum.Visible:
            hidden.append(sheet.name)
            continue
        rows = book.get_sheet_by_name(sheet.name).to_python()
        body = markdown_rows([_shown(cell) for cell in row] for row in rows)
        if body:
            lines.extend([f"## {sheet.name}", "", *body, ""])
    notes = (f"hidden sheets left out: {', '.join(hidden)}",) if hidden else ()
    return "\n".join(lines), notes


def _shown(cell: object) -> str:
    """A cell as people read it: 3 rather than 3.0."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
