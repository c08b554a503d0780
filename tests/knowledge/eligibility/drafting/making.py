"""An invented city's facts, lists and texts for drafting. Nothing of it is Yunlan's but the words of headings."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.eligibility.book import PLACES, POLICIES, RuleBook
from knowledge.eligibility.codes import CodeList
from knowledge.eligibility.drafting.catalogue import Catalogue
from knowledge.eligibility.drafting.drafting import Draft, Drafter
from knowledge.eligibility.drafting.passages import Passage
from knowledge.eligibility.drafting.wording import DraftWords, Kind, read_draft_words
from knowledge.eligibility.facts import Fact, Subject
from knowledge.ingest import load_document
from knowledge.model import Document

YUNLAN = Path(__file__).parents[4] / "cities/yunlan"
UNITS = {"market": "清河市市场监督管理局", "tax": "国家税务总局清河市税务局", "water": "清河市水务局",
         "east_market": "清河市东岭区市场监督管理局"}  # fmt: skip
FACTS = """
- {id: firm.in_city, label: 在本市登记, type: boolean, question: 贵单位在本市登记注册吗？, aliases: [本市登记注册]}
- {id: firm.kind, label: 单位类型, type: choice, list: kinds, question: 贵单位是哪一类？}
- {id: firm.trade, label: 所属行业, type: choice, list: trades, question: 贵单位做哪一行？, aliases: [行业]}
- {id: firm.place, label: 经营场所所在地, type: choice, list: places, question: 贵单位的经营场所在哪里？}
- {id: firm.opened_on, label: 开业日期, type: date, question: 贵单位哪一天开业？}
- {id: firm.licensed_on, label: 取水许可证发证日期, type: date, question: 取水许可证哪一天发的？}
- {id: firm.blacklisted, label: 列入失信名单, type: boolean, question: 贵单位在失信名单里吗？, assume: false,
   assume_why: 由受理单位核查}
- {id: firm.turnover, label: 上年度营业收入, type: money, unit: 元, range: [0, 100000000000], question: 营业收入多少？}
- {id: firm.meters, label: 安装节水设备, type: boolean, question: 贵单位安装了节水设备吗？}
- {id: firm.meter_cost, label: 节水设备投资额, type: money, unit: 元, range: [0, 1000000000],
   question: 节水设备一共投资多少元？, asked_when: {fact: firm.meters, is: true}}
- {id: firm.saved, label: 年节水量, type: number, unit: 吨, question: 一年节约多少吨水？}
- {id: firm.saving_rate, label: 节水率, type: ratio, range: [0, 1], question: 节水率是百分之几？}
- {id: firm.staff, label: 在职职工人数, type: integer, unit: 人, range: [0, 100000], question: 一共多少名职工？}
- {id: firm.contract_months, label: 供水合同期限, type: integer, unit: 月, question: 供水合同多少个月？}
- {id: firm.grade, label: 节水型企业等级, type: choice, list: grades, question: 节水型企业是哪一级？}
- {id: firm.receiving, label: 正在享受的政策, type: choices, list: policies, question: 正在享受哪些政策？}
- {id: person.hukou, label: 本市户籍, type: boolean, question: 户口在本市吗？}
- {id: person.permit, label: 持有居住证, type: boolean, question: 您有居住证吗？}
- {id: person.age, label: 年龄, type: integer, unit: 周岁, range: [0, 130], question: 您今年几岁？}
- {id: person.allowance_kind, label: 残疾等级, type: choice, options: {one: 一级, two: 二级}, question: 残疾几级？}
- {id: person.care, label: 需要长期照护, type: boolean, question: 需要长期照护吗？}
- {id: person.poor, label: 低保家庭, type: boolean, question: 您家是低保家庭吗？}
- {id: person.receiving, label: 正在享受的政策, type: choices, list: policies, question: 正在享受哪些政策？}
"""
LISTS: list[dict[str, Any]] = [
    {"name": "kinds", "title": "类型", "entries": [
        {"code": "company", "label": "企业"}, {"code": "shop", "label": "个体工商户"}]},
    {"name": "trades", "title": "行业", "entries": [
        {"code": "F", "label": "餐饮业", "says": ["餐饮企业"]}, {"code": "T", "label": "纺织业"},
        {"code": "T1", "label": "印染加工", "parent": "T"}]},
    {"name": "grades", "title": "等级", "entries": [
        {"code": "nation", "label": "国家级节水型企业", "says": ["国家级"]},
        {"code": "province", "label": "省级节水型企业", "says": ["省级"]},
        {"code": "none", "label": "没有"}]},
    {"name": PLACES, "title": "区划", "entries": [
        {"code": "east", "label": "东岭区"}, {"code": "east-1", "label": "柳桥街道", "parent": "east"},
        {"code": "west", "label": "西川县"}]},
    {"name": POLICIES, "title": "政策", "entries": [
        {"code": "qh-water", "label": "节水补贴"},
        {"code": "qh-cloud", "label": "上云补贴", "says": ["企业上云补贴"]}]},
]  # fmt: skip
WATER = """# 清河市节水改造补贴办法

