from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from city.pack.problems import PackError
from tests.conftest import YUNLAN
from tools.workorders.example.script import FILE, load_script, longest


def written(root: Path, *path: str, value: Any) -> Path:
    """The example city's script with one thing changed."""
    data = yaml.safe_load((YUNLAN / FILE).read_text(encoding="utf-8"))
    part = data
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    (root / FILE).parent.mkdir(parents=True)
    (root / FILE).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return root


def test_the_example_citys_script_loads() -> None:
    script = load_script(YUNLAN)
    assert len(script.bursts) >= 5
    assert script.people.phone.startswith("000")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("people", "phone"), "138", "phone"),
        (("arrivals", "weekdays"), [1, 2], "weekdays"),
        (("arrivals", "same_matter"), 1.5, "same_matter"),
        (("shares",), {"1": 3}, "shares"),
        (("storms", "days"), ["13-01"], "days"),
        (("words", "answers"), ["问{name}"], "'name', which nothing fills"),
        (("words", "replies", "solved"), ["已{action"], "brace"),
        (("words", "replies"), {"solved": ["好"]}, "no sentence for 'partly'"),
        (("closing", "heard"), {"solved": {"yes": 1}}, "heard after 'partly'"),
        (("closing", "ratings"), {"yes": [1, 1, 1, 1, 1]}, "ratings has none"),
        (("words", "reasons", "reopen"), {"new_facts": ["又坏了"]}, "reopen has none"),
        (("colour",), "red", "colour"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, path: tuple[str, ...], value: Any, said: str) -> None:
    with pytest.raises(PackError) as raised:
        load_script(written(tmp_path, *path, value=value))
    assert said in str(raised.value)


def test_a_pack_without_a_script_says_so(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="is missing"):
        load_script(tmp_path)


def test_the_longest_code_that_fits_counts() -> None:
    given = {"": 1, "03": 2, "0304": 3, "030401": 4}
    assert [longest(given, code, 0) for code in ("030401", "030402", "030501", "090101")] == [4, 3, 2, 1]
    assert longest({"03": 2}, "090101", 0) == 0
