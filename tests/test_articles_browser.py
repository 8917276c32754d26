"""The Articles tab and limited questions in Chromium, over a real library whose embedding is a fake."""

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.library import Library
from tests.fake_colloquy import ARTICLES, ATTACK, CHOIR, FERRY, FakeColloquy
from tests.pages import answered, ask, in_view, visit
from tests.test_app import free_port
from tests.test_scope import store_of
from ui import serving

pytestmark = pytest.mark.browser

MANY = 600
WIDTHS = pytest.mark.parametrize("width", [360, 1280])


@pytest.fixture(scope="module")
def lib(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """FERRY, CHOIR and HOSTILE, and 600 tiny articles of three publishers, a tenth without a date."""
    folder = tmp_path_factory.mktemp("articles")
    library = store_of(folder / "library", *ARTICLES)
    rows = []
    for n in range(MANY):
        row = {"title": f"Note {n:04}", "text": f"Note {n:04} is of {('harbour', 'bridge', 'market')[n % 3]} matters."}
        row["publisher"] = ("Dawn Herald", "Tarn Mail", "Lorne Post")[n % 3]
        if n % 10:
            row["published"] = (date(2015, 1, 1) + timedelta(days=n)).isoformat()
        rows.append(json.dumps(row))
    (folder / "notes.jsonl").write_text("\n".join(rows))
    assert library.add([folder / "notes.jsonl"]).added == MANY
    return library


@pytest.fixture(scope="module")
def fake(lib: Library) -> FakeColloquy:
    return FakeColloquy(library=lib)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def address(fake: FakeColloquy) -> Iterator[str]:
    served = serving.launch(fake, port=free_port(), upload_mb=1)  # type: ignore[arg-type]
    yield served.local_url
    served.close(verbose=False)


@pytest.fixture
def page(browser: Any, address: str, fake: FakeColloquy, lib: Library) -> Iterator[Any]:
    opened = visit(browser, address)
    yield opened
    assert opened.elsewhere == [] and opened.faults == [] and opened.evaluate("window.harmed") is None
    assert str(lib.home) not in opened.content()
    opened.close()
    fake.gate = None


def go(page: Any, tab: str) -> None:
    page.click(f"role=tab[name={tab}]")


def shelf(page: Any) -> None:
    go(page, "Articles")
    page.wait_for_selector("#cq-shelf .cq-item >> visible=true")
    page.wait_for_selector(".cq-filter select")


def shown(page: Any, words: str) -> None:
    page.wait_for_selector(f"#cq-shelf .cq-shown >> text={words}")


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#cq-shelf .cq-headline").all_inner_texts()
    return found


def not_cut(page: Any, width: int, inside: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    right = f"Math.max(...[...document.querySelectorAll('{inside} *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(right) <= width


def give(page: Any, *files: Path) -> None:
    page.set_input_files("#cq-files input[type=file]", [str(f) for f in files])


def story(folder: Path, name: str, words: str) -> Path:
    file = folder / name
    file.write_text(f"{words} told\n\nIt was told that {words} came to town.")
    return file


@WIDTHS
def test_the_tab_opens_at_once_and_pages_sorts_and_filters(browser: Any, address: str, width: int) -> None:
    page = visit(browser, address, width, 740)
    started = time.monotonic()
    shelf(page)
    # About a second is meant; a machine that runs other tests beside this one may take longer.
    assert time.monotonic() - started < 4
    shown(page, "1–50 of 603 articles")
    assert titles(page)[0] == FERRY.title and "11 March 2024, as its source says" in page.inner_text(
        "#cq-shelf li >> nth=0"
    )
    assert "Marsk Courier · 1 passage" in page.inner_text("#cq-shelf li >> nth=0")
    assert all(page.is_visible(f"role=tab[name={name}]") for name in ("Chat", "Articles", "Timeline", "Evaluation"))
    not_cut(page, width, "#cq-articles")
    page.click("[data-page] >> text=next")
    shown(page, "51–100 of 603")
    page.click("[data-page] >> text=last")
    shown(page, "601–603 of 603")
    assert "date unknown" in page.inner_text("#cq-shelf li >> nth=0")
    page.select_option(".cq-filter [name=order]", "title")
    shown(page, "1–50 of 603")
    page.fill(".cq-filter [name=words]", "bridg")
    shown(page, "of 200 articles")
    page.select_option(".cq-filter [name=publisher]", "=Tarn Mail")
    page.fill(".cq-filter [name=first]", "2015-01-01")
    page.fill(".cq-filter [name=last]", "2015-01-31")
    shown(page, "9 articles")
    assert titles(page)[0] == "Note 0001" and page.locator("#cq-shelf nav").count() == 0
    page.fill(".cq-filter [name=last]", "2014-01-31")
    page.wait_for_selector("#cq-articles-notice [role=alert] >> text=swap the two")
    page.click(".cq-filter [type=reset]")
    shown(page, "1–50 of 603")
    assert page.input_value(".cq-filter [name=words]") == "" and page.input_value(".cq-filter [name=first]") == ""
    assert (
        page.input_value(".cq-filter [name=publisher]") == "" and page.input_value(".cq-filter [name=order]") == "title"
    )
    page.check(".cq-filter [name=undated]")
    shown(page, "of 61 articles")
    page.fill(".cq-filter [name=words]", "no such words")
    page.wait_for_selector("#cq-shelf >> text=No article fits.")
    assert page.faults == [] and page.elsewhere == []
    page.close()


def test_an_article_opens_in_the_reader_and_hostile_text_stays_text(page: Any) -> None:
    shelf(page)
    page.click("#cq-shelf .cq-headline >> nth=0")
    page.wait_for_selector("#cq-article >> text=Engineer Tove Lind led the work")
    page.keyboard.press("Escape")
    page.fill(".cq-filter [name=words]", "hostile")
    shown(page, "1 article")
    assert "<script>window.harmed=1</script>" in titles(page)[0]
    page.click("#cq-shelf [data-remove]")
    assert "<script>" in page.inner_text(".cq-confirm p >> nth=0")
    page.click(".cq-confirm [value=no]")
    page.select_option(".cq-filter [name=publisher]", index=5)
    page.wait_for_timeout(500)
    assert page.locator("#cq-articles img, #cq-articles svg[onload], .cq-confirm").count() == 0


@WIDTHS
def test_a_date_is_corrected_where_it_stands_and_every_view_shows_it(
    browser: Any, address: str, lib: Library, width: int
) -> None:
    page = visit(browser, address, width, 740)
    ask(page, "Who led the ferry repairs?")
    assert "11 March 2024" in answered(page, 1).inner_text() + page.inner_text("#a1-c1")
    shelf(page)
    page.fill(".cq-filter [name=words]", "island ferry")
    shown(page, "1 article")
    page.click("#cq-shelf summary")

    def written(when: str) -> None:
        page.fill("#cq-shelf [name=when]", when)
        page.press("#cq-shelf [name=when]", "Enter")

    assert page.input_value("#cq-shelf [name=when]") == "2024-03-11"
    for when, wrong in (("2024-02-30", "does not exist, February 2024 has 29 days"), ("soon", "is no date; expected")):
        written(when)
        page.wait_for_selector(f"#cq-shelf .cq-wrong >> text={wrong}")
        assert lib.article(FERRY.id) == FERRY
    not_cut(page, width, "#cq-articles")
    written("2019-07")
    page.wait_for_selector("#cq-shelf summary >> text=July 2019, as set by hand")
    go(page, "Timeline")
    page.wait_for_selector("#cq-times .cq-article >> text=July 2019 (set by you)")
    go(page, "Chat")
    assert "July 2019 (set by you)" in page.inner_text("#a1-c1")
    go(page, "Articles")
    page.click("#cq-shelf summary")
    written("unknown")
    page.wait_for_selector("#cq-shelf summary >> text=date unknown, as set by hand")
    page.click("#cq-shelf summary")
    page.click("#cq-shelf [data-found]")
    page.wait_for_selector("#cq-shelf summary >> text=11 March 2024, as its source says")
    assert lib.article(FERRY.id) == FERRY and page.faults == []
    page.close()


def test_a_date_that_is_being_typed_outlives_a_new_list(page: Any) -> None:
    shelf(page)
    page.click("#cq-shelf summary >> nth=2")
    page.fill("#cq-shelf details[open] [name=when]", "2016")
    page.check("#cq-shelf .cq-pick >> nth=0")
    page.wait_for_selector("#cq-shelf >> text=1 chosen")
    assert page.input_value("#cq-shelf details[open] [name=when]") == "2016"


@WIDTHS
def test_removing_asks_once_and_the_other_views_know(
    browser: Any, address: str, lib: Library, fake: FakeColloquy, width: int
) -> None:
    page, other = visit(browser, address, width, 740), visit(browser, address)
    for p in (page, other):
        ask(p, "Who conducted the choir?")
        answered(p, 1)
    shelf(page)
    before = lib.counts()[0]
    page.fill(".cq-filter [name=words]", "choir valleys")
    shown(page, "1 article")
    page.click("#cq-shelf [data-remove]")
    assert "Remove “Choir of two valleys" in page.inner_text(".cq-confirm") and in_view(page, ".cq-confirm [value=no]")
    page.keyboard.press("Escape")
    page.wait_for_selector(".cq-confirm", state="detached")
    assert lib.counts()[0] == before
    page.click("#cq-shelf [data-remove]")
    page.click(".cq-confirm [value=yes]")
    page.wait_for_selector("#cq-articles-notice >> text=Removed “Choir of two valleys wins northern contest”.")
    page.wait_for_selector("#cq-shelf >> text=No article fits.")
    page.wait_for_selector(f"#cq-head >> text={before - 1:,} articles")
    go(page, "Timeline")
    page.wait_for_selector("#cq-times .cq-entry")
    assert CHOIR.title not in page.inner_text("#cq-times")
    go(page, "Chat")
    assert "has left the library" in page.inner_text("#a1-c1") and "Ilse Brandt" in page.inner_text("#a1")
    # Another page learns it when it looks at its conversation the next time.
    go(other, "Timeline")
    go(other, "Chat")
    other.wait_for_selector("#a1-c1 >> text=has left the library")
    for p in (page, other):
        assert p.faults == []
        p.close()
    put_back = store_of(lib.home, CHOIR)
    put_back.close()
    assert lib.counts()[0] == before


def test_the_chosen_are_removed_together(page: Any, lib: Library) -> None:
    shelf(page)
    before = lib.counts()[0]
    page.fill(".cq-filter [name=words]", "note 050")
    shown(page, "10 articles")
    page.click("[data-do='choose page']")
    page.wait_for_selector("#cq-shelf >> text=10 chosen")
    page.uncheck("#cq-shelf .cq-pick >> nth=0")
    page.wait_for_selector("#cq-shelf >> text=9 chosen")
    page.click("#cq-shelf [data-remove='']")
    assert "Remove the 9 articles chosen from the library?" in page.inner_text(".cq-confirm")
    page.click(".cq-confirm [value=yes]")
    page.wait_for_selector("#cq-articles-notice >> text=Removed 9 articles")
    shown(page, "1 article")
    assert lib.counts()[0] == before - 9 and not page.is_checked("#cq-shelf .cq-pick")


@WIDTHS
def test_files_and_archives_are_added_and_told_one_by_one(
    browser: Any, address: str, lib: Library, tmp_path: Path, width: int
) -> None:
    page = visit(browser, address, width, 740)
    shelf(page)
    before = lib.counts()[0]
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("north/quarry.txt", f"Quarry {width}\n\nThe quarry of Lorne opened in {width}.")
        archive.writestr("north/quarry.yaml", "published: 2016-05-04\npublisher: Quarry Times\n")
        archive.writestr("../out.txt", "Out of it.")
        archive.writestr("inner.zip", "PK")
    (tmp_path / f"x {ATTACK[:30].replace('/', '')}.png").write_bytes(b"\x89PNG")
    give(page, story(tmp_path, "ferry.txt", f"ferry {width}"), *sorted(tmp_path.glob("*.png")), tmp_path / "more.zip")
    page.wait_for_selector("#cq-adding >> text=2 articles added, 3 files refused.")
    told = page.inner_text("#cq-adding")
    assert "ferry.txt added" in told and "more.zip: north/quarry.txt added" in told
    assert "its path leads out of the archive" in told and "an archive in an archive" in told
    assert "unknown kind of file (.png)" in told and "quarry.yaml" not in told
    page.wait_for_selector(f"#cq-head >> text={before + 2:,} articles")
    not_cut(page, width, "#cq-articles")
    page.select_option(".cq-filter [name=publisher]", "=Quarry Times")
    page.wait_for_selector("#cq-shelf >> text=4 May 2016, as the file beside it says")
    give(page, tmp_path / "ferry.txt")
    page.wait_for_selector("#cq-adding >> text=0 articles added, 1 there already.")
    assert "was there already" in page.inner_text("#cq-adding .cq-upload >> nth=0")
    assert page.faults == [] and page.evaluate("window.harmed") is None
    page.close()


def test_files_are_dropped_and_what_is_too_large_is_not_sent(page: Any, tmp_path: Path) -> None:
    shelf(page)
    page.evaluate(
        """() => {
        const data = new DataTransfer();
        data.items.add(new File(["a".repeat(1024 * 1024 + 1)], "large.txt"));
        data.items.add(new File(["Dropped story\\n\\nThe story of a dropped file was told."], "dropped.txt"));
        const target = document.querySelector("#cq-files button") ?? document.querySelector("#cq-files");
        for (const name of ["dragenter", "dragover", "drop"]) {
          target.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
        } }"""
    )
    page.wait_for_selector("#cq-adding >> text=dropped.txt")
    page.wait_for_selector("#cq-adding >> text=1 article added.")
    assert "large.txt: 1.0 MB, 1 MB are allowed" in page.inner_text("#cq-articles-notice")
    large = tmp_path / "large.txt"
    large.write_bytes(b"a" * (1024 * 1024 + 1))
    page.click("role=tab[name=Timeline]")
    shelf(page)
    page.wait_for_selector("#cq-articles-notice p", state="detached")
    give(page, large)
    page.wait_for_selector("#cq-articles-notice >> text=large.txt: 1.0 MB")


def test_adding_goes_on_while_questions_are_asked_and_is_stopped(
    page: Any, lib: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    encode = lib.embedder.encode

    def slow(texts: Any) -> Any:
        if any("told" in text for text in texts):
            begun.set()
            go_on.wait(15)
        return encode(texts)

    monkeypatch.setattr(lib.embedder, "encode", slow)
    shelf(page)
    before = lib.counts()[0]
    give(page, *(story(tmp_path, f"{n}.txt", f"slow {n}") for n in range(40)))
    page.wait_for_selector("#cq-adding >> text=of 40 files done. You can go on asking.")
    assert begun.wait(5)
    go(page, "Chat")
    ask(page, "Who led the ferry repairs?")
    assert "Engineer Tove Lind" in answered(page, 1).inner_text()
    go(page, "Articles")
    page.click("#cq-adding [data-stop]")
    go_on.set()
    page.wait_for_selector("#cq-adding >> text=Stopped.")
    assert "not read" in page.inner_text("#cq-adding") and before <= lib.counts()[0] < before + 40


@WIDTHS
def test_questions_are_limited_to_publishers_and_a_period(
    browser: Any, address: str, fake: FakeColloquy, width: int
) -> None:
    page = visit(browser, address, width, 740)
    assert "Ask in: All articles" in page.inner_text("#cq-scope")
    page.focus("[data-scope=open]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cq-scope-panel")
    assert "Dawn Herald" in page.inner_text("#cq-scope-panel") and in_view(page, "#cq-scope-panel [type=submit]")
    not_cut(page, width, "#cq-scope")
    page.fill("#cq-scope-panel [name=first]", "2024-05-01")
    page.fill("#cq-scope-panel [name=last]", "2024-01-01")
    page.click("#cq-scope-panel [type=submit]")
    page.wait_for_selector("#cq-notice [role=alert] >> text=swap the two")
    page.check("#cq-scope-panel [value='Marsk Courier']")
    page.fill("#cq-scope-panel [name=first]", "2024-01-01")
    page.fill("#cq-scope-panel [name=last]", "2024-12-31")
    page.click("#cq-scope-panel [type=submit]")
    page.wait_for_selector("#cq-scope >> text=Ask in: Marsk Courier, 2024")
    ask(page, "Who led the ferry repairs?")
    assert "Only in: Marsk Courier, 2024" in answered(page, 1).inner_text()
    assert fake.limits[-1] == (FERRY.id,)
    page.click("#cq-chat [aria-label=Retry]")
    assert "Only in: Marsk Courier, 2024" in answered(page, 2).inner_text() and fake.limits[-1] == (FERRY.id,)
    page.click("#a2 [data-unlimited]")
    assert "Only in" not in answered(page, 3).inner_text() and fake.limits[-1] == ()
    # The next question is limited as before, until the control says otherwise.
    ask(page, "choir")
    answered(page, 4)
    assert fake.limits[-1] == (FERRY.id,)
    not_cut(page, width, "#cq-talk")
    page.click("[data-scope=clear]")
    page.wait_for_selector("#cq-scope >> text=Ask in: All articles")
    ask(page, "choir")
    answered(page, 5)
    assert fake.limits[-1] == () and page.faults == []
    page.close()


def test_a_limit_that_leaves_nothing_says_so(page: Any, fake: FakeColloquy) -> None:
    page.click("[data-scope=open]")
    page.wait_for_selector("#cq-scope-panel")
    page.check("#cq-scope-panel [value='Marsk Courier']")
    page.fill("#cq-scope-panel [name=last]", "1890-12-31")
    page.click("#cq-scope-panel [type=submit]")
    page.wait_for_selector("#cq-scope >> text=Marsk Courier, before 1891")
    asked = len(fake.asked)
    ask(page, "Who led the ferry repairs?")
    page.wait_for_selector("#a1 >> text=No article by Marsk Courier is of the period before 1891.")
    assert len(fake.asked) == asked
    page.click("#a1 [data-unlimited]")
    assert "Engineer Tove Lind" in answered(page, 2).inner_text()


def test_questions_are_limited_to_the_articles_chosen_until_they_are_gone(page: Any, fake: FakeColloquy) -> None:
    shelf(page)
    page.fill(".cq-filter [name=words]", "note 030")
    shown(page, "10 articles")
    page.check("#cq-shelf .cq-pick >> nth=0")
    page.wait_for_selector("#cq-shelf >> text=1 chosen")
    page.check("#cq-shelf .cq-pick >> nth=1")
    page.wait_for_selector("#cq-shelf >> text=2 chosen")
    page.click("[data-do=ask]")
    page.wait_for_selector("#cq-scope >> text=Ask in: 2 articles >> visible=true")
    ask(page, "ferry")
    assert "Only in: 2 articles" in answered(page, 1).inner_text() and len(fake.limits[-1]) == 2
    page.click("[data-scope=open]")
    page.wait_for_selector("#cq-scope-panel >> text=only the 2 articles chosen in the Articles tab")
    assert page.is_checked("#cq-scope-panel [name=chosen]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#cq-scope-panel", state="detached")
    go(page, "Articles")
    for left in (9, 8):
        page.click("#cq-shelf .cq-item:has(:checked) [data-remove] >> nth=0")
        page.click(".cq-confirm [value=yes]")
        shown(page, f"{left} articles")
        go(page, "Chat")
        ask(page, "ferry")
        said = answered(page, 11 - left).inner_text()
        if left == 9:
            assert "Only in: 2 articles (1 of them left the library)" in said and len(fake.limits[-1]) == 1
        else:
            assert "All 2 articles that this question is limited to have left the library." in said
        go(page, "Articles")
