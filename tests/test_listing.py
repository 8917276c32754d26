"""The library a page at a time: what a filter keeps, in which order, and what is counted."""

import gzip
import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from index.library import Library, Report
from index.listing import Filter, Order
from index.records import Window
from index.source_files import expected_articles
from tests.fakes import BagEmbedder

ROWS: list[dict[str, str]] = [
    {
        "title": "Harbour reopens",
        "text": "The harbour of Lorne reopened. Ida Kell spoke.",
        "published": "2021-05-03",
        "publisher": "Lorne Herald",
    },
    {
        "title": "bus strike ends",
        "text": "Drivers won a raise. The harbours stayed shut.",
        "published": "2022-01-10",
        "publisher": "Dunmore Écho",
    },
    {"title": "Älv in flood", "text": "The river rose by night.", "published": "2020-02-29"},
    {"title": "Choir sings", "text": "Forty singers took the stage.", "publisher": " Lorne Herald "},
    {"title": "Ferry, later", "text": "Nobody knows when.", "publisher": "Dunmore Écho"},
]


@pytest.fixture
def lib(tmp_path: Path) -> Library:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in ROWS))
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    assert library.add([file]).added == len(ROWS)
    return library


def titles(lib: Library, chosen: Filter, order: Order = "newest") -> list[str]:
    found, total = lib.listing.page(chosen, order)
    assert total == len(found) and len(lib.listing.ids(chosen)) == total
    return [item.article.title for item in found]


def id_of(lib: Library, title: str) -> str:
    return next(a.id for a in lib.articles() if a.title == title)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["bus strike ends", "Harbour reopens", "Älv in flood", "Choir sings", "Ferry, later"]),
        ("oldest", ["Älv in flood", "Harbour reopens", "bus strike ends", "Choir sings", "Ferry, later"]),
        ("title", ["bus strike ends", "Choir sings", "Ferry, later", "Harbour reopens", "Älv in flood"]),
        ("publisher", ["bus strike ends", "Ferry, later", "Harbour reopens", "Choir sings", "Älv in flood"]),
    ],
)
def test_orders_with_unknown_dates_and_publishers_last(lib: Library, order: Order, expected: list[str]) -> None:
    assert titles(lib, Filter(), order) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("harbour", ["bus strike ends", "Harbour reopens"]),  # in a text and in a headline
        ("HARB lorne", ["Harbour reopens"]),  # all words, each by its beginning
        ("lorne", ["Harbour reopens", "Choir sings"]),  # a publisher too
        ("echo", ["bus strike ends", "Ferry, later"]),  # without its accent
        ("ida stage", []),
        ("alv", ["Älv in flood"]),
        ('"; DROP TABLE articles --', []),
        ("...", []),
        ("  ", ["bus strike ends", "Harbour reopens", "Älv in flood", "Choir sings", "Ferry, later"]),
    ],
)
def test_words_of_headline_text_and_publisher(lib: Library, words: str, expected: list[str]) -> None:
    assert titles(lib, Filter(words=words)) == expected


def test_publishers_are_counted_the_unknown_one_last(lib: Library) -> None:
    assert lib.listing.publishers() == (("Dunmore Écho", 2), ("Lorne Herald", 2), ("", 1))
    assert titles(lib, Filter(publishers=("Lorne Herald",))) == ["Harbour reopens", "Choir sings"]
    assert titles(lib, Filter(publishers=("",))) == ["Älv in flood"]
    assert titles(lib, Filter(publishers=("Lorne Herald", ""), words="river")) == ["Älv in flood"]


def test_a_period_holds_what_is_or_may_be_of_it(lib: Library) -> None:
    lib.correct_date(id_of(lib, "Choir sings"), Window(date(2021, 4, 1), date(2021, 6, 1)))
    lib.correct_date(id_of(lib, "Ferry, later"), Window(date(2022, 6, 1), None))
    may = Filter(window=Window(date(2021, 5, 1), date(2021, 6, 1)))
    assert titles(lib, may) == ["Choir sings", "Harbour reopens"]
    assert titles(lib, Filter(window=Window(date(2030, 1, 1), None))) == ["Ferry, later"]
    assert titles(lib, Filter(window=Window(None, date(2020, 2, 29)))) == []
    assert titles(lib, Filter(window=Window(None, date(2020, 3, 1)))) == ["Älv in flood"]
    assert titles(lib, Filter(undated=True)) == []
    lib.correct_date(id_of(lib, "Ferry, later"), Window())
    assert titles(lib, Filter(undated=True)) == ["Ferry, later"]


