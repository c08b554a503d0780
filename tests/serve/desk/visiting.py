"""People at the desk as their browsers act: sign in, read a page, fill in the form of an act, send it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from bs4 import BeautifulSoup, Tag

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
URBAN = "云城区城市管理和综合执法局"
HTML = {"accept": "text/html"}


class HandClock:
    """A clock that goes on only by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def on(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


def soup(reply: httpx.Response) -> BeautifulSoup:
    """The page."""
    return BeautifulSoup(reply.text, "html.parser")


def fields_of(form: Tag) -> dict[str, Any]:
    """What a browser would send for the form as it stands."""
    found: dict[str, Any] = {}
    for one in form.select("input, textarea, select"):
        name = str(one.get("name", ""))
        if not name or (one.get("type") in ("radio", "checkbox") and not one.has_attr("checked")):
            continue
        if one.name == "textarea":
            found[name] = one.text.removeprefix("\n")
        elif one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            found[name] = str(chosen["value"]) if chosen else ""
        elif one.get("type") == "checkbox":
            found.setdefault(name, []).append(str(one.get("value", "on")))
        else:
            found[name] = str(one.get("value", ""))
    return found


class Visitor:
    """One browser."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, timeout=30, headers=HTML)

    def sign_in(self, post: str, unit: str = "", name: str = "") -> httpx.Response:
        """Come in."""
        form = soup(self.http.get("/desk/signin")).select_one("main form")
        assert form is not None
        return self.http.post("/desk/signin", data={**fields_of(form), "post": post, "unit": unit, "name": name})

    def order(self, number: str) -> BeautifulSoup:
        """An order's page."""
        reply = self.http.get(f"/desk/orders/{number}")
        assert reply.status_code == 200, reply.status_code
        return soup(reply)

    def acts(self, number: str) -> list[str]:
        """What the page offers."""
        return [str(one["id"]).removeprefix("act-") for one in self.order(number).select("details.offer")]

    def form(self, number: str, act: str) -> dict[str, Any]:
        """The form of an act as the page gives it."""
        form = self.order(number).select_one(f"#act-{act} form")
        assert form is not None, f"{act} is not offered"
        return fields_of(form)

    def act(self, number: str, act: str, given: dict[str, Any] | None = None, **filled: Any) -> httpx.Response:
        """Fill in the form of an act and send it."""
        data = {**(given or self.form(number, act)), **filled}
        return self.http.post(f"/desk/orders/{number}/{act}", data=data)

    def does(self, number: str, act: str, **filled: Any) -> None:
        """The same, and it is done."""
        reply = self.act(number, act, **filled)
        wrong = soup(reply).select_one(".wrong")
        assert reply.status_code == 303, wrong.text if wrong else reply.status_code
