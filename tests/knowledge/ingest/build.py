"""Small documents of our own for the tests of ingestion."""

from __future__ import annotations

from knowledge.ingest import parse_document
from knowledge.model import Document, Level, Metadata, Node


def meta(key: str = "t-1", title: str = "云澜市测试条例", **more: object) -> Metadata:
    return Metadata.model_validate({"id": key, "title": title, "level": Level.CITY_REGULATION, **more})


def parse(text: str, key: str = "t-1", title: str = "云澜市测试条例", **more: object) -> Document:
    return parse_document(meta(key, title, **more), text)


def keys(document: Document) -> list[str]:
    """Provision ids without the document's."""
    return [provision.id.split("#", 1)[1] for provision in document.provisions]


def outline(node: Node, depth: int = 0) -> list[str]:
    """The tree as indented lines, kind and label."""
    lines = [f"{'  ' * depth}{node.kind} {node.label}".rstrip()]
    for child in node.children:
        lines.extend(outline(child, depth + 1))
    return lines


def assert_tiles(node: Node) -> None:
    """Children follow each other without gap or overlap and fill their parent."""
    if not node.children:
        return
    assert node.children[0].start == node.start
    assert node.children[-1].end == node.end
    for left, right in zip(node.children, node.children[1:], strict=False):
        assert left.end == right.start
    for child in node.children:
        assert child.start <= child.end
        assert_tiles(child)
