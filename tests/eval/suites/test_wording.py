from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from agents.context import House
from city.errors import BadInput
from eval.place import Place
from eval.suite import Case, Json, find
from eval.suites.wording.judging import first_sentence, own_words, phones, phones_readable, plain_beside, tells
from eval.suites.wording.readers import load_readers
from eval.suites.wording.suite import SUITE
from serve.settings import Settings
from tests.conftest import TODAY

ALARM = "马上打119！先出去，别拿东西，别坐电梯。"


@pytest.fixture(scope="module")
def place(settings: Settings, house: House, tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(settings=settings, day=TODAY, seed=7, small=True, scratch=tmp_path_factory.mktemp("scratch"))
    made.__dict__["house"] = house  # opened once for all tests
    return made


@pytest.fixture(scope="module")
def cases(place: Place) -> dict[str, Case]:
    return {case.id: case for case in SUITE.cases(place)}


def case(source: str = "fixed", kind: str = "talk", expect: Json | None = None) -> Case:
    return Case(id="c", given={"text": "t"}, expect=expect or {}, slices={"source": source, "kind": kind})


def answer(text: str, outcome: str = "answered", **citation: str) -> Json:
    cited = [{"level": "city_regulation", "quote": "十五分钟"} | citation] if citation else []
    return {"text": text, "answer": {"outcome": outcome, "text": text, "citations": cited}}


def test_every_text_for_citizens_is_read(place: Place, cases: dict[str, Case]) -> None:
    words = place.pack.wording["zh"]
    left_out = {key for key in words.keys() if f"fixed-{key}" not in cases}  # noqa: SIM118  # no mapping
    assert {"desk_title", "check_blank", "reply_opening"} <= left_out
    assert all(key.startswith(load_readers().not_for_citizens) for key in left_out)
    kinds = Counter(one.slices["kind"] for one in cases.values())
    assert min(kinds.values()) >= 10
    sources = Counter(one.slices["source"] for one in cases.values())
    assert sources["answer"] == load_readers().answers
    assert sources["refusal"] == 16
    assert not any("{" in one.given["text"] for one in cases.values())


def test_what_is_quoted_is_not_our_wording() -> None:
    text = "《条例》第十五条规定：“单次停放不超过十五分钟的，免收停车费。”[1]\n十五分钟以内不要钱。[2]"
    assert own_words(text) == "《条例》第十五条规定：\n十五分钟以内不要钱。"


def test_the_first_sentence_is_no_heading() -> None:
    assert first_sentence("关于“停车”：\n不要钱。[1]超过的要交。") == "不要钱。"
    assert first_sentence("") == ""


@pytest.mark.parametrize(
    ("text", "found", "share"),
    [
        (ALARM, ["119"], 1.0),
        ("请拨打12345，或者0600-55096777。", ["12345", "0600-55096777"], 1.0),
        ("电话060055096777", ["060055096777"], 0.0),
        ("咨询电话：55096777，抢修95598", ["55096777", "95598"], 0.5),
        ("2026年1月1日起，每月120元", [], None),
        ("打400-123-4567这个热线电话：400-123-4567", ["400-123-4567"], 1.0),
    ],
)
def test_numbers_to_dial(text: str, found: list[str], share: float | None) -> None:
    assert phones(text) == found
    assert phones_readable(text) == share


def test_numbers_count_in_any_spelling() -> None:
    assert tells("单次停放不超过15分钟免费。", ["十五分钟"]) == 1
    assert tells("单次停放不超过30分钟免费。", ["十五分钟"]) == 0
    assert tells("可以。", ["可以"]) is None


def test_plain_words_beside_a_rule() -> None:
    rule = "《条例》规定：“十五分钟以内免收。”"
    assert plain_beside(answer(rule, level="city_regulation")["answer"]) == 0
    assert plain_beside(answer(f"{rule}\n停15分钟不要钱。", level="city_regulation")["answer"]) == 1
    assert plain_beside(answer(rule, level="faq")["answer"]) == 1
    assert plain_beside(answer("没有找到。", "not_found")["answer"]) is None


def test_a_plain_text_is_easy_and_a_hard_one_tells_why() -> None:
    assert SUITE.score(case(), {"text": "好的，没有登记。以后要反映，随时再说。"}).why == ""
    hard = "经" + "研究并会同各单位反复论证" * 5 + "，依照前款予以办结，详见OCR系统，电话060055096777。"
    scored = SUITE.score(case(), {"text": hard})
    assert scored.values["easy"] == 0
    assert scored.values["phones_readable"] == 0
    for part in ("characters", "予以", "OCR", "hard to read"):
        assert part in scored.why


@pytest.mark.parametrize(
    ("made", "said", "first"),
    [
        (case(kind="danger"), {"text": ALARM}, 1),
        (case(kind="danger"), {"text": "先别慌，听我说。马上打119！"}, 0),
        (case(kind="danger"), {"text": "您不用在这里填表。"}, None),
        (case(), {"text": ALARM}, None),
        (case("answer", "regulation", {"must_contain": ["十五分钟"]}), answer("停15分钟不要钱。以后要钱。"), 1),
        (case("answer", "regulation", {"must_contain": ["十五分钟"]}), answer("下面说给您听。停15分钟不要钱。"), 0),
        (case("answer", "regulation"), answer("停15分钟不要钱。"), None),
        (case("answer", "regulation"), answer("这件事我没有找到可靠的依据。", "not_found"), 1),
        (case("answer", "regulation"), answer("您说的事很要紧。没有找到依据。", "not_found"), 0),
        (case("answer", "regulation"), answer("您客气了。", "smalltalk"), None),
    ],
)
def test_the_outcome_comes_first(made: Case, said: Json, first: float | None) -> None:
    scored = SUITE.score(made, said)
    assert scored.values["outcome_first"] == first
    assert ("does not tell the outcome" in scored.why) == (first == 0)


def test_alarms_are_short() -> None:
    assert SUITE.score(case(kind="danger"), {"text": ALARM}).values["short_alarm"] == 1
    long = SUITE.score(case(kind="danger"), {"text": ALARM * 9})
    assert long.values["short_alarm"] == 0
    assert "more than 120" in long.why
    assert SUITE.score(case(), {"text": ALARM * 9}).values["short_alarm"] is None


async def test_an_answer_is_asked_and_a_fixed_text_is_not(place: Place, cases: dict[str, Case]) -> None:
    desk = SUITE.open(place)
    fixed = await SUITE.run(desk, cases["fixed-emergency_fire_119"], 0)
    assert fixed == {"text": cases["fixed-emergency_fire_119"].given["text"]}
    asked = next(one for one in cases.values() if one.slices["source"] == "answer")
    said = json.loads(json.dumps(await SUITE.run(desk, asked, 0)))
    assert said["text"] == said["answer"]["text"]
    scored = SUITE.score(asked, said)
    assert {name for spec in find("wording").config.figures.values() for name in spec.of} <= scored.values.keys()


def test_a_wrong_file_of_readers_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("answers: 0", encoding="utf-8")
    with pytest.raises(BadInput, match=r"r\.yaml: [a-z_]+: "):
        load_readers(tmp_path / "r.yaml")
