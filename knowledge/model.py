"""What knowledge is made of: documents, their tree, and provisions.

A document's text is kept to the character. Every node of its tree and every provision is a half-open span
``[start, end)`` of character offsets into that text, so the units joined again are the source and a quote can be
checked against it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Level(StrEnum):
    """Level of a document, from the highest rank of law to plain guidance (Legislation Law, arts. 98-102)."""

    CONSTITUTION = "constitution"
    LAW = "law"
    JUDICIAL_INTERPRETATION = "judicial_interpretation"
    ADMIN_REGULATION = "admin_regulation"
    DEPARTMENT_RULE = "department_rule"
    PROVINCIAL_REGULATION = "provincial_regulation"
    PROVINCIAL_RULE = "provincial_rule"
    CITY_REGULATION = "city_regulation"
    CITY_RULE = "city_rule"
    NORMATIVE_DOCUMENT = "normative_document"
    STANDARD = "standard"
    PLAN = "plan"
    POLICY = "policy"
    EMERGENCY_PLAN = "emergency_plan"
    GUIDE = "guide"
    FAQ = "faq"


class Visibility(StrEnum):
    """Who may read a document."""

    PUBLIC = "public"
    STAFF = "staff"


class Metadata(BaseModel):
    """What is known of a document beside its text. A validity interval is half-open: ``valid_to`` is the first
    day on which the document no longer applies."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    work: str = Field(default="", description="the same for every version of one rule; empty means the id")
    title: str
    level: Level
    issuer: str = ""
    doc_no: str = ""
    region: str = Field(default="", description="path such as 澜江省/云澜市; empty means the whole country")
    published_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    replaces: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    topics: tuple[str, ...] = ()
    owner_unit: str = ""
    last_checked: date | None = None
    next_check: date | None = None
    source: str = Field(default="", description="file the document was read from, relative to its corpus")

    def in_force(self, as_of: date) -> bool:
        """Whether the document applies on ``as_of``. A document with no known start never applies (fail closed)."""
        if self.valid_from is None or as_of < self.valid_from:
            return False
        return self.valid_to is None or as_of < self.valid_to


NodeKind = Literal[
    "document",
    "preamble",
    "part",
    "subpart",
    "chapter",
    "section",
    "article",
    "paragraph",
    "item",
    "subitem",
    "heading",
    "table",
    "block",
]


class Node(BaseModel):
    """One unit of the tree 编/章/节/条/款/项/目. Children tile their parent's span in order, without gaps."""

    kind: NodeKind
    label: str = Field(default="", description="as written, e.g. 第十二条 or （三）")
    number: int | None = None
    sub: int = Field(default=0, description="之一 is 1, 之二 is 2")
    heading: str = ""
    start: int
    end: int
    children: list[Node] = Field(default_factory=list)


class Reference(BaseModel):
    """A cross-reference found in a provision, e.g. 依照本条例第十条第二款."""

    start: int = Field(description="character offset into the document's text")
    end: int
    words: str
    work: str | None = Field(default=None, description="title named in 《》; None means this document")
    article: int | None = None
    sub: int = 0
    paragraph: int | None = None
    item: int | None = None
    target: str | None = Field(default=None, description="provision id once resolved")


class Provision(BaseModel):
    """The unit of retrieval: one article, or one block of a text that has no articles."""

    id: str = Field(description="document id + '#' + article number (12, 12-1 for 第十二条之一, or s3 for block 3)")
    document: str
    article: str = Field(description="label as a citizen would cite it, e.g. 第十二条")
    path: tuple[str, ...] = Field(default=(), description="headings above, e.g. (第二章 停车收费,)")
    start: int
    end: int
    text: str
    references: tuple[Reference, ...] = ()


class Document(BaseModel):
    """A document as ingested."""

    meta: Metadata
    text: str
    tree: Node
    provisions: list[Provision]
    notes: list[str] = Field(default_factory=list, description="exceptions met while reading, for the report")
