"""Inside an article: 款 (paragraphs), 项 （一） and 目 1., and tables."""

from __future__ import annotations

import re

from knowledge.ingest.lines import Line
from knowledge.model import Node, NodeKind

_BARE = re.compile(
    r"[#*\s\u3000]*第[^\s条]{1,12}条(?:之[^\s]{1,4})?[*\s\u3000]*(?:【[^】]*】|[（(][^)）]*[)）])?[*\s\u3000]*$"
)
_MAX_BARE = 60


def article_node(text: str, lines: list[Line]) -> Node:
    """The node of one article; ``lines[0]`` carries its label. Children tile the article."""
    first = lines[0]
    node = Node(
        kind="article",
        label=first.label,
        number=first.number,
        sub=first.sub,
        start=first.start,
        end=lines[-1].end,
    )
    if len(lines) > 1:
        node.children = _paragraphs(text, lines)
    return node


def _paragraphs(text: str, lines: list[Line]) -> list[Node]:
    nodes: list[Node] = []
    number = 0
    for group in _groups(text, lines):
        if all(line.kind == "table" for line in group):
            nodes.append(Node(kind="table", start=group[0].start, end=group[-1].end))
            continue
        number += 1
        nodes.append(paragraph_node(group, number))
    return nodes


def paragraph_node(lines: list[Line], number: int | None = None) -> Node:
    """One 款 with its 项 and 目; the text before the first 项 is a ``block``."""
    node = Node(kind="paragraph", number=number, start=lines[0].start, end=lines[-1].end)
    if any(line.kind == "item" for line in lines):
        node.children = _items(lines, "item")
    return node


def _items(lines: list[Line], kind: NodeKind) -> list[Node]:
    """``lines`` cut at the items of the form that comes first; what precedes them is the lead."""
    first = next(i for i, line in enumerate(lines) if line.kind == "item")
    form = lines[first].form
    starts = [i for i in range(first, len(lines)) if lines[i].kind == "item" and lines[i].form == form]
    nodes = [Node(kind="block", start=lines[0].start, end=lines[first].start)] if first else []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        group = lines[start:stop]
        head = group[0]
        node = Node(kind=kind, label=head.label, number=head.number, start=head.start, end=group[-1].end)
        if any(line.kind == "item" for line in group[1:]):
            lead = Node(kind="block", start=head.start, end=head.end)
            rest = _items(group[1:], "subitem")
            node.children = [lead, *rest]
        nodes.append(node)
    return nodes


def _groups(text: str, lines: list[Line]) -> list[list[Line]]:
    """Lines of each 款. A plain line between （一） and （二） still belongs to （一）."""
    following = _next_items(lines)
    groups: list[list[Line]] = []
    seen: dict[str, int] = {}
    for i, line in enumerate(lines):
        if line.kind == "item":
            if not groups or groups[-1][-1].kind == "table":
                groups.append([])
            groups[-1].append(line)
            seen[line.form] = line.number or 0
            continue
        upcoming = following[i]
        carries_on = upcoming is not None and seen.get(upcoming.form) == (upcoming.number or 0) - 1 and bool(seen)
        same_table = line.kind == "table" and bool(groups) and groups[-1][-1].kind == "table"
        after_bare_label = i == 1 and line.kind != "table" and _is_bare(text, lines[0])
        if groups and (carries_on or same_table or after_bare_label):
            groups[-1].append(line)
            continue
        groups.append([line])
        seen = {}
    return groups


def _next_items(lines: list[Line]) -> list[Line | None]:
    following: list[Line | None] = [None] * len(lines)
    upcoming: Line | None = None
    for i in range(len(lines) - 1, -1, -1):
        following[i] = upcoming
        if lines[i].kind == "item":
            upcoming = lines[i]
    return following


def _is_bare(text: str, line: Line) -> bool:
    """Whether an article's first line holds only its label and perhaps a title in brackets."""
    return line.end - line.start <= _MAX_BARE and _BARE.match(text[line.start : line.end]) is not None
