from __future__ import annotations

import pytest

from city.privacy import find
from tests.city.privacy.values import found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("我住在澜江省云澜市云城区人民路12号", "澜江省云澜市云城区人民路12号"),
        ("地址：云城区人民路12弄3号502室，请来人", "云城区人民路12弄3号502室"),
        ("住金桥街道星河路88号3栋2单元501室的老人", "金桥街道星河路88号3栋2单元501室"),
        ("收货地址：星河路67号远洋大厦12层1203室，邮编000000", "星河路67号远洋大厦12层1203室"),
        ("家住锦绣花园8幢1202", "锦绣花园8幢1202"),
        ("锦绣花园8-2-1202漏水", "锦绣花园8-2-1202"),
        ("投诉人民路１２号油烟大", "人民路１２号"),
        ("我家在稻香镇红星村3组12号", "稻香镇红星村3组12号"),
        ("租住在西津街道文庙路七号院", "西津街道文庙路七号院"),
    ],
)
def test_address_that_leads_to_a_door(text: str, address: str) -> None:
    [(kind, said)] = found(text)
    assert kind == "address"
    assert address in said


def test_village_given_as_a_home() -> None:
    assert found("我家住白茶镇幸福村") == [("address", "白茶镇幸福村")]
    assert found("地址在云城中关村大街") == [("address", "云城中关村大街")]


@pytest.mark.parametrize(
    "text",
    [
        "人民路和解放路交叉口",
        "地址是文化路和人民路交叉口",
        "我在云澜市",
        "澜东新区会展大道堵车",
        "地铁2号线人民路站3号口",
        "12路公交车改道",
        "小区3个电梯坏了2个，9栋也坏了",
        "市政府令第12号",
        "发〔2024〕3号文件",
        "公告第5号",
        "第3号台风",
        "一楼的饭店",
        "三门县医院",
        "住房和城乡建设部门负责农村住房",
        "云城区12345热线",
        "规划路2条",
        "旧城区2小时内",
        "省道322旁边",
        "5月3日12时",
    ],
)
def test_public_places_and_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_the_citys_own_place_names_help() -> None:
    text = "快去翠微里一带望江亭9楼"
    assert find(text) == []
    assert [text[s.start : s.end] for s in find(text, ["望江亭"])] == ["望江亭9楼"]
