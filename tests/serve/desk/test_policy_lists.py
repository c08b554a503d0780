"""Lists of who may get what at the desk: looked at, confirmed or refused with a reason, by the supervisor alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from agents.context import House
from knowledge.eligibility.finding import decisions, find, release
from knowledge.eligibility.tables import open_source
from serve.policies import lists_folder
from tests.serve.desk.conftest import Enter, Served
from tests.serve.desk.visiting import START, Visitor, fields_of, soup

NAME = "20261120-090000-elderage"
ELDER = "yl-pol-elderage"
DAY = date(2026, 11, 20)
PEOPLE = """id,hukou_in_city,hukou_moved_in,social_aid,birth_date
P-001,true,false,none,1943-02-11
P-002,true,false,dibao,1941-07-19
P-003,true,false,none,1990-01-01
P-004,vielleicht,false,none,1940-01-01
P-005,true,false,none,1939-01-01
"""
HOSTILE = '<script>alert("x")</script>'


def make_list(house: House, home: Path, name: str = NAME) -> Path:
    """A list as `citydesk policy find` leaves it in the home."""
    assert house.policies
    source = home / "people.csv"
    source.write_text(PEOPLE, "utf-8")
    rules = house.policies
    out = lists_folder(home, house.pack) / name
    find(rules, [rules.book.compiled(ELDER, DAY)], open_source(source, "person", rules.every), out,
         city="yunlan", now=START, opt_outs={"*": frozenset({"P-005"})})  # fmt: skip
    return out


@pytest.fixture
def listed(house: House, served: Served) -> Path:
    return make_list(house, served.home)


def word_on(visitor: Visitor, word: str, reason: str, name: str = NAME) -> int:
    """Press a button of the list's form."""
    form = soup(visitor.http.get(f"/desk/policies/{name}")).select_one("main form")
    assert form is not None
    return visitor.http.post(
        f"/desk/policies/{name}", data={**fields_of(form), "word": word, "reason": reason}
    ).status_code


def test_nobody_sees_a_list_before_signing_in(served: Served, listed: Path) -> None:
    stranger = Visitor(served.address)
    for path in ("/desk/policies", f"/desk/policies/{NAME}"):
        assert stranger.http.get(path).headers["location"] == "/desk/signin"
    assert stranger.http.post(f"/desk/policies/{NAME}", data={"word": "confirm", "reason": "x"}).status_code == 303
    assert decisions(listed) == []
    stranger.http.close()


