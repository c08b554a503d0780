"""Texts for several kinds at once: what is for the other kind of subject, and conditions of one benefit only.

"困难残疾人生活补贴：具有本市户籍…" says the conditions of the benefit "生活补贴：…", not of the whole policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.eligibility.drafting.benefits import Given
from knowledge.eligibility.drafting.conditions import Found, Readings, joined, label_in
from knowledge.eligibility.drafting.passages import Group
from knowledge.eligibility.drafting.wording import DraftWords
from knowledge.eligibility.facts import Subject

_SHORTEST = 2


def own_groups(groups: Iterable[Group], subject: Subject, words: DraftWords) -> tuple[list[Group], list[str]]:
    """The groups without what is for the other kind of subject, and that in notes."""
    other: Subject = "person" if subject == "firm" else "firm"
    theirs, ours = words.addressed.get(other, ()), words.addressed.get(subject, ())

    def is_other(text: str) -> bool:
        head = text.split("，")[0].split("：")[0]
        return text.startswith(theirs) and not any(word in head for word in ours) if theirs else False

    kept: list[Group] = []
    notes: list[str] = []
    for group in groups:
        if group.kind not in ("conditions", "benefits"):
            kept.append(group)
            continue
        left = [p for p in group.passages if is_other(group.head) or is_other(p.text)]
        notes += [f"另一类对象的“{passage.text}”" for passage in left]
        mine = [p for p in group.passages if p not in left]
        if mine:
            kept.append(replace(group, passages=mine))
    return kept, notes


def label_of(group: Group) -> str:
    """The name of an item, before the colon of its first words; empty where it has none."""
    return label_in(group.head) or (label_in(group.passages[0].text) if group.passages and not group.head else "")


def settle(labelled: Sequence[tuple[str, Readings]], given: Sequence[Given]) -> Readings:
    """Conditions of labelled items: into the benefit of that name; of two or more without one, one is enough."""
    made = Readings()
    loose: list[Readings] = []
    for label, read in labelled:
        made.notes += read.notes
        named = [one for one in given if _same(label, one.name)]
        for one in named:
            one.when = [*read.found, *one.when]
        if not named and read.found:
            loose.append(read)
    if len(loose) < 2 or len(labelled) < 2:
        made.found += [found for read in loose for found in read.found]
    else:
        quotes = loose[0].found[0].quote
        score = min(found.score for read in loose for found in read.found)
        made.found.append(Found({"any": [joined(read.found) for read in loose]}, score, quotes))
    return made


def _same(label: str, name: str) -> bool:
    """Whether an item and a benefit have one name: 重度残疾人护理补贴, 护理补贴."""
    short, long = sorted((label, name), key=len)
    return len(short) >= _SHORTEST and short in long
