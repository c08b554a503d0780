"""PDF to text: page by page, lines of one paragraph joined, page numbers and running heads dropped."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from io import BytesIO

from city.errors import DocumentError
from knowledge.ingest.lines import classify
from knowledge.ingest.source import Limits

_PAGE_NUMBER = re.compile(r"[\s\-—–－·.第页/共]*[0-9０-９]{1,4}[\s\-—–－·.页/共第0-9]*$")
_SENTENCE_END = re.compile("[。；：！？;:!?”）)]$")
_LATIN = re.compile("[A-Za-z0-9,.;]$")
_EDGE_LINES = 2
#: Some PDF fonts give a radical (U+2F00–2FDF, U+2E80–2EFF) for the character it stands for.
_RADICAL = re.compile("[\u2e80-\u2fdf]")


def read_pdf(data: bytes, name: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Text and notes of a PDF.

    Raises ``DocumentError`` if it is encrypted, damaged, too long or only pictures.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(f"{name}: the PDF is encrypted. Remove its password and try again.")
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise DocumentError(f"{name}: the PDF is damaged ({error}). Print it to PDF again.") from error
    if count == 0:
        raise DocumentError(f"{name}: the PDF has no pages. Give the whole file.")
    if count > limits.pages:
        raise DocumentError(f"{name}: {count:,} pages, more than {limits.pages:,} allowed. Split the file.")
    pages = _pages(data, name, limits)
    said = sum(bool(page) for page in pages)
    if said == 0:
        raise DocumentError(f"{name}: {count} pages without text, probably scanned. Run text recognition on it first.")
    notes = (f"{count - said} of {count} pages without text",) if said < count else ()
    text = "\n".join(_paragraphs(_without_edges(pages)))
    text, radicals = _RADICAL.subn(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    if radicals:
        notes = (*notes, f"{radicals} radical signs written as their characters")
    return text, notes


def _pages(data: bytes, name: str, limits: Limits) -> list[list[str]]:
    """Lines of each page, in reading order."""
    import pypdfium2  # type: ignore[import-untyped]  # ships no types

    stop = time.monotonic() + limits.seconds
    pages: list[list[str]] = []
    size = 0
    try:
        document = pypdfium2.PdfDocument(data)
        for page in document:
            if time.monotonic() > stop:
                raise DocumentError(f"{name}: reading takes longer than {limits.seconds} s. Split the file.")
            words = page.get_textpage().get_text_bounded()
            # U+FFFE stands for a hyphen at a line end; a NUL for a glyph without a character.
            words = words.replace("\ufffe", "-").replace("\x00", "").replace("\r\n", "\n")
            size += len(words)
            if size > limits.text_chars:
                raise DocumentError(f"{name}: more than {limits.text_chars:,} characters of text. Split the file.")
            pages.append([line.rstrip() for line in words.split("\n") if line.strip()])
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{name}: the PDF is damaged ({error}). Print it to PDF again.") from error
    return pages


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Pages without page numbers and without first or last lines that most pages share."""
    edges = Counter(line.strip() for page in pages for line in {*page[:_EDGE_LINES], *page[-_EDGE_LINES:]})
    running = {line for line, times in edges.items() if times >= 4 and times > 0.6 * len(pages)}
    kept = []
    for page in pages:
        body = [line for line in page if line.strip() not in running]
        while body and _PAGE_NUMBER.match(body[-1]):
            body.pop()
        if len(body) > 1 and _PAGE_NUMBER.match(body[0]):
            del body[0]
        kept.append(body)
    return kept


def _width(line: str) -> int:
    """Columns that a line takes: two for a Chinese character, one for a Latin letter."""
    return sum(1 if char < "\u2e80" else 2 for char in line)


def _paragraphs(pages: list[list[str]]) -> list[str]:
    """Lines joined to paragraphs, across pages.

    A full line that does not end a sentence goes on in the next.
    """
    joined: list[str] = []
    open_line = False
    for page in pages:
        widths = sorted(_width(line) for line in page)
        full = 0.88 * widths[int(len(widths) * 0.8)] if widths else 0.0
        for line in page:
            words = line.strip()
            opens = classify(words).kind != "text" or line.startswith(("\u3000", "    "))
            if open_line and not opens:
                blank = " " if _LATIN.search(joined[-1]) and words[0].isascii() else ""
                joined[-1] += blank + words
            else:
                joined.append(words)
            ends = _SENTENCE_END.search(words) is not None and _width(line) < 1.1 * full
            open_line = len(words) > 8 and _width(line) >= full and not ends
    return joined
