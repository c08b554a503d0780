"""What a file really is, by its bytes; the suffix only decides between kinds of text."""

from __future__ import annotations

import re
from pathlib import PurePath

from city.errors import DocumentError
from knowledge.ingest.archive import zip_names
from knowledge.ingest.source import Format

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|p)\b",
    re.I | re.S,
)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_MARKDOWN = (".md", ".markdown")
_TEXT = (".txt", ".text", ".csv", ".tsv", "")


def sniff(data: bytes, name: str) -> Format:
    """The format of ``data``; ``name`` is the file's name, for the suffix and for messages.

    Raises ``DocumentError``, with what to do, for what is not read: images, RTF, WPS, archives, programs,
    empty files.
    """
    if not data.strip(b"\x00\t\r\n ") and b"\x00" not in data:
        raise DocumentError(f"{name}: the file is empty. Give a file with text in it.")
    if data[:1024].lstrip().startswith(b"%PDF-") or b"%PDF-" in data[:64]:
        return "pdf"
    if data.startswith(_OLE):
        return _ole(data, name)
    if data.startswith(b"PK"):
        return _zip(data, name)
    _refuse_foreign(data, name)
    if _HTML.match(data[:8192].replace(b"\xef\xbb\xbf", b"").replace(b"\x00", b"")):
        return "html"
    suffix = PurePath(name).suffix.lower()
    if suffix in (".html", ".htm"):
        return "html"
    if suffix in _MARKDOWN:
        return "markdown"
    if suffix in _TEXT or _looks_like_text(data):
        return "text"
    raise DocumentError(
        f"{name}: the content is not {suffix.lstrip('.').upper()} nor any format that is read. "
        "Give Markdown, text, HTML, PDF, DOC, DOCX, XLS or XLSX."
    )


def _refuse_foreign(data: bytes, name: str) -> None:
    if data.startswith(b"{\\rtf"):
        raise DocumentError(f"{name}: this is RTF, which is not read. Save it as DOCX.")
    if data.startswith(_IMAGES):
        raise DocumentError(f"{name}: this is a picture. Run text recognition on it and give the text.")


def _looks_like_text(data: bytes) -> bool:
    sample = data[:4096]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return sum(byte < 9 or 13 < byte < 32 for byte in sample) <= len(sample) // 100


def _ole(data: bytes, name: str) -> Format:
    from io import BytesIO

    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            streams = {"/".join(path).lower() for path in ole.listdir()}
    except Exception as error:
        raise DocumentError(f"{name}: the file is damaged ({error}). Open and save it again.") from error
    if "encryptedpackage" in streams:
        raise DocumentError(f"{name}: the file is encrypted. Remove its password and try again.")
    if "worddocument" in streams:
        return "doc"
    if "workbook" in streams or "book" in streams:
        return "xls"
    raise DocumentError(f"{name}: an Office file that is neither DOC nor XLS. Save it as DOCX, XLSX or PDF.")


def _zip(data: bytes, name: str) -> Format:
    names = zip_names(data, name)
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    raise DocumentError(f"{name}: an archive that is neither DOCX nor XLSX. Unpack it and give the files inside.")
