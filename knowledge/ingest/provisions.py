"""Provisions from a tree.

Each article is one; text without articles is cut into headed blocks of a readable size.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from knowledge.ingest.outline import DATELINE, INFO_END, first_line
from knowledge.model import Node, Provision

#: A block longer than this (characters) is cut at paragraph ends, a paragraph twice as long at sentence ends.
BLOCK_SIZE = 800
_MIN_PIECE = 60
_HEADED = ("part", "subpart", "chapter", "section", "block")
_SENTENCE = re.compile("[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+$")
_WORD = re.compile(r"\w")


@dataclass
class _Span:
    start: int
    end: int
    path: tuple[str, ...]
    label: str


@dataclass
class Collector:
    """Walks a tree and gathers provisions in the order of the text."""

    document: str
    text: str
    provisions: list[Provision] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    blocks: int = 0

    def collect(self, root: Node) -> list[Provision]:
        """All provisions under ``root``; ids are unique, a repeated article number gets ``~2``."""
        containing = _with_articles(root)
        self._walk(root, (), containing)
        return self.provisions

    def _walk(self, node: Node, path: tuple[str, ...], containing: set[int]) -> None:
        loose: list[Node] = []
        inner = (*path, node.heading) if node.heading else path
        for child in node.children:
            if child.kind == "preamble":
                self._preamble(child)
            elif child.kind == "article":
                self._loose(loose, inner)
                self._article(child, inner)
            elif id(child) in containing:
                self._loose(loose, inner)
                self._walk(child, inner, containing)
            elif child.kind in _HEADED and (child.heading or child.label):
                self._loose(loose, inner)
                self._section(child, inner)
            elif child.kind != "heading":
                loose.append(child)
        self._loose(loose, inner)

    def _article(self, node: Node, path: tuple[str, ...]) -> None:
        number = f"{node.number}-{node.sub}" if node.sub else str(node.number)
        self._add(number, node.label, path, node.start, node.end)

    def _loose(self, nodes: list[Node], path: tuple[str, ...]) -> None:
        if nodes:
            for span in self._pack(nodes, path, ""):
                self._block(span)
            nodes.clear()

    def _preamble(self, node: Node) -> None:
        """The opening words of a text where they carry content, such as 序言 or the reason for a notice."""
        info = INFO_END.search(self.text, node.start, node.end)
        after = info.end() if info else node.start
        said = [child for child in node.children if child.end > after and self._says(child, max(after, child.start))]
        if said:
            first = Node(kind="paragraph", start=max(after, said[0].start), end=said[0].end)
            for span in self._pack([first, *said[1:]], (), ""):
                self._block(span)

    def _says(self, node: Node, start: int) -> bool:
        words = first_line(self.text, start, node.end)
        if node.kind == "heading" or node.label == "contents" or len(words) < 30 or DATELINE.match(words):
            return False
        return "。" in words or words.endswith(("：", ":"))

    def _section(self, node: Node, path: tuple[str, ...]) -> None:
        """A headed block: its own text first, then each headed block inside it."""
        label = node.heading or node.label
        if not node.children:
            self._pieces([node], path, label, node)
            return
        inner = (*path, node.heading) if node.heading else path
        own: list[Node] = []
        for child in node.children:
            if child.kind in _HEADED and (child.heading or child.label) and child.label != "contents":
                self._pieces(own, path, label, node)
                own = []
                self._section(child, inner)
            else:
                own.append(child)
        self._pieces(own, path, label, node)

    def _pieces(self, nodes: list[Node], path: tuple[str, ...], label: str, owner: Node) -> None:
        if not nodes or all(node.kind == "heading" for node in nodes):
            return
        if len(nodes) == 1 and nodes[0] is owner and owner.heading and not self._beyond_heading(owner):
            return
        for span in self._pack(nodes, path, label):
            if span.start > owner.start and owner.heading:
                span.path = (*path, owner.heading)
            self._block(span)

    def _beyond_heading(self, node: Node) -> bool:
        return len(self.text[node.start : node.end].strip()) > len(node.heading) + 12

    def _pack(self, nodes: list[Node], path: tuple[str, ...], label: str) -> list[_Span]:
        cuts = _packed(self.text, nodes)
        if len(cuts) > 1 and cuts[0][1] - cuts[0][0] < _MIN_PIECE:
            cuts[1] = (cuts[0][0], cuts[1][1])
            del cuts[0]
        return [_Span(start, end, path, label) for start, end in cuts]

    def _block(self, span: _Span) -> None:
        if _WORD.search(self.text, span.start, span.end) is None:
            return
        self.blocks += 1
        self._add(f"s{self.blocks}", span.label, span.path, span.start, span.end)

    def _add(self, key: str, label: str, path: tuple[str, ...], start: int, end: int) -> None:
        self.used[key] += 1
        if self.used[key] > 1:
            key = f"{key}~{self.used[key]}"
        start, end = _trimmed(self.text, start, end)
        self.provisions.append(
            Provision(
                id=f"{self.document}#{key}",
                document=self.document,
                article=label,
                path=path,
                start=start,
                end=end,
                text=self.text[start:end],
            )
        )


def _with_articles(root: Node) -> set[int]:
    """Identities of the nodes that hold an article somewhere inside."""
    found: set[int] = set()

    def visit(node: Node) -> bool:
        inside = [visit(child) for child in node.children if child.kind in ("article", *_HEADED)]
        if node.kind == "article":
            return True
        if any(inside):
            found.add(id(node))
            return True
        return False

    visit(root)
    return found


def _packed(text: str, nodes: list[Node]) -> list[tuple[int, int]]:
    """Spans of about ``BLOCK_SIZE`` characters that cover ``nodes``, cut between them where possible."""
    cuts: list[tuple[int, int]] = []
    growing = False
    for node in nodes:
        size = node.end - node.start
        if size > BLOCK_SIZE:
            inner = _packed(text, node.children) if node.children else _sentences(text, node.start, node.end)
            cuts.extend(inner)
            growing = False
        elif growing and node.end - cuts[-1][0] <= BLOCK_SIZE:
            cuts[-1] = (cuts[-1][0], node.end)
        else:
            cuts.append((node.start, node.end))
            growing = True
    return cuts


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """One long paragraph, cut at sentence ends (or lines of a table) if it is over twice the block size."""
    if end - start <= 2 * BLOCK_SIZE:
        return [(start, end)]
    cuts: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text, start, end):
        if cuts and match.end() - cuts[-1][0] <= BLOCK_SIZE:
            cuts[-1] = (cuts[-1][0], match.end())
            continue
        for at in range(match.start(), match.end(), 2 * BLOCK_SIZE):
            cuts.append((at, min(at + 2 * BLOCK_SIZE, match.end())))
    return cuts


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends and without comments at its tail."""
    raw = text[start:end]
    lead = len(raw) - len(raw.lstrip())
    kept = raw.rstrip()
    while kept.endswith("-->") and (at := kept.rfind("<!--")) > lead:
        kept = kept[:at].rstrip()
    return start + lead, start + max(len(kept), lead)
