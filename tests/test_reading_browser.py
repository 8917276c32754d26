"""Reading an answer in Chromium: nothing moves, steps are counted, marks lead to quotes, by mouse, key and finger."""

import threading
from typing import Any

import pytest

from tests.fake_colloquy import FakeColloquy
from tests.pages import QUESTION, answered, ask, in_view, visit

pytestmark = pytest.mark.browser

SHIFTS = """
window.shifts = []; window.moved = [];
new PerformanceObserver((list) => { for (const e of list.getEntries()) {
  window.shifts.push([e.value, e.sources.map((s) => s.node?.className || s.node?.nodeName).join(' ')]); }
}).observe({ type: 'layout-shift', buffered: false });
window.places = new Map();
setInterval(() => { const parts = '#a1 .cq-steps, #a1 .cq-sentence, #panel-a1 .cq-card, #cq-chat .user-row, #cq-ask';
  document.querySelectorAll(parts).forEach((e) => {
    const name = e.id || e.className + e.textContent.slice(0, 12), r = e.getClientRects()[0];
    if (!r) return;
    const key = e.matches('.cq-steps') ? 'steps' : name, at = [r.x, r.y].map(Math.round).join();
    if (places.has(key) && places.get(key) !== at) window.moved.push([key, places.get(key), at]);
    places.set(key, at); }); }, 20);
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_that_was_read_moves_while_an_answer_comes(
    browser: Any, address: str, fake: FakeColloquy, width: int
) -> None:
    page = visit(browser, address, width, 900)
    fake.pause = 0.25
    try:
        # The first question moves the empty chat out of the way; from there on nothing is to move.
        ask(page, "Who led the ferry repairs?")
        page.wait_for_selector("#a1 .cq-steps")
        page.wait_for_timeout(50)
        page.evaluate(SHIFTS)
        answered(page, 1)
        page.wait_for_timeout(300)
    finally:
        fake.pause = 0.0
    assert page.evaluate("[...places.keys()].length") >= 7  # question, steps, two sentences, three cards
    assert page.evaluate("window.moved") == []
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.01, shifts
    page.close()


def test_the_steps_are_counted_while_they_go_and_stay_as_one_line(page: Any, fake: FakeColloquy) -> None:
    fake.gate = threading.Event()
    ask(page, "Who led the ferry repairs?")
    page.wait_for_selector("#a1 .cq-ticking >> text=/^0\\.[5-9] s/")
    assert page.get_attribute("#a1 .cq-ticking", "aria-hidden") == "true"
    fake.gate.set()
    line = answered(page, 1).locator(".cq-steps").inner_text()
    assert line.startswith("Searched 0.") and "wrote and checked" in line
    assert page.locator(".cq-ticking, .cq-dots").count() == 0


def test_a_mark_shows_its_quote_and_nothing_moves(page: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    before = page.evaluate("JSON.stringify(document.querySelector('#a1').getBoundingClientRect())")
    page.hover("#a1 .cq-cite >> nth=0")
    page.wait_for_selector("#cq-quote:popover-open")
    shown = page.inner_text("#cq-quote")
    assert shown.startswith("Engineer Tove Lind led the work") and "Marsk Courier · 11 March 2024" in shown
    assert page.get_attribute("#a1 .cq-cite >> nth=0", "aria-describedby") == "cq-quote"
    assert page.evaluate("JSON.stringify(document.querySelector('#a1').getBoundingClientRect())") == before
    page.keyboard.press("Escape")
    assert not page.is_visible("#cq-quote")
    page.mouse.move(5, 5)
    # By the pointer from the mark over its quote to the words in their article.
    page.hover("#a1 .cq-cite >> nth=1")
    page.wait_for_selector("#cq-quote:popover-open >> text=Repairs to the pier")
    page.click("#cq-quote")
    page.wait_for_selector("#cq-article mark.cq-focus >> text=Repairs to the pier took eleven weeks")
    assert not page.is_visible("#cq-quote")
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    page.wait_for_selector("#cq-quote", state="hidden")


def test_mark_card_article_and_back_by_keyboard(page: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    page.focus("#a1 .cq-vote >> nth=0")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.dataset.cite") == "a1-c3"
    page.wait_for_selector("#cq-quote:popover-open >> text=Tickets stay at the old price")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "a1-c3"
    assert not page.is_visible("#cq-quote")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "cq-open"
    page.keyboard.press("Enter")
    page.wait_for_selector("#cq-article mark.cq-focus >> text=Tickets stay")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cq-article", state="hidden")
    assert page.evaluate("document.activeElement.className") == "cq-open"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "cq-back"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.cite") == "a1-c3"


def test_a_second_click_on_a_mark_opens_its_words_in_the_article(page: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    page.click("#a1 .cq-cite >> nth=2")
    page.wait_for_selector("#a1-c3.cq-lit")
    page.click("#a1 .cq-cite >> nth=2")
    page.wait_for_selector("#cq-article mark.cq-focus >> text=Tickets stay")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cq-article", state="hidden")
    assert page.evaluate("document.activeElement.dataset.cite") == "a1-c3"


def test_a_finger_finds_what_it_needs(browser: Any, address: str, fake: FakeColloquy) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(8000)
    page.goto(address)
    page.wait_for_selector(QUESTION)
    assert page.evaluate("document.querySelector('#cq-ask').getBoundingClientRect().bottom") <= 740
    fake.gate = threading.Event()
    ask(page, "Who led the ferry repairs in March?")
    # Evidence first, here in the answer's place: the sources stand a page below.
    page.wait_for_selector("#a1 .cq-early >> text=Island ferry returns")
    assert in_view(page, "#a1 .cq-early .cq-row")
    fake.gate.set()
    answered(page, 1)
    assert page.locator(".cq-early").count() == 0
    page.wait_for_timeout(200)
    # What is seen may be less high; what takes the finger is 44 px, and no two of them overlap in their middle.
    for what in (".cq-vote >> nth=0", "[data-period=same]", "[data-period=any]", ".cq-period summary"):
        box = page.locator(f"#a1 {what}")
        high = "e => Math.max(e.offsetHeight, parseFloat(getComputedStyle(e, '::before').height) || 0)"
        assert box.evaluate(high) >= 44, what
    for what in ("role=tab[name=Articles]", ".cq-fold", "#cq-send", "#cq-clear"):
        assert page.locator(what).first.evaluate("e => e.getBoundingClientRect().height") >= 44, what
    tops = "[...document.querySelectorAll('#a1 :is(.cq-foots > div > button, summary)')].map(e => e.offsetTop)"
    assert len(set(page.evaluate(tops))) == 2  # votes and retry; the period
    page.tap("#a1 .cq-cite >> nth=0")
    page.wait_for_selector("#a1-c1.cq-lit")
    assert not page.is_visible("#cq-quote") and in_view(page, "#a1-c1 .cq-title")
    page.tap("#a1-c1 .cq-back")
    page.wait_for_function("document.activeElement.dataset.cite === 'a1-c1'")
    fake.gate = None
    context.close()
