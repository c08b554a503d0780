"""The chat page in a real browser, as citizens use it: phone, keyboard, large type, no script, no network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="needs the extra 'dev'")

from playwright.sync_api import Browser, Page, expect

from agents.context import House
from serve.app import create_app
from serve.settings import Settings
from tests.serve.browsing import CONTRASTS, FAULTS, ask, chromium, visit
from tests.serve.staged import CHOICE, CITED, HOSTILE, MARKUP, OLD, OPTIONS, SLOW, StagedDesk, running, unhurried

pytestmark = pytest.mark.browser

FIRE = "着火了，三楼冒烟"
DARK = {"color_scheme": "dark"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def staged(house: House) -> StagedDesk:
    """The desk behind ``address``."""
    return StagedDesk(house)


@pytest.fixture(scope="module")
def address(settings: Settings, staged: StagedDesk) -> Iterator[str]:
    """Where a real server listens."""
    with running(create_app(unhurried(settings), staged)) as base:
        yield base


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with visit(browser, address) as made:
        yield made


def pixels(page: Page, selector: str) -> float:
    size: str = page.locator(selector).first.evaluate("e => getComputedStyle(e).fontSize")
    return float(size.removesuffix("px"))


def test_the_label_stays_and_is_in_every_answer(page: Page) -> None:
    for _ in range(3):
        ask(page, CITED)
    bar = page.locator(".label-bar")
    expect(bar).to_be_in_viewport()
    expect(bar).to_contain_text("AI生成")
    expect(page.locator(".bubble.answer .label-tag")).to_have_count(4)


@pytest.mark.parametrize("path", ["/", "/?elder=1", "/?lang=en", "/?lang=en&elder=1"])
def test_nothing_sticks_out_at_320_pixels(browser: Browser, address: str, path: str) -> None:
    with visit(browser, address, path, viewport={"width": 320, "height": 640}) as page:
        for text in (CITED, CHOICE, HOSTILE, FIRE, "长" * 300 + "x" * 300):
            ask(page, text)
            assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.locator(".mark-chip").first.evaluate("e => e.click()")
        page.locator("#source mark").wait_for()
        assert page.locator("#source").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_citation_opens_with_its_span_lit(page: Page) -> None:
    ask(page, CITED)
    quote = page.locator(".turn:last-child .body p").first.inner_text().split("“")[1].split("”")[0]
    page.locator(".mark-chip").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#source mark")).to_have_text(quote)
    expect(page.locator("#source mark")).to_be_in_viewport()
    expect(page.locator("#source .flag").first).to_have_text("现行有效")
    expect(page.locator("#source-title")).to_contain_text("机动车停车条例")
    page.get_by_role("button", name="关闭").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_repealed_source_is_flagged_before_and_after_opening(page: Page) -> None:
    ask(page, OLD)
    link = page.locator(".sources a").first
    expect(link.locator(".flag")).to_have_text("已失效")
    link.click()
    expect(page.locator("#source .facts .flag")).to_have_text("已失效")
    page.locator("#source .versions a").first.click()
    expect(page.locator("#source .facts .flag")).to_have_text("现行有效")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    assert page.locator("#question").input_value() == "第一行\n"
    page.locator("#question").fill(CITED)
    page.keyboard.press("Enter")
    page.locator(".mark-chip").wait_for()
    expect(page.locator("#question")).to_be_focused()
    page.locator(".mark-chip").focus()
    page.keyboard.press("Enter")
    page.locator("#source mark").wait_for()
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator(".mark-chip")).to_be_focused()


def test_enter_while_spelling_with_an_input_method_sends_nothing(page: Page) -> None:
    page.locator("#question").fill("tingche")
    event: dict[str, Any] = {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    page.locator("#question").evaluate("(e, given) => e.dispatchEvent(new KeyboardEvent('keydown', given))", event)
    assert page.locator("#question").input_value() == "tingche"
    expect(page.locator(".turn")).to_have_count(1)


def test_an_emergency_is_one_tap_away(page: Page) -> None:
    ask(page, FIRE)
    call = page.locator(".emergency .call").first
    expect(call).to_have_attribute("href", "tel:119")
    expect(call).to_be_in_viewport(ratio=1)
    box = call.bounding_box()
    assert box is not None
    assert box["height"] >= 60
    assert call.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(176, 24, 24)"
    expect(page.locator(".human")).to_have_attribute("href", "tel:12345")


def test_a_crisis_shows_the_help_line(page: Page) -> None:
    ask(page, "我不想活了")
    expect(page.locator(".crisis .call").first).to_have_attribute("href", "tel:12356")


def test_large_type_is_large_lasts_and_shows_one_exchange(browser: Browser, address: str) -> None:
    with visit(browser, address) as page:
        page.locator("#elder").click()
        ask(page, CITED)
        ask(page, CHOICE)
        page.reload()
        assert pixels(page, ".body p") >= 20
        for control in (".tool:visible", ".chip:visible", ".act:visible", "#send", ".human"):
            assert pixels(page, control) >= 24, control
        expect(page.locator(".turn:visible")).to_have_count(1)
        page.locator("#earlier").click()
        expect(page.locator(".turn:visible")).to_have_count(3)
        expect(page.locator(".label-bar")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("path", "options", "least"),
    [("/", {}, 4.5), ("/", DARK, 4.5), ("/?elder=1", {}, 7), ("/?elder=1", DARK, 7)],
)
def test_every_text_stands_out(
    browser: Browser, address: str, path: str, options: dict[str, Any], least: float
) -> None:
    with visit(browser, address, path, reduced_motion="reduce", **options) as page:
        for text in (OLD, CHOICE, FIRE):
            ask(page, text)
        page.locator("#log").evaluate("e => e.classList.add('all')")
        page.locator(".mark-chip").first.evaluate("e => e.click()")
        page.locator("#source mark").wait_for()
        found = page.evaluate(CONTRASTS)
    assert len(found) > 20
    assert [pair for pair in found if pair[1] < least] == []


def test_everything_has_a_name(page: Page) -> None:
    assert page.evaluate(FAULTS) == []
    ask(page, CITED)
    page.locator(".mark-chip").click()
    page.locator("#source mark").wait_for()
    assert page.evaluate(FAULTS) == []
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_markup_in_an_answer_or_a_question_is_text(page: Page) -> None:
    title = page.title()
    ask(page, HOSTILE)
    expect(page.locator(".turn:last-child .body p")).to_have_text(MARKUP)
    ask(page, MARKUP)
    expect(page.locator(".turn:last-child .question")).to_contain_text(MARKUP)
    assert page.locator("#log img, #log script").count() == 0
    assert page.title() == title


def test_a_choice_is_one_tap(page: Page) -> None:
    ask(page, CHOICE)
    page.get_by_role("button", name=OPTIONS[0]).click()
    expect(page.locator(".turn:last-child .question")).to_contain_text(OPTIONS[0])


def test_what_is_copied_keeps_its_label(browser: Browser, address: str) -> None:
    with visit(browser, address, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, CITED)
        page.get_by_role("button", name="复制").click()
        expect(page.locator("#status")).to_contain_text("已复制")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "第二段。" in copied
        assert copied.rstrip().endswith("也可以随时找人工。")
        page.locator(".turn:last-child .body p").last.click(click_count=3)
        page.keyboard.press("Control+C")
        assert "AI生成" in page.evaluate("navigator.clipboard.readText()")


def test_a_broken_network_loses_nothing(browser: Browser, address: str) -> None:
    with visit(browser, address) as page:
        page.context.set_offline(True)
        page.locator("#question").fill(CITED)
        page.keyboard.press("Enter")
        again = page.get_by_role("button", name="再发一次")
        again.wait_for()
        page.locator("#question").fill("还没写完")
        page.context.set_offline(False)
        again.click()
        page.locator(".mark-chip").wait_for()
        assert again.count() == 0
        page.reload()
        assert page.locator("#question").input_value() == "还没写完"
        expect(page.locator(".turn:last-child .mark-chip")).to_have_count(1)


def test_stop_ends_the_turn_on_the_server_too(page: Page, staged: StagedDesk) -> None:
    staged.begun.clear()
    staged.cancelled.clear()
    page.locator("#question").fill(SLOW)
    page.keyboard.press("Enter")
    assert staged.begun.wait(20)
    page.get_by_role("button", name="停止").click()
    expect(page.locator(".failed")).to_contain_text("停下")
    assert staged.cancelled.wait(20)
    expect(page.locator("#send")).to_be_visible()


def test_a_complaint_gets_a_number(page: Page) -> None:
    ask(page, CITED)
    page.get_by_role("button", name="投诉回答").click()
    page.locator("#reason").fill("电话打不通")
    page.get_by_role("button", name="提交投诉").click()
    expect(page.locator("#complaint-notice")).to_contain_text("编号20")


def test_a_new_talk_forgets_the_old_one(page: Page) -> None:
    ask(page, CITED)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".turn")).to_have_count(1)
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)


def test_one_question_without_scripts(browser: Browser, address: str) -> None:
    with visit(browser, address, java_script_enabled=False) as page:
        page.locator("#question").fill(CITED)
        page.locator("#send").click()
        expect(page.locator(".turn:last-child .badge")).to_have_text("已答复")
        page.locator(".mark-chip").first.click()
        expect(page.locator("mark")).to_be_visible()
        expect(page.locator("h1")).to_contain_text("机动车停车条例")


def test_the_page_in_english_and_a_real_question(browser: Browser, address: str) -> None:
    with visit(browser, address, "/?lang=en") as page:
        assert page.locator("html").get_attribute("lang") == "en"
        ask(page, "你好")
        expect(page.locator(".turn:last-child .badge")).to_have_text("Small talk")
