"""An answer that means something reads as that, and one that points at nothing as nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agents.engines.forms import FORMS
from agents.engines.tasks import (
    ChooseGiven,
    DispatchGiven,
    DispatchOption,
    DraftClause,
    DraftedBenefit,
    DraftedCode,
    DraftedCondition,
    DraftedRule,
    DraftedTest,
    DraftFact,
    DraftRuleGiven,
    HearFact,
    HearGiven,
    Passage,
    PlanGiven,
    PlanMade,
    PlannedCall,
    RouteGiven,
    ToolCard,
)
from tests.agents.engines.forms.making import ARGUMENTS, NOW, TODAY


def read(task: str, given: Any, answer: dict[str, Any]) -> Any:
    form = FORMS[task]
    return form.read(given, form.answer.model_validate(answer))


# route


def part(clauses: list[int], specialist: str = "service", follows: int = -1) -> dict[str, Any]:
    return {"clauses": clauses, "follows": follows, "specialist": specialist, "confidence": "likely"}


def test_a_question_has_the_words_of_its_clauses_and_of_what_it_goes_on_with() -> None:
    given = RouteGiven(message="那下雨呢？另外，罚款2,000元贵不贵", history=["泼水节几点开始？"])
    made = read("route", given, {"parts": [part([0], follows=0), part([2], "regulation")]})
    assert [one.question for one in made.parts] == ["泼水节几点开始，那下雨呢？", "罚款2,000元贵不贵"]
    assert made.parts[0].confidence == 0.7


def test_what_holds_the_earlier_question_already_is_not_told_twice() -> None:
    given = RouteGiven(message="泼水节几点开始 下雨呢", history=["泼水节几点开始"])
    assert read("route", given, {"parts": [part([0], follows=0)]}).parts[0].question == "泼水节几点开始 下雨呢"


@pytest.mark.parametrize("wrong", [part([31]), part([31], follows=0), part([0], "petition")])
def test_a_part_without_words_or_without_a_specialist_who_is_there_is_left_out(wrong: dict[str, Any]) -> None:
    given = RouteGiven(message="怎么办证", history=["天气好吗"], available=["service", "policy"])
    made = read("route", given, {"parts": [wrong, part([0])]})
    assert [(one.specialist, one.question) for one in made.parts] == [("service", "怎么办证")]


# choose


def passage(number: int, *sentences: str) -> Passage:
    return Passage(number=number, title="条例", article=f"第{number}条", sentences=list(sentences))


CHOICE = ChooseGiven(
    question="问",
    as_of=TODAY,
    passages=[
        passage(1, "甲。", "乙。\n丙。"),
        passage(2),
        passage(3, *"丁戊己庚辛"),
        passage(4, "壬"),
        passage(5, "癸"),
    ],
)


def picked(sentences: list[int], answerable: bool = True) -> Any:
    made = read("choose", CHOICE, {"sentences": sentences, "answerable": answerable, "confidence": "sure"})
    return made.answerable, [(pick.passage, pick.sentences) for pick in made.picks]


def test_sentences_are_counted_through_all_passages() -> None:
    assert picked([3, 0]) == (True, [(3, [1]), (1, [0])])
    assert "[1] 乙。 丙。\n## 《条例》第3条\n[2] 丁" in FORMS["choose"].shown(CHOICE)


def test_at_most_three_passages_and_four_sentences_of_each_answer() -> None:
    assert picked([2, 3, 4, 5, 6, 0, 7, 8]) == (True, [(3, [0, 1, 2, 3]), (1, [0]), (4, [0])])


def test_what_is_nearest_may_be_named_without_answering_and_nothing_answers_nothing() -> None:
    assert picked([7], answerable=False) == (False, [(4, [0])])
    assert picked([399]) == (False, [])


# dispatch


@pytest.mark.parametrize(("clause", "quote"), [(1, "路灯坏了"), (9, "")])
def test_a_clause_is_quoted_word_for_word(clause: int, quote: str) -> None:
    option = DispatchOption(number=1, unit="局", duty_item="照明", confidence=0.61234)
    given = DispatchGiven(message="你好！路灯坏了，晚上很黑。", options=[option])
    assert read("dispatch", given, {"clause": clause, "option": 1}).quote == quote
    assert "字面 61%" in FORMS["dispatch"].shown(given)


# hear_facts

MONEY = HearFact(id="firm.revenue", label="营业收入", type="money", unit="元")
SHARE = HearFact(id="firm.share", label="占比", type="ratio")
SINCE = HearFact(id="firm.since", label="成立日期", type="date")
LISTED = HearFact(id="firm.listed", label="失信", type="boolean")
HOLDS = HearFact(id="firm.holds", label="证书", type="choices", codes={"a": "甲证", "b": "乙证", "c": "丙证"})
TRADE = HearFact(
    id="firm.trade", label="行业", type="choice", codes={f"x{n}": f"乙{n}业" for n in range(120)} | {"soft": "软件业"}
)


def heard(text: str, facts: list[HearFact], *answers: tuple[int, int, str, int], known: tuple[str, ...] = ()) -> Any:
    given = HearGiven(text=text, today=TODAY, facts=facts, heard=list(known))
    keys = ("clause", "fact", "states", "number")
    made = read("hear_facts", given, {"facts": [dict(zip(keys, one, strict=True)) for one in answers]})
    return {one.fact: (one.value, one.words) for one in made.facts}


def test_values_come_from_the_clause_by_rule() -> None:
    text = "我们2,000万元的营业额，占百分之三点五，2019年6月开的，没失信"
    made = heard(
        text, [MONEY, SHARE, SINCE, LISTED], (0, 0, "figure", 0), (1, 1, "figure", 1), (2, 2, "day", 0), (3, 3, "no", 0)
    )
    assert made == {
        "firm.revenue": (20_000_000, "我们2,000万元的营业额"),
        "firm.share": (0.035, "占百分之三点五"),
        "firm.since": ("2019-06-01", "2019年6月开的"),
        "firm.listed": (False, "没失信"),
    }


def test_a_figure_in_the_next_clause_is_quoted_with_the_clause_that_names_the_fact() -> None:
    assert heard("营业额嘛，大概，三百二十万", [MONEY], (0, 0, "figure", 0)) == {
        "firm.revenue": (3_200_000, "营业额嘛，大概，三百二十万")
    }
    assert heard("营业额嘛，不好说，你猜，算了，三百二十万", [MONEY], (0, 0, "figure", 0)) == {}


def test_several_choices_of_one_fact_come_together() -> None:
    assert heard("甲证有，丙证也有", [HOLDS], (0, 0, "choice", 0), (1, 0, "choice", 2), (1, 0, "choice", 0)) == {
        "firm.holds": (["a", "c"], "甲证有")
    }


def test_of_a_long_list_the_choices_that_are_like_the_words_can_be_pointed_at() -> None:
    given = HearGiven(text="我们做软件的", today=TODAY, facts=[TRADE])
    assert "行业（选项：0=软件业）" in FORMS["hear_facts"].shown(given)
    assert heard("我们做软件的", [TRADE], (0, 0, "choice", 0)) == {"firm.trade": ("soft", "我们做软件的")}
    assert "行业" not in FORMS["hear_facts"].shown(given.model_copy(update={"text": "你好"}))


def test_what_patterns_have_read_is_not_offered_again() -> None:
    assert heard("没失信", [MONEY, LISTED], (0, 0, "no", 0), known=("firm.revenue",)) == {
        "firm.listed": (False, "没失信")
    }


@pytest.mark.parametrize(
    "wrong",
    [
        (0, 0, "yes", 0), (0, 0, "figure", 40), (0, 0, "day", 0), (0, 1, "figure", 0), (0, 2, "choice", 0),
        (9, 1, "yes", 0), (0, 40, "yes", 0), (9, 0, "figure", 0),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_fact_or_points_at_nothing_is_left_out(wrong: tuple[int, int, str, int]) -> None:
    assert heard("营业额300万", [MONEY, LISTED, SINCE], wrong) == {}


# plan

PLAN = PlanGiven(
    message="市第一人民医院附近500米，河西区坐公交",
    now=NOW,
    tools=[
        ToolCard(id="air.now", title="空气", does="空气。"),
        ToolCard(id="lots.near", title="停车", does="车位。", arguments=ARGUMENTS),
    ],
    nearest=["lots.near"],
    districts={"east": "河东区", "west": "河西区"},
    proposed=PlanMade(
        calls=[PlannedCall(tool="lots.near", arguments={"place": "医院", "day": "2026-05-21", "district": "east"})]
    ),
)


def planned(*values: tuple[int, str, int, int]) -> Any:
    keys = ("argument", "source", "first", "last")
    called = [{"tool": 1, "values": [dict(zip(keys, one, strict=True)) for one in values]}]
    return read("plan", PLAN, {"as_proposed": False, "calls": called, "confidence": "sure"})


def test_arguments_come_from_words_lists_figures_and_the_proposal() -> None:
    made = planned(
        (0, "words", 0, 6), (1, "district", 1, 1), (2, "figure", 0, 0), (3, "option", 0, 0), (4, "option", 0, 0),
        (5, "proposed", 0, 0),
    )  # fmt: skip
    assert made.calls == [
        PlannedCall(
            tool="lots.near",
            arguments={
                "place": "市第一人民医院", "district": "west", "radius": 500, "way": "bus", "compare": True,
                "day": "2026-05-21", "about": PLAN.message,
            },
        )
    ]  # fmt: skip
    assert made.missing == []


@pytest.mark.parametrize(
    "wrong",
    [
        (0, "figure", 0, 0), (0, "words", 6, 0), (0, "words", 0, 99), (1, "words", 0, 1), (2, "words", 0, 1),
        (2, "figure", 9, 9), (5, "words", 0, 1), (5, "proposed", 3, 3), (3, "option", 9, 9), (11, "words", 0, 1),
    ],
)  # fmt: skip
def test_a_value_out_of_the_wrong_place_is_left_out_and_a_needed_one_missing(wrong: tuple[int, str, int, int]) -> None:
    made = planned(wrong)
    assert made.calls[0].arguments == {"about": PLAN.message}
    assert made.missing == ["place"]


def test_a_proposal_is_shown_in_the_numbers_and_words_of_the_catalogue() -> None:
    shown = FORMS["plan"].shown(PLAN)
    assert "(0) [1] 停车：(0) 地点=医院，(1) 区=河东区，(5) 日期=2026-05-21\n" in shown
    assert "## 最接近的工具\n[1]停车\n" in shown
    assert "2026-05-20 09:30\n" in shown


def test_a_proposal_stands_or_no_tool_answers() -> None:
    assert read("plan", PLAN, {"as_proposed": True, "calls": [], "confidence": "unsure"}) == PLAN.proposed
    none = read("plan", PLAN, {"as_proposed": False, "calls": [{"tool": 9, "values": []}], "confidence": "likely"})
    assert none == PlanMade(confidence=0.7)


# draft_rule

STAFF = DraftFact(id="firm.staff", label="职工人数", type="integer", unit="人")
PAID = DraftFact(id="firm.paid", label="投资额", type="money", unit="元")
BORN = DraftFact(id="firm.born", label="成立日期", type="date")
KIND = DraftFact(id="firm.kind", label="类别", type="choice", codes={"a": "甲类", "b": "乙类"})
RULE = DraftRuleGiven(
    title="办法",
    subject="firm",
    clauses=[
        DraftClause(number=1, section="条件", text="甲类、乙类企业，职工100人以上"),
        DraftClause(number=2, section="条件", text="2024年1月1日以后成立"),
        DraftClause(number=3, section="标准", text="甲类奖励20亿元，乙类奖励130亿元，按投资额的1.1%"),
        DraftClause(number=4, section="标准", text="明年3月起"),
    ],
    facts=[STAFF, PAID, BORN, KIND],
    proposed=DraftedRule(
        conditions=[
            DraftedCondition(
                quote="职工100人以上", branches=[[DraftedTest(fact="firm.staff", test="at_least", value=100.0)]]
            ),
            DraftedCondition(quote="甲类", branches=[[DraftedTest(fact="firm.kind", test="one_of", value=["a", "b"])]]),
        ],
        benefits=[
            DraftedBenefit(
                quote="甲类奖励",
                name="奖",
                by="firm.kind",
                table=[DraftedCode(code="a", amount=2e9)],
                cap="firm.paid * 2",
            )
        ],
    ),
)


def needs(sentence: int, fact: int, test: str, value: str, number: int = 0, way: int = 0) -> dict[str, Any]:
    return {"sentence": sentence, "way": way, "fact": fact, "test": test, "value": value, "number": number}


def benefit(**more: Any) -> dict[str, Any]:
    made = {"sentence": 2, "pays": "sum", "figure": 1, "fact": 1, "cap": -1, "per": "once", "rows": [], "when": []}
    return made | more


def drafted(tests: list[Any], benefits: list[Any], given: DraftRuleGiven = RULE, as_proposed: bool = False) -> Any:
    return read("draft_rule", given, {"as_proposed": as_proposed, "tests": tests, "benefits": benefits})


def test_options_of_one_test_make_a_list_and_ways_stand_beside_each_other() -> None:
    made = drafted(
        [
            needs(0, 3, "one_of", "option", 0), needs(0, 3, "one_of", "option", 1), needs(0, 0, "at_least", "figure"),
            needs(1, 2, "at_least", "day"), needs(1, 3, "is", "option", 1, way=1),
        ],
        [],
    )  # fmt: skip
    first, second = made.conditions
    assert [(test.fact, test.value) for test in first.branches[0]] == [("firm.kind", ["a", "b"]), ("firm.staff", 100.0)]
    assert [[test.value for test in branch] for branch in second.branches] == [["2024-01-01"], ["b"]]


@pytest.mark.parametrize(
    "lost", [needs(0, 0, "at_least", "figure", 99), needs(3, 2, "at_least", "day"), needs(0, 80, "is", "yes")]
)
def test_a_condition_is_whole_or_left_out(lost: dict[str, Any]) -> None:
    sentence = lost["sentence"]
    sound = needs(sentence, 3, "is", "option", 0)
    assert (
        drafted([sound, lost, needs(1, 2, "at_least", "day")], []).conditions
        == drafted([needs(1, 2, "at_least", "day")], []).conditions
    )
    assert drafted([], [benefit(when=[sound, lost])]).benefits == [], "without its condition it would be for everybody"


def test_benefits_hold_the_sums_of_the_text() -> None:
    rows = [{"option": 0, "figure": 1}, {"option": 1, "figure": 2}]
    one, two, three, four = drafted(
        [],
        [
            benefit(figure=2, cap=1), benefit(pays="share", figure=3), benefit(pays="by_option", fact=3, rows=rows),
            benefit(pays="no_money"),
        ],
    ).benefits  # fmt: skip
    assert (one.amount, one.cap) == ("13000000000", "2000000000")
    assert two.amount == "firm.paid * 0.011"
    assert (three.by, [(row.code, row.amount) for row in three.table]) == ("firm.kind", [("a", 2e9), ("b", 1.3e10)])
    assert (four.amount, four.by, four.cap) == ("", "", "")


@pytest.mark.parametrize(
    "lost",
    [
        {"figure": 99}, {"cap": 99}, {"sentence": 99}, {"pays": "share", "fact": 80}, {"pays": "each", "figure": 99},
        {"pays": "by_option", "fact": 3}, {"pays": "by_option", "fact": 80, "rows": [{"option": 0, "figure": 0}]},
        {"pays": "by_option", "fact": 3, "rows": [{"option": 0, "figure": 0}, {"option": 9, "figure": 0}]},
    ],
)  # fmt: skip
def test_a_benefit_whose_sum_or_cap_points_at_nothing_is_left_out(lost: dict[str, Any]) -> None:
    assert drafted([], [benefit(**lost)]).benefits == []


def test_a_proposal_is_shown_by_the_numbers_of_facts_and_stands_where_it_is_all() -> None:
    shown = FORMS["draft_rule"].shown(RULE)
    assert "条件“职工100人以上”：[0]职工人数 at_least 100\n" in shown
    assert "条件“甲类”：[3]类别 one_of 甲类、乙类\n" in shown
    assert "待遇“甲类奖励”：按[3]类别：甲类 2000000000；最多 [1]投资额 * 2；once\n" in shown
    assert "## 文本里的日期\n第1句：2024-01-01\n" in shown
    assert str(date.min.year + 1) + "-03" not in shown, "next year is no day of a text of law"
    assert drafted([], [], as_proposed=True) == RULE.proposed


def test_after_a_complaint_what_is_written_anew_counts_and_an_empty_answer_does_not_drop_the_rest() -> None:
    again = RULE.model_copy(update={"complaints": ["“甲类”：不对"]})
    assert drafted([], [], again, as_proposed=True) == RULE.proposed
    made = drafted([needs(1, 2, "at_least", "day")], [], again, as_proposed=True)
    assert [one.quote for one in made.conditions] == ["2024年1月1日以后成立"]
