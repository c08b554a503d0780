"""When a document really ends: by its own words, or because a newer one took its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from knowledge.model import Metadata


def _first_day(meta: Metadata) -> date:
    return meta.valid_from or date.max


def settle_ends(metas: Iterable[Metadata]) -> tuple[dict[str, date], list[str]]:
    """The day on which documents end earlier than they say themselves, by id, and a note on each.

    A document ends when a document that ``replaces`` it begins, and a version when the next version of its
    work begins: a clerk who forgets to close the old text must not keep repealed law alive. Versions that
    begin on the same day are left as they are, since nothing says which is the newer.
    """
    known = {meta.id: meta for meta in metas}
    ends: dict[str, tuple[date, str]] = {}

    def end(old: Metadata, by: Metadata) -> None:
        if old.id == by.id or by.valid_from is None or by.valid_from <= _first_day(old):
            return
        latest = ends[old.id][0] if old.id in ends else old.valid_to
        if latest is None or by.valid_from < latest:
            ends[old.id] = (by.valid_from, by.id)

    works: dict[str, list[Metadata]] = defaultdict(list)
    for meta in known.values():
        works[meta.work or meta.id].append(meta)
        for replaced in meta.replaces:
            if replaced in known:
                end(known[replaced], meta)
    for versions in works.values():
        versions.sort(key=lambda meta: (_first_day(meta), meta.id))
        for position, old in enumerate(versions):
            for newer in versions[position + 1 :]:
                end(old, newer)
    notes = [f"{old} ends on {day.isoformat()}, when {by} begins" for old, (day, by) in sorted(ends.items())]
    return {old: day for old, (day, _) in ends.items()}, notes
