"""The vector index of many chunks, with thresholds so low that a few thousand invented vectors take its way."""

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import vector_index, vectors
from index.records import Article, Span
from index.store import Store
from index.vectors import Vectors

DIM = 32
SPAN = Span(0, 5)


def clustered(count: int, seed: int = 0) -> np.ndarray:
    chooser = np.random.default_rng(seed)
    centres = np.random.default_rng(7).standard_normal((60, DIM))
    rows = centres[chooser.integers(0, len(centres), count)] + 0.5 * chooser.standard_normal((count, DIM))
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def put(store: Store, rows: np.ndarray, prefix: str = "a") -> None:
    """Ten chunks an article, as far as the rows go."""
    for n, first in enumerate(range(0, len(rows), 10)):
        part = rows[first : first + 10]
        store.add(Article(f"{prefix}{n:05}", "Title", "Words here."), "", [(SPAN,)] * len(part), part)


@pytest.fixture(autouse=True)
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "FLAT_AT_MOST", 500)
    monkeypatch.setattr(vector_index, "PROBES", 48)
    monkeypatch.setattr(vector_index, "PASSING", 48)
    monkeypatch.setattr(vectors, "BLOCK", 300)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "library.db"
    made = Store(file)
    made.begin_source("")
    put(made, clustered(2000))
    made.close()
    return file


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Store:
    return Store(shutil.copy(filled, tmp_path / "library.db"))


def nearest(store: Store, query: np.ndarray, limit: int, allowed: np.ndarray | None = None) -> list[int]:
    ids, rows = store.embeddings(store.chunk_ids() if allowed is None else allowed)
    return [int(i) for i in ids[np.lexsort((ids, -(rows @ query)))[:limit]]]


def recall(store: Store, found: Vectors, allowed: np.ndarray | None = None) -> float:
    queries = clustered(40, seed=5)
    return float(
        np.mean([len(set(found.search(q, 10, allowed)) & set(nearest(store, q, 10, allowed))) / 10 for q in queries])
    )


def kind(folder: Path) -> Any:
    return json.loads((folder / "vectors.json").read_text())["kind"]


def test_lists_find_what_comparing_all_finds(tmp_path: Path, store: Store) -> None:
    found = Vectors(tmp_path, store, "m")
    assert recall(store, found) >= 0.97
    assert kind(tmp_path) == "ivf"
    ids, rows = store.embeddings(found.search(clustered(1, 9)[0], 25))
    order = found.search(clustered(1, 9)[0], 25)
    scores = [float(dict(zip(ids.tolist(), rows @ clustered(1, 9)[0], strict=True))[i]) for i in order]
    assert scores == sorted(scores, reverse=True) and len(order) == len(set(order)) == 25


@pytest.mark.parametrize("step", [2, 40, 400])
def test_a_filter_restricts_the_search_itself(tmp_path: Path, store: Store, step: int) -> None:
    allowed = store.chunk_ids()[::step]
    found = Vectors(tmp_path, store, "m")
    query = clustered(1, 5)[0]
    assert recall(store, found, allowed) >= (0.97 if len(allowed) >= 10 else 0)
    ids = found.search(query, 60, allowed)
    assert set(ids) <= set(allowed.tolist())
    # All that may be found is found, without the -1 with which FAISS fills up.
    assert len(ids) == min(60, len(allowed))
    assert found.search(query, 60, allowed[:0]) == []
    # The same, where all are compared.
    assert nearest(store, query, 5, allowed) == ids[:5]


def test_more_than_there_is_gives_all_there_is(tmp_path: Path, store: Store) -> None:
    assert sorted(Vectors(tmp_path, store, "m").search(clustered(1)[0], 60, store.chunk_ids()[:7])) == [*range(1, 8)]


