from __future__ import annotations

from city.models import Family
from serve.launch.families import FAMILIES


def test_every_family_has_its_parsers() -> None:
    assert set(FAMILIES) == set(Family)
    assert all(needs.tools for needs in FAMILIES.values())


def test_a_family_that_can_think_has_a_parser_that_takes_the_thought_out() -> None:
    for family, needs in FAMILIES.items():
        assert not needs.can_think or needs.reasoning, family


def test_a_family_that_always_thinks_has_no_switch() -> None:
    assert not [family for family, needs in FAMILIES.items() if needs.always_thinks and needs.thinking_key]
