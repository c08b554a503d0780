from __future__ import annotations

import yaml

from knowledge.eligibility.drafting.writing import written
from knowledge.eligibility.rules import Policy
from tests.knowledge.eligibility.drafting.making import documents, drafted


def test_the_file_loads_as_the_draft() -> None:
    for name in ("qh-water-2025", "qh-care-2025", "qh-odd-2025"):
        text = written(drafted(name), documents()[name])
        assert Policy.model_validate(yaml.safe_load(text)) == drafted(name).policy
        assert "*id" not in text, "nothing is written as a reference to another place"


def test_the_source_stands_beside_every_part() -> None:
    text, document = written(drafted("qh-water-2025"), documents()["qh-water-2025"]), documents()["qh-water-2025"]
    start = document.text.index("开业满1年")
    assert f"{start}–{start + len('开业满1年')}；把握 0." in text
    assert text.count("# 出处：") == len(
        [one for key in ("conditions", "benefits", "exclusions", "materials", "quota")
         for one in drafted("qh-water-2025").rule[key]]
    )  # fmt: skip


def test_the_head_says_that_it_is_a_draft() -> None:
    assert written(drafted("qh-odd-2025"), documents()["qh-odd-2025"]).startswith("# 草稿")