def test_the_overview_shows_lists_and_what_became_of_them(
    house: House, served: Served, listed: Path, enter: Enter
) -> None:
    broken = listed.parent / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{", "utf-8")
    supervisor = enter("supervisor", name="班长")
    page = soup(supervisor.http.get("/desk/policies"))
    assert page.select_one(f'main a[href="/desk/policies/{NAME}"]') is not None
    assert page.select_one(
        'nav a[href="/desk/policies"][aria-current="page"], header a[href="/desk/policies"][aria-current="page"]'
    )
    text = page.select_one("main").get_text(" ")  # type: ignore[union-attr]  # every page has one
    assert "比对4户（人），1项政策，列入2条" in text
    assert "等待确认" in text
    assert "is broken" in text
    assert supervisor.http.get("/desk/policies/broken").status_code == 409


def test_without_lists_the_overview_says_how_to_make_one(served: Served, enter: Enter) -> None:
    assert "citydesk policy find" in enter("supervisor").http.get("/desk/policies").text


def test_a_list_is_looked_at_row_by_row(served: Served, listed: Path, enter: Enter) -> None:
    page = soup(enter("supervisor").http.get(f"/desk/policies/{NAME}"))
    text = page.select_one("main").get_text(" ")  # type: ignore[union-attr]  # every page has one
    for part in ("people.csv", "高龄津贴", "P-001", "P-002", "2026-11-20", "读不懂的1行"):
        assert part in text
    for part in ("P-003", "P-005"):
        assert part not in text
    counted = page.select_one("tbody tr")
    assert counted is not None
    cells = [cell.get_text() for cell in counted.select("td")]
    assert (cells[1], cells[3]) == ("2", "1")
    assert cells[2].endswith("元")


def test_the_supervisor_confirms_with_a_reason_and_only_then_may_anybody_be_told(
    house: House, served: Served, listed: Path, enter: Enter
) -> None:
    assert house.policies
    supervisor = enter("supervisor", name="周班长")
    assert word_on(supervisor, "confirm", "抽看三户，都对") == 303
    (said,) = decisions(listed)
    assert (said.decision, said.by, said.post, said.reason) == ("confirmed", "周班长", "supervisor", "抽看三户，都对")
    assert said.at == served.clock()
    assert sum(part.height for part in release(listed, house.policies, DAY)) == 2
    shown = supervisor.http.get(f"/desk/policies/{NAME}").text
    assert "已确认：周班长，抽看三户，都对" in shown
    assert "已确认" in supervisor.http.get("/desk/policies").text


def test_a_refusal_after_a_confirmation_counts(served: Served, listed: Path, enter: Enter) -> None:
    supervisor = enter("supervisor", name="周班长")
    assert word_on(supervisor, "confirm", "好") == 303
    served.clock.on(hours=1)
    assert word_on(supervisor, "refuse", "来源文件是旧的") == 303
    assert [one.decision for one in decisions(listed)] == ["confirmed", "refused"]
    overview = soup(supervisor.http.get("/desk/policies")).select_one("main")
    assert overview is not None
    assert "已退回" in overview.text
    assert "已确认" not in overview.text


@pytest.mark.parametrize("reason", ["", "   ", "　"])
def test_no_word_without_a_reason(served: Served, listed: Path, enter: Enter, reason: str) -> None:
    supervisor = enter("supervisor")
    form = soup(supervisor.http.get(f"/desk/policies/{NAME}")).select_one("main form")
    assert form is not None
    reply = supervisor.http.post(
        f"/desk/policies/{NAME}", data={**fields_of(form), "word": "confirm", "reason": reason}
    )
    assert reply.headers["location"] == f"/desk/policies/{NAME}?wrong=1"
    alert = soup(supervisor.http.get(reply.headers["location"])).select_one('[role="alert"]')
    assert alert is not None
    assert "请写明理由" in alert.text
    assert decisions(listed) == []


@pytest.mark.parametrize("word", ["", "maybe"])
def test_a_word_that_is_neither_confirms_nothing(served: Served, listed: Path, enter: Enter, word: str) -> None:
    word_on(enter("supervisor"), word, "x")
    assert [one.decision for one in decisions(listed)] in ([], ["refused"])


def test_rows_that_were_changed_cannot_be_confirmed(served: Served, listed: Path, enter: Enter) -> None:
    supervisor = enter("supervisor")
    page = soup(supervisor.http.get(f"/desk/policies/{NAME}"))
    form = page.select_one("main form")
    assert form is not None
    part = listed / "matches/part-00001.parquet"
    rows = pl.read_parquet(part)
    pl.concat([rows, rows.with_columns(id=pl.lit("P-999"))]).write_parquet(part)
    reply = supervisor.http.post(f"/desk/policies/{NAME}", data={**fields_of(form), "word": "confirm", "reason": "x"})
    assert reply.headers["location"].endswith("?wrong=1")
    after = soup(supervisor.http.get(f"/desk/policies/{NAME}"))
    assert "被改动过" in after.text
    assert after.select("main form") == []
    assert decisions(listed) == []


def test_a_chain_of_words_that_was_changed_is_told(served: Served, listed: Path, enter: Enter) -> None:
    supervisor = enter("supervisor")
    assert word_on(supervisor, "confirm", "一") == 303
    assert word_on(supervisor, "refuse", "二") == 303
    path = listed / "decisions.jsonl"
    path.write_text(path.read_text("utf-8").replace("一", "九"), "utf-8")
    assert supervisor.http.get(f"/desk/policies/{NAME}").status_code == 409
    assert "was changed" in supervisor.http.get("/desk/policies").text


@pytest.mark.parametrize("post", ["agent", "dispatcher", "qc", "callback"])
def test_other_posts_see_no_list(served: Served, listed: Path, enter: Enter, post: str) -> None:
    visitor = enter(post)
    desk = visitor.http.get("/desk")
    assert "/desk/policies" not in desk.text
    for path in ("/desk/policies", f"/desk/policies/{NAME}", "/desk/policies/none"):
        assert visitor.http.get(path).status_code == 403
    token = soup(desk).select_one("form input[name=token]")
    assert token is not None
    data = {"token": str(token["value"]), "word": "confirm", "reason": "x"}
    assert visitor.http.post(f"/desk/policies/{NAME}", data=data).status_code == 403
    assert decisions(listed) == []


def test_the_auditor_only_looks(served: Served, listed: Path, enter: Enter) -> None:
    auditor = enter("auditor")
    page = soup(auditor.http.get(f"/desk/policies/{NAME}"))
    assert "P-001" in page.text
    assert page.select("main form") == []
    token = page.select_one("form input[name=token]")
    assert token is not None
    data = {"token": str(token["value"]), "word": "confirm", "reason": "x"}
    assert auditor.http.post(f"/desk/policies/{NAME}", data=data).status_code == 403
    assert decisions(listed) == []


def test_a_form_without_the_visits_token_is_refused(served: Served, listed: Path, enter: Enter) -> None:
    supervisor = enter("supervisor")
    data = {"token": "x", "word": "confirm", "reason": "x"}
    assert supervisor.http.post(f"/desk/policies/{NAME}", data=data).status_code == 403
    assert decisions(listed) == []


@pytest.mark.parametrize(
    "name",
    ["none", "..%2f..", "%2e%2e%2fpolicy_lists", ".hidden", "%00", f"{NAME}%2fmatches", f"{NAME}/matches",
     "people.csv", "%2ftmp", "a" * 300, "%5c..%5c"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_no_list(served: Served, listed: Path, enter: Enter, name: str) -> None:
    (listed.parent / ".hidden").mkdir()
    supervisor = enter("supervisor")
    token = soup(supervisor.http.get("/desk/policies")).select_one("form input[name=token]")
    assert token is not None
    data = {"token": str(token["value"]), "word": "confirm", "reason": "x"}
    url = f"{served.address}/desk/policies/{name}"
    assert supervisor.http.get(url).status_code == 404
    assert supervisor.http.post(url, data=data).status_code in {404, 405}


def test_words_of_files_are_only_words(house: House, served: Served, listed: Path, enter: Enter) -> None:
    supervisor = enter("supervisor", name=HOSTILE)
    assert word_on(supervisor, "refuse", HOSTILE) == 303
    for path in ("/desk/policies", f"/desk/policies/{NAME}"):
        page = supervisor.http.get(path)
        assert HOSTILE not in page.text
        assert "alert(" in page.text
