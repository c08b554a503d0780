"""A made-up corpus: rules of a town that does not exist."""

from __future__ import annotations

from itertools import product

from knowledge.index import Entry, Example

PLACES = ("青石", "白桥", "南岭", "东湾")
MATTERS = {
    "停车": ("机动车停放", "路边泊位每小时收取两元，夜间不收费。", "晚上把车放在马路边要交钱吗"),
    "养犬": ("犬只饲养", "饲养犬只应当登记并定期接种疫苗。", "养狗需要打针办证吗"),
    "垃圾": ("生活垃圾分类", "厨余垃圾应当单独投放到绿色容器。", "剩饭剩菜丢哪个桶"),
    "噪声": ("施工噪声管理", "夜间二十二时至次日六时不得从事产生噪声的施工作业。", "半夜工地太吵谁来管"),
    "绿化": ("城市绿化养护", "移植树木应当报主管部门批准。", "小区里的树能不能挪走"),
    "供水": ("供水服务", "计划停水应当提前二十四小时通知用户。", "停水之前会不会先说一声"),
}


def entries() -> list[Entry]:
    """Every place has one rule of three articles on every matter."""
    made = []
    for place, (matter, (title, text, _)) in product(PLACES, MATTERS.items()):
        document = f"{place}-{matter}"
        name = f"{place}{title}办法"
        made.append(Entry(f"{document}#1", document, name, "第一章 总则", f"为了规范{title}，制定本办法。"))
        made.append(Entry(f"{document}#2", document, name, "第二章 管理", f"在{place}，{text}"))
        made.append(Entry(f"{document}#3", document, name, "第三章 附则", f"违反《{name}》的，由{place}主管部门处理。"))
    return made


def examples(repeat: int = 4) -> list[Example]:
    """Lay questions with the provision that answers them; those of one group say the same thing."""
    return [
        Example(f"{place}{question}{'？' * n}", (f"{place}-{matter}#2",), f"{place}{matter}")
        for n in range(repeat)
        for place, (matter, (_, _, question)) in product(PLACES, MATTERS.items())
    ]
