"""Average linkage."""

from __future__ import annotations

import numpy as np

from tools.petitions.linking import average_link, evenly


def test_two_groups_with_a_bridge_stay_two() -> None:
    link = np.full((5, 5), -3.0)
    link[:2, :2] = link[3:, 3:] = 2
    link[2, :] = link[:, 2] = 0.5  # the bridge agrees with all a little
    groups = sorted(sorted(group) for group in average_link(link))
    assert len(groups) == 2
    assert {0, 1} <= set(groups[0])
    assert {3, 4} <= set(groups[1])


def test_all_agree_none_agree_and_one() -> None:
    assert len(average_link(np.ones((4, 4)))) == 1
    assert len(average_link(-np.ones((4, 4)))) == 4
    assert average_link(np.ones((1, 1))) == [[0]]


def test_evenly_takes_the_first_and_the_last() -> None:
    assert evenly(list(range(100)), 3) == [0, 49, 99]
    assert evenly([4, 5], 10) == [4, 5]
