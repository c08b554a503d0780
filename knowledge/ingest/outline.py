"""The tree of a document, built from its marked lines.

编/分编/章/节/条/款/项/目, or headed blocks where it has no 条.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from knowledge.ingest.article import article_node, paragraph_node
from knowledge.ingest.lines import FORM_RANKS, Line
from knowledge.model import Node, NodeKind

_UNITS = ("part", "subpart", "chapter", "section")
_STRUCTURE = (*_UNITS, "heading", "annex", "article")
_MAX_TITLE = 60
#: Lines that tell of a text's making, not of its content: （…通过）, 2024年3月28日…, 发文字号.
DATELINE = re.compile(
    r"[ \t\u3000]*(?:[（(][^\n]{0,600}[)）]\s*$|[0-9０-９〇○零一二三四五六七八九]{4}\s?年[^\n。]{0,400}$"
    r"|[^\n。]{0,24}[〔\[（(]\s?[0-9]{4}\s?[〕\])）][^\n。]{0,12}号\s*$|(?:自|索引号|发布|施行|来源|成文)[^\n。]{0,60}$)"
)


#: The mark that ends title and history in the Markdown dialect of public law collections.
INFO_END = re.compile(r"<!--\s*INFO END\s*-->")


def first_line(text: str, start: int, end: int) -> str:
    """The first line of a span, without white space around it."""
    return text[start:end].strip().split("\n", 1)[0].rstrip()


@dataclass
class _Open:
    """A container that is still growing. ``lead_end`` is where its own line stops."""

    node: Node
    rank: int
    lead_end: int
    loose: list[Line] = field(default_factory=list)

    def flush(self) -> None:
        """Make nodes of the text and table lines gathered so far."""
        self.node.children.extend(_plain_nodes(self.loose))
        self.loose = []

    def close(self, end: int) -> None:
        """End the container; its own line becomes its first child where it has others."""
        self.flush()
        self.node.end = end
        if self.node.children and self.node.start < self.lead_end:
            kind: NodeKind = "block" if self.node.kind in ("item", "subitem") else "heading"
            lead = Node(kind=kind, heading=self.node.heading, start=self.node.start, end=self.lead_end)
            self.node.children.insert(0, lead)


def build_tree(text: str, lines: list[Line], *, articles: bool) -> Node:
    """The tree over ``text``. Its leaves tile the text; a text without words gives a bare document node."""
    root = Node(kind="document", start=0, end=len(text))
    if not lines:
        return root
    _set_ranks(lines)
    i = _preamble_length(text, lines, articles=articles)
    if i:
        root.children.append(_preamble(lines[:i]))
    stack = [_Open(root, -1, 0)]
    while i < len(lines):
        line = lines[i]
        if line.kind in ("text", "table"):
            stack[-1].loose.append(line)
            i += 1
            continue
        while stack[-1].rank >= line.rank:
            stack.pop().close(line.start)
        stack[-1].flush()
        if line.kind == "article":
            stop = _article_end(lines, i)
            node = article_node(text, lines[i:stop])
            i = stop
        else:
            node = _container(line)
            i += 1
        stack[-1].node.children.append(node)
        if line.kind != "article":
            stack.append(_Open(node, line.rank, line.end))
    while stack:
        stack.pop().close(len(text))
    return root


def _set_ranks(lines: list[Line]) -> None:
    """Give plain Markdown headings a rank that agrees with the 编/章/节 written at the same depth."""
    known: dict[int, int] = {}
    for line in lines:
        if line.depth and line.kind in _UNITS:
            known[line.depth] = min(line.rank, known.get(line.depth, line.rank))
    for line in lines:
        if line.kind == "heading":
            line.rank = _heading_rank(line.depth, known)


def _heading_rank(depth: int, known: dict[int, int]) -> int:
    if not known:
        return 6 + 6 * depth
    if depth in known:
        return known[depth]
    above = [d for d in known if d < depth]
    if above:
        nearest = max(above)
        return known[nearest] + min(4 * (depth - nearest), 9)
    nearest = min(known)
    return max(6, known[nearest] - 4 * (nearest - depth))


def _preamble_length(text: str, lines: list[Line], *, articles: bool) -> int:
    """How many lines stand before the first unit: title, history, contents."""
    titles = 0
    while titles < len(lines) and lines[titles].kind == "heading" and lines[titles].depth == 1:
        titles += 1
    if any(line.kind == "heading" and line.depth == 1 for line in lines[titles:]) and not articles:
        titles = 0  # several headings of depth 1 through the text: sections, not a title
    info = INFO_END.search(text)
    i = titles
    while info and i < len(lines) and lines[i].start < info.start() and lines[i].kind not in _STRUCTURE:
        i += 1
    if articles:
        while i < len(lines) and lines[i].kind not in _STRUCTURE:
            i += 1
        return i
    if i == 0 and lines[0].kind == "text" and _is_title(text, lines[0]):
        i = 1
    while i < len(lines) and lines[i].kind == "text":
        line = lines[i]
        if line.form != "contents" and not DATELINE.match(first_line(text, line.start, line.end)):
            break
        i += 1
    return i


def _is_title(text: str, line: Line) -> bool:
    words = text[line.start : line.end].strip()
    return len(words) <= _MAX_TITLE and not words.endswith(("。", "；", "：", "，", ":", ";"))


def _preamble(lines: list[Line]) -> Node:
    node = Node(kind="preamble", start=lines[0].start, end=lines[-1].end)
    for line in lines:
        last = node.children[-1] if node.children else None
        if line.form == "contents":
            if last is not None and last.label == "contents":
                last.end = line.end
                continue
            node.children.append(Node(kind="block", label="contents", start=line.start, end=line.end))
            continue
        kind: NodeKind = "heading" if line.kind == "heading" else "table" if line.kind == "table" else "paragraph"
        node.children.append(Node(kind=kind, heading=line.heading, start=line.start, end=line.end))
    return node


def _article_end(lines: list[Line], start: int) -> int:
    stop = start + 1
    while stop < len(lines) and lines[stop].kind not in _STRUCTURE:
        stop += 1
    return stop


def _container(line: Line) -> Node:
    kind: NodeKind = "block"
    if line.kind in ("part", "subpart", "chapter", "section"):
        kind = line.kind
    elif line.kind == "item" and line.rank > FORM_RANKS["decimal"]:
        kind = "item" if line.form == "han_paren" else "subitem"
    return Node(
        kind=kind,
        label=line.label,
        number=line.number,
        sub=line.sub,
        heading=line.heading,
        start=line.start,
        end=line.end,
    )


def _plain_nodes(lines: list[Line]) -> list[Node]:
    nodes: list[Node] = []
    for line in lines:
        if line.kind == "table":
            if nodes and nodes[-1].kind == "table":
                nodes[-1].end = line.end
            else:
                nodes.append(Node(kind="table", start=line.start, end=line.end))
        else:
            nodes.append(paragraph_node([line]))
    return nodes


def leaves(node: Node) -> list[Node]:
    """Nodes without children, in order; joined they are the text."""
    found: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.children:
            stack.extend(reversed(current.children))
        else:
            found.append(current)
    return found