def test_pages_follow_each_other_and_passages_are_counted(lib: Library) -> None:
    pages = [lib.listing.page(Filter(), "newest", start, 2) for start in (0, 2, 4, 6)]
    assert [len(found) for found, _ in pages] == [2, 2, 1, 0] and {total for _, total in pages} == {5}
    items = [item for found, _ in pages for item in found]
    assert tuple(i.article.id for i in items) == lib.listing.ids(Filter())
    assert sum(i.passages for i in items) == lib.counts()[1] and all(i.article.text == "" for i in items)


def test_ids_about_meets_the_filters_of_a_search(lib: Library) -> None:
    listing = lib.listing
    lorne = set(listing.ids_about(["Lorne Herald"]))
    assert lorne == {id_of(lib, "Harbour reopens"), id_of(lib, "Choir sings")}
    # What has no date and speaks of none may be of any period, as in a search.
    spring = Window(date(2021, 4, 1), date(2021, 6, 1))
    assert set(listing.ids_about(["Lorne Herald"], spring)) == lorne
    assert listing.ids_about((), Window(date(2021, 5, 3), date(2021, 5, 4)), [id_of(lib, "Harbour reopens")])
    assert listing.ids_about((), Window(date(2023, 1, 1), None), [id_of(lib, "Harbour reopens")]) == ()
    assert listing.ids_about(among=["0" * 16]) == ()
    assert len(listing.ids_about()) == len(ROWS)


def test_articles_and_sources_of_what_is_gone_are_left_out(lib: Library) -> None:
    kept, gone = id_of(lib, "Choir sings"), id_of(lib, "Älv in flood")
    (source,) = lib.listing.sources(gone)
    assert lib.listing.held(source) == 5
    assert [a.title for a in lib.remove_all([gone, "f" * 16, gone])] == ["Älv in flood"]
    assert list(lib.listing.articles([kept, gone])) == [kept]
    assert lib.listing.sources(gone) == () and lib.listing.held(source) == 4


def test_adding_tells_of_each_file_and_ends_where_progress_raises(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Title {name}\n\nThe story of {name} was told." if name != "b" else "")
    lib = Library(tmp_path / "library", BagEmbedder(), create=True)
    told: list[tuple[str, int, int]] = []

    def note(file: Path, report: Report) -> None:
        told.append((file.name, report.added, len(report.skipped)))

    report = lib.add([tmp_path / f"{name}.txt" for name in "abc"], told=note)
    assert told == [("a.txt", 1, 0), ("b.txt", 0, 1), ("c.txt", 1, 0)]
    assert (report.added, len(report.skipped)) == (2, 1)

    def stop(done: int, expected: int) -> None:
        raise InterruptedError

    (tmp_path / "d.txt").write_text("Title d\n\nThe story of d was told.")
    with pytest.raises(InterruptedError):
        lib.add([tmp_path / "d.txt"], stop)
    assert lib.counts()[0] == 2 and lib.add([tmp_path / "d.txt"]).added == 1


def test_lines_are_counted_without_reading_them_whole(tmp_path: Path) -> None:
    for content, lines in ((b"", 1), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"a\nb\n", 2)):
        for name, opened in (("a.jsonl", open), ("a.jsonl.gz", gzip.open)):
            with opened(tmp_path / name, "wb") as file:  # type: ignore[operator]
                file.write(content)
            assert expected_articles(tmp_path / name) == lines
    # A line of 300 MB in a small file: no more of it is held than a piece.
    with gzip.open(tmp_path / "bomb.jsonl.gz", "wb") as file:
        for _ in range(300):
            file.write(b"a" * 1_000_000)
    tracemalloc.start()
    assert expected_articles(tmp_path / "bomb.jsonl.gz") == 1
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    assert expected_articles(tmp_path / "gone.jsonl") == 1 and expected_articles(tmp_path / "a.txt") == 1
