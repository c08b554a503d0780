from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.qa.sentences import split_sentences, with_lead

ARTICLE = (
    "第九条　有下列情形之一的，免费：\n（一）停放不超过十五分钟的；\n（二）残疾人驾驶的专用车。\n其他车辆按标准收费。"
)


def test_sentences_leave_out_the_number_of_the_article() -> None:
    spans = split_sentences(ARTICLE)
    words = [ARTICLE[s.start : s.end] for s in spans]
    assert words[0] == "有下列情形之一的，免费："
    assert words[2] == "（二）残疾人驾驶的专用车。"
    assert [s.item for s in spans] == [False, True, True, False]


def test_a_picked_item_brings_the_opening_of_its_list() -> None:
    spans = split_sentences(ARTICLE)
    assert with_lead(spans, ARTICLE, [2]) == [0, 2]
    assert with_lead(spans, ARTICLE, [3]) == [3]


@given(st.text(alphabet="第一条　。；：\n（二）甲乙12.-", max_size=80))
def test_spans_rise_and_lose_nothing_but_marks(text: str) -> None:
    spans = split_sentences(text)
    ends = [0, *(s.end for s in spans)]
    assert all(before <= s.start < s.end for before, s in zip(ends, spans, strict=False))
