"""Chromium for the page tests, and what they measure in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# Every visible text with its contrast to the ground behind it, after WCAG 2.1 (relative luminance).
CONTRASTS = """
() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || element.closest(".hidden, .skip, noscript, script")) continue;
    const colour = channels(getComputedStyle(element).color).slice(0, 3);
    found.push([element.textContent.trim().slice(0, 20), ratio(colour, ground(element))]);
  }
  return found;
}
"""

# What a screen reader would miss: controls without a name, fields without a label, ids used twice, no language.
FAULTS = """
() => {
  const faults = [];
  const name = (e) => (e.getAttribute("aria-label") || e.textContent || e.title || "").trim();
  for (const e of document.querySelectorAll("button, a[href]"))
    if (!name(e)) faults.push(`no name: ${e.outerHTML.slice(0, 90)}`);
  for (const e of document.querySelectorAll("textarea, input:not([type=hidden])"))
    if (!e.labels?.length && !e.getAttribute("aria-label")) faults.push(`no label: ${e.id}`);
  for (const e of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${e.src}`);
  for (const e of document.querySelectorAll("[aria-labelledby], [aria-controls]"))
    for (const id of (e.getAttribute("aria-labelledby") ?? e.getAttribute("aria-controls")).split(" "))
      if (!document.getElementById(id)) faults.push(`no element: ${id}`);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  faults.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: ${id}`));
  if (!document.documentElement.lang) faults.push("no language");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  return faults;
}
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; the test skips where Chromium is absent."""
    path = os.environ.get("CITYDESK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no chromium on the PATH: apt-get install chromium, or set CITYDESK_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(browser: Browser, address: str, path: str = "/", **options: Any) -> Iterator[Page]:
    """A page in a context of its own. Fails where it logs an error or asks another host for anything."""
    context = browser.new_context(**{"viewport": {"width": 390, "height": 844}, **options})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("request", lambda asked: wrong.append(asked.url) if not _own(asked.url, address) else None)
    page.goto(address + path)
    try:
        yield page
    finally:
        context.close()
    assert [text for text in wrong if "ERR_INTERNET_DISCONNECTED" not in text] == []


def _own(url: str, address: str) -> bool:
    return urlsplit(url).scheme in {"data", "blob"} or urlsplit(url).netloc == urlsplit(address).netloc


def ask(page: Page, text: str) -> None:
    """Type ``text``, send it with Enter, and wait for its answer."""
    page.locator("#question").fill(text)
    page.locator("#question").press("Enter")
    page.locator("#log .turn:last-child .badge").wait_for()
