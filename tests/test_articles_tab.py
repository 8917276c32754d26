"""The Articles tab without a browser: its HTML, its state, what it trusts."""

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.errors import QuestionError, SettingsError
from index.listing import Filter, Listed
from index.records import Window
from rag.settings import load_settings
from rag.uploads import Adding, Upload
from tests.fake_colloquy import ARTICLES, ATTACK, FERRY, HOSTILE, FakeLibrary, article
from ui import articles_html, render
from ui.articles_tab import _too_large_words
from ui.shelf import PAGE, Shelf, removed_words


@pytest.mark.parametrize(
    ("fields", "words", "written"),
    [
        ({"published": date(2024, 3, 1), "published_from": "url"}, "1 March 2024, found in its address", "2024-03-01"),
        (
            {"published_within": Window(date(2014, 1, 1), date(2014, 4, 1)), "published_from": "inferred"},
            "between January and March 2014, inferred from its text",
            "2014-01-01..2014-03-31",
        ),
        (
            {"published_within": Window(date(2014, 1, 1), None), "published_from": "user"},
            "2014 or later, as set by hand",
            "2014-01-01..",
        ),
        ({}, "date unknown", ""),
        ({"published_from": "user"}, "date unknown, as set by hand", ""),
    ],
)  # fmt: skip
def test_a_date_is_shown_with_where_it_was_found(fields: dict[str, Any], words: str, written: str) -> None:
    found = article("Headline", "Text.", **fields)
    assert articles_html.dated_words(found) == words and articles_html.written(found) == written
    assert ("data-found" in articles_html.date_html(found)) == (found.published_from == "user")


def test_nothing_of_an_article_or_a_file_is_read_as_html() -> None:
    hostile = replace(HOSTILE, id=f"x{ATTACK}")
    shelf = Shelf()
    shelf.take_filter({"words": ATTACK, "publisher": f"={ATTACK}"})
    adding = Adding(FakeLibrary(), [], 1, threading.Lock())  # type: ignore[arg-type]
    adding.uploads = [Upload(f"name {ATTACK}", "refused", refused=1, reasons=(f"reason {ATTACK} `{ATTACK}`",))]
    adding.phase, adding.error = "failed", ATTACK
    shown = (
        articles_html.list_html(shelf, [Listed(hostile, 2)], 1)
        + articles_html.form_html(shelf, [(f"P {ATTACK}", 3)])
        + articles_html.adding_html([adding])
    )
    for tag in ("<script", "<img", "<svg", "<style", "</button></dialog>"):
        assert tag not in shown
    assert 'onerror="' not in shown and "&lt;script&gt;" in shown


def test_a_page_of_the_list() -> None:
    shelf = Shelf()
    found = [Listed(a, 1) for a in ARTICLES]
    shelf.choose([FERRY.id])
    shown = articles_html.list_html(shelf, found, 3)
    assert "3 articles" in shown and shown.count("cq-item") == 3 and shown.count(" checked") == 1
    assert "1 chosen" in shown and "Remove the article chosen from the library?" in shown
    assert "choose all" not in shown and "<nav" not in shown
    shelf.start = 50
    shown = articles_html.list_html(shelf, found, 1234)
    assert "51–53 of 1,234 articles" in shown and "choose all 1,234" in shown and "page 2 of 25" in shown
    assert 'data-page="0"' in shown and 'data-page="100"' in shown and 'data-page="1200"' in shown
    empty = articles_html.list_html(Shelf(), [], 0)
    assert "No articles yet" in empty
    shelf.take_filter({"words": "x"})
    assert "No article fits" in articles_html.list_html(shelf, [], 0)


def test_the_filter_comes_from_fields_that_are_not_trusted() -> None:
    shelf = Shelf()
    for nonsense in (None, [], "x", {"order": "; DROP", "publisher": "no sign", "undated": "on", "words": None}):
        shelf.take_filter(nonsense)
        assert shelf.filter == Filter() and shelf.order == "newest" and not shelf.filtered
    shelf.turn_to(100)
    shelf.take_filter({"publisher": "=", "first": "2024-01-01", "order": "title", "undated": True, "words": "a" * 999})
    assert shelf.filter == Filter("a" * 300, ("",), Window(date(2024, 1, 1), None), True)
    assert shelf.order == "title" and shelf.start == 0
    with pytest.raises(QuestionError, match="swap the two"):
        shelf.take_filter({"first": "2024-02-02", "last": "2024-01-01"})
    assert shelf.order == "title" and shelf.filter.publishers == ("",)


