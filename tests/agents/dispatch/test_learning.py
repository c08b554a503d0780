from __future__ import annotations

from agents.dispatch.learning import known_texts, units_of
from city.pack import load_pack
from tests.conftest import TODAY, YUNLAN
from tools.workorders.leaves import Leaf, load_leaves
from tools.workorders.messages import Message, load_messages
from tools.workorders.scheme import load_scheme


def test_all_that_the_pack_says_of_a_category_is_learnt_from() -> None:
    pack, categories = load_pack(YUNLAN), load_scheme(YUNLAN).categories
    leaf = Leaf(code="090101", definition="夜间施工", includes=("半夜打桩",), examples=("{place}工地吵",))
    told = known_texts(pack, categories, {"090101": leaf}, [Message(text="{place}凌晨还在施工", label="090101")], TODAY)
    texts = [one.text for one in told if one.label == "090101"]
    assert {"夜间施工", "半夜打桩", "工地吵", "凌晨还在施工"} <= set(texts)
    assert any("建筑工地夜间施工噪声" in text for text in texts)  # the duty item
    assert {path[-1].code for path in categories.paths()} == {one.label for one in told}


def test_every_category_of_the_example_city_is_told_by_callers() -> None:
    codes = {path[-1].code for path in load_scheme(YUNLAN).categories.paths()}
    assert set(load_leaves(YUNLAN)) == codes
    counted = [message.label for message in load_messages(YUNLAN)]
    assert set(counted) == codes
    assert min(counted.count(code) for code in codes) >= 20


def test_categories_of_one_handler_lead_to_one_unit() -> None:
    units = units_of(load_pack(YUNLAN), load_scheme(YUNLAN).categories, TODAY)
    assert units["090101"] == units["060201"] == "{district}_urban_mgmt"
