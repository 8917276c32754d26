"""Takes the README's picture: the chat over the shipped articles, a question, an answer, its citation opened.

Run by ``make picture``; needs Chromium.
"""

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "How many police officers has the United States trained since March 2023?"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from rag.opening import fill_empty, open_colloquy
    from rag.settings import load_settings
    from ui.serving import launch

    chromium = os.environ.get("COLLOQUY_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("Chromium was not found; install it, or name it in COLLOQUY_CHROMIUM")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        settings = load_settings(library=Path(home))
        fill_empty(settings)
        page_server = launch(open_colloquy(settings), port=port)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_placeholder("Ask a question").fill(QUESTION)
        page.keyboard.press("Enter")
        mark = page.locator(".cq-answer button, .cq-answer a").first
        mark.wait_for(timeout=120_000)
        mark.click()
        page.locator("#cq-panel mark").first.wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=str(ROOT / "docs" / "chat.png"))
        browser.close()
        page_server.close(verbose=False)


if __name__ == "__main__":
    main()
