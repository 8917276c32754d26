"""What the tests in Chromium do with a page: open it, ask in it, wait for an answer, look where something stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fake_colloquy import FakeColloquy

QUESTION = "#cq-question textarea"


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


@contextmanager
def visited(browser: Any, address: str, fake: FakeColloquy) -> Iterator[Any]:
    """A page that is closed at the end."""
    page = visit(browser, address)
    yield page
    # Whatever a test did: nothing of it may have left this machine or broken the page.
    assert page.elsewhere == [] and page.faults == []
    page.close()
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
