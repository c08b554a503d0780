"""Files in the formats that ingestion reads, made on the spot."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB], version 3) with ``streams``, each padded to 4096 bytes: sectors of its own."""
    fat: list[int] = [_FAT]
    body = bytearray()
    entries = [_entry("Root Entry", 5, 1, _END, 0)]
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        content += b"\0" * (-len(content) % _SECTOR)
        first, count = len(fat), len(content) // _SECTOR
        fat.extend([*range(first + 1, first + count), _END])
        body += content
        right = len(entries) + 1 if len(entries) < len(streams) else _FREE
        entries.append(_entry(name, 2, _FREE, first, len(content), right))
    directory = b"".join(entries)
    directory += _entry("", 0, _FREE, 0, 0) * (-len(entries) % 4)
    start = len(fat)
    count = len(directory) // _SECTOR
    fat.extend([*range(start + 1, start + count), _END])
    assert len(fat) <= 128
    fat.extend([_FREE] * (128 - len(fat)))
    header = struct.pack(
        "<8s16sHHHHH6xIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, start
    )
    header += struct.pack("<IIIIII", 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return header + struct.pack("<128I", *fat) + bytes(body) + directory


def _entry(name: str, kind: int, child: int, first: int, size: int, right: int = _FREE) -> bytes:
    raw = (name + "\0").encode("utf-16-le") if name else b""
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
    return head + b"\0" * 36 + struct.pack("<IQ", first, size)


def doc(text: str, *, row_ends: tuple[int, ...] = (), flags: int = 0) -> bytes:
    """A Word 97 file whose main text is ``text`` (paragraphs end with ``\\r``), in one UTF-16 piece."""
    place = 1024
    main = bytearray(place)
    struct.pack_into("<HH", main, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", main, 0x0A, 0x0200 | flags)
    struct.pack_into("<i", main, 0x4C, len(text))
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<IIHIH", 0, len(text), 0, place, 0)
    struct.pack_into("<II", main, 0x01A2, 0, len(clx))
    main += text.encode("utf-16-le")
    main += b"\0" * (-len(main) % _SECTOR)
    page = len(main) // _SECTOR
    ends = [place + 2 * (at + 1) for at in row_ends]
    main += _papx(place, ends)
    table = clx + struct.pack("<III", place, place + 2 * len(text), page)
    struct.pack_into("<II", main, 0x0102, len(clx), 12)
    return ole({"WordDocument": bytes(main), "1Table": table})


def _papx(start: int, ends: list[int]) -> bytes:
    """One page of paragraph properties: each paragraph that ends at ``ends`` is a row end (sprmPFTtp)."""
    page = bytearray(_SECTOR)
    struct.pack_into(f"<{len(ends) + 1}I", page, 0, start, *ends)
    for i in range(len(ends)):
        page[4 * (len(ends) + 1) + 13 * i] = 200
    page[400:406] = bytes([3]) + b"\0\0" + struct.pack("<H", 0x2417) + b"\1"
    page[_SECTOR - 1] = len(ends)
    return bytes(page)


def pdf(lines: list[str]) -> bytes:
    """A PDF of one page with Latin ``lines``."""
    words = " ".join(f"({line}) Tj 0 -20 Td" for line in lines)
    content = f"BT /F1 12 Tf 50 700 Td {words} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % xref)


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP file of ``members``."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def written(folder: Path, name: str, content: bytes) -> Path:
    """``content`` as a file."""
    path = folder / name
    path.write_bytes(content)
    return path
