"""A made-up town that writes petitions: places, matters, and the phrases that stand in every letter."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tools.petitions.petition import Petition

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 9, 0, tzinfo=ZONE)

_FIRST = "澄溪柏霞枫桐榆杏梧棠荷菱芦荻莲萍藻苇芷蕙"
_LAST = "岚泽汀澜屿湾洲浦陂塍"
_THINGS = {
    "冷却塔": "商场楼顶那台设备",
    "电梯": "三号轿厢的钢丝绳",
    "化粪池": "一楼厨房的下水口",
    "充电桩": "地库负二层那一排",
    "健身房": "办过年卡的会员",
    "校车": "幼儿园接送的司机",
    "路灯": "灯杆底下的控制箱",
    "暖气": "换热站的循环泵",
    "野狗": "翻垃圾桶的那一群",
    "砂石车": "从采石厂出来的车队",
    "水表": "楼道里的计量箱",
    "围挡": "工地外侧的铁皮",
    "快递柜": "丰巢旁边的格口",
    "广告牌": "外墙挂着的铁架",
    "公交站": "候车亭的顶棚",
    "游泳池": "会所的消毒设备",
    "停车场": "入口的道闸杆",
    "菜市场": "摊位后面的冷库",
    "变电箱": "绿化带里的机柜",
    "塑胶跑道": "操场铺的胶粒",
}
_FAULTS = {
    "轰鸣": "整夜吵得孩子睡不着",
    "漏水": "滴得墙皮大片脱落",
    "停用": "贴张纸条就没人管了",
    "倒塌": "差点砸到买菜的婆婆",
    "涨价": "账单比去年翻了两倍",
    "发臭": "熏得窗户都不敢打开",
    "漏电": "手一碰就麻得缩回来",
    "超载": "塞进去的比核定多一半",
    "起火": "黑烟顺着管井往上窜",
    "被占": "钥匙在别人口袋里攥着",
    "生锈": "螺栓烂得一掰就断",
    "伤人": "缝了七针还没痊愈",
}
_OPENINGS = ("尊敬的领导您好，", "尊敬的领导，百忙之中打扰了，", "领导您好，我是一名普通居民，")
_CLOSINGS = ("希望有关部门尽快处理，谢谢领导！", "恳请领导重视，万分感谢！", "希望有关部门尽快处理解决。")


def place(number: int) -> str:
    """The name of the estate of that number, each another."""
    return f"{_FIRST[number % len(_FIRST)]}{_LAST[number // len(_FIRST) % len(_LAST)]}家园小区"


def petition(
    number: int, where: int, matter: int, *, caller: str = "", at: datetime | None = None, seed: int | None = None
) -> Petition:
    """Somebody of estate ``where`` about a matter (0-239), in words of their own."""
    draw = random.Random(number if seed is None else seed)  # noqa: S311  # made-up text
    thing, of_thing = list(_THINGS.items())[matter % len(_THINGS)]
    fault, of_fault = list(_FAULTS.items())[matter // len(_THINGS) % len(_FAULTS)]
    told = [f"{thing}{fault}已经{draw.choice('两三四五六')}{draw.choice(('个星期', '天', '个月'))}", of_thing, of_fault]
    draw.shuffle(told)
    detail = f"{draw.choice(_OPENINGS)}{place(where)}{'，'.join(told)}。{draw.choice(_CLOSINGS)}"
    return Petition(
        id=f"p{number}",
        title=f"{place(where)}{thing}{fault}",
        detail=detail,
        at=at or START + timedelta(hours=number),
        caller=caller or f"caller{number}",
    )


def unrelated(count: int) -> list[Petition]:
    """Petitions of people who have nothing in common but how one writes to a town hall: each has words of its own."""
    return [_unlike(number) for number in range(count)]


def _unlike(number: int) -> Petition:
    draw = random.Random(number)  # noqa: S311  # made-up text

    def words(length: int) -> str:
        return "".join(chr(0x4E00 + 61 * draw.randrange(340)) for _ in range(length))

    clauses = "，".join(words(draw.randint(5, 9)) for _ in range(5))
    clauses += f"已经{draw.choice('两三四五六')}{draw.choice(('个星期', '天', '个月'))}"
    return Petition(
        id=f"p{number}",
        title=f"{place(number % 190)}{words(6)}",
        detail=f"{draw.choice(_OPENINGS)}{place(number % 190)}{clauses}。{draw.choice(_CLOSINGS)}",
        at=START + timedelta(hours=number),
        caller=f"caller{number}",
    )
