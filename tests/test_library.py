import json
import sqlite3
import threading
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.errors import StoreError
from index.library import LIBRARY_FILE, Library
from index.records import Query, Span, Window
from index.schema import MIGRATIONS
from tests.fakes import BagEmbedder

HARBOUR = (
    "---\ntitle: Harbour reopens\npublished: 2021-05-03\n---\n"
    "The harbour of Lorne reopened on Monday. Mayor Ida Kell cut the ribbon.\n"
)
STRIKE = (
    "---\ntitle: Bus strike ends\n---\n"
    "The bus strike in Dunmore ended in June 2019. Drivers won a raise of 12 percent.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "articles"
    source.mkdir()
    (source / "harbour.md").write_text(HARBOUR)
    (source / "strike.md").write_text(STRIKE)
    return source


def library(tmp_path: Path, notes: list[str] | None = None) -> Library:
    return Library(tmp_path / "library", BagEmbedder(), create=True, note=(notes if notes is not None else []).append)


def titles(lib: Library, text: str, **window: date) -> list[str]:
    return [h.article.title for h in lib.search(Query(text, **window))]


def test_adding_twice_does_nothing_the_second_time(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    assert lib.add([folder]).added == 2
    encoded = lib.embedder.encoded  # type: ignore[attr-defined]
    report = lib.add([folder])
    assert (report.added, report.unchanged, report.removed) == (0, 2, 0)
    assert lib.embedder.encoded == encoded  # type: ignore[attr-defined]


def test_a_changed_file_replaces_its_article(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    (folder / "strike.md").write_text(STRIKE.replace("12 percent", "15 percent"))
    report = lib.add([folder])
    assert (report.added, report.unchanged, report.removed) == (1, 1, 1)
    texts = [lib.article(a.id).text for a in lib.articles()]  # type: ignore[union-attr]
    assert any("15 percent" in t for t in texts) and not any("12 percent" in t for t in texts)


def test_a_file_that_breaks_keeps_what_it_held(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    (folder / "strike.md").write_bytes(b"\x00\x01\x02" * 500)
    report = lib.add([folder])
    assert len(report.skipped) == 1 and "strike.md" in report.skipped[0][0]
    assert sorted(a.title for a in lib.articles()) == ["Bus strike ends", "Harbour reopens"]


def test_the_same_article_in_two_files_is_stored_once_and_stays_while_one_has_it(tmp_path: Path, folder: Path) -> None:
    (folder / "copy.md").write_text(STRIKE)
    lib = library(tmp_path)
    assert lib.add([folder]).added == 2
    (folder / "copy.md").write_text(HARBOUR)
    lib.add([folder])
    assert sorted(a.title for a in lib.articles()) == ["Bus strike ends", "Harbour reopens"]
    (folder / "strike.md").write_text(HARBOUR)
    lib.add([folder])
    assert [a.title for a in lib.articles()] == ["Harbour reopens"]


def test_a_line_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    lines = [{"title": f"Note {n}", "text": f"Ship number {n} sailed to Lorne with salt."} for n in range(3)]
    file = tmp_path / "notes.jsonl"
    file.write_text(json.dumps(lines[0]) + "\n{broken\n" + json.dumps(lines[2]) + "\n")
    lib = library(tmp_path)
    report = lib.add([file])
    assert report.added == 2 and len(report.skipped) == 1 and "2" in report.skipped[0][1]


def test_search_finds_by_words_and_says_both_ranks(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    hit = lib.search(Query("who cut the ribbon at the harbour?"))[0]
    assert hit.article.title == "Harbour reopens"
    assert (hit.dense_rank, hit.bm25_rank) == (1, 1)
    assert hit.score == pytest.approx(2 / 61)
    assert all(hit.chunk.span.covers(s) for s in hit.chunk.sentences)


@pytest.mark.parametrize(
    "text", ['"', "AND OR NOT", "harbour*", "title:x", "(", "NEAR(a b)", "'; DROP TABLE chunks; --", "^", "-"]
)
def test_punctuation_is_never_syntax(tmp_path: Path, folder: Path, text: str) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    lib.search(Query(text))
    assert lib.counts()[0] == 2


def test_a_strict_window_filters_before_the_ranking(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    window = {"after": date(2021, 1, 1), "before": date(2022, 1, 1), "strict": True}
    # The strike names only 2019 and has no date of its own: it may have been written in 2021. The harbour was.
    assert titles(lib, "bus strike harbour", **window)[0] in ("Harbour reopens", "Bus strike ends")
    early = {"after": date(2018, 1, 1), "before": date(2019, 1, 1), "strict": True}
    # An article that names June 2019 was not written in 2018, nor was one published in 2021.
    assert titles(lib, "bus strike harbour", **early) == []
    assert len(titles(lib, "bus strike harbour", **early | {"strict": False})) == 2


def test_a_window_that_is_not_strict_favours_what_may_be_of_it(tmp_path: Path) -> None:
    for year in (2019, 2021, 2023):
        (tmp_path / f"{year}.txt").write_text(f"Mill fair {year}\n\nThe mill fair was held in May {year} in Lorne.\n")
    lib = Library(tmp_path / "library", BagEmbedder(), create=True)
    lib.add([tmp_path / f"{year}.txt" for year in (2019, 2021, 2023)])
    for year in (2019, 2021, 2023):
        found = titles(lib, "mill fair", after=date(year, 1, 1), before=date(year + 1, 1, 1))
        assert found[0] == f"Mill fair {year}" and len(found) == 3


def test_removing_takes_chunks_and_vectors_along_and_indexing_brings_it_back(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    gone = next(a for a in lib.articles() if a.title == "Bus strike ends")
    lib.remove(gone.id[:6])
    assert titles(lib, "bus strike") == ["Harbour reopens"]
    assert lib.add([folder]).added == 1
    assert titles(lib, "bus strike")[0] == "Bus strike ends"


@pytest.mark.parametrize("prefix", ["", "zz", "%", "x' OR 1=1 --", "ffffffffffffffff"])
def test_removing_what_is_not_there_says_so(tmp_path: Path, folder: Path, prefix: str) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    with pytest.raises(StoreError, match="colloquy articles"):
        lib.remove(prefix)
    assert lib.counts()[0] == 2


def test_faiss_ids_are_the_rowids(tmp_path: Path, folder: Path) -> None:
    import faiss

    lib = library(tmp_path)
    lib.add([folder])
    lib.remove(lib.articles()[0].id)
    lib.add([folder])
    index = faiss.read_index(str(tmp_path / "library" / "vectors.faiss"))
    ids = set(faiss.vector_to_array(index.id_map).tolist())
    with sqlite3.connect(tmp_path / "library" / LIBRARY_FILE) as db:
        assert (
            ids
            == {r[0] for r in db.execute("SELECT id FROM chunks")}
            == {r[0] for r in db.execute("SELECT rowid FROM chunks_fts")}
        )


@pytest.mark.parametrize("name", ["vectors.faiss", "vectors.json"])
@pytest.mark.parametrize("damage", [b"", b"not an index at all", None])
def test_a_damaged_vector_index_is_rebuilt(tmp_path: Path, folder: Path, name: str, damage: bytes | None) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    before = titles(lib, "bus strike")
    lib.close()
    file = tmp_path / "library" / name
    file.unlink() if damage is None else file.write_bytes(damage)
    assert titles(library(tmp_path), "bus strike") == before


def test_an_index_of_another_library_does_not_fit(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    lib.close()
    (tmp_path / "library" / LIBRARY_FILE).unlink()
    other = library(tmp_path)
    (tmp_path / "extra.txt").write_text("Snow fell on the hills of Carrow. Roads were closed.")
    other.add([tmp_path / "extra.txt"])
    assert len(other.search(Query("snow"))) == 1


def test_a_damaged_database_is_one_line_that_says_what_to_do(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    lib.close()
    for extra in (tmp_path / "library").glob("library.db-*"):
        extra.unlink()
    file = tmp_path / "library" / LIBRARY_FILE
    file.write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreError, match=r"damaged .*colloquy index"):
        library(tmp_path)
    assert file.read_bytes() == b"garbage" * 1000


def test_a_later_version_is_refused(tmp_path: Path) -> None:
    library(tmp_path).close()
    with sqlite3.connect(tmp_path / "library" / LIBRARY_FILE) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="update colloquy"):
        library(tmp_path)


def test_another_embedding_model_is_refused(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    lib.close()
    other = BagEmbedder()
    other.name = "other"
    with pytest.raises(StoreError, match="built with the embedding model bag"):
        Library(tmp_path / "library", other)


def test_no_library_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="colloquy index"):
        Library(tmp_path / "nowhere", BagEmbedder())
    assert not (tmp_path / "nowhere").exists()


def test_an_open_library_sees_what_another_adds(tmp_path: Path, folder: Path) -> None:
    reading, writing = library(tmp_path), library(tmp_path)
    assert reading.search(Query("harbour")) == ()
    writing.add([folder])
    assert reading.search(Query("harbour"))[0].article.title == "Harbour reopens"


def test_searching_from_many_threads(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(titles(lib, "harbour ribbon")[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Harbour reopens"] * 8


def test_an_interrupted_run_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    lines = [
        json.dumps({"title": f"Note {n}", "text": f"Ship number {n} sailed to Lorne with salt."}) for n in range(200)
    ]
    file.write_text("\n".join(lines))
    lib = library(tmp_path)

    def interrupt(done: int, total: int) -> None:
        assert total == 200
        if done == 150:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lib.add([file], interrupt)
    kept = lib.counts()[0]
    assert 0 < kept < 200
    report = lib.add([file])
    assert (report.added, report.unchanged) == (200 - kept, kept)


def test_spans_are_never_empty() -> None:
    for start, end in ((3, 3), (4, 2), (-1, 2)):
        with pytest.raises(ValueError, match="expected 0 <= start < end"):
            Span(start, end)


def test_bag_vectors_are_unit_rows() -> None:
    rows = BagEmbedder().encode(["a b", "c"])
    assert rows.shape == (2, 64) and np.allclose(np.linalg.norm(rows, axis=1), 1)


def test_chosen_articles_are_a_filter_before_the_ranking(tmp_path: Path, folder: Path) -> None:
    lib = library(tmp_path)
    lib.add([folder])
    ids = {a.title: a.id for a in lib.articles()}
    for title, id in ids.items():
        # Words and vectors of the other article, and yet only the chosen one is looked at.
        for text in ("ribbon harbour mayor", "bus strike raise"):
            assert {h.article.title for h in lib.search(Query(text, articles=(id,)))} == {title}
    assert {h.article.title for h in lib.search(Query("harbour strike", articles=tuple(ids.values())))} == set(ids)
    assert lib.search(Query("harbour", articles=("0" * 16,))) == ()
    assert len(lib.search(Query("harbour", articles=tuple(f"{n:016x}" for n in range(70_000))))) == 0


def test_a_month_without_a_year_is_looked_for_in_each_year(tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text("The mill\n\nThe mill burnt down on 3 May 2019. It opened again in May 2021.\n")
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "mill.txt"])
    asked = Window(date(2024, 5, 1), date(2024, 6, 1))
    assert [w.after for w in library.same_days(asked) if w.after] == [date(2021, 5, 1), date(2019, 5, 1)]
    assert library.same_days(Window(date(2020, 2, 29), date(2020, 3, 1))) == ()
    assert library.same_days(Window(date(2020, 5, 1), date(2020, 6, 1)))[0].after == date(2019, 5, 1)


def test_an_article_taken_out_while_its_file_is_read_comes_back_when_it_is_added_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.library.BATCH_CHUNKS", 1)  # stored one by one
    file = tmp_path / "two.jsonl"
    file.write_text("\n".join(json.dumps({"title": t, "text": f"{t} sails."}) for t in ("Anna", "Bella")))
    lib = library(tmp_path)

    def meanwhile(done: int, expected: int) -> None:
        for article in lib.articles():
            lib.remove(article.id)

    lib.add([file], meanwhile)
    lib.add([file])
    assert sorted(a.title for a in lib.articles()) == ["Anna", "Bella"]
