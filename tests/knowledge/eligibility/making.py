"""A small invented pack of policies for the tests, and builders for single rules. Keep it stable: several tests use it.

Two firms' policies exclude each other (``tp-tech`` in two versions, ``tp-green``), one is for persons (``tp-elder``).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from city.pack.problems import PackError, Problem
from knowledge.corpus import load_corpus
from knowledge.eligibility.book import RuleBook, read_book
from knowledge.eligibility.compiling import CompiledPolicy, compile_policy
from knowledge.eligibility.facts import Value
from knowledge.eligibility.profiles import Profile
from knowledge.eligibility.rules import Policy
from knowledge.eligibility.signing import Signature, sign
from knowledge.model import Document

DAY = date(2026, 6, 15)
"""A day on which every rule of the small pack applies; ``tp-tech`` by its second version."""
UNITS = {"market": "市场局", "tax": "税务局", "civil": "民政局"}
PLACES: tuple[tuple[str, str, str | None], ...] = (
    ("east", "东区", None),
    ("east-1", "一街道", "east"),
    ("west", "西区", None),
)
_YUNLAN_WORDS = Path(__file__).parents[3] / "cities/yunlan/eligibility/words.yaml"

FACTS = """
- {id: firm.in_city, label: 在本市登记, type: boolean, question: 在本市登记吗？, held_by: market, sensitivity: public}
- {id: firm.honest, label: 没有失信记录, type: boolean, question: 没有失信记录吗？,
   assume: true, assume_why: 由受理单位核查}
- {id: firm.industry, label: 行业, type: choice, list: industries, question: 哪个行业？, sensitivity: public}
- {id: firm.place, label: 住所, type: choice, list: places, question: 在哪里？}
- {id: firm.size, label: 规模, type: choice, options: {small: 小型, medium: 中型, large: 大型}, question: 规模？}
- {id: firm.revenue, label: 营业收入, type: money, unit: 元, range: [0, 100000000000], question: 收入多少？,
   aliases: [年收入], held_by: tax}
- {id: firm.rd_expense, label: 研发费用, type: money, unit: 元, range: [0, 100000000000], question: 研发费用多少？}
- {id: firm.rd_share, label: 研发占比, type: ratio, range: [0, 1], derive: firm.rd_expense / firm.revenue}
- {id: firm.staff, label: 职工人数, type: integer, unit: 人, range: [0, 1000000], question: 多少人？}
- {id: firm.score, label: 评分, type: number, unit: 分, question: 评分多少？}
- {id: firm.registered_on, label: 登记日期, type: date, question: 哪天登记？}
- {id: firm.certified_on, label: 发证日期, type: date, question: 哪天发证？}
- {id: firm.bans, label: 受限资金, type: choices, options: {green: 绿色, tech: 科技, farm: 农业},
   question: 受限哪些？}
- {id: firm.exporter, label: 有出口, type: boolean, question: 有出口吗？}
- {id: firm.export_value, label: 出口额, type: money, unit: 元, question: 出口多少？,
   asked_when: {fact: firm.exporter, is: true}}
- {id: firm.receiving, label: 正在享受, type: choices, list: policies, question: 正在享受哪些政策？}
""".strip()
PEOPLE = """
- {id: person.in_city, label: 本市户籍, type: boolean, question: 户口在本市吗？, held_by: civil}
- {id: person.born_on, label: 出生日期, type: date, question: 哪天出生？}
- {id: person.age, label: 年龄, type: integer, unit: 岁, range: [0, 130], derive: years_since(person.born_on)}
- {id: person.income, label: 月收入, type: money, unit: 元, range: [0, 10000000], question: 月收入多少？}
- {id: person.disabled, label: 持残疾人证, type: boolean, question: 持残疾人证吗？, sensitivity: sensitive}
- {id: person.receiving, label: 正在享受, type: choices, list: policies, question: 正在享受哪些政策？}
""".strip()
INDUSTRIES: dict[str, Any] = {
    "name": "industries",
    "title": "行业",
    "entries": [
        {"code": "A", "label": "农业", "says": ["种地"]},
        {"code": "A01", "label": "种植", "parent": "A"},
        {"code": "A011", "label": "谷物", "parent": "A01"},
        {"code": "A02", "label": "林业", "parent": "A"},
        {"code": "B", "label": "制造业"},
        {"code": "B05", "label": "电池", "parent": "B", "from": date(2025, 1, 1)},
        {"code": "B06", "label": "胶片", "parent": "B", "to": date(2025, 1, 1)},
        {"code": "C", "label": "批发"},
    ],
}
TECH: dict[str, Any] = yaml.safe_load("""
id: tp-tech
subject: firm
title: 科技企业奖励
summary: 研发占比达标的企业，给予奖励。
documents: [tp-tech-2024, tp-tech-2026]
says: [科技奖, 研发奖励]
parameters:
  share:
    unit: ratio
    values:
      - {from: 2024-01-01, value: 0.02, clause: 研发费用占比不低于2%}
      - {from: 2026-01-01, value: 0.03, clause: 研发费用占比不低于3%}
  award:
    by: firm.size
    values:
      - {from: 2024-01-01, table: {small: 100000, medium: 50000}, otherwise: 20000, clause: 小型企业奖励10万元}
