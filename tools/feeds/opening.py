"""The reader of each kind of source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from tools.feeds.databases import SqlReader
from tools.feeds.duck import Duck
from tools.feeds.feed import Feed, FileSource, HttpSource
from tools.feeds.fetching import Fetched
from tools.feeds.files import FileReader, Pattern
from tools.feeds.reading import Reader, Zones

KEPT = ".kept"
"""The folder, in the feed folder, of what is fetched or made of the files; it may be deleted."""


def reader_of(feed: Feed, roots: Sequence[Path], city: tzinfo, duck: Duck) -> Reader:
    """The reader of a feed's kind of source. ``roots``: where its files may lie; what is kept goes to the first."""
    zones = Zones(ZoneInfo(feed.zone) if feed.zone else city, city)
    source, kept = feed.source, roots[0] / KEPT / feed.id
    if isinstance(source, FileSource):
        return FileReader(feed, source.kind, source, Pattern(feed.title, source.path, roots, city), zones, duck, kept)
    if isinstance(source, HttpSource):
        finder = Fetched(feed, source, kept / "fetched", city)
        return FileReader(feed, source.format, source, finder, zones, duck, kept)
    return SqlReader(feed, source, roots, zones, duck)
