"""Keys that open MCP over HTTP: a file of this installation, not of the pack. It holds digests, never the keys.

Example (`citydesk mcp key` makes a key and prints its entry)::

    - name: 城市大脑
      sha256: 3f0a…            # of the key
      audience: staff
      permissions: [city.read, vitals.internal]
      expires: 2027-06-30      # the last day on which it opens
      per_minute: 120
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import stat
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError

from city.errors import BadInput
from city.pack.yamlfile import read_yaml
from city.schema import Record
from tools.seam.toolbox import Caller

LONGEST = 200
_log = logging.getLogger("citydesk.serve")


class Key(Record):
    """Who holds a key, and what it opens."""

    name: str = Field(min_length=1, max_length=60, description="who calls, as the record of calls shows it")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    audience: Literal["citizen", "staff"]
    permissions: tuple[str, ...] = ("city.read",)
    expires: date
    per_minute: int = Field(default=120, ge=1, le=10_000)

    @property
    def caller(self) -> Caller:
        """Its holder, for the toolbox."""
        return Caller(self.audience, frozenset(self.permissions), who=self.name, via="mcp")


_LIST = TypeAdapter(tuple[Key, ...])


class Keys:
    """The keys of one file. It is read again when it changes; while it is faulty it opens nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version = (0, 0)
        self._keys: tuple[Key, ...] = ()

    @classmethod
    def open(cls, path: Path) -> Keys:
        """Raises BadInput where the file is missing or faulty: a server shall not start on it."""
        keys = cls(path)
        keys._keys, keys._version = _read(path), _version(path)
        return keys

    def holder(self, presented: str, today: date) -> Key | None:
        """The key that was presented, where it opens today."""
        self._renew()
        digest = hashlib.sha256(presented[: LONGEST + 1].encode()).hexdigest()
        found = [key for key in self._keys if hmac.compare_digest(key.sha256, digest)]
        return found[0] if found and len(presented) <= LONGEST and today <= found[0].expires else None

    def _renew(self) -> None:
        version = _version(self._path)
        if version == self._version:
            return
        self._version = version
        try:
            self._keys = _read(self._path)
        except BadInput as error:
            self._keys = ()
            _log.error("no key opens MCP: %s", error)


def new_key() -> tuple[str, str]:
    """A key, and its digest for the file."""
    key = secrets.token_urlsafe(32)
    return key, hashlib.sha256(key.encode()).hexdigest()


def _version(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (-1, -1)
    return (found.st_mtime_ns, found.st_size)


def _read(path: Path) -> tuple[Key, ...]:
    if not path.is_file():
        raise BadInput(f"CITYDESK_MCP_KEYS: there is no file {str(path)!r}: make an entry with `citydesk mcp key`.")
    if path.stat().st_mode & stat.S_IWOTH:
        raise BadInput(f"{path}: anybody on this machine can write to it: chmod o-w it first.")
    data, problems = read_yaml(path, path.parent)
    if problems:
        raise BadInput(f"{path}: " + "; ".join(f"{p.where} {p.message}" for p in problems))
    try:
        keys = _LIST.validate_python(data or ())
    except ValidationError as error:  # places and kinds alone: a key may stand where it should not
        faults = error.errors(include_url=False, include_input=False)
        places = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        raise BadInput(f"{path}: {places}") from None
    for field in ("name", "sha256"):
        if len({getattr(key, field) for key in keys}) < len(keys):
            raise BadInput(f"{path}: two keys have the same {field}: every holder has a key of its own.")
    return keys
