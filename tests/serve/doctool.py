"""What docs/tools.md tells to write, written: its blocks by the file or purpose that they name."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.city.pack.making import write
from tests.conftest import ROOT, YUNLAN
from tests.serve.small_city import make_city
from tools.seam.finding import every_tool

PAGE = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\*\*\d\. `([^`]+)`\*\*.*?^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES: dict[str, str] = dict(STEP.findall(PAGE))
"""The files of the example tool, in the order of the page."""


def block(language: str, about: str) -> str:
    """The only block of this language that holds ``about``."""
    [found] = [text for text in re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S) if about in text]
    return str(found)


def client_entry(about: str) -> dict[str, Any]:
    """What the page gives to a client that reads ``mcpServers``."""
    entry: dict[str, Any] = json.loads(block("json", about))["mcpServers"]["city"]
    return entry


def make_base(folder: Path) -> Path:
    """What is there before the tool: a city with places, and its package without tools. Gives the pack's folder."""
    city = make_city(folder / "xiaocheng")
    for name in ("places", "units", "duties", "citydata"):
        shutil.copytree(YUNLAN / name, city / name, dirs_exist_ok=True)
    package = tomllib.loads(block("toml", "entry-points"))
    [name] = package["tool"]["setuptools"]["packages"]
    write(folder / "package" / name / "__init__.py", "")
    info = folder / "package" / "mycity_tools-1.0.dist-info"
    write(info / "METADATA", f"Metadata-Version: 2.1\nName: {package['project']['name']}\nVersion: 1.0\n")
    lines = [
        line
        for group, entries in package["project"]["entry-points"].items()
        for line in (f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()))
    ]
    write(info / "entry_points.txt", "\n".join(lines) + "\n")
    return city


def add_tool(folder: Path, city: Path) -> None:
    """Write the files of the example, where the page says."""
    for name, text in FILES.items():
        write((folder / "package" if name.endswith(".py") else city) / name, text)


def add_rows(home: Path) -> Path:
    """The bureau's export in the feeds' folder."""
    path = home / "xiaocheng" / "feeds" / "toilets.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(block("csv", "公厕").encode("gb18030"))
    return path


@contextmanager
def package_installed(folder: Path) -> Iterator[None]:
    """The package can be imported in this process, and its tools are known."""
    path = str(folder / "package")
    sys.path.insert(0, path)
    every_tool.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(path)
        for name in [name for name in sys.modules if name.split(".")[0] == "mycity_tools"]:
            del sys.modules[name]
        every_tool.cache_clear()
