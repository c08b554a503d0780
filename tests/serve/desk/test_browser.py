"""The desk in Chromium: one order from arrival to a unit's signature, on an office screen and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs the extra 'dev'")

from playwright.sync_api import Browser, Page, expect

from tests.serve.browsing import CONTRASTS, FAULTS, chromium, visit
from tests.serve.desk.conftest import Served

pytestmark = pytest.mark.browser

OFFICE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def sign_in(page: Page, post: str) -> None:
    page.get_by_label(post, exact=True).check()
    page.get_by_role("button", name="登录办事台").click()
    page.wait_for_url("**/desk")


@pytest.mark.parametrize("options", [OFFICE, PHONE, {**OFFICE, "java_script_enabled": False}])
def test_a_dispatcher_sends_an_order_on_its_way(served: Served, browser: Browser, options: dict[str, Any]) -> None:
    number = served.screened("a").number
    with visit(browser, served.address, "/desk/signin", **options) as page:
        sign_in(page, "派单员")
        page.get_by_role("link", name="路灯不亮").click()
        page.get_by_role("button", name="受理", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("已办：受理。")
        expect(page.get_by_label("主办单位")).not_to_have_value("")
        page.get_by_role("button", name="派单", exact=True).click()
        expect(page.locator(".state")).to_have_text("待签收")
    assert served.store.get(number).lead


@pytest.mark.parametrize("options", [OFFICE, PHONE, {"color_scheme": "dark", **PHONE}])
def test_every_page_can_be_read_and_fits(served: Served, browser: Browser, options: dict[str, Any]) -> None:
    number = served.screened("a").number
    served.clock.on(hours=1.5)
    served.screened("b", title="长" * 60)
    with visit(browser, served.address, "/desk/signin", **options) as page:
        assert page.evaluate(FAULTS) == []
        sign_in(page, "话务员")
        paths = ("/desk", f"/desk/orders/{number}", "/desk/new", "/desk/assistant", "/desk/topics", "/desk/figures")
        for path in paths:
            page.goto(served.address + path)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            assert page.evaluate(FAULTS) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"], path
            assert [pair for pair in page.evaluate(CONTRASTS) if pair[1] < 4.5] == [], path


def test_the_keyboard_alone_is_enough(served: Served, browser: Browser) -> None:
    served.screened("a")
    with visit(browser, served.address, "/desk/signin", **OFFICE) as page:
        sign_in(page, "派单员")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.get_by_role("link", name="路灯不亮").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="受理", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".state")).to_have_text("待派单")
        summary = page.locator("#act-merge summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#act-merge")).to_have_attribute("open", "")
