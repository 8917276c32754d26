"""Words and filters of many chunks: the same as SQLite finds, from arrays."""

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from index import store as store_module
from index import words as words_module
from index.library import Library
from index.records import Article, Query, Span, Window
from index.store import Store, words_of
from index.word_block import BLOCK, make_block, read_block, tokens_of
from index.words import Words
from tests.fakes import BagEmbedder

NAMES = [f"{a}{b}" for a in ("har", "mil", "lor", "dun", "kel", "tov") for b in ("bour", "ling", "ston", "ner", "vik")]
QUESTIONS = (
    "the harbour of Lorner",
    "Who runs kelvik running ran?",
    "the",
    "the The",
    "zzz",
    "tovner mil-ston, harling",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "library.db"
    made = Store(file)
    made.begin_source("")
    draw = random.Random(4)
    for n in range(300):
        put(made, draw, n)
    made.close()
    return file


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Store:
    return Store(shutil.copy(filled, tmp_path / "library.db"))


def put(store: Store, draw: random.Random, n: int) -> None:
    spans, text = [], ""
    for _ in range(4):
        start = len(text)
        text += "The " + " ".join(draw.choices(NAMES, [1 / (i + 1) for i in range(len(NAMES))], k=draw.randint(3, 25)))
        spans.append((Span(start, len(text)),))
        text += ". "
    day = date(2020, 1, 1) + timedelta(draw.randint(0, 900))
    known = draw.random()
    within = Window(day, day + timedelta(40)) if 0.5 < known < 0.6 else Window(day) if 0.6 < known < 0.7 else None
    within = Window(None, day) if 0.7 < known < 0.75 else within
    told = (
        ""
        if known > 0.9
        else f"It was in May {draw.randint(2018, 2023)}. Since March {draw.randint(2018, 2023)} it is."
    )
    article = Article(f"{n:04x}", f"{draw.choice(NAMES)} runs", text + told, day if known < 0.5 else None)
    if within:
        article = Article(article.id, article.title, article.text, published_within=within)
    store.add(article, "", spans, np.ones((4, 2), dtype=np.float32))


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("limit", [3, 60, 5000])
def test_ranks_are_those_of_fts5(tmp_path: Path, store: Store, text: str, limit: int) -> None:
    query = Query(text)
    assert Words(tmp_path, store).search(words_of(query), limit) == store.bm25(query, limit)


def test_a_filter_applies_before_the_ranking(tmp_path: Path, store: Store) -> None:
    query = Query("harbour tovner", after=date(2021, 1, 1), before=date(2021, 6, 1))
    allowed = store.allowed(query)
    assert allowed is not None and 0 < len(allowed) < 1200
    assert Words(tmp_path, store).search(words_of(query), 60, allowed) == store.bm25(query, 60)
    assert Words(tmp_path, store).search(words_of(query), 60, allowed[:0]) == []


def test_common_words_are_left_out_of_many_chunks_but_never_all_words(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_module, "WHOLE", 100)
    words = Words(tmp_path, store)
    assert len(words.search(["the"], 60)) == 60
    assert words.search(["the", "zzz"], 60) == words.search(["the"], 60)
    with_it, without = words.search(["the", "tovvik"], 60), words.search(["tovvik"], 60)
    assert with_it == without == store.bm25(Query("tovvik"), 60)[: len(without)]


def test_changes_are_seen_and_only_their_blocks_made_anew(tmp_path: Path, store: Store) -> None:
    words, query = Words(tmp_path, store), Query("harbour kelvik runs")
    words.search(words_of(query), 60)
    store.remove("0007")
    put(store, random.Random(9), 900)
    assert words.search(words_of(query), 60) == store.bm25(query, 60)
    # A headline that holds an event, which comes and goes without a change of the chunks.
    article = store.article("0009")
    assert article
    named = Article(article.id, article.title, article.text, article.published, "file", event="tovvik kelvik kelvik")
    store.begin_source("s")
    store.add(named, "s", (), np.zeros((0, 2), dtype=np.float32))
    store.add(named, "s", (), np.zeros((0, 2), dtype=np.float32))
    assert words.search(words_of(query), 60) == store.bm25(query, 60)
    assert Words(tmp_path, store).search(words_of(query), 60) == store.bm25(query, 60)


def test_blocks_add_up(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store._file.transaction() as db:
        for table, column in (("chunks_fts", "rowid"), ("chunks", "id")):
            db.execute(f"UPDATE {table} SET {column} = {column} + {3 * BLOCK} WHERE {column} > 500")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('revision', '999999')")
    query = Query("harbour kelvik runs")
    assert Words(tmp_path, store).search(words_of(query), 60) == store.bm25(query, 60)
    assert len(list((tmp_path / "words").glob("*.npz"))) == 2


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not an archive", None])
def test_a_damaged_block_is_made_anew(tmp_path: Path, store: Store, damage: bytes | None) -> None:
    query = Query("harbour kelvik runs")
    before = Words(tmp_path, store).search(words_of(query), 60)
    file = next((tmp_path / "words").glob("*.npz"))
    file.unlink() if damage is None else file.write_bytes(damage)
    assert Words(tmp_path, store).search(words_of(query), 60) == before
    assert read_block(file) is not None


def test_an_empty_block_and_an_empty_library(tmp_path: Path) -> None:
    assert make_block("k", 0, []).held == 0
    assert Words(tmp_path, Store(tmp_path / "library.db")).search(["harbour"], 5) == []
    assert tokens_of([]) == []


@pytest.mark.parametrize("strict", [False, True])
def test_filters_are_those_of_sql(store: Store, monkeypatch: pytest.MonkeyPatch, strict: bool) -> None:
    draw = random.Random(2)
    some = tuple(a.id for a in store.articles())[::3]
    for n in range(40):
        start = date(2017, 6, 1) + timedelta(draw.randint(0, 2400))
        after, before = draw.choice(
            [(start, start + timedelta(draw.choice([1, 30, 400]))), (start, None), (None, start)]
        )
        query = Query("", after, before, articles=(*some, "gone") if n % 3 == 0 else (), strict=strict)
        monkeypatch.setattr(store_module, "LARGE", 1)
        found = store.allowed(query)
        monkeypatch.setattr(store_module, "LARGE", 10**9)
        expected = store.allowed(query)
        assert found is not None and expected is not None
        assert found.tolist() == expected.tolist(), query


def test_filters_see_a_corrected_date(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LARGE", 1)
    query = Query("", date(1999, 1, 1), date(1999, 2, 1), strict=True)
    before = store.allowed(query)
    store.correct_date("0005", Window(date(1999, 1, 5), date(1999, 1, 6)))
    after = store.allowed(query)
    assert before is not None and after is not None and len(after) == len(before) + 4


def test_a_large_library_finds_what_a_small_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(30):
        (tmp_path / f"{n}.txt").write_text(
            f"Mill fair {n}\n\nThe fair number {n} was held in May {2000 + n} in Lorne.\n"
        )
    lib = Library(tmp_path / "library", BagEmbedder(), create=True)
    lib.add([tmp_path / f"{n}.txt" for n in range(30)])
    queries = [Query(f"fair number {n} in Lorne", date(2000 + n, 1, 1), date(2001 + n, 1, 1)) for n in range(9)]
    small = [lib.search(q) for q in queries]
    monkeypatch.setattr(store_module, "LARGE", 1)
    assert [lib.search(q) for q in queries] == small
    lib.remove(small[0][0].article.id)
    assert (tmp_path / "library" / "words").is_dir()
    assert small[0][0].article.id not in {h.article.id for h in lib.search(queries[0])}
