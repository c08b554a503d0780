"""Made-up past work orders for the tests of learnt triage."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from tools.petitions.history import History, Message, Past

MATTERS = {
    "噪声": (
        ["工地夜里打桩", "楼下广场舞音响", "烧烤店排风机轰鸣", "装修电钻从早响到晚", "酒吧低音炮震得睡不着"],
        ["吵得孩子没法睡觉", "老人心脏受不了", "半夜还在施工扰民", "声音大得关窗也没用"],
    ),
    "停车": (
        ["小区门口违停", "消防通道被车堵死", "地下车库车位只售不租", "路边咪表乱收费", "充电桩车位被油车占"],
        ["想进出都困难", "找不到地方泊车", "贴条也没人管车", "停车费涨了一倍"],
    ),
    "供水": (
        ["家里停水三天", "自来水发黄有异味", "水表走得太快", "水管爆裂没人修", "高层水压太低"],
        ["没法做饭洗澡", "水费比上月多一倍", "打了自来水公司电话没结果", "接出来的水不敢喝"],
    ),
}
OPENINGS = ["您好，", "反映一个问题：", "麻烦帮忙看看，", "我是附近居民，", "领导好，", ""]
ENDINGS = ["请尽快处理。", "希望有人来管。", "谢谢。", "已经反映过一次了。", "盼回复。", ""]
PLACES = ["青石巷", "柳叶街", "望江里", "三元坊", "南塘路", "杏花村", "石桥头", "东门外"]


def orders(rows: int, seed: int = 0, names: Sequence[str] = tuple(MATTERS), wrong_titles: float = 0.0) -> list[Past]:
    """Rows of the classes ``names``; of a share ``wrong_titles`` the title belongs to another matter."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    made = []
    for number in range(rows):
        name = chance.choice(list(names))
        things, effects = MATTERS[name]
        thing = chance.choice(things)
        titled = chance.choice(list(names)) if chance.random() < wrong_titles else name
        title = chance.choice(PLACES) + (thing if titled == name else chance.choice(MATTERS[titled][0]))
        words = [chance.choice(PLACES) + str(chance.randint(1, 99)) + "号", thing, "，", chance.choice(effects), "。"]
        detail = chance.choice(OPENINGS) + "".join(words) + chance.choice(ENDINGS)
        made.append(Past(f"o{seed}-{number}", Message(title, detail), name, f"g{seed}-{number}"))
    return made


def history(rows: Sequence[Past]) -> History:
    """Rows as if they had been read."""
    return History(list(rows), [], "made-up")


def write(path: Path, rows: Sequence[Past]) -> Path:
    """Rows as a JSONL file."""
    lines = [
        {"id": row.id, "title": row.message.title, "detail": row.message.detail, "label": row.label, "group": row.group}
        for row in rows
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path
