"""A city of three documents with the example city's gate and words: built in a moment, and free to be spoilt."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.city.pack.making import write
from tests.conftest import YUNLAN

CITY: dict[str, Any] = {
    "id": "xiaocheng",
    "name": "小城市",
    "name_en": "Xiaocheng",
    "region": "江省/小城市",
    "hotline": "12345",
    "centre": [110.0, 30.0],
    "corpora": ["regulations"],
    "embedding": {"static": "learned/embedding"},
}
_RULE = """---
id: {id}
work: {work}
title: {title}
level: city_regulation
issuer: 小城市人民政府
region: 江省/小城市
valid_from: {valid_from}
visibility: {visibility}
---
# {title}

{text}
"""
PARKING = "第一条 为了规范停车，制定本条例。\n\n第二条 道路停车泊位停放不超过{minutes}分钟的，不收费。\n"
DOGS = "第一条 养犬实行登记制度。\n\n第二条 犬只满三个月的，应当在三十日内办理养犬登记。\n"
MANUAL = "第一条 话务员接到退单申请后，应当在四小时内转班长审核。\n"


def write_rule(city: Path, name: str, title: str, text: str, *, start: str = "2024-01-01", staff: bool = False) -> None:
    """Put a document into the city's corpus."""
    content = _RULE.format(
        id=name,
        work=name.rsplit("-", 1)[0],
        title=title,
        text=text,
        valid_from=start,
        visibility="staff" if staff else "public",
    )
    write(city / "regulations" / f"{name}.md", content)


def make_city(folder: Path) -> Path:
    """Write the city's pack."""
    for name in ("gate", "wording"):
        shutil.copytree(YUNLAN / name, folder / name)
    shutil.copytree(YUNLAN / "learned/embedding", folder / "learned/embedding")
    shutil.copy(YUNLAN / "routing.yaml", folder / "routing.yaml")
    write(folder / "city.yaml", CITY)
    write_rule(folder, "xc-parking-2020", "小城市停车条例", PARKING.format(minutes="三十"), start="2020-01-01")
    write_rule(folder, "xc-parking-2024", "小城市停车条例", PARKING.format(minutes="十五"))
    write_rule(folder, "xc-dogs-2024", "小城市养犬条例", DOGS)
    write_rule(folder, "xc-manual-2024", "话务处置规程", MANUAL, staff=True)
    return folder
