"""The chat in Chromium: ask, see evidence, follow a citation to the marked words, open the article."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.records import Article, Window
from tests.fake_colloquy import ARTICLES, ATTACK, FERRY, FakeColloquy, FakeLibrary
from tests.pages import QUESTION, answered, ask, in_view, visit
from tests.served import served

pytestmark = pytest.mark.browser


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
