"""The pages in a real browser: on a phone, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="needs the extra 'dev'")

from playwright.sync_api import Browser

from eval.reports import write_comparison, write_report
from tests.eval.reports.staged import cases, compared, figures, run
from tests.serve.browsing import CONTRASTS, FAULTS, chromium, visit

pytestmark = pytest.mark.browser

PAGES = ("/report.html", "/compare.html")
OPEN_ALL = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
WIDTH = "[document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the written pages, as an address."""
    folder: Path = tmp_path_factory.mktemp("reports")
    write_report(folder, run(), figures(), cases())
    write_comparison(folder, compared())
    return folder.as_uri()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_has_to_be_scrolled_sideways(browser: Browser, address: str, page: str, width: int) -> None:
    with visit(browser, address, page, viewport={"width": width, "height": 780}) as shown:
        shown.evaluate(OPEN_ALL)
        scroll, inner = shown.evaluate(WIDTH)
        assert scroll <= inner == width
        assert shown.title().startswith(("评测报告", "对比"))  # a script in a case would have changed it


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_and_every_part_a_name(browser: Browser, address: str, page: str, scheme: str) -> None:
    with visit(browser, address, page, color_scheme=scheme) as shown:
        shown.evaluate(OPEN_ALL)
        contrasts = [one for one in shown.evaluate(CONTRASTS) if one[0]]
        assert len(contrasts) > 50
        assert [one for one in contrasts if one[1] < 4.5] == []
        assert shown.evaluate(FAULTS) == []


@pytest.mark.parametrize("page", PAGES)
def test_it_works_without_script(browser: Browser, address: str, page: str) -> None:
    with visit(browser, address, page, java_script_enabled=False) as shown:
        case = shown.locator("details.case").first
        assert not case.locator("pre").first.is_visible()
        case.locator("summary").click()
        assert case.locator("pre").first.is_visible()


def test_on_paper_all_is_unfolded(browser: Browser, address: str) -> None:
    with visit(browser, address, "/report.html") as shown:
        shown.emulate_media(media="print")
        case = shown.locator("details.case pre").first
        assert case.evaluate("(one) => one.getBoundingClientRect().height") > 0
        assert not shown.locator("nav").is_visible()
        pages = shown.pdf(format="A4")
        assert pages.startswith(b"%PDF")