def test_turning_and_choosing_take_only_what_makes_sense() -> None:
    shelf = Shelf()
    for asked, start in (
        (-5, 0),
        (120, 100),
        ("100", 100),
        (True, 100),
        (None, 100),
        (10**30, 10_000_000 // PAGE * PAGE),
    ):
        shelf.turn_to(asked)
        assert shelf.start == start
    shelf.choose(["a", 3, None, "x" * 17, "b"])
    shelf.choose({"a": 1})
    assert list(shelf.chosen) == ["a", "b"]
    shelf.choose("a", False)
    shelf.choose("never there", False)
    assert list(shelf.chosen) == ["b"]


def test_a_page_past_the_end_is_the_last_one_and_what_is_gone_is_no_longer_chosen() -> None:
    library, shelf = FakeLibrary(), Shelf()
    shelf.turn_to(5000)
    found, total = shelf.page(library)
    assert len(found) == total == 3 and shelf.start == 0
    shelf.choose([FERRY.id, "0" * 16])
    assert shelf.forget_gone(library) == 1 and list(shelf.chosen) == [FERRY.id]
    assert Shelf().forget_gone(library) == 0


def test_what_was_removed_is_said() -> None:
    assert removed_words([]).startswith("Nothing was removed")
    assert removed_words([article("Ferry", "x")]) == "Removed “Ferry”."
    assert removed_words([article("", "x")] * 3) == "Removed 3 articles: “Untitled article” and 2 more."


@pytest.mark.parametrize(
    ("phase", "uploads", "said"),
    [
        ("waiting", [], "Waiting for another upload"),
        ("unpacking", [Upload("a")], "Receiving: 1 file so far."),
        ("adding", [Upload("a", "added", 1), Upload("b", "reading")], "Reading: 1 of 2 files done."),
        (
            "done",
            [Upload("a", "added", 3), Upload("b", "there", unchanged=1), Upload("c", "refused", refused=1)],
            "3 articles added, 1 there already, 1 file refused.",
        ),
        ("stopped", [Upload("a", "added", 1), Upload("b", "left")], "Stopped. 1 article added, 1 file not read."),
        ("failed", [Upload("a", "left")], "Broken off: the disk is full. 0 articles added, 1 file not read."),
    ],
)
def test_an_upload_in_one_line(phase: Any, uploads: list[Upload], said: str) -> None:
    adding = Adding(FakeLibrary(), [], 1, threading.Lock())  # type: ignore[arg-type]
    adding.phase, adding.uploads, adding.error = phase, uploads, "the disk is full" if phase == "failed" else ""
    assert articles_html.summary(adding).startswith(said)
    shown = articles_html.adding_html([adding], elsewhere=1)
    assert ("data-stop" in shown) == adding.running and "Another upload is being added." in shown


def test_of_many_files_those_refused_are_listed() -> None:
    adding = Adding(FakeLibrary(), [], 1, threading.Lock())  # type: ignore[arg-type]
    adding.phase = "done"
    adding.uploads = [Upload(f"good {n}.txt", "added", 1) for n in range(500)]
    adding.uploads.append(Upload("bad.txt", "refused", refused=9, reasons=tuple(f"line {n}: no" for n in range(9))))
    shown = articles_html.adding_html([adding])
    assert "bad.txt" in shown and "good 7.txt" not in shown and "500 more files not listed" in shown
    assert "line 4: no" in shown and "line 5: no" not in shown and "and 4 more" in shown


def test_files_that_a_page_does_not_send_are_told_without_trusting_it() -> None:
    limit = 1024 * 1024
    for nonsense in (None, [], {}, {"files": "x"}, {"files": [3, None, {"name": "a", "size": "9"}]}):
        assert _too_large_words(nonsense, limit) == ""
    told = _too_large_words({"files": [{"name": "a" * 500, "size": 5 * limit}, {"name": "b", "size": 3}]}, limit)
    assert "5.0 MB, 1 MB are allowed" in told and len(told) < 300


def test_the_reader_shows_the_name_of_a_file_and_not_where_it_lies() -> None:
    for path in ("/home/someone/news/story.md", "C:\\Users\\someone\\story.md", "story.md"):
        shown = render.article_html(article("A", "B.", path=path))
        assert "story.md" in shown and "someone" not in shown


def test_the_size_of_an_upload_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLLOQUY_SETTINGS", str(tmp_path / "none.toml"))
    assert load_settings().upload_mb == 50
    monkeypatch.setenv("COLLOQUY_UPLOAD_MB", "7")
    assert load_settings().upload_mb == 7
    monkeypatch.setenv("COLLOQUY_UPLOAD_MB", "0")
    with pytest.raises(SettingsError, match="upload_mb"):
        load_settings()
