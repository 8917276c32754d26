"""The real models over the shipped articles: from files to cited answers, and to a browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import load_dataset
from eval.floors import below, read_floors
from eval.run import read_run, run
from eval.summary import summarise
from eval.systems import ColloquySystem
from rag.opening import fill_empty, open_colloquy, shipped_articles
from rag.pipeline import Colloquy
from rag.settings import load_settings
from tests.test_app import free_port

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def colloquy(tmp_path_factory: pytest.TempPathFactory) -> Colloquy:
    home = tmp_path_factory.mktemp("home")
    before = os.environ.get("COLLOQUY_SETTINGS")
    os.environ["COLLOQUY_SETTINGS"] = str(home / "settings.toml")
    try:
        settings = load_settings(library=home / "library")
    finally:
        os.environ.pop("COLLOQUY_SETTINGS") if before is None else os.environ.update(COLLOQUY_SETTINGS=before)
    fill_empty(settings)
    return open_colloquy(settings)


def test_the_question_set_over_the_shipped_articles(colloquy: Colloquy, tmp_path: Path) -> None:
    dataset = load_dataset("briefs")
    run(ColloquySystem(colloquy, {}), dataset, tmp_path)
    own_words = 0
    for record in read_run(tmp_path)[1].values():
        answer = record["answer"]
        assert bool(answer["sentences"]) != bool(answer["abstained"])
        assert all(s["citations"] for s in answer["sentences"])
        for c in answer["citations"]:
            article = colloquy.library.article(c["article"]["id"])
            assert article is not None and article.text[c["start"] : c["end"]] == c["quote"]
            file = (shipped_articles() / Path(c["article"]["path"]).name).read_text(encoding="utf-8")
            assert " ".join(c["quote"].split()) in " ".join(file.split())
        quotes = [c["quote"] for c in answer["citations"]]
        own_words += any(not any(quote in s["text"] for quote in quotes) for s in answer["sentences"])
    assert below(summarise(tmp_path, dataset), read_floors()) == []
    # The language model writes: some of its own sentences hold up.
    assert own_words >= 5


@pytest.fixture
def address(colloquy: Colloquy) -> Iterator[str]:
    from ui.serving import launch

    port = free_port()
    served = launch(colloquy, port=port)
    yield f"http://127.0.0.1:{port}"
    served.close(verbose=False)


@pytest.mark.browser
def test_a_question_in_chromium_and_its_citation(address: str, browser: Any) -> None:
    page = browser.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(re.sub(r"^(\w+:(?://)?[^/]*).*", r"\1", request.url)))
    page.goto(address)
    page.get_by_placeholder("Ask a question").fill("Who chaired the Washington dialogue for the United States?")
    page.keyboard.press("Enter")
    mark = page.locator(".cq-answer button, .cq-answer a").first
    mark.wait_for(timeout=120_000)
    mark.click()
    marked = page.locator("#cq-panel mark").first
    marked.wait_for()
    assert "Elizabeth Richard" in marked.inner_text()
    assert {h for h in hosts if h.startswith(("http", "ws"))} <= {address, address.replace("http", "ws")}
