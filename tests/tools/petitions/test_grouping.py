from __future__ import annotations

import numpy as np

from tools.petitions.grouping import folds_of, groups_of
from tools.petitions.history import Message, Past

LONG = (
    "我们小区门口的路灯已经坏了半个月，晚上出门一片漆黑，老人孩子都怕摔跤，给物业打过三次电话都说在等材料，请派人来修。"
)


def past(text: str, group: str = "") -> Past:
    return Past("", Message("", text), "x", group)


def test_near_copies_are_one_group() -> None:
    groups = groups_of(
        [past(LONG), past("自来水发黄，不敢喝。"), past("您好！" + LONG + "谢谢"), past("水压太低，高层没水。")]
    )
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


def test_named_groups_hold_whatever_the_words() -> None:
    groups = groups_of([past("停水了", "m1"), past("电梯坏了", "m2"), past("没有热水", "m1"), past("路面有坑")])
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


def test_short_messages_are_one_group_only_if_equal() -> None:
    groups = groups_of([past("停水"), past("停电"), past("停水"), past("水")])
    assert groups[0] == groups[2]
    assert len(set(groups.tolist())) == 3


def test_folds_never_cut_a_group_and_are_even() -> None:
    groups = np.random.default_rng(1).integers(0, 200, 1000)
    fold = folds_of(groups, 5)
    assert all(len(set(fold[groups == group].tolist())) == 1 for group in np.unique(groups))
    sizes = np.bincount(fold)
    assert sizes.max() - sizes.min() <= 3
    assert (folds_of(groups, 5, seed=1) != fold).any()