conditions:
  - {fact: firm.in_city, is: true, clause: 在本市登记}
  - {fact: firm.registered_on, at_least_ago: {days: 365}, clause: 登记满365日}
  - {fact: firm.rd_share, at_least: share, clause: [研发费用占比不低于2%, 研发费用占比不低于3%]}
  - {fact: firm.honest, is: true, clause: 没有失信记录}
benefits:
  - {id: award, name: 一次性奖励, amount: award, clause: 小型企业奖励10万元}
  - id: rent
    name: 房租补贴
    when:
      - {fact: firm.staff, at_least: 10, clause: 职工10人以上}
    amount: firm.staff * 100
    cap: 5000
    per: month
    times: 6
    clause: 每人每月补贴100元，每月最高5,000元，最长6个月
exclusions:
  - {with: [tp-green], kind: not_together, clause: 与绿色企业补贴不能同时享受}
materials:
  - {name: 营业执照, held_by: market, clause: 营业执照（市场局已掌握）}
window: {spans: [{from: 05-01, to: 06-30}], clause: 每年5月1日至6月30日申报}
quota:
  - {amount: 1000000, unit: 元}
apply: {where: 大厅一号, phone: "12345", days: 15}
notes: [资金不足时按比例核减]
""")
GREEN: dict[str, Any] = yaml.safe_load("""
id: tp-green
subject: firm
title: 绿色企业补贴
summary: 制造业企业，按评分补贴。
documents: [tp-green-2025]
conditions:
  - {fact: firm.industry, under: [B], clause: 从事制造业}
  - {fact: firm.bans, has_none: [green], clause: 没有被限制申请绿色资金}
benefits:
  - id: grant
    name: 补贴
    amount:
      - when: {fact: firm.score, at_least: 85}
        pay: 80000
      - when: {fact: firm.score, at_least: 60}
        pay: 30000
      - pay: 0
    clause: 评分85分以上补贴8万元，60分以上补贴3万元
window: {automatic: true, clause: 免申即享}
""")
ELDER: dict[str, Any] = yaml.safe_load("""
id: tp-elder
subject: person
title: 高龄津贴
summary: 满80岁的老人，每月领津贴。
documents: [tp-elder-2025]
conditions:
  - {fact: person.in_city, is: true, clause: 具有本市户籍}
  - {fact: person.age, at_least: 80, clause: 年满80岁}
benefits:
  - {id: month, name: 高龄津贴, amount: 200, per: month, clause: 每月200元}
window: {always: true, clause: 全年受理}
""")
RULES: dict[str, dict[str, Any]] = {"tp-tech": TECH, "tp-green": GREEN, "tp-elder": ELDER}
_TECH_TEXT = """一、在本市登记的企业，登记满365日，没有失信记录，研发费用占比不低于{share}%的，可以申请。

二、小型企业奖励10万元。职工10人以上的，每人每月补贴100元，每月最高5,000元，最长6个月。

三、本奖励与绿色企业补贴不能同时享受。每年5月1日至6月30日申报。

四、材料：营业执照（市场局已掌握）。
"""
_GREEN_TEXT = """一、从事制造业，没有被限制申请绿色资金的企业，评分85分以上补贴8万元，60分以上补贴3万元。

二、本补贴免申即享。
"""
_ELDER_TEXT = """一、具有本市户籍，年满80岁的老人，可以领取高龄津贴，每月200元。

二、本津贴全年受理。
"""
TEXTS: dict[str, tuple[str, str, str, str]] = {
    "tp-tech-2024": ("科技企业奖励办法", "2024-01-01", "2026-01-01", _TECH_TEXT.format(share=2)),
    "tp-tech-2026": ("科技企业奖励办法", "2026-01-01", "", _TECH_TEXT.format(share=3)),
    "tp-green-2025": ("绿色企业补贴办法", "2025-01-01", "", _GREEN_TEXT),
    "tp-elder-2025": ("高龄津贴办法", "2025-01-01", "", _ELDER_TEXT),
}
"""Id of a policy's text → title, first day, first day on which it no longer applies, words."""


