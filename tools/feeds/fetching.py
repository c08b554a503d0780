"""Files fetched over HTTP: not more often than the feed says, kept on disk, bounded in size and time.

A copy is named after the moment it was fetched. The newest one serves until there is a newer one; where the server
cannot be reached, or gives something that is not this feed's data, the kept copy goes on serving, and its age tells
whether it is current still. Nothing else of a server is trusted: no other scheme, no endless answer.
"""

from __future__ import annotations

import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from city.errors import BadInput, TryAgain
from tools.feeds.errors import NoData
from tools.feeds.feed import Feed, HttpSource
from tools.feeds.files import Listed
from tools.feeds.reading import fault
from tools.feeds.variables import filled

_log = logging.getLogger(__name__)
_STAMP = "%Y%m%dT%H%M%S%fZ"
_REDIRECTS = 3
_BLOCK = 65_536
_AFTER_FAILURE = timedelta(minutes=1)
WAIT_S = 1.0
"""How long a reader waits for a new copy while there is an older one."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Redirects are followed by hand, after a look at where they lead."""


class Fetched:
    """The kept copies of one address."""

    repeats = True

    def __init__(
        self,
        feed: Feed,
        source: HttpSource,
        folder: Path,
        zone: tzinfo,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._feed, self._source, self._folder, self._zone, self._clock = feed, source, folder, zone, clock
        self._lock = threading.Lock()
        self._tried: datetime | None = None
        self._running: threading.Thread | None = None
        self._failed: BadInput | TryAgain | None = None

    @property
    def failed(self) -> str:
        """Why the last fetch brought nothing; empty where it did."""
        return str(self._failed) if self._failed else ""

    def listed(self) -> list[Listed]:
        """See ``files.Finder.listed``."""
        found = []
        for path in sorted(self._folder.glob(f"*.{self._source.format}")):
            at = _stamp(path)
            if at is not None:
                stat = path.stat()
                found.append(Listed(path, stat.st_mtime_ns, stat.st_size, at.astimezone(self._zone)))
        if not found:
            why = f": {self._failed}" if self._failed else ""
            raise NoData(f"{self._feed.title}: nothing was fetched yet{why}", title=self._feed.title)
        return found

    def chosen(self, listed: Sequence[Listed], *, history: bool, now: datetime) -> Sequence[Listed]:
        """Copies fetched up to ``now``; of a register the newest of them. Before the first copy, the first."""
        known = [one for one in listed if one.at <= now] or [listed[0]]
        return known if history else known[-1:]

    def refresh(self, accept: Callable[[Path], None], now: datetime) -> None:
        """Fetch where it is due: the real clock says so, and ``now`` does not ask for the past.

        Raises BadInput or TryAgain where there is no copy and none could be fetched.
        """
        with self._lock:
            newest = self._newest()
            clock = self._clock()
            if newest is not None and (now < newest or clock - newest < self._source.every):
                return
            pause = min(self._source.every, _AFTER_FAILURE) if self._failed else self._source.every
            due = self._tried is None or clock - self._tried >= pause
            if due and (self._running is None or not self._running.is_alive()):
                self._tried = clock
                self._running = threading.Thread(target=self._try, args=(accept,), name="feed", daemon=True)
                self._running.start()
            running = self._running
        if running is not None:
            running.join(WAIT_S if newest is not None else self._source.timeout_s + WAIT_S)
        if newest is None and self._newest() is None and self._failed is not None:
            raise self._failed

    def _newest(self) -> datetime | None:
        return max((at for path in self._folder.glob(f"*.{self._source.format}") if (at := _stamp(path))), default=None)

    def _try(self, accept: Callable[[Path], None]) -> None:
        try:
            self._fetch(accept)
            self._failed = None
        except (BadInput, TryAgain) as error:
            self._failed = error
            _log.warning("%s", error)
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            self._failed = TryAgain(f"feed {self._feed.id}: {self._host()} cannot be reached ({reason})")
            _log.warning("%s", self._failed)

    def _fetch(self, accept: Callable[[Path], None]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        at = self._clock().astimezone(UTC)
        part = self._folder / f"{at:{_STAMP}}.part.{self._source.format}"
        try:
            part.write_bytes(self._body())
            accept(part)
            part.replace(self._folder / f"{at:{_STAMP}}.{self._source.format}")
        finally:
            part.unlink(missing_ok=True)
        for path in sorted(self._folder.glob(f"*.{self._source.format}"))[:-1]:
            known = _stamp(path)
            if known is not None and at - known > self._source.keep:
                path.unlink(missing_ok=True)

    def _body(self) -> bytes:
        """The answer's bytes. Raises BadInput for one that is refused, OSError where there is none."""
        until = time.monotonic() + self._source.timeout_s
        url = filled(self._feed, self._source.url, "source.url")
        headers = {
            name: filled(self._feed, text, f"source.headers.{name}") for name, text in self._source.headers.items()
        }
        opener = urllib.request.build_opener(_NoRedirect)
        for _ in range(_REDIRECTS + 1):
            # http or https by the feed's pattern, and by _next afterwards
            request = urllib.request.Request(url, headers={"User-Agent": "CityDesk", **headers})  # noqa: S310
            try:
                with opener.open(request, timeout=max(0.01, until - time.monotonic())) as answer:
                    return self._read(answer, until)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in (301, 302, 303, 307, 308):
                        message = f"{self._host()} answered {error.code} {error.reason}"
                        raise TryAgain(f"feed {self._feed.id}: {message}") from error
                    before, url = url, self._next(url, error.headers.get("Location", ""))
            if urlsplit(before).netloc != urlsplit(url).netloc:
                headers = {}  # keys of one server are not for another
        raise fault(self._feed, f"{self._host()} redirects again and again", "correct the address", "source.url")

    def _next(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        if urlsplit(target).scheme != urlsplit(url).scheme:
            message = f"{self._host()} redirects to another scheme ({urlsplit(target).scheme})"
            raise fault(self._feed, message, "write the address that it leads to", "source.url")
        return target

    def _read(self, answer: HTTPResponse, until: float) -> bytes:
        most = self._source.most_mb * 1_000_000
        body = bytearray()
        while block := answer.read1(_BLOCK):
            body += block
            if len(body) > most:
                message = f"{self._host()} sends more than {self._source.most_mb} MB"
                raise fault(self._feed, message, "ask it for less, or raise the bound", "source.most_mb")
            if time.monotonic() > until:
                raise TimeoutError(f"it took longer than {self._source.timeout_s:g} s")
        if answer.length:
            raise ConnectionError("the answer ended early")
        return bytes(body)

    def _host(self) -> str:
        """The server, without anything secret of its address."""
        return urlsplit(self._source.url).hostname or "the server"


def _stamp(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
