"""Hostile articles in Chromium, through all the tabs: nothing runs, nothing is fetched, nothing is cut off."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.proposals import Proposal, write_proposals
from index.library import Library
from tests.hostile import ATTACKS, HOST, WORD, HostileColloquy, hostile_library
from tests.pages import QUESTION, answered, ask, visit
from tests.served import served
from ui.evaluation import FILE

pytestmark = pytest.mark.browser

ALL = " ".join(ATTACKS.values()).encode("ascii", "ignore").decode().replace("\0", "")[:1900]
SCRIPT = ATTACKS["script"]
# What the page itself never has, wherever it stands.
BROUGHT_IN = """() => [...document.querySelectorAll("*")].filter(e =>
  e.matches("iframe, object, embed, base:not([href='./']), meta[http-equiv=refresh], form[action],img[src=x], [srcdoc]")
  || e.getAttributeNames().some(n => n.startsWith("on"))
  || /^(javascript|data):/i.test(e.getAttribute("href") ?? "")
  || (e.matches("style, script") && /elsewhere\\.invalid|harmed/.test(e.textContent))
).map(e => e.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return hostile_library(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with served(HostileColloquy(library)) as page:  # type: ignore[arg-type]
        yield page.local_url


@pytest.fixture(params=[1280, 360])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    opened = visit(browser, address, request.param, 740)
    opened.set_default_timeout(60_000)
    opened.width, opened.asked_for = request.param, []
    opened.on("dialog", lambda dialog: (opened.asked_for.append(dialog.message), dialog.dismiss()))
    opened.on("popup", lambda popup: opened.asked_for.append(popup.url))
    opened.on("websocket", lambda socket: opened.asked_for.append(socket.url))
    opened.on("framenavigated", lambda frame: opened.asked_for.append(frame.url))
    yield opened
    unharmed(opened)
    opened.close()


def unharmed(page: Any) -> None:
    """Nothing has run, nothing was fetched, nothing of an article is an element, nothing is wider than the page."""
    page.wait_for_timeout(200)
    assert page.evaluate("window.harmed") is None
    assert page.elsewhere == [] and page.faults == [] and page.asked_for == []
    assert page.evaluate(BROUGHT_IN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.width
    assert page.title() == "Colloquy" and page.is_visible("#cq-head")
    assert HOST not in page.url


def go(page: Any, tab: str) -> None:
    page.click(f"role=tab[name={tab}]")


def read_all(page: Any, openers: str, count: int) -> str:
    """The text of the articles that these buttons open, one after the other."""
    found = ""
    for n in range(count):
        page.locator(openers).nth(n).evaluate("e => e.click()")
        page.wait_for_selector("#cq-article .cq-body")
        found += page.inner_text("#cq-article")
        assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#cq-article .cq-page'))")
        page.keyboard.press("Escape")
        page.wait_for_selector("#cq-article", state="hidden")
    return found


def test_in_answers_sources_and_articles(page: Any) -> None:
    ask(page, ALL)
    shown = answered(page, 1).inner_text()
    assert SCRIPT in shown and ATTACKS["pictures"] in shown and "{{7*7}}" in shown
    assert SCRIPT in page.inner_text("#cq-chat .user-row")
    unharmed(page)
    assert SCRIPT in page.text_content("#cq-panel")
    page.locator("#a1 .cq-cite").nth(3).evaluate("e => e.click()")
    page.wait_for_selector("#cq-panel .cq-lit")
    read = read_all(page, "#panel-a1 .cq-card .cq-open", page.locator("#panel-a1 .cq-card").count())
    assert SCRIPT in read and ATTACKS["style"] in read and WORD in read and "Harbour line 9999 stands." in read
    # Only plain addresses of the web are links, and they go nowhere by themselves.
    page.click("#a1 .cq-vote >> nth=0")
    page.click("#a1 .cq-votes summary")
    page.fill("#a1 .cq-remarked input", ALL[:400])
    page.keyboard.press("Enter")
    page.wait_for_selector("#a1 .cq-votes .cq-said")
    unharmed(page)
    ask(page, f"decline {SCRIPT}")
    page.wait_for_selector("#a2.cq-declined")
    assert SCRIPT in page.inner_text("#a2")
    ask(page, f"boom {SCRIPT}")
    page.wait_for_selector("#cq-chat .cq-failed >> text=ZeroDivisionError")
    ask(page, f"Only this {SCRIPT}")
    answered(page, 4)


def test_in_the_list_of_conversations_and_what_is_saved(page: Any) -> None:
    ask(page, f"Named {ALL}")
    answered(page, 1)
    if page.width == 360:
        page.click(".cq-fold")
    row = "#cq-history-list .cq-kept >> nth=0"
    page.click(f"{row} >> .cq-kept-more")
    page.click(f"{row} >> text=Rename")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(f"Renamed {ALL}"[:200])
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{row} >> text=Renamed <script>")
    unharmed(page)
    page.fill(".cq-search", SCRIPT)
    page.wait_for_selector("#cq-history-list >> text=found")
    page.fill(".cq-search", f"nothing {ALL}"[:200])
    page.wait_for_selector("#cq-history-list >> text=No conversation holds")
    unharmed(page)
    page.fill(".cq-search", "")
    page.wait_for_selector(f"{row} >> .cq-kept-more")
    if not page.is_visible(f"{row} >> .cq-kept-acts"):
        page.click(f"{row} >> .cq-kept-more")
    for form in ("Markdown", "JSON"):
        with page.expect_download() as saved:
            page.click(f"{row} >> text={form}")
        told = Path(saved.value.path()).read_text(encoding="utf-8")
        assert saved.value.suggested_filename.count(".") == 1
        if form == "JSON":
            assert SCRIPT in json.loads(told)["turns"][0]["question"]
        else:
            assert SCRIPT not in told and "\\<script\\>" in told
        if not page.is_visible(f"{row} >> .cq-kept-acts"):
            page.click(f"{row} >> .cq-kept-more")
    page.click(f"{row} >> text=Delete")
    page.wait_for_selector("#cq-kept-dialog >> text=Renamed <script>")
    unharmed(page)
    page.click("#cq-kept-dialog .cq-sure")


def test_in_the_articles_tab_and_the_limit_of_a_question(page: Any, tmp_path: Path) -> None:
    go(page, "Articles")
    page.wait_for_selector("#cq-shelf .cq-item")
    shown = page.inner_text("#cq-shelf")
    assert SCRIPT in shown and ATTACKS["style"] in shown
    unharmed(page)
    assert SCRIPT in read_all(page, "#cq-shelf .cq-headline", 24)
    page.fill(".cq-filter [name=words]", SCRIPT)
    page.wait_for_selector("#cq-shelf .cq-shown")
    page.fill(".cq-filter [name=words]", "")
    page.wait_for_selector("#cq-shelf .cq-shown >> text=24 articles")
    page.click("#cq-shelf [data-remove]:not([data-remove='']) >> nth=0")
    page.wait_for_selector(".cq-confirm >> text=Remove")
    unharmed(page)
    page.keyboard.press("Escape")
    page.click("#cq-shelf .cq-pick >> nth=0")
    page.wait_for_selector("#cq-shelf >> text=1 chosen")
    # Names that a file system takes, but "/" and NUL.
    for n, attack in enumerate(ATTACKS.values()):
        name = attack.encode("utf-8", "replace").decode().replace("/", "∕").replace("\0", "")[:60]
        (tmp_path / f"{n} {name}.{'pdf' if n % 2 else 'exe'}").write_text(f"no such thing {n}")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as many:
        many.writestr(f"inside/{ATTACKS['handlers']}.pdf", "no such thing")
    files = sorted(tmp_path.iterdir())
    page.set_input_files("#cq-files input[type=file]", [str(f) for f in files])
    page.wait_for_selector(f"#cq-adding >> text={len(files)} files refused")
    # Gradio takes the brackets out of the names that it is sent; those in an archive keep them.
    told = page.inner_text("#cq-adding")
    assert "harmed=1" in told and "onerror=window.harmed=2" in told
    unharmed(page)
    go(page, "Chat")
    page.wait_for_selector(QUESTION)
    page.click("#cq-scope button >> nth=0")
    page.wait_for_selector("#cq-scope form >> visible=true")
    assert SCRIPT in page.inner_text("#cq-scope")


def test_in_the_timeline(page: Any) -> None:
    ask(page, "Which cases?")
    answered(page, 1)
    go(page, "Timeline")
    page.wait_for_selector("#cq-times svg >> visible=true")
    drawn = page.locator("#cq-times svg >> visible=true")
    assert drawn.count() == 1 and "<" in drawn.text_content()
    assert SCRIPT in page.inner_text("#cq-times")
    assert page.locator("#cq-times svg :is(script, image, foreignObject, a)").count() == 0
    page.click("#cq-times .cq-entry >> nth=1")
    page.wait_for_selector("#cq-article .cq-body")
    page.keyboard.press("Escape")


def test_in_the_evaluation_tab(page: Any, library: Library) -> None:
    whole = [found for a in library.articles() if (found := library.article(a.id))]
    proposed = [
        Proposal(f"{a.id}\"'><b>", f"Who {a.title}?", (a.title,), a.text.split("\n")[0], a.id, a.title) for a in whole
    ]
    write_proposals(library.home / FILE, proposed)
    go(page, "Evaluation")
    page.wait_for_selector(".cq-proposal")
    shown = page.inner_text("#cq-eval-list")
    assert ATTACKS["style"] in shown and page.locator(".cq-proposal mark").count() > 10
    unharmed(page)
    assert "Harbour" in read_all(page, ".cq-proposal .cq-open", 3)
    left = page.locator(".cq-proposal").count()
    page.click(".cq-proposal [data-decide=dropped] >> nth=0")
    page.wait_for_selector("#cq-eval-list details[data-state=dropped]")
    page.click("#cq-eval-propose")
    page.wait_for_selector("#cq-eval-notice >> text=proposed")
    assert left > 10
