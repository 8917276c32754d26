"""Kept conversations in Chromium: kept over a restart, gone on with, found, renamed, deleted, exported, voted on."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.conversations import FILE, Conversations
from tests.fake_colloquy import ATTACK, CHOIR, FakeColloquy, FakeLibrary
from tests.pages import QUESTION, answered, ask, in_view, visit
from tests.test_app import free_port
from ui import serving

pytestmark = pytest.mark.browser

FERRY_QUESTION = "Who led the ferry repairs?"
CHOIR_QUESTION = "Who conducted the choir?"
ROW = "#cq-history-list .cq-kept"

# Waits until nothing on the page has been put in or taken out for so many milliseconds.
STILL = """() => new Promise(done => {
  let wait = setTimeout(done, 700);
  const seen = new MutationObserver(() => { clearTimeout(wait); wait = setTimeout(done, 700); });
  seen.observe(document.body, { childList: true, subtree: true });
})"""


class Server:
    """The chat over a folder, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.fake = FakeColloquy(FakeLibrary(home=folder))
        self.start()

    def start(self) -> None:
        self.page = serving.launch(self.fake, port=free_port())  # type: ignore[arg-type]
        self.address = self.page.local_url

    def stop(self) -> None:
        self.page.close(verbose=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    served = Server(tmp_path)
    yield served
    served.stop()


def rows(page: Any) -> list[str]:
    return [text.strip() for text in page.locator(f"{ROW} .cq-kept-open").all_inner_texts()]


def listed(page: Any, count: int) -> list[str]:
    """The titles once there are so many."""
    page.wait_for_function(f"document.querySelectorAll('{ROW}').length === {count}")
    return rows(page)


def menu(page: Any, row: int, name: str) -> None:
    page.click(f"{ROW} >> nth={row} >> .cq-kept-more")
    page.click(f"{ROW} >> nth={row} >> text={name}")


def harmless(page: Any) -> None:
    assert page.evaluate("window.harmed") is None and page.faults == [] and page.elsewhere == []


def test_a_conversation_is_kept_over_a_restart_and_gone_on_with(browser: Any, server: Server, tmp_path: Path) -> None:
    page = visit(browser, server.address)
    page.wait_for_selector("#cq-history-list >> text=No conversations yet.")
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    assert listed(page, 1) == [FERRY_QUESTION]
    assert page.inner_text("#cq-history-list h3") == "Today"
    for number in (2, 3, 4, 5):
        ask(page, f"The two compared, time {number}")
        answered(page, number)
    before = page.inner_html("#a1 .cq-text"), page.inner_html("#panel-a1 #a1-c2"), page.inner_html("#a3 .cq-table")
    page.close()
    server.stop()

    # The article of the second sentence is gone meanwhile.
    server.fake.library.held = (CHOIR,)
    server.start()
    page = visit(browser, server.address)
    assert listed(page, 1) == [FERRY_QUESTION]
    assert page.locator("#cq-chat .user-row").count() == 0 and page.is_visible("text=Ask about the articles")
    assert page.get_attribute(f"{ROW} .cq-kept-open", "aria-current") is None
    page.click(f"{ROW} .cq-kept-open")
    page.wait_for_selector("#a5")
    assert (
        page.inner_html("#a1 .cq-text"),
        page.inner_html("#panel-a1 #a1-c2"),
        page.inner_html("#a3 .cq-table"),
    ) == before
    page.wait_for_selector(f"{ROW} .cq-kept-open[aria-current=true]")
    page.wait_for_function(
        "(e => e.scrollTop > 0 && e.scrollTop + e.clientHeight >= e.scrollHeight - 4)"
        "(document.querySelector('#cq-chat .panel-wrap') ?? document.querySelector('#cq-chat .bubble-wrap'))"
    )
    assert in_view(page, "#a5 .cq-foot")
    page.wait_for_selector("#panel-a5:not([hidden])")
    page.evaluate(STILL)  # the last painting has come; a click before it would be undone
    page.locator("#a1 .cq-cite >> nth=0").click()
    page.click("#a1-c1 .cq-open")
    page.wait_for_selector("#cq-article >> text=This article has left the library.")
    page.keyboard.press("Escape")

    ask(page, CHOIR_QUESTION)
    assert "Ilse Brandt" in answered(page, 6).inner_text()
    assert server.fake.asked[-1][1][0].question == FERRY_QUESTION
    assert listed(page, 1) == [FERRY_QUESTION]
    # A page that is loaded anew starts with an empty chat, and the list beside it.
    page.reload()
    assert listed(page, 1) == [FERRY_QUESTION] and page.locator("#cq-chat .user-row").count() == 0
    page.click(f"{ROW} .cq-kept-open")
    page.wait_for_selector("#a6 >> text=Ilse Brandt")
    harmless(page)
    page.close()
    assert len(Conversations(tmp_path).read("", 1).turns) == 6  # type: ignore[union-attr]


def test_two_conversations_search_rename_and_delete(browser: Any, server: Server, tmp_path: Path) -> None:
    page = visit(browser, server.address)
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    page.click(".cq-new")
    page.wait_for_selector("text=Ask about the articles")
    ask(page, CHOIR_QUESTION)
    answered(page, 2)
    assert listed(page, 2) == [CHOIR_QUESTION, FERRY_QUESTION]
    # Words of the answer, of which one is only begun.
    page.fill(".cq-search", "tove rep")
    page.wait_for_selector("#cq-history-list >> text=1 conversation found")
    assert rows(page) == [FERRY_QUESTION]
    page.fill(".cq-search", "regatta")
    page.wait_for_selector("#cq-history-list >> text=No conversation holds “regatta”.")
    page.fill(".cq-search", "")
    listed(page, 2)

    menu(page, 1, "Rename")
    assert page.evaluate("document.activeElement.value") == FERRY_QUESTION
    page.keyboard.type(f"Pier {ATTACK}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{ROW} >> text=Pier <script>")
    page.fill(".cq-search", "pier")
    page.wait_for_selector("#cq-history-list >> text=1 conversation found")
    page.fill(".cq-search", "")
    listed(page, 2)

    menu(page, 1, "Delete")
    page.wait_for_selector("#cq-kept-dialog >> text=Delete the conversation?")
    # The safe button has the focus: a slip of Enter deletes nothing.
    page.keyboard.press("Enter")
    page.wait_for_selector("#cq-kept-dialog", state="hidden")
    assert len(rows(page)) == 2 and "Ilse" in page.inner_text("#a2")
    page.click(f"{ROW} >> nth=1 >> text=Delete")
    page.click("#cq-kept-dialog .cq-sure")
    assert listed(page, 1) == [CHOIR_QUESTION]
    assert "Ilse" in page.inner_text("#a2")
    # The one on the page: the page is then empty.
    menu(page, 0, "Delete")
    page.click("#cq-kept-dialog .cq-sure")
    page.wait_for_selector("#cq-history-list >> text=No conversations yet.")
    page.wait_for_selector("text=Ask about the articles")
    page.wait_for_function("document.activeElement.className === 'cq-search'")
    harmless(page)
    page.close()
    held = (tmp_path / FILE).read_bytes()
    assert b"ferry" not in held.lower() and b"brandt" not in held.lower()


def test_export(browser: Any, server: Server) -> None:
    page = visit(browser, server.address)
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    listed(page, 1)
    page.click(f"{ROW} .cq-kept-more")
    for _ in range(2):  # the same again is saved again
        with page.expect_download() as saved:
            page.click(f"{ROW} >> text=Markdown")
        told = Path(saved.value.path()).read_text(encoding="utf-8")
        assert f"## {FERRY_QUESTION}" in told and "Engineer Tove Lind led the repairs.[^1] They took" in told
        assert saved.value.suggested_filename.endswith("-who-led-the-ferry-repairs.md")
        page.click(f"{ROW} .cq-kept-more") if not page.is_visible(f"{ROW} .cq-kept-acts") else None
    with page.expect_download() as saved:
        page.click(f"{ROW} >> text=JSON")
    whole = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert whole["turns"][0]["citations"][0]["quote"] == "Engineer Tove Lind led the work"
    harmless(page)
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_votes(browser: Any, server: Server, tmp_path: Path, width: int) -> None:
    page = visit(browser, server.address, width, 740)
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    ask(page, "Who won the regatta?")
    page.wait_for_selector("#a2.cq-declined .cq-vote")
    page.wait_for_selector("#cq-send")
    kept = Conversations(tmp_path)

    def vote(turn: int) -> tuple[int, str]:
        found = kept.read("", 1)
        assert found is not None
        return next((t.vote, t.remark) for t in found.turns if t.number == turn)

    page.focus("#a2 .cq-vote >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#a2 .cq-vote[aria-pressed=true]")
    assert vote(2) == (1, "") and vote(1) == (0, "")
    assert page.locator("#a1 [aria-pressed=true]").count() == 0
    page.wait_for_function("document.activeElement.matches('#a2 .cq-vote')")
    page.click("#a1 .cq-down")
    page.wait_for_selector("#a1 .cq-down[aria-pressed=true]")
    page.click("#a1 .cq-votes summary")
    page.fill("#a1 .cq-remarked input", f"  It was the mayor.  {ATTACK}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Enter")
    page.wait_for_selector("#a1 .cq-said >> text=It was the mayor.")
    assert vote(1) == (-1, f"It was the mayor. {ATTACK}")
    # A second click takes the vote back.
    page.click("#a2 .cq-vote >> nth=0")
    page.wait_for_selector("#a2 .cq-vote[aria-pressed=true]", state="detached")
    assert vote(2) == (0, "")
    page.reload()
    if width == 360:
        page.click(".cq-fold")
    listed(page, 1)
    page.click(f"{ROW} .cq-kept-open")
    page.wait_for_selector("#a1 .cq-down[aria-pressed=true]")
    assert "It was the mayor." in page.inner_text("#a1 .cq-said")
    harmless(page)
    page.close()


def test_a_phone_has_the_list_in_a_drawer(browser: Any, server: Server) -> None:
    page = visit(browser, server.address, 360, 740)
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    assert not page.is_visible("#cq-drawer")
    assert page.get_attribute(".cq-fold", "aria-expanded") == "false"
    # With the question box the whole conversation is on one screen.
    assert in_view(page, "#cq-question textarea") and in_view(page, ".cq-fold")
    page.focus(".cq-fold")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cq-drawer >> visible=true")
    assert page.get_attribute(".cq-fold", "aria-expanded") == "true"
    assert page.evaluate("document.activeElement.matches('.cq-drawer-close')")
    # Tab stays in the drawer.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#cq-drawer')"
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.keyboard.press("Escape")
    page.wait_for_selector("#cq-drawer", state="hidden")
    assert page.evaluate("document.activeElement.matches('.cq-fold')")
    page.click(".cq-fold")
    page.mouse.click(350, 400)  # beside it
    page.wait_for_selector("#cq-drawer", state="hidden")
    page.click(".cq-fold")
    page.click(".cq-new")
    page.wait_for_selector("text=Ask about the articles")
    page.click(".cq-fold")
    page.click(f"{ROW} .cq-kept-open")
    page.wait_for_selector("#cq-drawer", state="hidden")
    page.wait_for_selector("#a1 >> text=Tove Lind")
    ask(page, CHOIR_QUESTION)
    answered(page, 2)
    harmless(page)
    page.close()


def test_the_list_is_folded_and_stays_so(browser: Any, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(server.address)
    page.wait_for_selector("#cq-drawer >> visible=true")
    page.click(".cq-fold")
    page.wait_for_selector("#cq-drawer", state="hidden")
    page.reload()
    page.wait_for_selector(QUESTION)
    page.wait_for_selector("#cq-history[data-open=false]")
    assert not page.is_visible("#cq-drawer")
    page.click(".cq-fold")
    page.wait_for_selector("#cq-drawer >> visible=true")
    context.close()


CONTRAST = """selector => {
  const rgb = colour => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = colour;
    c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  return Math.min(...[...document.querySelectorAll(selector)].map(e => {
    let behind = e;
    while (rgb(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
    const [a, b] = [getComputedStyle(e).color, getComputedStyle(behind).backgroundColor].map(c => light(rgb(c)));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }));
}"""


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("dark", 360), ("light", 1280), ("light", 360)])
def test_every_word_can_be_read_in_light_and_dark(browser: Any, server: Server, scheme: str, width: int) -> None:
    view = {"width": width, "height": 740}
    context = browser.new_context(viewport=view, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(8000)
    page.goto(server.address)
    page.wait_for_selector(QUESTION)
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    page.click("#a1 .cq-vote >> nth=0")
    page.wait_for_selector("#a1 .cq-vote[aria-pressed=true]")
    if width == 360:
        page.click(".cq-fold")
    page.fill(".cq-search", "ferry")
    page.wait_for_selector("#cq-history-list >> text=1 conversation found")
    page.click(".cq-kept-more")
    # 4.5 to 1: WCAG 2.2, success criterion 1.4.3; 3 to 1 for what is a sign, 1.4.11.
    words = ".cq-new, .cq-search, .cq-kept-open, .cq-kept-acts button, #cq-history-list :is(h3, .cq-note)"
    assert page.evaluate(CONTRAST, words) >= 4.5
    assert page.evaluate(CONTRAST, ".cq-vote, .cq-kept-more, .cq-fold") >= 3
    page.click(".cq-kept-acts >> text=Delete")
    page.wait_for_selector("#cq-kept-dialog")
    assert page.evaluate(CONTRAST, "#cq-kept-dialog :is(h2, p, button)") >= 4.5
    context.close()


def test_nothing_moves_while_an_answer_streams(browser: Any, server: Server) -> None:
    server.fake.pause = 0.15
    page = visit(browser, server.address)
    places = (
        "() => ['cq-talk', 'cq-side', 'cq-history', 'cq-ask'].map(id => document.getElementById(id))"
        ".map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.width, r.height].map(Math.round).join()).join(';')"
    )
    before = page.evaluate(places)
    page.evaluate(
        "window.heights = new Set(); setInterval(() => { const e = document.querySelector('#a1 .cq-foots');"
        " if (e) window.heights.add(e.getBoundingClientRect().height); }, 20)"
    )
    page.evaluate(f"window.seen = new Set(); setInterval(() => window.seen.add(({places})()), 20)")
    ask(page, FERRY_QUESTION)
    answered(page, 1)
    listed(page, 1)
    page.wait_for_timeout(300)
    assert page.evaluate("[...window.seen]") == [before]
    # The votes take the place that the line of what is going on had.
    assert page.is_visible("#a1 .cq-vote") and len(page.evaluate("[...window.heights]")) == 1
    page.close()


@pytest.mark.parametrize("end", ["stop", "new", "close", "open"])
def test_an_answer_that_is_broken_off_is_kept_as_far_as_it_was_checked(
    browser: Any, server: Server, tmp_path: Path, end: str
) -> None:
    page = visit(browser, server.address)
    ask(page, CHOIR_QUESTION)
    answered(page, 1)
    page.click("#cq-clear")
    page.wait_for_selector("text=Ask about the articles")
    ask(page, "endless ferry")
    page.wait_for_selector("#a2 >> text=Engineer Tove Lind")
    match end:
        case "stop":
            page.click("#cq-stop")
        case "new":
            page.click("#cq-clear")
        case "close":
            page.close()
        case "open":
            page.click(f"{ROW} .cq-kept-open")
            page.wait_for_selector("#a1 >> text=Ilse Brandt")
    kept = Conversations(tmp_path)
    for _ in range(100):
        if len(kept.listed("")) == 2:
            break
        time.sleep(0.1)
    found = kept.read("", 2)
    assert found is not None
    (turn,) = found.turns
    assert turn.phase == "stopped" and turn.answer.text == "Engineer Tove Lind led the repairs. [1]"
    if end != "close":
        assert listed(page, 2) == ["endless ferry", CHOIR_QUESTION]
        harmless(page)
        page.close()


def test_a_file_that_cannot_be_used_is_told_and_left_alone(browser: Any, server: Server, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("CREATE TABLE of_a_later_time (x)")
    db.close()
    held = (tmp_path / FILE).read_bytes()
    page = visit(browser, server.address)
    page.wait_for_selector("#cq-history-list [role=alert] >> text=it has version 99")
    ask(page, FERRY_QUESTION)
    assert "Tove Lind" in answered(page, 1).inner_text()
    page.wait_for_selector("#cq-notice >> text=This conversation is not kept")
    page.click("#a1 .cq-vote >> nth=0")
    page.wait_for_selector("#cq-notice >> text=it has version 99")
    assert page.locator("[aria-pressed=true]").count() == 0
    # It is told once, not under every answer.
    ask(page, CHOIR_QUESTION)
    assert "Ilse Brandt" in answered(page, 2).inner_text()
    page.wait_for_timeout(500)
    assert page.locator(".cq-notice").count() == 0 and page.is_visible("#cq-history-list [role=alert]")
    assert (tmp_path / FILE).read_bytes() == held
    harmless(page)
    page.close()
