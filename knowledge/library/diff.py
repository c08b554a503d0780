"""What changed between two snapshots."""

from __future__ import annotations

from contextlib import closing
from difflib import SequenceMatcher
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.library.manifest import PROVISIONS
from knowledge.library.rows import Tables
from knowledge.library.store import Store
from knowledge.model import Metadata, Provision


class Words(BaseModel):
    """A run of words that stayed, went or came."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["same", "removed", "added"]
    text: str


class ProvisionChange(BaseModel):
    """One provision of a changed document. ``words`` unifies the old text and the new."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: Literal["added", "removed", "changed"]
    words: tuple[Words, ...]


class DocumentChange(BaseModel):
    """One changed document: fields of its metadata as (old, new) JSON, and its changed provisions."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    fields: dict[str, tuple[object, object]]
    provisions: tuple[ProvisionChange, ...]


class SnapshotDiff(BaseModel):
    """What to do to one snapshot to get the other. Added and removed are document ids."""

    model_config = ConfigDict(frozen=True)

    old: str
    new: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[DocumentChange, ...]


def diff(store: Store, old: str, new: str) -> SnapshotDiff:
    """Compare the snapshots ``old`` and ``new`` by id. Raises ``NotFound`` or ``BadInput`` for either."""
    for name in (old, new):
        store.info(name)
    with (
        closing(Tables(store.folder(old) / PROVISIONS)) as before,
        closing(Tables(store.folder(new) / PROVISIONS)) as after,
    ):
        were, are = before.digests(), after.digests()
        changes = [
            _document(before, after, were[name][0], are[name][0]) for name in sorted(were.keys() & are.keys())
            if were[name][1] != are[name][1] or before.meta(were[name][0]) != after.meta(are[name][0])
        ]  # fmt: skip
    return SnapshotDiff(
        old=old,
        new=new,
        added=tuple(sorted(are.keys() - were.keys())),
        removed=tuple(sorted(were.keys() - are.keys())),
        changed=tuple(changes),
    )


def _document(before: Tables, after: Tables, was: int, is_: int) -> DocumentChange:
    old = {provision.id: provision for provision in before.range(before.span(was))}
    new = {provision.id: provision for provision in after.range(after.span(is_))}
    changes = [_provision(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])]
    meta = after.meta(is_)
    return DocumentChange(
        id=meta.id,
        title=meta.title,
        fields=_fields(before.meta(was), meta),
        provisions=tuple(change for change in changes if change is not None),
    )


def _fields(old: Metadata, new: Metadata) -> dict[str, tuple[object, object]]:
    was, is_ = old.model_dump(mode="json"), new.model_dump(mode="json")
    return {name: (was[name], is_[name]) for name in was if was[name] != is_[name]}


def _provision(name: str, old: Provision | None, new: Provision | None) -> ProvisionChange | None:
    if old is None or new is None:
        text = (old or new).text  # type: ignore[union-attr]  # the name came from one of the two
        kind: Literal["added", "removed"] = "added" if old is None else "removed"
        return ProvisionChange(id=name, kind=kind, words=(Words(kind=kind, text=text),))
    if old.text == new.text:
        return None
    return ProvisionChange(id=name, kind="changed", words=tuple(unified(old.text, new.text)))


def unified(old: str, new: str) -> list[Words]:
    """Old and new as one run of words.

    >>> [(w.kind, w.text) for w in unified("前15分钟免费", "前30分钟免费")]
    [('same', '前'), ('removed', '15'), ('added', '30'), ('same', '分钟免费')]
    """
    runs = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Words(kind="same", text=old[a:b]))
            continue
        if b > a:
            runs.append(Words(kind="removed", text=old[a:b]))
        if d > c:
            runs.append(Words(kind="added", text=new[c:d]))
    return runs
