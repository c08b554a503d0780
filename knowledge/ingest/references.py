"""Cross-references inside provisions.

本条例第十条第二款第（三）项, 前款, 前条, 《…》第…条, 第三条至第五条.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.ingest.numerals import NUMERAL, to_int
from knowledge.model import Node, Provision, Reference

_MENTION = re.compile(
    rf"第(?P<article>{NUMERAL})条(?:之(?P<sub>[一二三四五六七八九十]{{1,3}}))?"
    rf"(?:第(?P<paragraph>{NUMERAL})款)?(?:第[（(]?(?P<item>{NUMERAL})[)）]?项)?"
    rf"|(?P<own>本条)?第(?P<p>{NUMERAL})款(?:第[（(]?(?P<pi>{NUMERAL})[)）]?项)?"
    rf"|(?P<before>前(?P<count>[一两二三四五六七八九])?(?P<unit>[条款]))(?:第[（(]?(?P<bi>{NUMERAL})[)）]?项)?"
    rf"|本条第[（(]?(?P<oi>{NUMERAL})[)）]?项"
)
_JOINT = re.compile(r"[、，]?(?:和|及|或者|或|以及|与|并|至|到|、|—|-|－)?$")
_RANGE = re.compile(r"^(?:的规定)?(?:至|到|—|-|－)$")
_TITLED = re.compile(r"《([^《》\n]{2,80})》\s?(?:（[^（）\n]{1,40}）|\([^()\n]{1,40}\))?(?:中|的)?$")
_TITLE = re.compile(r"《([^《》\n]{2,80})》")
_SAME = re.compile("[该此](?:法|法典|条例|办法|规定|规则|细则|决定|解释)$")
_OWN = re.compile(
    "本(?:法|法典|条例|办法|规定|规则|细则|决定|解释|规范|标准|通则|实施细则|实施办法|规程|意见|方案|预案|通知|章程|章|节|编)$"
)
#: A law named without 《》, from the last word that can stand before a name: 依照刑法, 属于专利法, 和合同法.
_NAMED = re.compile(
    r"(?:^|.*(?:[^一-龥〈〉]|依照|依据|根据|按照|违反|适用|符合|参照|执行|实施|属于|作为|认定为|构成|是否|关于|触犯|[和及将由与在有除按犯以为]|对(?!外)))"
    r"((?:[一-龥]{1,24}(?:法|法典|条例|细则|规则|办法|规定|修正案))(?:（[一二三四五六七八九十]{1,3}）)?)$",
    re.S,
)
_NO_NAME = ("前款", "前条", "有关", "国家", "下列", "上述", "同法", "其他")
_MOST_IN_RANGE = 60
_LOOK_BACK = 90


@dataclass
class _Scan:
    """Where in the document a provision stands, as far as 前条 and 前款 need to know."""

    provision: Provision
    paragraphs: tuple[tuple[int, int, int], ...]
    previous: tuple[tuple[int, int], ...]
    targets: dict[tuple[int, int], str]

    def paragraph_at(self, offset: int) -> int | None:
        """Number of the 款 around a document offset; None outside numbered paragraphs."""
        for start, end, number in self.paragraphs:
            if start <= offset < end:
                return number
        return 1 if not self.paragraphs else None


def find_references(provisions: list[Provision], tree: Node) -> list[Provision]:
    """``provisions`` with their ``references``; those inside this document have their ``target``.

    A number that the document does not have, and a work named in 《》, keep ``target`` None.
    """
    articles = _articles(tree)
    targets: dict[tuple[int, int], str] = {}
    for provision in provisions:
        node = articles.get(provision.start)
        if node is not None and node.number is not None:
            targets.setdefault((node.number, node.sub), provision.id)
    order: list[tuple[int, int]] = []
    for provision in provisions:
        node = articles.get(provision.start)
        scan = _Scan(provision, _paragraphs(node), tuple(order[-9:]), targets)
        found = tuple(_references(scan, len(node.label) if node else 0))
        if found:
            provision.references = found
        if node is not None and node.number is not None:
            order.append((node.number, node.sub))
    return provisions


def _articles(tree: Node) -> dict[int, Node]:
    found: dict[int, Node] = {}
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.kind == "article":
            found[node.start] = node
        else:
            stack.extend(node.children)
    return found


def _paragraphs(node: Node | None) -> tuple[tuple[int, int, int], ...]:
    if node is None:
        return ()
    return tuple((c.start, c.end, c.number) for c in node.children if c.kind == "paragraph" and c.number)


def _references(scan: _Scan, skip: int) -> Iterator[Reference]:
    text = scan.provision.text
    work: str | None = None
    last: Reference | None = None
    named: str | None = None
    for match in _MENTION.finditer(text, skip):
        between = text[last.end - scan.provision.start : match.start()] if last else ""
        carried = last is not None and len(between) <= 3 and _JOINT.match(between) is not None
        if not carried:
            work, named = _work(text, match.start(), named)
        ranged = carried and last is not None and _RANGE.match(between) is not None
        for reference in _read(scan, match, work, last if carried else None, ranged=ranged):
            yield reference
            last = reference


def _work(text: str, at: int, named: str | None) -> tuple[str | None, str | None]:
    """The work that a mention at ``at`` belongs to, and the work last named in the provision."""
    before = text[max(0, at - _LOOK_BACK) : at]
    titled = _TITLED.search(before)
    if titled:
        return titled[1], titled[1]
    if before.endswith("）") and not _NAMED.match(before):
        return None, named
    if not before or before[-1] not in "法典例则定释范准程见案知章）":
        return None, named
    if _OWN.search(before):
        return None, named
    same = _SAME.search(before)
    if same:
        # 该法 means the work named last; where none was named it is still not this document.
        titles = _TITLE.findall(text, 0, at)
        last = titles[-1] if titles else named or same.group()
        return last, last
    plain = _NAMED.match(before)
    if plain and plain[1].startswith(_NO_NAME):
        return None, named
    # A name that cannot be told is still not this document: better no target than a wrong one.
    work = plain[1] if plain else re.sub(r"^.*[^一-龥]", "", before[-12:], flags=re.S)
    return work, work


def _read(
    scan: _Scan, match: re.Match[str], work: str | None, last: Reference | None, *, ranged: bool
) -> Iterator[Reference]:
    start = scan.provision.start + match.start()
    if match["article"]:
        number, sub = to_int(match["article"]), to_int(match["sub"] or "") or 0
        if number is None:
            return
        if ranged and last is not None and last.article is not None and last.work == work:
            yield from _between(scan, last, number, match)
        yield _reference(scan, match, work, (number, sub), _int(match["paragraph"]), _int(match["item"]))
    elif match["p"]:
        # 第二款 after 第十条第一款、 still belongs to 第十条; alone it belongs to the article it stands in.
        article: tuple[int, int] | None = None
        if last is not None and last.article is not None and last.paragraph is not None and not match["own"]:
            article = last.article, last.sub
        own_work = work if article else None
        yield _reference(scan, match, own_work, article, _int(match["p"]), _int(match["pi"]))
    elif match["unit"]:
        count = to_int(match["count"] or "一") or 1
        yield from _preceding(scan, match, count, start)
    else:
        yield _reference(scan, match, None, None, None, _int(match["oi"]))


def _int(numeral: str | None) -> int | None:
    return to_int(numeral) if numeral else None


def _between(scan: _Scan, last: Reference, number: int, match: re.Match[str]) -> Iterator[Reference]:
    """The articles inside 第三条至第五条, each with the span of the words that imply it."""
    first = last.article or 0
    if not 0 < number - first <= _MOST_IN_RANGE:
        return
    end = scan.provision.start + match.end()
    inside = [(n, s) for n, s in scan.targets if first <= n < number and (n, s) != (first, last.sub)]
    listed = sorted(inside) if last.work is None else [(n, 0) for n in range(first + 1, number)]
    words = scan.provision.text[last.start - scan.provision.start : match.end()]
    for article, sub in listed:
        target = scan.targets.get((article, sub)) if last.work is None else None
        yield Reference(start=last.start, end=end, words=words, work=last.work, article=article, sub=sub, target=target)


def _preceding(scan: _Scan, match: re.Match[str], count: int, start: int) -> Iterator[Reference]:
    item = _int(match["bi"])
    if match["unit"] == "条":
        for article in scan.previous[-count:]:
            yield _reference(scan, match, None, article, None, item)
        return
    here = scan.paragraph_at(start)
    if here is None or here <= 1:
        # Inside the first 款 (for example in its 项), 前款 can only mean the article itself.
        yield _reference(scan, match, None, None, None, item)
        return
    for paragraph in range(max(1, here - count), here):
        yield _reference(scan, match, None, None, paragraph, item)


def _reference(
    scan: _Scan,
    match: re.Match[str],
    work: str | None,
    article: tuple[int, int] | None,
    paragraph: int | None,
    item: int | None,
) -> Reference:
    """``article`` None means the provision itself."""
    target: str | None = None
    number, sub = article or _own_number(scan)
    if work is None:
        target = scan.provision.id if article is None else scan.targets.get((number or 0, sub))
    return Reference(
        start=scan.provision.start + match.start(),
        end=scan.provision.start + match.end(),
        words=match.group(),
        work=work,
        article=number,
        sub=sub,
        paragraph=paragraph,
        item=item,
        target=target,
    )


def _own_number(scan: _Scan) -> tuple[int | None, int]:
    key = scan.provision.id.rsplit("#", 1)[-1].split("~", 1)[0]
    number, _, sub = key.partition("-")
    return (int(number), int(sub or 0)) if number.isdigit() else (None, 0)
