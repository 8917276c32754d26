"""The chat in Chromium: ask, see evidence, follow a citation to the marked words, open the article."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.records import Article, Window
from tests.fake_colloquy import ARTICLES, ATTACK, FERRY, FakeColloquy, FakeLibrary
from tests.served import served
from tests.test_app import free_port
from ui import serving

pytestmark = pytest.mark.browser

QUESTION = "#cq-question textarea"


@pytest.fixture(scope="module")
def fake() -> FakeColloquy:
    return FakeColloquy()


@pytest.fixture(scope="module")
def address(fake: FakeColloquy) -> Iterator[str]:
    served = serving.launch(fake, port=free_port())  # type: ignore[arg-type]
    yield served.local_url
    served.close(verbose=False)


def visit(browser: Any, address: str, width: int = 1280, height: int = 800) -> Any:
    """A fresh page that remembers in ``.elsewhere`` every request to another host, and in ``.faults`` every error."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.elsewhere, page.faults = [], []
    own = (address.rstrip("/"), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else page.elsewhere.append(r.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.set_default_timeout(8000)
    page.goto(address)
    page.wait_for_selector(QUESTION)
    return page


@pytest.fixture
def page(browser: Any, address: str, fake: FakeColloquy) -> Iterator[Any]:
    opened = visit(browser, address)
    yield opened
    # Whatever a test did: nothing of it may have left this machine or broken the page.
    assert opened.elsewhere == [] and opened.faults == []
    opened.close()
    fake.gate = None


def ask(page: Any, question: str) -> None:
    page.fill(QUESTION, question)
    page.press(QUESTION, "Enter")


def answered(page: Any, turn: int) -> Any:
    """The finished answer with this number."""
    page.wait_for_selector(f"#a{turn}:not(.cq-running)")
    page.wait_for_selector("#cq-send")
    return page.locator(f"#a{turn}")


def in_view(page: Any, selector: str) -> bool:
    """Whether the middle of the element is what is seen there, not covered and not scrolled away."""
    return bool(
        page.evaluate(
            """s => { const e = document.querySelector(s), r = e.getClientRects()[0];
            const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
            return top !== null && (e.contains(top) || top.contains(e)) && r.y >= 0 && r.bottom <= innerHeight; }""",
            selector,
        )
    )


def test_from_question_to_the_cited_words(page: Any, fake: FakeColloquy) -> None:
    fake.gate = threading.Event()
    assert "3 articles" in page.inner_text("#cq-head")
    ask(page, "Who led the ferry repairs?")
    # Evidence first: the passages are there while the model still writes, and the draft is not.
    page.wait_for_selector("text=Found, not yet checked")
    page.wait_for_selector(".cq-running >> text=Writing")
    assert page.input_value(QUESTION) == ""
    assert "Draft" not in page.inner_text("#cq-chat")
    fake.gate.set()
    assert answered(page, 1).locator(".cq-text").inner_text().startswith("Engineer Tove Lind led the repairs.")
    page.click("#a1 .cq-cite >> nth=0")
    page.wait_for_selector("#a1-c1.cq-lit")
    assert page.inner_text("#a1-c1 mark") == "Engineer Tove Lind led the work"
    assert "Marsk Courier · 11 March 2024" in page.inner_text("#a1-c1")
    assert in_view(page, "#a1-c1 mark")
    assert page.evaluate("document.activeElement.id") == "a1-c1"

    page.click("#a1-c3 .cq-open")
    page.wait_for_selector("#cq-article mark.cq-focus")
    assert page.inner_text("#cq-article mark.cq-focus") == "Tickets stay at the old price until the end of the year"
    assert page.locator("#cq-article mark").count() == 3
    assert in_view(page, "#cq-article mark.cq-focus")
    assert FERRY.text.split("\n\n")[0] in page.inner_text("#cq-article")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cq-article", state="hidden")


def test_each_answer_keeps_its_own_sources_and_the_keyboard_reaches_them(page: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    ask(page, "And who conducted the choir?")
    answered(page, 2)
    assert page.inner_text("#panel-a2 #a2-c1 mark") == "Conductor Ilse Brandt said the singers"
    assert not page.is_visible("#panel-a1")
    page.focus("#a1 .cq-cite >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel-a1 #a1-c1.cq-lit")
    assert not page.is_visible("#panel-a2")
    page.focus("#a2 .cq-cite")
    page.keyboard.press("Space")
    page.wait_for_selector("#panel-a2 #a2-c1.cq-lit")
    assert page.locator(".cq-lit.cq-card").count() == 1


def test_stop_really_stops_and_the_next_question_is_answered(page: Any, fake: FakeColloquy) -> None:
    fake.stopped.clear()
    ask(page, "endless ferry")
    page.wait_for_selector("#a1 >> text=Engineer Tove Lind")
    page.click("#cq-stop")
    page.wait_for_selector("#a1 >> text=Stopped. What stands here has been checked.")
    assert fake.stopped.wait(3)
    page.click("#a1 .cq-cite")
    page.wait_for_selector("#a1-c1.cq-lit")
    # A new question stops the one before it, without a click.
    fake.stopped.clear()
    ask(page, "endless ferry, again")
    page.wait_for_selector("#a2 >> text=Engineer Tove Lind")
    ask(page, "choir")
    assert "Ilse Brandt" in answered(page, 3).inner_text()
    assert fake.stopped.wait(3)
    assert "Stopped." in page.inner_text("#a2")


def test_a_page_that_is_closed_stops_its_answer(browser: Any, address: str, fake: FakeColloquy) -> None:
    fake.stopped.clear()
    page = visit(browser, address)
    ask(page, "endless ferry")
    page.wait_for_selector("#a1 >> text=Engineer Tove Lind")
    page.close()
    assert fake.stopped.wait(10)


def test_retry_edit_and_clear(page: Any, fake: FakeColloquy) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    before = len(fake.asked)
    page.click("#cq-chat [aria-label=Retry]")
    answered(page, 2)
    assert [q for q, *_ in fake.asked[before:]] == ["Who led the ferry repairs?"]
    page.click("#cq-chat [aria-label=Edit]")
    page.fill("#cq-chat textarea", "Who conducted the <b>choir</b>?")
    page.click("#cq-chat [aria-label=Submit]")
    assert "Ilse Brandt" in answered(page, 3).inner_text()
    assert fake.asked[-1][:2] == ("Who conducted the <b>choir</b>?", ())
    assert page.locator("#a1, #a2").count() == 0
    page.click("#cq-clear")
    page.wait_for_selector("text=Ask about the articles")
    assert page.locator(".cq-card").count() == 0


def test_an_example_is_asked(page: Any, fake: FakeColloquy) -> None:
    page.click("#cq-chat .example >> nth=0")
    answered(page, 1)
    assert fake.asked[-1][0] == "Who took part in Olen ferry repairs 2024?"


def test_declining_names_the_nearest_articles_and_opens_them(page: Any) -> None:
    ask(page, "Who won the regatta?")
    page.wait_for_selector("#a1.cq-declined >> text=do not say who won the regatta")
    page.click("#a1 .cq-row >> nth=1")
    page.wait_for_selector("#cq-article >> text=Ilse Brandt")


def test_faults_are_told_in_the_conversation(page: Any) -> None:
    page.click("#cq-send")
    page.wait_for_selector("text=Type a question first")
    ask(page, "boom")
    page.wait_for_selector("[role=alert] >> text=a fault of the model")
    ask(page, "z" * 2500)
    page.wait_for_selector("[role=alert] >> text=2000 are allowed")
    ask(page, "choir")
    assert "Ilse Brandt" in answered(page, 3).inner_text()


def test_hostile_text_is_shown_as_text(page: Any) -> None:
    ask(page, f"market {ATTACK}")
    answer = answered(page, 1)
    assert ATTACK.split(" ")[0] in answer.inner_text()
    assert "<script>window.harmed=1</script><img src=http" in page.inner_text("#cq-chat .user-row")
    page.click("#a1 .cq-cite")
    page.click("#a1-c1 .cq-open")
    page.wait_for_selector("#cq-article mark.cq-focus")
    shown = page.inner_text("#cq-article")
    assert "{{value}} ${window.harmed=4}" in shown and "javascript:window.harmed=6" in shown
    assert page.locator("#cq-article a, #cq-panel a, #cq-chat img, #cq-panel img, #cq-article img").count() == 0
    page.wait_for_timeout(300)
    assert page.evaluate("window.harmed") is None


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_cut_off_at_the_side(browser: Any, address: str, width: int) -> None:
    page = visit(browser, address, width, 740)
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    page.click("#a1 .cq-cite >> nth=1")
    page.wait_for_selector("#a1-c2.cq-lit")
    assert in_view(page, "#a1-c2 mark")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rightmost = "Math.max(...[...document.querySelectorAll('#panel-a1 *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(rightmost) <= width
    if width == 360:
        page.click("#a1-c2 .cq-back")
        assert in_view(page, "#a1 .cq-text")
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_period_is_dropped_set_and_taken_back(browser: Any, address: str, fake: FakeColloquy, width: int) -> None:
    page = visit(browser, address, width, 740)
    ask(page, "Who led the ferry repairs in March?")
    assert "Period: March 2024" in answered(page, 1).inner_text()
    assert fake.windows[-1] is None
    # By keyboard: from the chip of the period to "any time".
    page.focus("#a1 [data-period=any]")
    page.keyboard.press("Enter")
    assert "Period set by you: any time" in answered(page, 2).inner_text()
    assert fake.windows[-1] == Window() and fake.asked[-1][:2] == ("Who led the ferry repairs in March?", ())
    page.focus("#a2 summary")
    page.keyboard.press("Enter")
    assert in_view(page, "#a2 input[name=last]") and page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#a2 input[name=first]", "2024-03-05")
    page.fill("#a2 input[name=last]", "2024-03-12")
    page.keyboard.press("Enter")
    assert "Period set by you: 5–12 March 2024" in answered(page, 3).inner_text()
    assert fake.windows[-1] == Window(date(2024, 3, 5), date(2024, 3, 13))
    page.click("#a3 [data-period=asked]")
    assert "Period: March 2024" in answered(page, 4).inner_text()
    # Another question: the older answer only says its period.
    ask(page, "choir")
    assert "Period" not in answered(page, 5).inner_text()
    assert "Period: March 2024" in page.inner_text("#a4") and page.locator("#a4 button.cq-chip, #a4 form").count() == 0
    assert page.locator("#a1, #a2, #a3").count() == 0 and page.faults == []
    page.close()


def test_days_that_make_no_period_are_told_and_nothing_is_asked(page: Any, fake: FakeColloquy) -> None:
    ask(page, "Who led the ferry repairs in March?")
    answered(page, 1)
    before = len(fake.asked)
    page.click("#a1 summary")

    def told(words: str) -> None:
        page.click("#a1 form button")
        page.wait_for_selector(f"#cq-notice [role=alert] >> text={words}")
        assert len(fake.asked) == before and page.is_visible("#a1 input[name=last]")

    page.fill("#a1 input[name=last]", "2024-02-01")
    told("ends on 1 February 2024, before it begins on 1 March 2024")
    page.fill("#a1 input[name=first]", "")
    page.fill("#a1 input[name=last]", "")
    told("The period is empty")
    # Typed as month, day, year; Chromium's field takes it and knows that it cannot be.
    page.focus("#a1 input[name=last]")
    page.keyboard.type("02312024")
    told("The last day is 'an impossible date'")
    page.fill("#a1 input[name=last]", "2024-03-12")
    page.click("#a1 form button")
    answered(page, 2)
    assert fake.windows[-1] == Window(None, date(2024, 3, 13)) and page.locator(".cq-notice").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_a_table_is_cited_and_scrolls_inside_itself(browser: Any, address: str, width: int) -> None:
    page = visit(browser, address, width, 740)
    ask(page, "The two compared")
    answer = answered(page, 1)
    assert "The articles date the repairs differently." in answer.inner_text()
    assert page.locator("#a1 table th[scope=col]").all_inner_texts()[0] == "Event"
    assert page.locator("#a1 td .cq-unstated").inner_text() == "not stated"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wider = "(e => e.scrollWidth > e.clientWidth)(document.querySelector('#a1 .cq-table'))"
    assert page.evaluate(wider) == (width == 360)
    page.focus("#a1 .cq-table")
    assert page.evaluate("document.activeElement.className") == "cq-table"
    page.click("#a1 td .cq-cite >> nth=1")
    page.wait_for_selector("#a1-c3.cq-lit")
    assert page.inner_text("#a1-c3 mark") == "cost 2.4 million crowns"
    assert page.evaluate("window.harmed") is None and page.faults == [] and page.elsewhere == []
    page.close()


def test_a_card_names_and_opens_the_article_with_the_same_words(page: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    assert "Ferry line open again (Olen Mail, between 11 and 12 March 2024, inferred)" in page.inner_text("#a1-c2")
    assert page.get_attribute("#a1-c1 time", "title") == "Date as its source says"
    page.click("#a1-c2 .cq-copy")
    page.wait_for_selector("#cq-article >> text=This article has left the library.")


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


@pytest.mark.parametrize("held", [(), ARTICLES], ids=["empty", "held"])
def test_the_question_box_lies_in_the_window(browser: Any, held: tuple[Article, ...], tmp_path: Path) -> None:
    with served(FakeColloquy(FakeLibrary(held, tmp_path))) as shown:
        for width, height in ((320, 568), (360, 740), (390, 844), (768, 1024), (1280, 720)):
            page = visit(browser, shown.local_url, width, height)
            page.wait_for_selector("#cq-history-list >> css=p, li", state="attached")
            bottom = page.evaluate("document.querySelector('#cq-ask').getBoundingClientRect().bottom")
            assert height - 40 <= bottom <= height, (width, height)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.close()


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
