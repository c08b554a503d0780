from __future__ import annotations

import random
import string

from serve.training.likeness import Known, alike, grams, plain

TEXT = "楼下烧烤店的抽风机半夜还响，家里人都睡不着，希望有人来管一管"


def test_words_alone_count() -> None:
    assert plain("路灯，不亮 ⟦手机1⟧！ABC") == "路灯不亮abc"
    assert grams("路灯不亮！") == grams("路灯、不亮")
    assert grams("，。") == frozenset()


def test_near_texts_are_found_and_others_are_not() -> None:
    near = TEXT.replace("半夜", "凌晨")
    pairs = list(alike([TEXT, "门口路灯坏了三盏，晚上看不见路", near, "，"]))
    assert set(pairs) == {(0, 2)}


def test_all_of_many_alike_hang_together() -> None:
    drawn = random.Random(1)  # noqa: S311 - no secret
    texts = []
    for _ in range(60):
        at = drawn.randrange(len(TEXT) - 1)
        texts.append(TEXT[:at] + drawn.choice(string.ascii_letters) + TEXT[at + 1 :])
    others = ["".join(drawn.choices([chr(0x4E00 + n) for n in range(3000)], k=30)) for _ in range(200)]
    joined = {0}
    for one, other in alike([*texts, *others]):
        assert max(one, other) < 60
        joined |= {one, other}
    assert len(joined) >= 58  # MinHash finds nearly all of them


def test_known_texts_are_held_whole_or_in_part() -> None:
    known = Known([TEXT, "停车", ""])
    assert len(known) == 1
    assert known.holds(TEXT + "，已经说过三次了")
    assert known.holds(TEXT[:16])
    assert not known.holds("门口路灯坏了三盏，晚上看不见路")
    assert not known.holds("")
