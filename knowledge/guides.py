"""Service guides and frequent questions, kept by clerks as YAML fields, rendered to documents with
provisions.

A guide becomes one document with one provision per section (``sg-dog#materials``), a frequent question one
document with one provision (``faq-dog-1#answer``). Every word beside the fields themselves comes from the
pack (``GuideWords``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from city.errors import BadInput
from knowledge.ingest.numerals import to_int
from knowledge.model import Document, Level, Metadata, Node, Provision, Reference, Visibility

_ARTICLE = re.compile(r"第([〇零一二两三四五六七八九十百千0-9]+)条(?:之([一二三四五六七八九十]+))?")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(_Strict):
    """A section of a guide: its heading, and the fields it shows, in order."""

    heading: str
    heading_en: str = ""
    fields: tuple[str, ...]


class GuideWords(_Strict):
    """The words around the fields of a guide. A label is a template; a field without one cannot be shown."""

    sections: dict[str, Section] = Field(min_length=1)
    labels: dict[str, str]
    audience: dict[str, str]
    join: str
    end: str

    def say(self, label: str, **values: object) -> str:
        """The label with its values. Raises ``BadInput`` naming a missing label or a value it asks for in
        vain.
        """
        try:
            return self.labels[label].format(**values)
        except KeyError as error:
            raise BadInput(f"the label {label!r} of the guides is missing or asks for {error}; add it") from None


class Material(_Strict):
    """A paper to bring. ``held_by`` is the unit that already has it."""

    name: str
    form: str
    copies: int = Field(default=1, ge=0)
    held_by: str | None = None
    note: str | None = None


class Place(_Strict):
    """Where to go."""

    name: str
    address: str
    hours: str = ""


class Basis(_Strict):
    """An article that a guide rests on, the document by its title in 《》."""

    document: str
    article: str | None = None


class _Kept(_Strict):
    """What every entry kept by a unit has."""

    id: str
    region: str
    audience: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    owner_unit: str
    last_checked: date
    next_check: date
    visibility: Visibility = Visibility.PUBLIC


class Guide(_Kept):
    """A service guide as written in ``services/*.yaml``."""

    name: str
    aliases: tuple[str, ...] = ()
    unit: str
    summary: str
    conditions: tuple[str, ...]
    materials: tuple[Material, ...]
    steps: tuple[str, ...]
    legal_limit: str | None
    promised_limit: str | None
    fee: str | None
    where: tuple[Place, ...]
    phone: str
    online: str | None = None
    result: str
    legal_basis: tuple[Basis, ...] = ()
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class Cited(_Strict):
    """A provision that a frequent question rests on: a document's id, and an article where one is meant."""

    document: str
    article: str | None = None


class Question(_Kept):
    """A frequent question as written in ``faq/*.yaml``."""

    question_forms: tuple[str, ...] = Field(min_length=1)
    answer_short: str
    answer_long: str = ""
    citations: tuple[Cited, ...] = ()


def article_suffix(label: str) -> str | None:
    """The part of a provision id after '#' for an article as cited, None where no article is named.

    >>> article_suffix("第十二条"), article_suffix("第120条之一"), article_suffix("全文")
    ('12', '120-1', None)
    """
    match = _ARTICLE.search(label)
    number = to_int(match[1]) if match else None
    if match is None or number is None:
        return None
    sub = to_int(match[2]) if match[2] else None
    return f"{number}-{sub}" if sub else f"{number}"


class _Text:
    """A document's text as it grows, with the nodes and provisions found in it."""

    def __init__(self, meta: Metadata) -> None:
        self.meta = meta
        self.text = f"{meta.title}\n"
        self.nodes = [Node(kind="heading", heading=meta.title, start=0, end=len(self.text))]
        self.provisions: list[Provision] = []

    def section(self, key: str, heading: str, lines: Sequence[str], references: Sequence[Reference] = ()) -> None:
        """Add a section. Offsets of ``references`` count from the section's own text."""
        start = len(self.text)
        body = start + len(heading) + 2 if heading else start
        words = "\n".join(lines)
        self.text += f"\n{heading}\n{words}\n" if heading else f"{words}\n"
        self.nodes.append(Node(kind="block", heading=heading, start=start, end=len(self.text)))
        moved = [r.model_copy(update={"start": r.start + body, "end": r.end + body}) for r in references]
        self.provisions.append(
            Provision(
                id=f"{self.meta.id}#{key}",
                document=self.meta.id,
                article=heading,
                path=(heading,) if heading else (),
                start=body,
                end=body + len(words),
                text=words,
                references=tuple(moved),
            )
        )

    def document(self) -> Document:
        tree = Node(kind="document", start=0, end=len(self.text), children=self.nodes)
        return Document(meta=self.meta, text=self.text, tree=tree, provisions=self.provisions)


def guide_document(
    guide: Guide, words: GuideWords, *, names: Mapping[str, str], source: str, titles: Mapping[str, str]
) -> Document:
    """A guide as a document. ``names`` are units by id, ``titles`` guides by id; one unknown is shown by
    its id.

    Raises ``BadInput`` where a word is missing.
    """
    meta = _metadata(guide, Level.GUIDE, guide.name, guide.aliases, guide.unit, names, source)
    text = _Text(meta)
    for key, section in words.sections.items():
        lines = [line for field in section.fields for line in _lines(guide, field, words, names, titles)]
        if lines:
            bases = guide.legal_basis if "legal_basis" in section.fields else ()
            text.section(key, section.heading, lines, _references(lines, bases))
    return text.document()


def question_document(question: Question, *, names: Mapping[str, str], source: str) -> Document:
    """A frequent question as a document; the other forms of the question are its topics."""
    title, others = question.question_forms[0], question.question_forms[1:]
    meta = _metadata(question, Level.FAQ, title, others, question.owner_unit, names, source)
    text = _Text(meta)
    text.section("answer", "", [line for line in (question.answer_short, question.answer_long) if line])
    cited = (
        Reference(start=0, end=0, words=cited.article or "", target=f"{cited.document}#{suffix}")
        for cited in question.citations
        if (suffix := article_suffix(cited.article or "")) is not None
    )
    answer = text.provisions[0]
    text.provisions[0] = answer.model_copy(
        update={"references": tuple(r.model_copy(update={"start": answer.end, "end": answer.end}) for r in cited)}
    )
    return text.document()


def _metadata(
    kept: _Kept,
    level: Level,
    title: str,
    topics: tuple[str, ...],
    unit: str,
    names: Mapping[str, str],
    source: str,
) -> Metadata:
    return Metadata(
        id=kept.id,
        title=title,
        level=level,
        issuer=names.get(unit, unit),
        region=kept.region,
        valid_from=kept.valid_from,
        valid_to=kept.valid_to,
        visibility=kept.visibility,
        topics=topics,
        owner_unit=kept.owner_unit,
        last_checked=kept.last_checked,
        next_check=kept.next_check,
        source=source,
    )


def _lines(
    guide: Guide, field: str, words: GuideWords, names: Mapping[str, str], titles: Mapping[str, str]
) -> list[str]:
    """The lines that show one field. Raises ``BadInput`` for a field that a guide does not have."""
    if field not in Guide.model_fields:
        raise BadInput(f"a section of the guides shows the field {field!r}, which guides do not have")
    value: Any = getattr(guide, field)
    if not value:
        return []
    if field == "materials":
        return [_ended(_material(material, words, names), words) for material in value]
    if field in ("where", "legal_basis"):
        return [_ended(words.say(field, **_filled(item)), words) for item in value]
    if field in ("conditions", "steps", "notes"):
        return [_ended(words.say(field, value=item), words) for item in value]
    if field == "audience":
        value = words.join.join(words.audience.get(who, who) for who in value)
    elif field == "related":
        value = words.join.join(titles.get(other, other) for other in value)
    elif field == "aliases":
        value = words.join.join(value)
    elif field == "unit":
        value = names.get(value, value)
    return [_ended(words.say(field, value=value), words)]


def _material(material: Material, words: GuideWords, names: Mapping[str, str]) -> str:
    said = words.say("materials", name=material.name, form=material.form, copies=material.copies)
    if material.held_by:
        said += words.say("held_by", value=names.get(material.held_by, material.held_by))
    return said + (words.say("note", value=material.note) if material.note else "")


def _filled(item: BaseModel) -> dict[str, object]:
    """The fields of an item, one that is not given as nothing."""
    return {name: "" if value is None else value for name, value in item.model_dump().items()}


def _ended(line: str, words: GuideWords) -> str:
    return line if line.endswith((words.end, "！", "？", "；")) else line + words.end


def _references(lines: Sequence[str], bases: Sequence[Basis]) -> list[Reference]:
    """References to the articles that the guide rests on, at the places where the lines name them."""
    text, found = "\n".join(lines), []
    for basis in bases:
        written = f"{basis.document}{basis.article or ''}"
        start = text.find(written)
        suffix = article_suffix(basis.article or "")
        if start < 0 or suffix is None:
            continue
        article, _, sub = suffix.partition("-")
        found.append(
            Reference(
                start=start,
                end=start + len(written),
                words=written,
                work=basis.document.strip("《》"),
                article=int(article),
                sub=int(sub or 0),
            )
        )
    return found
