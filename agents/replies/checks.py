"""Reply truth checks (section 5 of the hotline's specification): automatic first, then a person decides.

A check reads the reply beside the order's own events: what it claims must have happened, what it cites must be in
force, what it promises must have a date. A finding is a question to the reader, never a verdict on the unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from agents.engines.embedded.statistics import plain_terms
from agents.qa.sentences import split_sentences
from agents.reading.numbers import unsupported
from agents.replies.citing import Cited, citations_in, standing
from city.pack import CityPack
from city.pack.record import read_record
from city.privacy import mask
from city.schema import Record
from knowledge.library import Library
from tools.workorders.acts import Act
from tools.workorders.model import Event, Kind, Result, WorkOrder

FILE = "workorders/replies.yaml"
_ANSWERED = 0.25
"""Share of a demand's words that the reply takes up where it speaks to it at all."""
_LONG = 60
_BLANK = re.compile(r"【[^】]*】|_{3,}|×{2,}|X{3,}")
_DATED = re.compile(
    r"\d+\s*(?:年|月|日|号|天|个?工作日|小时|周)|[一二三四五六七八九十]+(?:天|个工作日|日内|月底|周内)|月底|年底|本周|今天|明天"
)
_DONE = frozenset({Result.SOLVED})


class Phrases(Record):
    """``workorders/replies.yaml``: words that tell what a sentence of a reply claims."""

    claims_contact: tuple[str, ...]
    promise: tuple[str, ...]
    passed_on: tuple[str, ...]
    measure: tuple[str, ...]
    not_done: tuple[str, ...]

    @classmethod
    def load(cls, root: Path) -> Phrases:
        """The pack's words. Raises PackError naming everything that is wrong."""
        return read_record(root, FILE, cls)


class Finding(Record):
    """Something to look at before the reply goes out. ``code`` names the wording ``check_<code>``."""

    code: str
    weight: Literal["stop", "look"]
    words: str = ""


@dataclass(frozen=True)
class Checked:
    """What a check looks at. ``phrases`` are the pack's lists of telling words."""

    order: WorkOrder
    events: Sequence[Event]
    text: str
    result: Result | None
    day: date
    pack: CityPack
    library: Library
    phrases: Phrases

    @property
    def sentences(self) -> list[str]:
        """The reply in sentences."""
        return [self.text[span.start : span.end].strip() for span in split_sentences(self.text)]

    def done(self, act: Act) -> bool:
        """Whether this was done since the last dispatch."""
        acts = [event.act for event in self.events]
        since = max((at for at, name in enumerate(acts) if name in (Act.DISPATCH, Act.DESIGNATE)), default=0)
        return act.value in acts[since:]


Check = Callable[[Checked], Iterator[Finding]]


def check_reply(given: Checked) -> list[Finding]:
    """Everything to look at, what stops the reply first."""
    found = [finding for check in CHECKS for finding in check(given)]
    return sorted(found, key=lambda finding: finding.weight != "stop")


def _blanks(given: Checked) -> Iterator[Finding]:
    for match in _BLANK.finditer(given.text):
        yield Finding(code="blank", weight="stop", words=match[0])


def _contact(given: Checked) -> Iterator[Finding]:
    spoke = given.done(Act.CONTACT)
    if given.order.expects_reply and not spoke:
        yield Finding(code="no_contact", weight="stop")
    for sentence in given.sentences:
        if not spoke and _holds(sentence, given.phrases.claims_contact):
            yield Finding(code="contact_claimed", weight="stop", words=sentence)


def _demands(given: Checked) -> Iterator[Finding]:
    held = {term for term in plain_terms(given.text) if len(term) > 1}
    for line in filter(None, map(str.strip, given.order.demand.splitlines())):
        asked = {term for term in plain_terms(line) if len(term) > 1}
        if asked and len(asked & held) / len(asked) < _ANSWERED:
            yield Finding(code="demand_open", weight="look", words=line)


def _figures(given: Checked) -> Iterator[Finding]:
    """Numbers and dates that neither the order, its events, nor what is cited holds."""
    known = [given.order.narrative, given.order.demand, given.order.title]
    known += [f"{event.reason} {event.payload}" for event in given.events]
    known += [f"{event.at:%Y年%-m月%-d日 %-m月%-d日}" for event in given.events]
    known += [
        f"{cited.title}{cited.article}{standing(cited, given.library, given.day).text}" for cited in _cited(given)
    ]
    known += [unit.phone for unit in given.pack.units]
    loose = unsupported(given.text, "\n".join(known))
    # A date that lies ahead is a promise, and is looked at there.
    for sentence in given.sentences:
        if _holds(sentence, given.phrases.promise):
            continue
        lost = sorted(f"{value}{unit}" for value, unit in unsupported(sentence, "\n".join(known)) & loose)
        if lost:
            yield Finding(code="untraced", weight="look", words=f"{'、'.join(lost)}：{sentence}")


def _law(given: Checked) -> Iterator[Finding]:
    for cited in _cited(given):
        found = standing(cited, given.library, given.day)
        if found.state == "unknown":
            yield Finding(code="law_unknown", weight="look", words=f"《{cited.title}》{cited.article}")
        elif found.state == "repealed":
            yield Finding(code="law_repealed", weight="stop", words=f"《{cited.title}》{cited.article}")


def _promises(given: Checked) -> Iterator[Finding]:
    for sentence in given.sentences:
        if _holds(sentence, given.phrases.promise) and not _DATED.search(sentence):
            yield Finding(code="promise_undated", weight="look", words=sentence)


def _substance(given: Checked) -> Iterator[Finding]:
    done = _holds(given.text, given.phrases.measure)
    for sentence in given.sentences:
        if _holds(sentence, given.phrases.passed_on) and not done:
            yield Finding(code="passed_on", weight="stop", words=sentence)
    if given.result in _DONE:
        for sentence in given.sentences:
            if _holds(sentence, given.phrases.not_done):
                yield Finding(code="not_done", weight="stop", words=sentence)


def _own_case(given: Checked) -> Iterator[Finding]:
    """The accused unit is not the only one that looks at its own reply."""
    unit = given.pack.unit(given.order.lead.unit) if given.order.lead else None
    if unit is None or given.order.kind not in (Kind.COMPLAINT, Kind.REPORT):
        return
    names = (unit.name, *unit.short_names)
    if any(name and name in given.order.narrative for name in names):
        yield Finding(code="own_case", weight="look", words=unit.name)


def _readable(given: Checked) -> Iterator[Finding]:
    for sentence in given.sentences:
        if len(sentence) > _LONG:
            yield Finding(code="hard_to_read", weight="look", words=sentence)


def _private(given: Checked) -> Iterator[Finding]:
    units = {"".join(filter(str.isdigit, unit.phone)) for unit in given.pack.units}
    for span in mask(given.text, gazetteer=given.pack.place_names).spans:
        words = given.text[span.start : span.end]
        if span.type != "name" and "".join(filter(str.isdigit, words)) not in units:
            yield Finding(code="private", weight="stop", words=words)


CHECKS: tuple[Check, ...] = (
    _blanks, _contact, _private, _law, _substance, _demands, _figures, _promises, _own_case, _readable,
)  # fmt: skip


def _cited(given: Checked) -> list[Cited]:
    return citations_in(given.text)


def _holds(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)