def test_changes_are_taken_in_without_building_anew(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vectors(tmp_path, store, "m").refresh()
    # Another process: the file fits the store when it begins.
    found = Vectors(tmp_path, store, "m")
    store.remove("a00003")
    put(store, clustered(100, seed=3), "b")
    monkeypatch.setattr(vectors, "new_lists", lambda *given: pytest.fail("built anew"))
    found.refresh()
    monkeypatch.setattr(vectors, "new_lists", vector_index.new_lists)
    assert sorted(vector_index.ids_of(found._index).tolist()) == store.chunk_ids().tolist()
    assert recall(store, found) >= 0.97
    (tmp_path / "anew").mkdir()
    rebuilt = Vectors(tmp_path / "anew", store, "m")
    for query in clustered(20, seed=8):
        assert len(set(found.search(query, 10)) & set(rebuilt.search(query, 10))) >= 9
    # What was written is what the next process reads.
    monkeypatch.setattr(vectors, "new_lists", lambda *given: pytest.fail("built anew"))
    assert Vectors(tmp_path, store, "m").search(query, 10) == found.search(query, 10)


def test_an_index_of_a_time_that_the_store_has_not_seen_is_not_brought_up_to_date(tmp_path: Path, store: Store) -> None:
    Vectors(tmp_path, store, "m").refresh()
    manifest = json.loads((tmp_path / "vectors.json").read_text())
    (tmp_path / "vectors.json").write_text(json.dumps(manifest | {"generation": manifest["generation"] + 7}))
    found = Vectors(tmp_path, store, "m")
    put(store, clustered(10, seed=3), "b")
    built: list[int] = []
    real = vectors.new_lists
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "new_lists", lambda count, sample: built.append(count) or real(count, sample))
        found.refresh()
    assert built == [2010]


def test_centres_are_learnt_anew_when_outgrown_and_a_small_library_compares_all(tmp_path: Path, store: Store) -> None:
    found = Vectors(tmp_path, store, "m")
    found.refresh()
    put(store, clustered(2500, seed=3), "b")
    found.refresh()
    assert json.loads((tmp_path / "vectors.json").read_text())["trained"] == 4500
    for article in [a.id for a in store.articles()][:420]:
        store.remove(article)
    query = clustered(1, 9)[0]
    assert found.search(query, 20) == nearest(store, query, 20)
    assert kind(tmp_path) == "flat"
    put(store, clustered(300, seed=4), "c")
    found.refresh()
    assert kind(tmp_path) == "ivf"
    assert recall(store, found) >= 0.97


@pytest.mark.parametrize("name", ["vectors.faiss", "vectors.json"])
@pytest.mark.parametrize("damage", [b"", b"not an index", b"[]", b"{}", None])
def test_a_damaged_index_is_built_anew(tmp_path: Path, store: Store, name: str, damage: bytes | None) -> None:
    query = clustered(1, 9)[0]
    before = Vectors(tmp_path, store, "m").search(query, 10)
    file = tmp_path / name
    file.unlink() if damage is None else file.write_bytes(damage)
    assert Vectors(tmp_path, store, "m").search(query, 10) == before


def test_the_same_vectors_give_the_same_index(tmp_path: Path, store: Store) -> None:
    (tmp_path / "other").mkdir()
    for folder in (tmp_path, tmp_path / "other"):
        Vectors(folder, store, "m").refresh()
    one, other = ((folder / "vectors.faiss").read_bytes() for folder in (tmp_path, tmp_path / "other"))
    assert one == other


def test_searches_beside_changes_find_only_what_is_there(tmp_path: Path, store: Store) -> None:
    found, query = Vectors(tmp_path, store, "m"), clustered(1, 9)[0]
    found.refresh()
    lengths: list[int] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            lengths.append(len(set(found.search(query, 10))))

    searching = threading.Thread(target=search)
    searching.start()
    for n in range(5):
        put(store, clustered(20, seed=n), f"b{n}")
        store.remove(f"a{n:05}")
        found.refresh()
    stop.set()
    searching.join()
    assert lengths and max(lengths) == 10
    assert sorted(vector_index.ids_of(found._index).tolist()) == store.chunk_ids().tolist()