为促进节水，制定本办法。

## 一、补贴对象和条件
（一）申请的单位应当同时符合下列条件：
1. 在本市登记注册的企业、个体工商户，开业满1年；
2. 上一年度营业收入500万元以上，未被列入失信名单；
3. 2025年3月1日以后取得取水许可证；
4. 经营场所位于东岭区柳桥街道；
5. 从事纺织业或者餐饮业，职工不足300人。
（二）吉祥如意指数名列前茅。

## 二、补贴标准
（一）安装节水设备的，按节水设备投资额的20%补贴，最高30万元。
（二）节水率10%以上不足20%的，一次性奖励2万元；节水率20%以上的，一次性奖励5万元。
（三）国家级、省级节水型企业分别奖励50万元、20万元。
（四）按年节水量每吨3元补助，单户每年最高8万元。

## 三、申报时间和名额
每年3月1日至4月15日、9月1日至30日受理，每年名额200家。

## 四、申报材料
1. 营业执照（市市场监督管理局已掌握，免提交）；
2. 纳税申报表（国家税务总局清河市税务局已掌握，授权后免提交）；
3. 取水许可证、营业执照副本（市水务局、市市场监督管理局已掌握，免提交）；
4. 设备发票（企业提供）。

## 五、办理
「清河办」惠企专区申请，15个工作日办结。窗口：河东路1号，电话0511-12345678。

## 六、叠加和限制
（一）不得与《清河市企业上云补贴办法》用于同一设备。
（二）弄虚作假的，追回补贴，3年内不予受理。
（三）与《外星补贴办法》不得同时享受。

## 七、附则
本办法自2025年3月1日起施行。
"""
CARE = """# 清河市照护津贴办法

## 一、发放对象
（一）生活津贴：具有本市户籍或者持有居住证，属于低保家庭。
（二）照护津贴：具有本市户籍、年满60周岁，需要长期照护的老人。

## 二、标准
（一）生活津贴：每人每月180元。
（二）照护津贴：一级每月200元，二级每月150元。

## 三、申请时间
常年受理。
"""
ODD = """# 清河市不知所云若干意见

## 一、总则
好好学习，天天向上。
"""
TEXTS = {
    "qh-water-2025": WATER,
    "qh-care-2025": CARE,
    "qh-odd-2025": ODD,
    "qh-cloud-2024": "# 清河市企业上云补贴办法\n\n无。\n",
}


def document(name: str, text: str | None = None) -> Document:
    """A text as it is ingested."""
    said = text or TEXTS[name]
    front = f"id: {name}\nwork: {name[:-5]}\ntitle: {said.splitlines()[0][2:]}\nlevel: policy\nvalid_from: 2025-03-01\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.md"
        path.write_text(f"---\n{front}---\n{said}", encoding="utf-8")
        return load_document(path)


@cache
def documents() -> dict[str, Document]:
    """All the texts."""
    return {name: document(name) for name in TEXTS}


@cache
def book() -> RuleBook:
    """Facts and lists without any rule."""
    facts = [Fact.model_validate(raw) for raw in yaml.safe_load(FACTS)]
    lists = {raw["name"]: CodeList.model_validate(raw) for raw in LISTS}
    return RuleBook(
        {fact.id: fact for fact in facts}, lists, {}, {one.meta.id: one.meta for one in documents().values()}
    )


@cache
def words() -> DraftWords:
    """The words of headings and lists."""
    return read_draft_words(YUNLAN)


@cache
def drafter() -> Drafter:
    """Drafts for the invented city."""
    return Drafter(book(), words(), UNITS)


@cache
def drafted(name: str, subject: Subject | None = None) -> Draft:
    """The draft of one of the texts; do not change it."""
    return drafter().draft(documents()[name], subject)


def catalogue(subject: Subject = "firm") -> Catalogue:
    """The facts about one kind of subject."""
    return drafter().catalogue(subject)


def passage(text: str, kind: Kind = "conditions", *, refused: bool = False) -> Passage:
    """A sentence by itself."""
    return Passage(text, kind, "条件", "", refused)