def write(path: Path, content: object) -> None:
    """Write text as it is and anything else as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def write_text(root: Path, name: str, words: str | None = None) -> None:
    """Write one policy text of TEXTS, with other ``words`` where they are given."""
    title, start, end, own = TEXTS[name]
    front = f"id: {name}\nwork: {name[:-5]}\ntitle: {title}\nlevel: policy\nvalid_from: {start}\n"
    front += f"valid_to: {end}\n" if end else ""
    write(root / f"policies/{name}.md", f"---\n{front}---\n# {title}\n\n{own if words is None else words}")


def write_pack(root: Path) -> dict[str, Document]:
    """Write the small pack (facts, lists, rules, words and texts; no signatures) and return its documents by id."""
    write(root / "eligibility/facts/firm.yaml", FACTS)
    write(root / "eligibility/facts/person.yaml", PEOPLE)
    write(root / "eligibility/lists/industries.yaml", INDUSTRIES)
    write(root / "eligibility/words.yaml", _YUNLAN_WORDS.read_text("utf-8"))
    for name, raw in RULES.items():
        write(root / f"eligibility/rules/{name}.yaml", raw)
    for name in TEXTS:
        write_text(root, name)
    return documents_of(root)


def documents_of(root: Path) -> dict[str, Document]:
    """The policy texts of a pack as they are read, by id."""
    return {document.meta.id: document for document in load_corpus(root, folders=("policies",))}


def book_of(root: Path, documents: Mapping[str, Document]) -> RuleBook:
    """The rule book of a pack. Raises PackError where it has problems."""
    book, problems = read_problems(root, documents)
    if problems:
        raise PackError(problems)
    return book


def read_problems(root: Path, documents: Mapping[str, Document]) -> tuple[RuleBook, list[Problem]]:
    """The rule book of a pack as far as it can be read, and its problems."""
    return read_book(root, [document.meta for document in documents.values()], PLACES)


def sign_all(root: Path, book: RuleBook, documents: Mapping[str, Document]) -> list[Signature]:
    """Sign every rule of a pack."""
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    return [sign(root, policy, book, documents, by="李明", at=at, post="科长") for policy in book.policies.values()]


@cache
def _small() -> tuple[RuleBook, dict[str, Document]]:
    with tempfile.TemporaryDirectory() as folder:
        documents = write_pack(Path(folder))
        return book_of(Path(folder), documents), documents


def small_book() -> RuleBook:
    """The book of the small pack, read once."""
    return _small()[0]


def small_documents() -> dict[str, Document]:
    """The texts of the small pack, read once; do not change them."""
    return _small()[1]


def rule(raw: str | Mapping[str, Any], book: RuleBook | None = None) -> Policy:
    """A rule made of YAML text or fields; what is left out is that of a plain rule about firms.

    ``book`` is not changed: it only tells whether documents that are named are there.
    """
    fields = yaml.safe_load(raw) if isinstance(raw, str) else raw
    plain: dict[str, Any] = {
        "id": "tp-try",
        "subject": "firm",
        "title": "试行奖励",
        "summary": "试行。",
        "documents": ["tp-tech-2024", "tp-tech-2026"],
        "conditions": [{"fact": "firm.in_city", "is": True}],
        "benefits": [{"id": "sum", "name": "奖励", "amount": 1000}],
        "window": {"always": True},
    }
    made = Policy.model_validate({**plain, **fields})
    unknown = [name for name in made.documents if book is not None and name not in book.documents]
    if unknown:
        raise ValueError(f"the book has no document {unknown[0]!r}")
    return made


def compiled(raw: str | Mapping[str, Any] | Policy, book: RuleBook | None = None, day: date = DAY) -> CompiledPolicy:
    """A rule (see `rule`) as it stands on ``day``. Raises PackError where it does not compile."""
    own = book or small_book()
    made, problems = compile_policy(
        raw if isinstance(raw, Policy) else rule(raw), day, own.facts, own.lists, "rules/tp-try.yaml"
    )
    if problems:
        raise PackError(problems)
    return made


def with_rules(book: RuleBook, *policies: Policy) -> RuleBook:
    """``book`` with these rules beside its own (or in their place), its list of policies as it was."""
    return RuleBook(
        book.facts, book.lists, {**book.policies, **{one.id: one for one in policies}}, book.documents, book.files
    )


def firm(**values: Value) -> Profile:
    """A firm's profile: facts by the part of their id after the dot."""
    return Profile("firm", {f"firm.{name}": value for name, value in values.items()})


def person(**values: Value) -> Profile:
    """A person's profile: facts by the part of their id after the dot."""
    return Profile("person", {f"person.{name}": value for name, value in values.items()})
