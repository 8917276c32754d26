"""The Timeline tab in Chromium: what is there, what is cited, what a period leaves, an answer that comes meanwhile."""

import threading
from typing import Any

import pytest

from tests.fake_colloquy import FakeColloquy
from tests.pages import answered, ask, visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1280])
def test_the_timeline_shows_all_marks_what_is_cited_and_opens_it(browser: Any, address: str, width: int) -> None:
    page = visit(browser, address, width, 740)
    page.click("role=tab[name=Timeline]")
    page.wait_for_selector("#cq-times svg >> visible=true")
    assert page.locator("#cq-times svg >> visible=true").count() == 1
    assert "cited" not in page.inner_text("#cq-times")
    page.click("role=tab[name=Chat]")
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    page.click("role=tab[name=Timeline]")
    page.wait_for_selector("#cq-times >> text=Cited in the last answer")
    shown = page.locator("#cq-times svg >> visible=true")
    assert "2 dated articles" in shown.get_attribute("aria-label")
    assert "11 March 2024 · Island ferry returns" in shown.text_content()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    right = "Math.max(...[...document.querySelectorAll('#cq-times *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(right) <= width
    page.click("#cq-times .cq-entry >> nth=0")
    page.wait_for_selector("#cq-article >> text=Tove Lind")
    page.keyboard.press("Escape")
    assert page.evaluate("window.harmed") is None and page.faults == [] and page.elsewhere == []
    page.close()


def test_the_timeline_of_a_period(page: Any) -> None:
    page.click("role=tab[name=Timeline]")
    page.wait_for_selector("#cq-times >> text=Date unknown")
    page.fill("#cq-times input[name=first]", "2024-01-01")
    page.fill("#cq-times input[name=last]", "2024-01-31")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cq-times >> text=Shown: January 2024.")
    assert "Island ferry" not in page.inner_text("#cq-times .cq-entries >> nth=0 >> li >> nth=0")
    assert page.locator("#cq-times >> text=Date unknown").count() == 0
    page.fill("#cq-times input[name=first]", "2024-02-01")
    page.click("#cq-times [type=submit]")
    page.wait_for_selector("#cq-times [role=alert] >> text=The period ends on 31 January 2024")
    page.click("#cq-times [type=reset]")
    page.wait_for_selector("#cq-times >> text=Date unknown")
    assert page.input_value("#cq-times input[name=first]") == ""


def test_the_timeline_is_drawn_anew_when_an_answer_comes_while_it_is_seen(page: Any, fake: FakeColloquy) -> None:
    fake.gate = threading.Event()
    ask(page, "Who led the ferry repairs?")
    page.wait_for_selector("text=Found, not yet checked")
    page.click("role=tab[name=Timeline]")
    page.wait_for_selector("#cq-times svg >> visible=true")
    assert page.locator(".cq-cited").count() == 0
    fake.gate.set()
    page.wait_for_selector("#cq-times .cq-cited")
