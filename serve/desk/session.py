"""Sessions without a table: a signed cookie says who somebody is until it runs out, and tokens bind a form to it.

The secret lies in the installation's home, readable by its owner only. Taking it away signs everybody out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from city.schema import Record
from serve.desk.staff import Staff

COOKIE = "citydesk_desk"
GUEST = "citydesk_guest"
"""Cookie of who is not signed in yet, so that the sign-in form is bound to a browser, too."""
HOURS = 12
_BYTES = 32


class Session(Record):
    """Somebody's visit. ``id`` is random and made at sign-in."""

    id: str
    staff: Staff
    until: datetime


def _utc() -> datetime:
    return datetime.now(UTC)


class Signer:
    """Seals texts so that nobody else can make or change them. ``now`` is the clock."""

    def __init__(self, secret: bytes, now: Callable[[], datetime] = _utc) -> None:
        self._secret, self._now = secret, now

    @classmethod
    def open(cls, path: Path) -> Signer:
        """With the secret in ``path``, made where there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        try:
            os.link(fresh, path)  # fails where another process was first, whose secret is then read
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return cls(path.read_bytes())

    def seal(self, purpose: str, text: str) -> str:
        """``text`` with its seal; what was sealed for another purpose does not open."""
        body = base64.urlsafe_b64encode(text.encode()).decode()
        return f"{body}.{self._mark(purpose, body)}"

    def unseal(self, purpose: str, sealed: str) -> str | None:
        """The text; None where the seal is not ours."""
        body, _, mark = sealed.rpartition(".")
        if not body or not hmac.compare_digest(mark.encode(), self._mark(purpose, body).encode()):
            return None
        return base64.urlsafe_b64decode(body).decode()

    def token(self, visit: str) -> str:
        """What a form of this visit must bring."""
        return self._mark("form", visit)

    def fits(self, visit: str, token: str) -> bool:
        """Whether ``token`` is this visit's."""
        return hmac.compare_digest(self.token(visit).encode(), token.encode())

    def begin(self, staff: Staff) -> Session:
        """A new visit."""
        return Session(id=secrets.token_urlsafe(16), staff=staff, until=self._now() + timedelta(hours=HOURS))

    def written(self, session: Session) -> str:
        """The session as a cookie's value."""
        return self.seal("session", session.model_dump_json())

    def read(self, cookie: str) -> Session | None:
        """The session of a cookie; None where it is not ours or has run out."""
        text = self.unseal("session", cookie)
        if text is None:
            return None
        try:
            session = Session.model_validate(json.loads(text))
        except (ValueError, ValidationError):  # written by another version of the program
            return None
        return session if session.until > self._now() else None

    def _mark(self, purpose: str, body: str) -> str:
        return hmac.new(self._secret, f"{purpose}|{body}".encode(), hashlib.sha256).hexdigest()
