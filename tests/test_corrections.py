"""Dates set by hand: they count in filters and outlive what happens to the files."""

from datetime import date
from pathlib import Path

import pytest

from index.errors import StoreError
from index.library import Library
from index.records import Article, Query, Window
from tests.test_library import HARBOUR, STRIKE, folder, library

__all__ = ["folder"]
DAY = date(2014, 1, 27)
SET = Window(DAY, date(2014, 1, 28))
MONTH = Window(date(2014, 1, 1), date(2014, 2, 1))


def named(lib: Library, title: str) -> Article:
    (found,) = (a for a in lib.articles() if a.title == title)
    return found


def known(article: Article) -> tuple[date | None, Window | None, str]:
    return article.published, article.published_within, article.published_from


def test_a_day_a_month_and_unknown_are_set_and_what_was_found_comes_back(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    id = named(lib, "Harbour reopens").id
    found = known(named(lib, "Harbour reopens"))
    assert found == (date(2021, 5, 3), None, "front matter")
    for period, expected in ((SET, (DAY, None)), (MONTH, (None, MONTH)), (Window(), (None, None))):
        assert known(lib.correct_date(id[:6], period)) == (*expected, "user")
        assert known(named(lib, "Harbour reopens")) == (*expected, "user")
    assert known(lib.correct_date(id, None)) == found
    assert known(lib.correct_date(id, None)) == found
    inferred = known(named(lib, "Bus strike ends"))
    assert inferred == (None, Window(date(2019, 6, 1), None), "inferred")
    strike = named(lib, "Bus strike ends").id
    lib.correct_date(strike, SET)
    assert known(lib.correct_date(strike, None)) == inferred
    with pytest.raises(StoreError, match="no article"):
        lib.correct_date("ffffffffffffffff", SET)


def test_filters_use_the_corrected_date(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    query = Query("ribbon", after=date(2014, 1, 1), before=date(2015, 1, 1), strict=True)
    assert not [h for h in lib.search(query) if h.article.title == "Harbour reopens"]
    lib.correct_date(named(lib, "Harbour reopens").id, SET)
    assert [h.article.published for h in lib.search(query) if h.article.title == "Harbour reopens"] == [DAY]


def test_it_outlives_indexing_again_removal_and_new_metadata(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    id = named(lib, "Harbour reopens").id
    lib.correct_date(id, SET)
    lib.add([folder])
    assert known(named(lib, "Harbour reopens")) == (DAY, None, "user")
    lib.remove(id)
    lib.add([folder])
    assert known(named(lib, "Harbour reopens")) == (DAY, None, "user")
    (folder / "harbour.md").write_text(HARBOUR.replace("2021-05-03", "2021-05-04"))
    lib.add([folder])
    assert known(named(lib, "Harbour reopens")) == (DAY, None, "user")
    assert known(lib.correct_date(id, None)) == (date(2021, 5, 4), None, "front matter")


def test_it_goes_over_to_the_edited_article_of_the_same_file_and_title(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    lib.correct_date(named(lib, "Harbour reopens").id, SET)
    for word in ("silver ribbon", "golden ribbon"):
        (folder / "harbour.md").write_text(HARBOUR.replace("ribbon", word))
        lib.add([folder])
        assert known(named(lib, "Harbour reopens")) == (DAY, None, "user")
    lib.remove(named(lib, "Harbour reopens").id)
    (folder / "harbour.md").write_text(HARBOUR.replace("ribbon", "blue ribbon"))
    lib.add([folder])
    assert known(named(lib, "Harbour reopens")) == (DAY, None, "user")
    assert known(lib.correct_date(named(lib, "Harbour reopens").id, None))[2] == "front matter"


def test_it_does_not_go_over_to_another_title_or_file(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    lib.correct_date(named(lib, "Harbour reopens").id, SET)
    (folder / "other.md").write_text(HARBOUR.replace("ribbon", "silver ribbon"))
    (folder / "harbour.md").write_text(HARBOUR.replace("Harbour reopens", "Quay reopens"))
    lib.add([folder])
    assert all(a.published_from == "front matter" for a in lib.articles() if a.title != "Bus strike ends")


def test_it_stays_with_the_old_text_that_another_file_holds(tmp_path: Path, folder: Path) -> None:
    (folder / "copy.md").write_text(HARBOUR)
    lib = library(tmp_path)
    lib.add([folder])
    lib.correct_date(named(lib, "Harbour reopens").id, SET)
    (folder / "harbour.md").write_text(HARBOUR.replace("ribbon", "silver ribbon"))
    lib.add([folder])
    assert [known(a) for a in lib.articles() if a.title == "Harbour reopens"] == [(DAY, None, "user")] * 2


def test_two_edited_articles_of_one_title_are_not_mixed_up(tmp_path: Path) -> None:
    lines = tmp_path / "briefs.jsonl"
    row = '{{"title": "Morning brief", "published": "2020-01-0{n}", "text": "The mill of Orrin was sold to {who}."}}\n'
    lines.write_text(row.format(n=1, who="Ada Brandt") + row.format(n=2, who="Jon Falk"))
    lib = library(tmp_path)
    lib.add([lines])
    for article in lib.articles():
        lib.correct_date(article.id, SET)
    lines.write_text(row.format(n=1, who="Ada Brandt of Lorne") + row.format(n=2, who="Jon Falk of Lorne"))
    lib.add([lines])
    assert sorted(str(a.published) for a in lib.articles()) == ["2020-01-01", "2020-01-02"]


def test_dates_told_by_the_day_of_publication_follow_the_correction(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    before = lib.event_dates([named(lib, "Bus strike ends").id])
    lib.correct_date(named(lib, "Bus strike ends").id, SET)
    assert lib.event_dates([named(lib, "Bus strike ends").id]) == before and before


def test_new_metadata_of_the_same_text_takes_the_place_of_the_old(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    (folder / "harbour.md").write_text(HARBOUR.replace("2021-05-03", "2021-05-04\nevent: Quay fair"))
    lib.add([folder])
    article = named(lib, "Harbour reopens")
    assert (article.published, article.event) == (date(2021, 5, 4), "Quay fair")
    assert [h.article.id for h in lib.search(Query("fair")) if h.bm25_rank] == [article.id]


def test_published_for_the_files_of_one_call(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder / "strike.md"])
    lib.add([folder / "harbour.md"], published=MONTH)
    assert known(named(lib, "Harbour reopens")) == (None, MONTH, "user")
    assert named(lib, "Bus strike ends").published_from == "inferred"
    lib.add([folder], published=SET)
    assert [known(a) for a in lib.articles()] == [(DAY, None, "user")] * 2


def test_better_rules_reach_an_old_library_but_no_date_stated_or_set(tmp_path: Path, folder: Path) -> None:
    (folder / "mill.md").write_text(STRIKE.replace("Bus strike", "Mill strike"))
    lib = library(tmp_path)
    lib.add([folder])
    lib.correct_date(named(lib, "Mill strike ends").id, Window())
    with lib._store._file.transaction() as db:  # as if it had been made by a version without inference
        db.execute("UPDATE articles SET published_from = '', published_after = NULL WHERE published_from = 'inferred'")
    lib._store.set_meta("dating", "0")
    lib.close()
    lib = library(tmp_path)
    assert known(named(lib, "Bus strike ends")) == (None, Window(date(2019, 6, 1), None), "inferred")
    assert known(named(lib, "Harbour reopens")) == (date(2021, 5, 3), None, "front matter")
    assert known(named(lib, "Mill strike ends")) == (None, None, "user")
