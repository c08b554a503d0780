"""Bytes to text: UTF-8, UTF-16 and GB18030, told apart by their bytes."""

from __future__ import annotations

import codecs

from city.errors import DocumentError

_SAMPLE = 200_000
_COMMON = 0.9


def decode(data: bytes, where: str) -> str:
    """``data`` as text. Raises ``DocumentError`` where no encoding that we read fits."""
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data[3:], "utf-8", where)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16", where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        position = error.start
    wide = _wide(data)
    if wide:
        return _strict(data, wide, where)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and _plausible(text):
        return text
    raise DocumentError(
        f"{where}: neither UTF-8 (it breaks at byte {position}) nor GB18030 nor UTF-16. "
        "Open it in the program that wrote it and save it as UTF-8."
    )


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{where}: marked as {encoding} but broken at byte {error.start}. Save it again as UTF-8."
        ) from error


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: half of the bytes of its ASCII are zero, always on the same side."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 3 * even and odd > len(sample) // 50:
        return "utf-16-le"
    if even > 3 * odd and even > len(sample) // 50:
        return "utf-16-be"
    return None


def _plausible(text: str) -> bool:
    """Whether nearly all characters are in GB 2312, as in real Chinese text; garbage lands outside it.

    Private-use characters and controls, which GB18030 decodes without complaint, count against the text.
    """
    sample = [char for char in text[:_SAMPLE] if not char.isspace()]
    if not sample:
        return True
    common = sum((char.isascii() and char.isprintable()) or _in_gb2312(char) for char in sample)
    return common / len(sample) >= _COMMON


def _in_gb2312(char: str) -> bool:
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
