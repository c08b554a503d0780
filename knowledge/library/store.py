"""The folder that holds a city's snapshots, and which of them serves.

::

    root/
      CURRENT             id of the snapshot that serves; replaced atomically
      snapshots/<id>/     immutable, content-addressed
      staging/            builds under way; what a crash leaves is cleared by the next build
      vectors/            what embedding models gave so far, by model and text; may be deleted
      publications.jsonl  who published or rolled back what, when (append-only, hash-chained)
      withdrawals.jsonl   what is withdrawn or restored, by whom and why (the same)
      build.lock  state.lock
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from city.errors import BadInput, NotFound, Refused
from knowledge.index import Embedder, Example, Settings, check_embedder
from knowledge.library.building import Progress, complete, identity, write_documents
from knowledge.library.durable import flush_folder, locked, replace_text
from knowledge.library.journal import Journal
from knowledge.library.manifest import INDEX, PROVISIONS, SnapshotInfo, read_manifest, verify_files
from knowledge.library.rows import Tables
from knowledge.library.withdrawal import Withdrawals
from knowledge.model import Document


class Publication(BaseModel):
    """One change of the snapshot that serves."""

    model_config = ConfigDict(frozen=True)

    snapshot: str
    action: Literal["publish", "rollback"]
    by: str
    at: datetime


def _silent(stage: str, share: float) -> None:
    """Progress that nobody watches."""


def _utc() -> datetime:
    return datetime.now(UTC)


class Store:
    """Builds, publishes, rolls back, withdraws. ``now`` is the clock of the records (tests give theirs)."""

    def __init__(self, root: Path, *, now: Callable[[], datetime] = _utc) -> None:
        self.root = root
        self.now = now
        self.withdrawals = Withdrawals(Journal(root / "withdrawals.jsonl"))
        self._publications = Journal(root / "publications.jsonl")
        self._snapshots = root / "snapshots"
        self._staging = root / "staging"
        self.vectors = root / "vectors"
        self.pointer = root / "CURRENT"

    def build(
        self,
        documents: Iterable[Document],
        *,
        embedder: Embedder | None = None,
        examples: Sequence[Example] = (),
        settings: Settings | None = None,
        progress: Progress | None = None,
    ) -> SnapshotInfo:
        """Build the snapshot of ``documents``; it serves once published. The same input gives the snapshot
        there is.

        Raises ``TryAgain`` while another process builds or the embedder does not answer, ``BadInput`` for documents
        that do not fit together.
        """
        report, settings = progress or _silent, settings or Settings()
        self.root.mkdir(parents=True, exist_ok=True)
        with (
            locked(self.root / "build.lock", wait=False, busy="another build is under way"),
            self._stage() as stage,
        ):
            writer = write_documents(documents, stage, report)
            name = identity(writer.digest, embedder=embedder, examples=examples, settings=settings)
            existing = self._existing(name, embedder)
            if existing is not None:
                writer.close()
                report("unchanged", 1.0)
                return existing
            info = complete(
                stage, writer, name=name, built_at=self.now(), embedder=embedder, examples=examples,
                settings=settings, progress=report,
            )  # fmt: skip
            stage.rename(self.folder(name))
            flush_folder(self._snapshots)
            return info

    @contextmanager
    def _stage(self) -> Iterator[Path]:
        """A new, empty staging folder; what earlier builds left behind is cleared. Hold the build lock."""
        shutil.rmtree(self._staging, ignore_errors=True)
        self._snapshots.mkdir(exist_ok=True)
        stage = self._staging / uuid.uuid4().hex
        stage.mkdir(parents=True)
        try:
            yield stage
        finally:
            shutil.rmtree(self._staging, ignore_errors=True)

    def _existing(self, name: str, embedder: Embedder | None) -> SnapshotInfo | None:
        """The snapshot ``name`` where it is there and whole; one that is damaged, or whose embedder answers otherwise
        under the same name, makes room for its repair.
        """
        try:
            info = verify_files(self.folder(name))
            check_embedder(self.folder(name) / INDEX, embedder)
            return info
        except NotFound:
            return None
        except BadInput:
            self.folder(name).rename(self._staging / f"damaged-{name}")
            return None

    def folder(self, name: str) -> Path:
        """Where the snapshot ``name`` is or would be."""
        if not name.isalnum():
            raise NotFound(f"{name!r} is no snapshot id; `history` lists those there are")
        return self._snapshots / name

    def info(self, name: str) -> SnapshotInfo:
        """The manifest of a snapshot. Raises ``NotFound``."""
        return read_manifest(self.folder(name))

    def snapshots(self) -> list[SnapshotInfo]:
        """Every snapshot kept that this program can read, oldest first."""
        found: list[SnapshotInfo] = []
        for name in self._names():
            with suppress(BadInput, NotFound):
                found.append(self.info(name))
        return sorted(found, key=lambda info: (info.built_at, info.id))

    def _names(self) -> list[str]:
        if not self._snapshots.is_dir():
            return []
        return sorted(folder.name for folder in self._snapshots.iterdir() if folder.name.isalnum())

    def current(self) -> str | None:
        """Id of the snapshot that serves, None before the first publish."""
        try:
            return self.pointer.read_text("ascii").strip() or None
        except FileNotFoundError:
            return None

    def publish(self, name: str, *, by: str = "system") -> Publication:
        """Let the snapshot ``name`` serve from the next search on. Raises ``NotFound`` or ``BadInput``
        (damaged).
        """
        verify_files(self.folder(name))
        return self._point(name, "publish", by)

    def rollback(self, *, by: str = "system") -> Publication:
        """Let the snapshot published before the current one serve again. Raises ``Refused`` where there is
        none.
        """
        current = self.current()
        earlier = [name for name in self._standing() if name != current and self.folder(name).is_dir()]
        if not earlier:
            raise Refused("there is no earlier snapshot to go back to; build and publish another one")
        verify_files(self.folder(earlier[-1]))
        return self._point(earlier[-1], "rollback", by)

    def _standing(self) -> list[str]:
        """Snapshots published and not rolled back since, oldest first: what rollback walks down."""
        standing: list[str] = []
        for publication in self.history():
            if publication.action == "rollback" and publication.snapshot in standing:
                del standing[standing.index(publication.snapshot) + 1 :]
            else:
                standing = [name for name in standing if name != publication.snapshot]
                standing.append(publication.snapshot)
        return standing

    def _point(self, name: str, action: Literal["publish", "rollback"], by: str) -> Publication:
        publication = Publication(snapshot=name, action=action, by=by, at=self.now())
        with self._state():
            replace_text(self.pointer, f"{name}\n")
            self._publications.append(publication.model_dump(mode="json"))
        return publication

    def history(self) -> list[Publication]:
        """Every publish and rollback, oldest first."""
        return [Publication.model_validate(record) for record in self._publications.read()]

    def prune(self, *, keep: int = 3) -> list[str]:
        """Remove all but the newest ``keep`` snapshots; the current one and the one to roll back to always
        stay.
        """
        with locked(self.root / "build.lock", wait=False, busy="a build is under way"), self._state():
            names = [info.id for info in self.snapshots()]
            stay = {self.current(), *names[len(names) - keep :], *self._standing()[-2:]}
            gone = [name for name in self._names() if name not in stay]
            self._staging.mkdir(exist_ok=True)
            for name in gone:
                self.folder(name).rename(self._staging / name)
            flush_folder(self._snapshots)
            shutil.rmtree(self._staging, ignore_errors=True)
        return gone

    def withdraw(self, name: str, *, reason: str, by: str) -> None:
        """Take a document or provision out of every snapshot at once, and out of those to come, until
        restored.

        ``name`` is an id of either kind. Raises ``NotFound`` when no snapshot kept has it, ``BadInput``
        without a reason or a person, ``Refused`` when it is withdrawn already.
        """
        self._check_known(name)
        self._record("withdraw", name, reason, by)

    def restore(self, name: str, *, reason: str, by: str) -> None:
        """Undo ``withdraw``. Raises ``Refused`` when ``name`` is not withdrawn."""
        self._record("restore", name, reason, by)

    def _record(self, action: Literal["withdraw", "restore"], name: str, reason: str, by: str) -> None:
        with self._state():
            self.withdrawals.record(action, name, reason=reason, by=by, at=self.now())

    def _check_known(self, name: str) -> None:
        for info in self.snapshots():
            with closing(Tables(self.folder(info.id) / PROVISIONS)) as tables:
                if tables.knows(name):
                    return
        raise NotFound(f"no snapshot has a document or provision {name!r}; check the id")

    def _state(self) -> AbstractContextManager[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        return locked(self.root / "state.lock", wait=True, busy="the store is changing")
