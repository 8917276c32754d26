"""Takes the pictures of the documentation: the chat over the shipped articles, in its six main states.

    python tools/picture.py [NAME ...]

Run by ``make picture``; needs Chromium. Without names all of ``STATES`` are taken. The same code gives the same
pictures but for the seconds that an answer took, which are taken out.
"""

import io
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars")
WIDE, PHONE = (1200, 760), (390, 844)
LARGEST = 150_000  # bytes of a picture
PATIENCE = 300_000  # milliseconds
# A cursor blinks, and what moves is elsewhere at every run.
STILL = """*, ::before, ::after {
  caret-color: transparent !important; animation: none !important; transition: none !important;
}"""


def ask(page: Any, question: str) -> None:
    page.fill("#cq-question textarea", question)
    page.press("#cq-question textarea", "Enter")
    page.wait_for_selector(".cq-answer:not(.cq-running)")
    page.wait_for_selector("#cq-send")


def answer(page: Any) -> None:
    ask(page, "How many police officers has the United States trained since March 2023?")
    page.click("#a1 .cq-cite >> nth=0")
    page.wait_for_selector("#cq-panel mark")


def events(page: Any) -> None:
    ask(page, "Who led each delegation, year by year?")


def article(page: Any) -> None:
    ask(page, "Who chaired the Washington dialogue for the United States?")
    page.locator("#a1 .cq-cite >> nth=0").evaluate("e => e.click()")
    page.locator("#a1-c1 .cq-open").evaluate("e => e.click()")
    page.wait_for_selector("#cq-article mark.cq-focus")


def articles(page: Any) -> None:
    page.click("role=tab[name=Articles]")
    page.wait_for_selector("#cq-shelf .cq-item")


def timeline(page: Any) -> None:
    ask(page, "When did the Islamabad dialogue end?")
    page.click("role=tab[name=Timeline]")
    page.wait_for_selector("#cq-times svg >> visible=true")


def declined(page: Any) -> None:
    ask(page, "How many nuclear warheads does Pakistan own?")
    page.wait_for_selector(".cq-declined .cq-nearest")


@dataclass(frozen=True, slots=True)
class State:
    """One picture: its file in ``docs``, what it shows in words, and how to get there."""

    file: str
    words: str
    reach: Callable[[Any], None]
    size: tuple[int, int] = WIDE
    scheme: str = "light"


STATES = (
    State("chat.png", "An answer with its source, the cited words marked", answer),
    State("events.png", "Several events compared, each cell cited", events),
    State("article.png", "An article opened at the cited words, dark", article, scheme="dark"),
    State("articles.png", "The Articles tab", articles),
    State("timeline.png", "The Timeline tab, what the answer cites marked", timeline),
    State("declined.png", "Declined, with the nearest articles, on a phone", declined, size=PHONE),
)


def take(browser: Any, address: str, state: State) -> bytes:
    """The picture of one state as PNG with a palette."""
    width, height = state.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=state.scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector("#cq-question textarea")
    page.add_style_tag(content=STILL)
    state.reach(page)
    page.evaluate(
        r"""() => { for (const foot of document.querySelectorAll(".cq-foot"))
        foot.textContent = foot.textContent.replace(/ · [\d.]+ s$/, ""); document.activeElement?.blur(); }"""
    )
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(1500)
    taken = page.screenshot()
    context.close()
    return small(taken)


def small(picture: bytes) -> bytes:
    """The same picture with at most 256 colours, those of a few pixels kept too. Raises ValueError where it is still
    larger than ``LARGEST``."""
    from PIL import Image

    written = io.BytesIO()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    if written.tell() > LARGEST:
        raise ValueError(f"the picture has {written.tell():,} bytes, at most {LARGEST:,} are meant; show less on it")
    return written.getvalue()


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from rag.opening import fill_empty, open_colloquy
    from rag.settings import load_settings
    from ui.serving import launch

    names = sys.argv[1:]
    if unknown := set(names) - {state.file.removesuffix(".png") for state in STATES}:
        raise SystemExit(f"there is no picture {', '.join(sorted(unknown))}; STATES in this file names all")
    chromium = os.environ.get("COLLOQUY_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("Chromium was not found; install it, or name it in COLLOQUY_CHROMIUM")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        settings = load_settings(library=Path(home))
        fill_empty(settings)
        colloquy = open_colloquy(settings)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for state in STATES:
            if names and state.file.removesuffix(".png") not in names:
                continue
            # A list of conversations without those of the pictures before.
            for kept in Path(home).glob("conversations.db*"):
                kept.unlink()
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            server = launch(colloquy, port=port)
            picture = take(browser, f"http://127.0.0.1:{port}", state)
            server.close(verbose=False)
            (FOLDER / state.file).write_bytes(picture)
            print(f"docs/{state.file}: {len(picture):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
