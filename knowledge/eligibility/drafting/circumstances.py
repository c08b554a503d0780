"""What stands around conditions and amounts: window, quotas, papers, where to apply, and the other policies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from knowledge.eligibility.drafting.measures import amounts, deadlines
from knowledge.eligibility.drafting.passages import Group, Passage, clauses
from knowledge.eligibility.drafting.wording import DraftWords, Kind, has
from knowledge.eligibility.rules import Window
from knowledge.eligibility.windows import fault

Base = Callable[[str], str | None]
"""The fact of money that words name, if one does."""
_YEARLY = re.compile(
    r"(?P<lead>(?:19|20)\d{2}年|每年|次年)?(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日(?:起)?(?:至|到|—|－)"
    r"(?:(?P<y2>(?:19|20)\d{2})年|次年|当年)?(?:(?P<m2>\d{1,2})月)?(?:(?P<d2>\d{1,2})日|(?P<last>底))"
)
_MONTHLY = re.compile(r"每月(\d{1,2})日(?:至|到|—)(\d{1,2})日")
_QUARTERLY = re.compile(r"每季度首月(\d{1,2})日(?:至|到|—)(\d{1,2})日")
_OF_MONTHS = re.compile(r"每年((?:\d{1,2}月、)*\d{1,2}月)[^。；]{0,16}?当月(\d{1,2})日(?:至|到|—)(\d{1,2})日")
_LAST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_BRACKET = re.compile(r"（([^（）]*(?:（[^（）]*）[^（）]*)*)）\s*$")
_CITY = re.compile(r"[\u4e00-\u9fff]{1,4}?市")
_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-\d{7,8}|1\d{4}(?!\d)|\d{5}(?=热线))")
_ONLINE = re.compile(r"「[^」]+」(?:“[^”]+”|[\u4e00-\u9fff]{0,6}(?:专区|专栏|栏目|频道))?")
_PLACE = re.compile(r"(?:线下窗口|窗口|地址|地点|受理地点)(?:设在|为|在|：|:)+([^，；。]{4,40})")
_WORKDAYS = re.compile(r"(\d+)个?工作日")
_TITLE = re.compile(r"《([^》]+)》")


def window_of(groups: Iterable[Group], words: DraftWords) -> dict[str, Any] | None:
    """When one may apply; None where the text does not say it in a known form."""
    groups = list(groups)
    own = [passage.text for passage in _passages(groups, "window")]
    every = [*own, *(p.text for p in _passages(groups, "apply", "materials", "rest", "benefits", "conditions"))]
    automatic = next((text for text in every if has(text, words.automatic)), None)
    if spans := [(text, span) for text in own for span in _spans(text)]:
        quotes = list(dict.fromkeys(text for text, _ in spans))
        made: dict[str, Any] = {"spans": [span for _, span in spans], "clause": quotes}
        if automatic and automatic not in own:
            made |= {"automatic": True, "clause": [*quotes, automatic]}
        return _checked(made)
    if always := next((text for text in every if has(text, words.always)), None):
        return {"always": True, "clause": always}
    if automatic:
        return {"automatic": True, "clause": automatic}
    due = [text for text in own if any(deadlines(text))]
    if due:  # a deadline from a day of the applicant's own is a condition, not a window
        return {"always": True, "note": "；".join(due), "clause": due}
    return {"note": "；".join(own[:3]), "clause": own[0]} if own else None


def _checked(window: dict[str, Any]) -> dict[str, Any]:
    """The window, in words only where its spans are none."""
    made = Window.model_validate(window)
    return window if not fault(made) else {"note": "；".join(window["clause"]), "clause": window["clause"]}


def _spans(text: str) -> Iterator[dict[str, str]]:
    if match := _MONTHLY.search(text):
        yield from ({"from": f"{m:02}-{int(match[1]):02}", "to": f"{m:02}-{int(match[2]):02}"} for m in range(1, 13))
        return
    if match := _QUARTERLY.search(text):
        for month in (1, 4, 7, 10):
            yield {"from": f"{month:02}-{int(match[1]):02}", "to": f"{month:02}-{int(match[2]):02}"}
        return
    if match := _OF_MONTHS.search(text):
        for month in re.findall(r"\d+", match[1]):
            last = min(int(match[3]), _LAST.get(int(month), 31))
            yield {"from": f"{int(month):02}-{int(match[2]):02}", "to": f"{int(month):02}-{last:02}"}
        return
    for match in _YEARLY.finditer(text):
        month = int(match["m2"] or match["m1"])
        last = int(match["d2"]) if match["d2"] else _LAST.get(month, 31)
        lead = (match["lead"] or "").removesuffix("年") if (match["lead"] or "")[:1].isdigit() else ""
        first = f"{int(match['m1']):02}-{int(match['d1']):02}"
        end = f"{month:02}-{last:02}"
        if lead:
            yield {"from": f"{lead}-{first}", "to": f"{match['y2'] or lead}-{end}"}
        else:
            yield {"from": first, "to": end}


def quotas_of(groups: Iterable[Group], words: DraftWords) -> list[dict[str, Any]]:
    """What there is to give in all."""
    found = []
    for passage in _passages(groups, "window", "benefits", "conditions", "rest", "limits"):
        for text in clauses(passage.text):
            sums = [one for one in amounts(text) if one.unit not in ("%", "年", "个月", "月", "日", "天", "个工作日")]
            named = [text.find(word) for word in words.quotas if word in text]
            if not named or len(sums) != 1 or "不设" in text or "合计" in text or sums[0].start < min(named):
                continue
            per = "month" if "每月" in passage.text else "round" if "每批" in text else (
                "year" if has(passage.text, ("每年", "年度")) else "total")  # fmt: skip
            found.append({"amount": _whole(sums[0].value), "unit": sums[0].unit or "个", "per": per, "clause": text})
    return found


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value


class Units:
    """Units by the names that texts use for them: 市财政局 for 清河市财政局."""

    def __init__(self, names: Mapping[str, str]):
        heads = Counter(match[0] for name in names.values() if (match := _CITY.search(name)))
        city = heads.most_common(1)[0][0] if heads else ""
        self._names: dict[str, str] = {}
        for unit, name in names.items():
            self._names[name] = unit
            if city and city in name and len(name) > len(city) + 2:
                self._names.setdefault("市" + name[name.index(city) + len(city) :], unit)
        self._longest = sorted(self._names, key=len, reverse=True)

    def all_of(self, text: str) -> list[str]:
        """The units that ``text`` names, in its order; of names within each other the longest."""
        found: list[tuple[int, int, str]] = []
        for name in self._longest:
            at = text.find(name)
            if at >= 0 and not any(start < at + len(name) and at < end for start, end, _ in found):
                found.append((at, at + len(name), self._names[name]))
        return [unit for _, _, unit in sorted(found)]


def materials_of(groups: Iterable[Group], words: DraftWords, units: Units) -> tuple[list[dict[str, Any]], list[str]]:
    """The papers with their holders, and what is to be looked at."""
    found: list[dict[str, Any]] = []
    notes: list[str] = []
    for passage in _passages(groups, "materials"):
        match = _BRACKET.search(passage.text)
        name = passage.text[: match.start()] if match else passage.text
        if len(name) > 40 or ("：" in name and not match):
            notes.append(f"材料“{passage.text}”")
            continue
        inside = match[1] if match else ""
        holders = units.all_of(inside) if has(inside, words.held) else []
        names = re.split("、|和", name) if len(holders) > 1 else [name]
        if len(holders) > 1 and len(names) != len(holders):
            notes.append(f"材料“{name}”有几个单位掌握，只写了第一个")
            names = [name]
        for one, holder in zip(names, holders or [""], strict=False):
            found.append(_paper(one, holder, inside, passage.text, words))
    return found, notes


def _paper(name: str, holder: str, inside: str, quote: str, words: DraftWords) -> dict[str, Any]:
    paper: dict[str, Any] = {"name": name}
    if holder:
        paper["held_by"] = holder
        if has(inside, words.consent):
            paper["consent"] = True
    elif inside:
        paper["note"] = inside
    return {**paper, "clause": quote}


def apply_of(groups: Iterable[Group]) -> dict[str, Any]:
    """Where and how; working days only where the text names one number of them."""
    made: dict[str, Any] = {}
    days: list[int] = []
    quotes: list[str] = []
    for passage in _passages(groups, "apply"):
        text, before = passage.text, len(made) + len(days)
        if "where" not in made and (place := _PLACE.search(text)):
            made["where"] = place[1]
        if "online" not in made and (online := _ONLINE.search(text)):
            made["online"] = online.group()
        if "phone" not in made and (phone := _PHONE.search(text)):
            made["phone"] = phone.group()
        days += [int(number) for number in _WORKDAYS.findall(text)]
        if len(made) + len(days) > before:
            quotes.append(text)
    if len(days) == 1:
        made["days"] = days[0]
    return {**made, "clause": quotes} if made else {}


class Others:
    """Other policies by the names that texts use for them."""

    def __init__(self, names: Mapping[str, Iterable[str]], words: DraftWords, own: str):
        """``names``: policy → its titles and other names; ``own`` is never found."""
        found: dict[str, set[str]] = {}
        for policy, titles in names.items():
            for title in titles:
                for name in (title, *_ends(_core(title, words))):
                    if len(name) >= _SHORTEST and policy != own:
                        found.setdefault(name, set()).add(policy)
        self._names = {name: next(iter(owners)) for name, owners in found.items() if len(owners) == 1}
        self._longest = sorted(self._names, key=len, reverse=True)
        self._words = words

    def named(self, text: str) -> list[str]:
        """The policies that ``text`` names, in its order."""
        found: dict[int, str] = {}
        taken: list[tuple[int, int]] = []
        for name in self._longest:
            at = text.find(name)
            if at >= 0 and not any(start < at + len(name) and at < end for start, end in taken):
                taken.append((at, at + len(name)))
                found[at] = self._names[name]
        return list(dict.fromkeys(found[at] for at in sorted(found)))

    def is_told(self, text: str) -> bool:
        """Whether ``text`` says how this policy goes together with another that it names, known or not."""
        named = bool(_TITLE.search(text)) or bool(self.named(text))
        return named and any(has(text, one.words) for one in self._words.exclusions)

    def exclusions(self, groups: Iterable[Group], base: Base) -> tuple[list[dict[str, Any]], list[str]]:
        """How the policy goes together with others; a 《title》 that is no policy of the book is noted."""
        found: list[dict[str, Any]] = []
        notes: list[str] = []
        for passage in _passages(groups, "limits", "rest", "benefits", "conditions", "window"):
            kind = next((one.kind for one in self._words.exclusions if has(passage.text, one.words)), None)
            named = self.named(passage.text)
            if kind is None:
                continue
            if not named:
                if _TITLE.search(passage.text) or passage.kind == "limits":
                    notes.append(f"与其他政策的关系“{passage.text}”")
                continue
            made, note = self._exclusion(kind, named, passage, base)
            found += [made] if made else []
            notes += [note] if note else []
        return found, notes

    def _exclusion(
        self, kind: str, named: list[str], passage: Passage, base: Base
    ) -> tuple[dict[str, Any] | None, str]:
        made: dict[str, Any] = {"with": named, "kind": kind}
        note = ""
        if word := next((word for word in self._words.same_object if word in passage.text), None):
            made |= {"scope": "object", "object": word}
        if kind == "joint_cap":
            cap = _joint_cap(passage.text, base)
            if cap is None:
                return None, f"与其他政策的关系“{passage.text}”：合计上限的基数"
            made["cap"] = cap
        return {**made, "clause": passage.text}, note


_CAPPED = re.compile(r"(?:不超过|最高)([^，；。]{2,24}?)的?$")


def _joint_cap(text: str, base: Base) -> float | str | None:
    """The cap on both together: a sum, or a share of a fact."""
    sums = [one for one in amounts(text) if one.is_money or one.is_share]
    if not sums or sums[-1].is_money:
        return _whole(sums[-1].value) if sums else None
    match = _CAPPED.search(text[: sums[-1].start])
    fact = base(match[1]) if match else None
    return f"{fact} * {round(sums[-1].value * 100, 6):g}%" if fact else None


_SHORTEST, _END = 4, 6
"""Names shorter than this name no policy; ends of names count from a greater length on."""


def _ends(core: str) -> Iterator[str]:
    """A name, and its ends that are long enough to name it: 技术改造补助 of 工业企业技术改造补助."""
    yield core
    yield from (core[at:] for at in range(1, len(core) - _END + 1))


def _core(title: str, words: DraftWords) -> str:
    """清河市企业研发费用后补助实施细则 is called 企业研发费用后补助."""
    core = re.sub(r"^[\u4e00-\u9fff]{1,6}?(?:省|市|区|县)", "", title)
    core = re.sub(r"^\d{4}年", "", core)
    core = re.sub(r"（[^）]*）", "", core)
    return next((core.removesuffix(end) for end in words.title_ends if core.endswith(end)), core)


def _passages(groups: Iterable[Group], *kinds: Kind | None) -> Iterator[Passage]:
    wanted = set(kinds)
    yield from (passage for group in groups if group.kind in wanted for passage in group.passages)
