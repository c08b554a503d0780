from __future__ import annotations

import pytest

from knowledge.library.scope import region_applies


@pytest.mark.parametrize(
    ("region", "asker", "applies"),
    [
        ("", "", True),
        ("", "甲/乙", True),
        ("甲", "甲/乙", True),
        ("甲/乙", "甲/乙", True),
        ("甲/乙", "甲", False),
        ("甲/乙", "", False),
        ("甲/乙", "甲/乙丙", False),
        ("乙", "甲/乙", False),
        ("/甲/ 乙/", "甲/乙/丙", True),
    ],
)
def test_a_region_binds_what_lies_inside_it(region: str, asker: str, applies: bool) -> None:
    assert region_applies(region, asker) is applies
