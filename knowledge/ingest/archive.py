"""ZIP containers (DOCX, XLSX) checked before a library opens them: bombs, damage, XML entities, passwords."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.etree.ElementTree import ParseError

from city.errors import DocumentError
from knowledge.ingest.source import Limits

_CHUNK = 1 << 20
_SMALL = 1_000_000


def _open(data: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise DocumentError(f"{name}: the file is damaged ({error}). Open it in Office and save it again.") from error


def zip_names(data: bytes, name: str) -> set[str]:
    """Names of the members of a ZIP file."""
    with _open(data, name) as archive:
        return set(archive.namelist())


def check_zip(data: bytes, name: str, limits: Limits) -> None:
    """Refuse a container that would unpack to too much, is encrypted or carries XML entities.

    Sizes are checked twice: as declared, before anything is unpacked, and as they come out.
    Raises ``DocumentError``.
    """
    with _open(data, name) as archive:
        members = archive.infolist()
        if len(members) > limits.members:
            raise DocumentError(
                f"{name}: {len(members):,} parts inside, more than {limits.members:,}. Refused as unsafe."
            )
        if any(member.flag_bits & 1 for member in members):
            raise DocumentError(f"{name}: the file is encrypted. Remove its password and try again.")
        _check_declared(members, name, limits)
        left = limits.unpacked_bytes
        for member in members:
            left -= _unpack(archive, member, name, left)


def _check_declared(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    total = sum(member.file_size for member in members)
    if total > limits.unpacked_bytes:
        raise DocumentError(
            f"{name}: would unpack to {total:,} bytes, more than {limits.unpacked_bytes:,}. Refused as unsafe."
        )
    for member in members:
        if member.file_size > _SMALL and member.file_size > limits.ratio * max(member.compress_size, 1):
            raise DocumentError(
                f"{name}: {member.filename!r} is packed more than {limits.ratio}-fold. "
                "Refused as a ZIP bomb; open it in Office and save it again if it is genuine."
            )


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, left: int) -> int:
    """Bytes that ``member`` really unpacks to; its XML prologue is looked at on the way."""
    size = 0
    is_xml = member.filename.endswith((".xml", ".rels", ".vml"))
    try:
        with archive.open(member) as stream:
            if is_xml:
                _refuse_entities(archive, member, name)
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise DocumentError(f"{name}: unpacks to more than it declares. Refused as a ZIP bomb.")
    except DocumentError:
        raise
    except Exception as error:
        raise DocumentError(
            f"{name}: {member.filename!r} is damaged ({error}). Open it in Office and save it again."
        ) from error
    return size


def _refuse_entities(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Office never writes a document type; one that is there can only be an attack."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with archive.open(member) as stream:
            for _ in iterparse(stream, events=("start",), forbid_dtd=True):
                break
    except DefusedXmlException as error:
        raise DocumentError(f"{name}: {member.filename!r} declares XML entities. Refused as unsafe.") from error
    except ParseError as error:
        raise DocumentError(
            f"{name}: {member.filename!r} is not well-formed XML ({error}). Save it again in Office."
        ) from error
