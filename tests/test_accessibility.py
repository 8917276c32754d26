"""axe-core over the states of the page in Chromium: no finding that is serious or critical, as wide as a desk, a tablet
and a phone, light and dark."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_colloquy import FakeColloquy, FakeLibrary
from tests.pages import QUESTION, answered, ask
from tests.test_app import free_port
from ui import serving
from ui.line import Line
from ui.login_page import login_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def axe() -> Any:
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> FakeColloquy:
    return FakeColloquy(FakeLibrary(home=tmp_path_factory.mktemp("library")))


@pytest.fixture(scope="module")
def line() -> Line:
    return Line(at_once=1)


@pytest.fixture(scope="module")
def address(fake: FakeColloquy, line: Line) -> Iterator[str]:
    served = serving.launch(fake, port=free_port(), line=line)  # type: ignore[arg-type]
    yield served.local_url
    served.close(verbose=False)


def findings(page: Any, axe: Any) -> list[str]:
    """What axe finds serious or critical: the rule, how bad, and where."""
    found = axe.run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.fixture(params=[(w, scheme) for w in (1280, 768, 360) for scheme in ("light", "dark")], ids=str)
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = request.param
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "reduced_motion": "reduce"}
    # The check is the browser's own script, which the page's policy lets nobody bring in.
    context = browser.new_context(bypass_csp=True, **options)
    opened = context.new_page()
    opened.set_default_timeout(8000)
    opened.goto(address)
    opened.wait_for_selector(QUESTION)
    opened.wait_for_selector("#cq-history-list >> css=p, li", state="attached")
    yield opened
    context.close()


def test_the_chat_from_empty_to_the_open_article(page: Any, axe: Any, fake: FakeColloquy) -> None:
    assert findings(page, axe) == []
    fake.gate = threading.Event()
    try:
        ask(page, "Who led the ferry repairs in March?")
        page.wait_for_selector(".cq-running >> text=writing")
        assert findings(page, axe) == []
    finally:
        fake.gate.set()
        fake.gate = None
    answered(page, 1)
    page.click("#a1 .cq-vote >> nth=0")
    page.click("#a1 .cq-votes summary")
    page.click("#a1 .cq-period summary")
    page.click("#a1 .cq-cite >> nth=1")
    page.wait_for_selector("#a1-c2.cq-lit")
    assert findings(page, axe) == []
    page.click("#a1-c2 .cq-open")
    page.wait_for_selector("#cq-article mark.cq-focus")
    assert findings(page, axe) == []


def test_the_quote_over_a_mark(page: Any, axe: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    page.hover("#a1 .cq-cite >> nth=1")
    page.wait_for_selector("#cq-quote:popover-open >> text=Repairs to the pier")
    assert page.get_attribute("#a1 .cq-cite >> nth=1", "aria-describedby") == "cq-quote"
    assert findings(page, axe) == []


def test_a_question_in_line(page: Any, axe: Any, line: Line) -> None:
    with line.join():
        ask(page, "Who led the ferry repairs?")
        page.wait_for_selector(".cq-running >> text=First in line")
        page.wait_for_selector("#panel-a1 .cq-row")
        if (page.viewport_size or {})["width"] < 800:
            assert page.is_visible("#a1 .cq-early .cq-row")
        assert findings(page, axe) == []
    answered(page, 1)


def test_a_table_what_is_declined_and_what_failed(page: Any, axe: Any) -> None:
    ask(page, "The two compared")
    answered(page, 1)
    assert findings(page, axe) == []
    ask(page, "Who won the regatta?")
    page.wait_for_selector("#a2.cq-declined")
    ask(page, "boom")
    page.wait_for_selector("#cq-chat [role=alert]")
    page.click("#cq-send")
    page.wait_for_selector("#cq-notice [role=alert]")
    assert findings(page, axe) == []


def open_tab(name: str, shown: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.click(f"role=tab[name={name}]")
        page.wait_for_selector(f"{shown} >> visible=true")

    return act


def open_conversations(page: Any) -> None:
    ask(page, "Who led the ferry repairs?")
    answered(page, 1)
    if not page.is_visible("#cq-drawer"):
        page.click(".cq-fold")
    page.wait_for_selector(".cq-kept-more >> visible=true")
    page.click(".cq-kept-more >> nth=0")


def open_scope(page: Any) -> None:
    page.click("#cq-scope [data-scope=open]")
    page.wait_for_selector("#cq-scope-panel")


@pytest.mark.parametrize(
    "act",
    [
        open_tab("Articles", "#cq-shelf .cq-item"),
        open_tab("Timeline", "#cq-times svg"),
        open_tab("Evaluation", "#cq-eval-propose"),
        open_conversations,
        open_scope,
    ],
    ids=["articles", "timeline", "evaluation", "conversations", "scope"],
)
def test_the_tabs_and_what_unfolds(page: Any, axe: Any, act: Callable[[Any], None]) -> None:
    act(page)
    assert findings(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 360])
def test_the_login_page(browser: Any, axe: Any, tmp_path: Path, width: int, scheme: str) -> None:
    written = tmp_path / "login.html"
    written.write_text(login_html("that name and password do not belong together"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(written.as_uri())
    assert findings(page, axe) == []
    page.close()


def test_a_page_with_a_fault_is_found(browser: Any, axe: Any) -> None:
    """The check itself: a field without a name and words that cannot be read."""
    page = browser.new_page()
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><input><p style='color:#ccc'>pale</p></main>")
    rules = {found.split()[0] for found in findings(page, axe)}
    assert {"label", "color-contrast"} <= rules
    page.close()
