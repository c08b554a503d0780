"""Policies in Chromium: a citizen checks a case on a phone, a supervisor confirms a list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs the extra 'dev'")

from playwright.sync_api import Browser, Page, expect

from agents.context import House
from knowledge.eligibility.finding import decisions
from tests.serve.browsing import CONTRASTS, FAULTS, chromium, visit
from tests.serve.desk.conftest import Served
from tests.serve.desk.test_policy_lists import NAME, make_list

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
OFFICE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
SHOTS = os.environ.get("CITYDESK_SHOTS", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def look(page: Page, name: str, width: int) -> None:
    """The page can be read, fits, and has no fault."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert page.evaluate(FAULTS) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert [pair for pair in page.evaluate(CONTRASTS) if pair[1] < 4.5] == [], name


def press(page: Page, selector: str) -> None:
    """Press what leads to another page, and wait for it."""
    with page.expect_navigation():
        page.locator(selector).click()


@pytest.mark.parametrize(
    "options",
    [PHONE, {**PHONE, "color_scheme": "dark"}, {**PHONE, "java_script_enabled": False}],
    ids=["day", "dark", "bare"],
)
def test_a_citizen_checks_a_case_on_a_phone(served: Served, browser: Browser, options: dict[str, Any]) -> None:
    scripts = options.get("java_script_enabled", True)
    width, tag = options["viewport"]["width"], options.get("color_scheme", "day")

    def seen(name: str) -> None:
        if scripts:
            look(page, f"{tag}-{name}", width)

    with visit(browser, served.address, "/policies", **options) as page:
        seen("list")
        page.locator("#q").fill("高龄津贴")
        page.locator("#q").press("Enter")
        page.get_by_role("link", name="高龄津贴", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("高龄津贴")
        seen("policy")
        press(page, "main a.tool-strong")
        for _ in range(5):
            if not page.locator("form.question").count():
                break
            field = page.locator('input[type="date"]')
            if field.count():
                seen("date")
                field.fill("1943-02-11")
                press(page, 'form.question button[type="submit"]')
            else:
                seen("choice")
                press(page, 'button[name="value"][value="yes"]')
        expect(page.locator(".policy-card h2")).to_have_text("高龄津贴")
        expect(page.locator(".policy-card .flag")).to_contain_text("符合")
        seen("result")


def test_every_kind_of_page_of_a_firms_check_fits_a_phone(served: Served, browser: Browser) -> None:
    with visit(browser, served.address, "/policies/check", **PHONE) as page:
        look(page, "whom", 360)
        press(page, "main .choices a >> nth=0")
        for number in range(5):
            look(page, f"firm-{number}", 360)
            press(page, 'button[name="skip"]')
        expect(page.locator("form.question")).to_have_count(0)
        look(page, "firm-open", 360)
        page.goto(f"{served.address}/policies/check?subject=person&lang=en")
        look(page, "english", 360)


@pytest.mark.parametrize("options", [OFFICE, PHONE], ids=["office", "phone"])
def test_a_supervisor_confirms_a_list(house: House, served: Served, browser: Browser, options: dict[str, Any]) -> None:
    listed, width = make_list(house, served.home), options["viewport"]["width"]
    with visit(browser, served.address, "/desk/signin", **options) as page:
        page.get_by_label("督办员", exact=True).check()
        page.get_by_role("button", name="登录办事台").click()
        page.wait_for_url("**/desk")
        page.get_by_role("link", name="政策名单").click()
        look(page, f"desk-{width}-lists", width)
        page.get_by_role("link", name=NAME).click()
        look(page, f"desk-{width}-one", width)
        page.get_by_role("button", name="确认，可以通知").click()
        assert decisions(listed) == []  # the browser asks for the reason first
        page.get_by_label("理由").fill("抽看两户，与户籍信息一致")
        page.get_by_role("button", name="确认，可以通知").click()
        expect(page.locator("main")).to_contain_text("已确认")
        look(page, f"desk-{width}-done", width)
    assert [one.decision for one in decisions(listed)] == ["confirmed"]
