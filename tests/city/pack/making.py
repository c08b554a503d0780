"""A pack as small as one may be, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CITY: dict[str, Any] = {
    "id": "xiaocheng",
    "name": "小城市",
    "name_en": "Xiaocheng",
    "region": "江省/小城市",
    "hotline": "12345",
    "centre": [110.0, 30.0],
    "corpora": ["regulations"],
}
DISTRICTS: list[dict[str, Any]] = [
    {"id": "east", "name": "东区", "lat": 30.1, "lon": 110.1},
    {"id": "west", "name": "西区", "lat": 29.9, "lon": 109.9},
]
STREETS: list[dict[str, Any]] = [
    {"id": "east_hill", "district": "east", "name": "山前街道", "unit": "east_gov", "lat": 30.1, "lon": 110.2}
]
ROADS: list[dict[str, Any]] = [
    {
        "id": "long",
        "name": "长路",
        "districts": ["east"],
        "crossings": [{"with": "short", "district": "east", "lat": 30.1, "lon": 110.1}],
    },
    {"id": "short", "name": "短路", "districts": ["east", "west"]},
]
LANDMARKS: list[dict[str, Any]] = [
    {
        "id": "park",
        "name": "东湖公园",
        "kind": "park",
        "district": "east",
        "street": "east_hill",
        "lat": 30.1,
        "lon": 110,
    }
]
UNITS: list[dict[str, Any]] = [
    {"id": "bureau", "name": "城管局", "level": "city_dept"},
    {"id": "east_gov", "name": "东区政府", "level": "district_gov", "parent": "bureau", "district": "east"},
    {"id": "west_gov", "name": "西区政府", "level": "district_gov"},
]
DUTIES: list[dict[str, Any]] = [
    {
        "id": "d1",
        "title": "占道经营",
        "description": "查处占道经营",
        "lead_unit": "bureau",
        "handler": "{district}_gov",
        "level": "district",
        "co_units": ["east_gov"],
    }
]
WORDS: dict[str, str] = {"bye": "再见，{name}", "call": "请拨打{phone}"}
ENGLISH: dict[str, str] = {"bye": "Goodbye, {name}", "call": "Please call {phone}"}
OUTCOMES: dict[str, Any] = {"answered": {"label": "已答复", "explanation": "有依据"}}

FILES: dict[str, Any] = {
    "city.yaml": CITY,
    "places/districts.yaml": DISTRICTS,
    "places/streets.yaml": STREETS,
    "places/roads.yaml": ROADS,
    "places/landmarks.yaml": LANDMARKS,
    "units/units.yaml": UNITS,
    "duties/street.yaml": DUTIES,
    "wording/zh.yaml": WORDS,
    "wording/en.yaml": ENGLISH,
    "wording/outcomes.yaml": OUTCOMES,
}


def write(path: Path, content: object) -> None:
    """Write bytes and text as they are and anything else as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    path.write_text(text, encoding="utf-8")


def make_pack(folder: Path, **changed: object) -> Path:
    """A sound pack; ``changed`` replaces files by path, with ``__`` for the slash and no ending."""
    files = dict(FILES)
    for name, content in changed.items():
        files[name.replace("__", "/") + ".yaml"] = content
    for name, content in files.items():
        write(folder / name, content)
    (folder / "regulations").mkdir(exist_ok=True)
    return folder


def first(records: list[dict[str, Any]], **fields: object) -> list[dict[str, Any]]:
    """The records with fields of the first one replaced."""
    return [{**records[0], **fields}, *records[1:]]
