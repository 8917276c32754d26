"""The login and the line in Chromium, at the width of a desk and of a phone."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag import users as users_module
from rag.users import Users
from tests.fake_colloquy import FakeColloquy
from tests.pages import QUESTION, answered, ask, visit
from tests.served import served
from tests.test_line import until
from ui.line import Line

pytestmark = pytest.mark.browser

PASSWORD = "a long harbour wall"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users_module, "COST", (2, 8, 1))
        known = Users(tmp_path_factory.mktemp("users") / "users.toml")
        known.add("ida", PASSWORD)
        with served(FakeColloquy(), users=known) as page:
            yield page.local_url


@pytest.mark.parametrize("width", [360, 1280])
def test_logging_in_asking_and_logging_out(browser: Any, guarded: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((guarded, "data:", "blob:")) else elsewhere.append(r.url))
    page.set_default_timeout(8000)
    page.goto(guarded)
    assert page.url == f"{guarded}login"
    # The focus is set with the first frame drawn, which may come after the page has loaded.
    page.wait_for_function("document.activeElement.name === 'username'")
    page.keyboard.type("ida")
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert] >> text=That name and password do not belong together.")
    assert page.input_value("[name=password]") == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("[name=username]", "ida")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(QUESTION)
    page.wait_for_selector(".cq-who >> text=ida")
    assert page.evaluate("document.querySelector('#cq-ask').getBoundingClientRect().bottom") <= 740
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ask(page, "Who led the ferry repairs?")
    assert "Tove Lind" in answered(page, 1).inner_text()
    page.click("#a1 .cq-cite >> nth=0")
    page.click("#a1-c1 .cq-open")  # what the page fetches by itself is let through too
    page.wait_for_selector("#cq-article mark.cq-focus")
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector(QUESTION)
    page.click(".cq-who button")
    page.wait_for_selector("[name=password]")
    page.goto(guarded)
    assert page.url == f"{guarded}login" and elsewhere == []
    context.close()


def test_nobody_is_logged_in_where_nobody_needs_to_be(browser: Any) -> None:
    with served(FakeColloquy()) as open_page:
        page = visit(browser, open_page.local_url)
        assert page.locator(".cq-who").count() == 0
        page.close()


def test_the_page_of_another_site_cannot_ask_in_the_name_of_its_visitor(browser: Any) -> None:
    fake, form = FakeColloquy(), '<form method="post" enctype="text/plain"><input name=\'{"x": "\' value=\'"}\'></form>'

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(form.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    with served(fake) as own, ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://localhost:{other.server_port}/")  # to a browser another site than 127.0.0.1
        with page.expect_navigation() as navigation:
            page.evaluate(
                f"document.forms[0].action = '{own.local_url}v1/chat/completions'; document.forms[0].submit()"
            )
        assert navigation.value.status == 403 and "another site" in page.inner_text("body")
        page.close()
        other.shutdown()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_place_in_the_line_is_told_and_moves_up(browser: Any, width: int) -> None:
    fake, line = FakeColloquy(), Line(at_once=1, longest=3)
    with served(fake, line=line) as served_page:
        first, second, third = line.join(), line.join(), line.join()
        page = visit(browser, served_page.local_url, width, 740)
        ask(page, "Who led the ferry repairs?")
        page.wait_for_selector("#a1 [role=status] >> text=Third in line")
        # The passages are found meanwhile; nothing reads them before the turn.
        page.wait_for_selector("#cq-panel >> text=Found, not yet checked")
        assert fake.read == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        second.leave()
        page.wait_for_selector("#a1 [role=status] >> text=Second in line")
        third.leave()
        page.wait_for_selector("#a1 [role=status] >> text=First in line")
        # The page is not blocked meanwhile: a question taken back leaves its place, another gets the last.
        page.click("#cq-stop")
        page.wait_for_selector("#a1 >> text=Stopped.")
        until(lambda: line.counts() == (1, 0))
        ask(page, "choir")
        page.wait_for_selector("#a2 [role=status] >> text=First in line")
        first.leave()
        assert "Ilse Brandt" in answered(page, 2).inner_text()
        assert fake.read == ["choir"] and page.faults == []
        page.close()
        until(lambda: line.counts() == (0, 0))


def test_a_page_that_is_cleared_or_closed_leaves_the_line_and_a_full_line_is_told(browser: Any) -> None:
    fake, line = FakeColloquy(), Line(at_once=1, longest=1)
    with served(fake, line=line) as served_page, line.join():
        page = visit(browser, served_page.local_url)
        ask(page, "ferry")
        page.wait_for_selector("#a1 >> text=First in line")
        other = visit(browser, served_page.local_url)
        ask(other, "choir")
        other.wait_for_selector("[role=alert] >> text=The line is full: 1 question waits, at most 1 may")
        page.click("#cq-clear")
        until(lambda: line.counts() == (1, 0))
        ask(other, "choir")
        other.wait_for_selector("#a2 >> text=First in line")
        other.close()
        until(lambda: line.counts() == (1, 0), 10)
        until(lambda: fake.open == 0, 10)
        assert fake.read == []
        page.close()


def test_two_pages_are_answered_in_the_order_of_coming(browser: Any) -> None:
    fake, line = FakeColloquy(), Line(at_once=1)
    fake.gate = threading.Event()
    with served(fake, line=line) as served_page:
        pages = [visit(browser, served_page.local_url) for _ in range(3)]
        for number, page in enumerate(pages):
            ask(page, f"choir {number}")
            until(lambda n=number: line.counts() == (1, n))  # type: ignore[misc]
        pages[2].wait_for_selector("#a1 >> text=Second in line")
        fake.gate.set()
        for page in pages:
            answered(page, 1)
            page.close()
        assert [q for q, *_ in fake.asked] == ["choir 0", "choir 1", "choir 2"]
