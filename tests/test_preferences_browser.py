"""The settings in Chromium: set, said on the answer, kept over a restart, refused where they make no sense."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.conversations import Conversations
from rag.doctor import Check
from rag.open_models import OpenModel, OpenModels
from rag.options import Options
from rag.preferences import Preferences
from tests.fake_colloquy import FakeColloquy, FakeLibrary
from tests.pages import answered, ask, visit
from tests.served import served
from tests.test_preferences import opened
from ui import preferences

pytestmark = pytest.mark.browser

PANEL = "#cq-preferences-panel"
GATE = threading.Event()


def fake_over(home: Path) -> FakeColloquy:
    def slow(name: str, base_url: str) -> OpenModel:
        GATE.wait(20)
        return opened(name, base_url)

    return FakeColloquy(FakeLibrary(home=home), models=OpenModels(opened("embedded"), slow))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def fake(home: Path) -> FakeColloquy:
    return fake_over(home)


@pytest.fixture(scope="module")
def address(fake: FakeColloquy) -> Iterator[str]:
    with served(fake) as page:
        yield page.local_url


@pytest.fixture(params=[1280, 360])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    shown = visit(browser, address, request.param)
    yield shown
    assert shown.elsewhere == [] and shown.faults == []
    shown.close()


def show(page: Any) -> None:
    page.click(".cq-gear")
    page.wait_for_selector(PANEL)


def gone(page: Any) -> None:
    page.wait_for_selector(PANEL, state="detached")


def test_what_is_set_is_said_kept_and_taken_back(page: Any, fake: FakeColloquy, home: Path, browser: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    assert answered(page, 1).locator(".cq-with").count() == 0 and fake.asked_with[-1] is None
    show(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.check("[name=length][value=long]")
    page.check("[name=caution][value=strict]")
    page.fill("[name=passages]", "20")
    page.click(f"{PANEL} [type=submit]")
    gone(page)
    assert "long answers, strict, 20 passages" in page.inner_text(".cq-gear")
    ask(page, "And who conducted the choir?")
    assert "long answers, strict, 20 passages" in answered(page, 2).locator(".cq-with").inner_text()
    assert fake.asked_with[-1] == Options(0.6, 20, 96, 5)
    assert page.locator("#a1 .cq-with").count() == 0
    with served(fake_over(home)) as again:
        later = visit(browser, again.local_url)
        later.wait_for_selector(".cq-gear >> text=long answers")
        show(later)
        assert later.is_checked("[name=caution][value=strict]") and later.input_value("[name=passages]") == "20"
        later.close()
    show(page)
    page.click("[data-preferences=defaults]")
    gone(page)
    assert page.inner_text(".cq-gear").strip() == "Settings"
    ask(page, "Who led the ferry repairs?")
    assert answered(page, 3).locator(".cq-with").count() == 0 and fake.asked_with[-1] is None


def test_the_limit_of_questions_stays_on_one_line_beside_a_long_name(page: Any, fake: FakeColloquy, home: Path) -> None:
    store = Conversations(home)
    store.prefer("", lambda _: Preferences("long", "strict", 20, "hf:/srv/models/" + "harbour-" * 20))
    try:
        page.reload()
        page.wait_for_selector("#cq-gear .cq-said")
        assert page.locator("#cq-scope .cq-chip").evaluate("e => e.offsetHeight") <= 36
        inside = "e => e.scrollWidth <= e.clientWidth + 1"
        assert page.locator("#cq-controls").evaluate(inside)
        assert page.evaluate("document.querySelector('#cq-ask').getBoundingClientRect().bottom <= innerHeight")
    finally:
        store.prefer("", lambda _: Preferences())


def test_what_makes_no_sense_is_refused_and_escape_leaves_all_as_it_was(page: Any) -> None:
    show(page)
    page.fill("[name=passages]", "5000")
    page.check("[name=length][value=short]")
    page.click(f"{PANEL} [type=submit]")
    page.wait_for_selector(f"{PANEL} [role=alert] >> text=expected 1 to 50")
    # What was typed is still there to be mended.
    assert page.input_value("[name=passages]") == "5000" and page.is_checked("[name=length][value=short]")
    page.press("[name=passages]", "Escape")
    gone(page)
    assert page.evaluate("document.activeElement.className").startswith("cq-chip cq-gear")
    show(page)
    assert page.input_value("[name=passages]") == "" and page.is_checked("[name=length][value=normal]")
    page.click("[data-preferences=close]")
    gone(page)


def test_a_model_is_looked_for_opened_in_the_background_and_then_answers(
    page: Any, fake: FakeColloquy, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = [Check("server http://127.0.0.1:11434", False, "cannot be reached", "start it with `ollama serve`")]
    monkeypatch.setattr(preferences, "check_model", lambda name, url: tuple(missing))
    name = f"ollama:model-{page.viewport_size['width']}"
    GATE.clear()
    show(page)
    page.check("[name=other][value=yes]")
    page.fill("[name=model]", name)
    page.press("[name=model]", "Enter")
    page.wait_for_selector(".cq-checks >> text=cannot be reached")
    assert page.inner_text(".cq-checks code") == "ollama serve" and page.input_value("[name=model]") == name
    page.click(f"{PANEL} [type=submit]")
    page.wait_for_selector(f"{PANEL} [role=alert] >> text=nothing was changed")
    missing[0] = Check("server", True, "answers")
    page.click(f"{PANEL} [type=submit]")
    gone(page)
    page.wait_for_selector("#cq-gear >> text=embedded answers until it is there")
    ask(page, "Who led the ferry repairs?")
    assert answered(page, 1).locator(".cq-with").count() == 0
    GATE.set()
    page.wait_for_selector("#cq-gear >> text=answers from now on")
    ask(page, "And who conducted the choir?")
    assert name in answered(page, 2).locator(".cq-with").inner_text()
    used = fake.asked_with[-1]
    assert used is not None and used.model is not None and used.model.name == name
    show(page)
    page.click("[data-preferences=defaults]")
    gone(page)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    models = ("ollama:tiny", "openai:tiny http://127.0.0.1:9/v1")
    with served(fake_over(tmp_path_factory.mktemp("listed")), models=models) as page:
        yield page.local_url


@pytest.mark.parametrize("width", [1280, 360])
def test_one_of_the_models_that_the_settings_name_is_chosen(
    browser: Any, listed: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preferences, "check_model", lambda name, url: (Check("server", True, f"answers {url}"),))
    GATE.set()
    page = visit(browser, listed, width=width)
    show(page)
    page.check("[name=other][value=yes]")
    assert page.locator("[name=model] option").count() == 2 and page.locator("[name=address]").count() == 0
    page.select_option("[name=model]", label="openai:tiny at http://127.0.0.1:9/v1")
    page.click("[data-preferences=check]")
    page.wait_for_selector(".cq-checks >> text=answers http://127.0.0.1:9/v1")
    # The page is painted anew, and the choice stands.
    assert page.input_value("[name=model]") == "openai:tiny http://127.0.0.1:9/v1"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click(f"{PANEL} [type=submit]")
    gone(page)
    page.wait_for_selector("#cq-gear >> text=openai:tiny")
    ask(page, "And who conducted the choir?")
    assert "openai:tiny" in answered(page, 1).locator(".cq-with").inner_text()
    show(page)
    assert page.input_value("[name=model]") == "openai:tiny http://127.0.0.1:9/v1"
    page.click("[data-preferences=defaults]")
    gone(page)
    assert page.elsewhere == [] and page.faults == []
    page.close()
