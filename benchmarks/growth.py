"""What a library costs as it grows: time and memory to index it, size on disk, time and recall of its searches.

    python benchmarks/growth.py [--data ../shared/data] [--most 100000] [--sources 2000] [--questions 40] [--keep DIR]

Libraries of 100, 1,000, ... chunks up to --most are grown from real articles (benchmarks/grown.py) and searched, each
in a process of its own, whose largest memory is told. A million takes ten minutes more. Figures and plots go into
build/bench. The time to read articles and to compute their vectors is not in it: benchmarks/indexing.py has that.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from common import OUT, told
from grown import Sources, grow, mixed, read_sources

SMALLEST = 100
BEST = 10  # recall is of so many


class Given:
    """Stands for the embedding model where the vectors are known."""

    name, dim = "all-MiniLM-L6-v2", 384

    def __init__(self, known: dict[str, np.ndarray]) -> None:
        self._known = known

    def encode(self, texts: Iterable[str]) -> np.ndarray:
        return np.stack([self._known[text] for text in texts])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="keep the libraries here, and use those that are there")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    from rag.runtime import tune

    tune()
    from index.embed import MiniLMEmbedder

    sources = read_sources(given.data, given.sources, MiniLMEmbedder)
    if given.step:
        step, folder, chunks = given.step
        work = {"build": build, "search": search}[step]
        print(json.dumps(work(Path(folder), int(chunks), sources, given.questions)))
        return
    told("growth-real: recall over the real passages alone, in lists", real_recall(sources))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as scratch:
        chunks = SMALLEST
        while chunks <= given.most:
            folder = (given.keep or Path(scratch)) / str(chunks)
            row = {"chunks": chunks}
            for step in ("build", "search"):
                told_by = subprocess.run(
                    [sys.executable, __file__, "--data", str(given.data), "--sources", str(given.sources)]
                    + ["--questions", str(given.questions), "--step", step, str(folder), str(chunks)],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
                row |= json.loads(told_by.splitlines()[-1])
            rows.append(row)
            told(f"growth-{chunks}: a library of {chunks:,} chunks", row)
            draw(rows)
            chunks *= 10
    (OUT / "growth.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def build(folder: Path, chunks: int, sources: Sources, questions: int) -> dict[str, Any]:
    """Makes the library, its vector index and its word arrays; one that is there already is only measured."""
    from index.library import LIBRARY_FILE
    from index.store import Store
    from index.vectors import Vectors
    from index.words import Words

    kept = folder / "build.json"
    if kept.is_file():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    folder.mkdir(parents=True, exist_ok=True)
    seconds = {
        "rows": 0.0 if (folder / LIBRARY_FILE).exists() else grow(folder / LIBRARY_FILE, chunks, sources, Given.name)
    }
    store = Store(folder / LIBRARY_FILE)
    for name, part in (("vectors", Vectors(folder, store, Given.name)), ("words", Words(folder, store))):
        started = time.perf_counter()
        part.refresh()
        seconds[name] = time.perf_counter() - started
    store.close()
    figures: dict[str, Any] = {f"build {name}, s": value for name, value in seconds.items()}
    figures["build, s"] = sum(seconds.values())
    figures["store, MB"] = sum(f.stat().st_size for f in folder.glob("library.db*")) / 1e6
    figures["vector index, MB"] = (folder / "vectors.faiss").stat().st_size / 1e6
    figures["word arrays, MB"] = sum(f.stat().st_size for f in folder.glob("words/*")) / 1e6
    figures["memory to index, MB"] = largest_memory()
    kept.write_text(json.dumps(figures), encoding="utf-8")
    return figures


def search(folder: Path, chunks: int, sources: Sources, questions: int) -> dict[str, Any]:
    """Times and recall of dense and hybrid searches, without a filter and with each."""
    from index.embed import MiniLMEmbedder
    from index.library import DEPTH, LIBRARY_FILE, Library
    from index.records import Query
    from index.store import Store, words_of
    from index.vectors import Vectors
    from index.words import Words

    texts = sources.questions[:questions]
    asked = sources.question_vectors[:questions]
    chooser = np.random.default_rng(99)
    like = mixed(sources.vectors, chooser.integers(0, len(sources.vectors), (questions, 3)), chooser)
    library = Library(folder, Given(dict(zip(texts, asked, strict=True))))
    store = Store(folder / LIBRARY_FILE)
    vectors, words = Vectors(folder, store, Given.name), Words(folder, store)
    publisher = tuple(a.id for a in library.articles() if a.publisher == "Publisher 3")
    year = {"after": date(2018, 1, 1), "before": date(2019, 1, 1)}
    filters = {
        "no filter": Query(""),
        "favoured year": Query("", **year),
        "strict year": Query("", **year, strict=True),
        "strict week": Query("", after=date(2018, 3, 1), before=date(2018, 3, 8), strict=True),
        "publisher": Query("", articles=publisher),
    }
    if not publisher:
        del filters["publisher"]
    figures: dict[str, Any] = {}
    for name, query in filters.items():
        timed(figures, f"hybrid, {name}", [partial(library.search, replace(query, text=text)) for text in texts])
    # Before the parts are opened once more by themselves.
    figures["memory to search, MB"] = largest_memory()
    for name, query in filters.items():
        if name == "favoured year":
            continue  # both without and with the year
        # What the filter allows is known: finding that is part of the hybrid time.
        allowed = store.allowed(query)
        timed(figures, f"dense, {name}", [partial(vectors.search, v, DEPTH, allowed) for v in asked])
        for kind, of in (("real", asked), ("grown", like)):
            right = exact(store, of, allowed)
            got = [vectors.search(v, DEPTH, allowed)[:BEST] for v in of]
            shared = [len(set(a) & set(b)) / len(b) for a, b in zip(got, right, strict=True) if b]
            figures[f"recall at {BEST}, {kind}, {name}"] = float(np.mean(shared)) if shared else None
    few = [Query(text) for text in texts[:5]]
    alone = timed(figures, "words, FTS5 alone", [partial(store.bm25, q, DEPTH) for q in few])
    arrays = timed(figures, "words, arrays", [partial(words.search, words_of(q), DEPTH) for q in few])
    figures["same words found"] = float(
        np.mean([len(set(a) & set(b)) / max(1, len(b)) for a, b in zip(arrays, alone, strict=True)])
    )
    whole = Library(folder, MiniLMEmbedder())
    timed(figures, "question to passages", [partial(whole.search, Query(t)) for t in texts])
    return figures


def timed(figures: dict[str, Any], name: str, things: list[Callable[[], Any]]) -> list[Any]:
    """Notes median and 90th percentile in milliseconds; two of the things are done once before. Returns the results."""
    for thing in things[:2]:
        thing()
    seconds, results = [], []
    for thing in things:
        started = time.perf_counter()
        results.append(thing())
        seconds.append(time.perf_counter() - started)
    figures[f"{name}, ms"] = 1000 * median(seconds)
    figures[f"{name}, p90 ms"] = 1000 * float(np.percentile(seconds, 90))
    return results


def exact(store: Any, vectors: np.ndarray, allowed: np.ndarray | None) -> list[list[int]]:
    """For each of ``vectors`` the ids of the ten nearest of all, or of those allowed, by comparing each with each."""
    ids = store.chunk_ids() if allowed is None else allowed
    best_ids = np.zeros((len(vectors), 0), dtype=np.int64)
    best = np.zeros((len(vectors), 0), dtype=np.float32)
    for first in range(0, len(ids), 16_384):
        block, embeddings = store.embeddings(ids[first : first + 16_384])
        best = np.c_[best, vectors @ embeddings.T]
        best_ids = np.c_[best_ids, np.broadcast_to(block, (len(vectors), len(block)))]
        order = np.argsort(-best, axis=1, kind="stable")[:, :BEST]
        best, best_ids = (np.take_along_axis(a, order, axis=1) for a in (best, best_ids))
    return [[int(i) for i in row] for row in best_ids]


def real_recall(sources: Sources) -> dict[str, Any]:
    """Recall over the real passages alone, too few for lists in the product, with as many read as make a like share."""
    from index import vector_index

    vectors = sources.vectors
    index = vector_index.new_lists(len(vectors), vectors)
    index.add_with_ids(vectors, np.arange(len(vectors)))
    figures: dict[str, Any] = {"passages": len(vectors), "lists": index.nlist}
    right = np.argsort(-(sources.question_vectors @ vectors.T), axis=1)[:, :BEST]
    probes = vector_index.PROBES
    for vector_index.PROBES in (index.nlist // 32, index.nlist // 16, index.nlist // 8, index.nlist // 4):
        got = [
            vector_index.nearest(index, q, BEST, None, lambda ids: (np.array(i := list(ids)), vectors[i]))
            for q in sources.question_vectors
        ]
        shared = [len(set(a) & set(b.tolist())) / BEST for a, b in zip(got, right, strict=True)]
        figures[f"recall at {BEST}, {vector_index.PROBES} lists read"] = float(np.mean(shared))
    vector_index.PROBES = probes
    return figures


def largest_memory() -> float | None:
    """Largest memory of this process so far, in MB; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Linux's ru_maxrss also counts the process that started this one, up to the moment of exec (getrusage(2)).
        peak = re.search(r"^VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"), re.MULTILINE)
        return int(peak[1]) * 1024 / 1e6 if peak else None
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


PANELS = {
    "Time to index, s": ("build, s", "build rows, s", "build vectors, s", "build words, s"),
    "On disk, MB": ("store, MB", "vector index, MB", "word arrays, MB"),
    "Largest memory, MB": ("memory to index, MB", "memory to search, MB"),
    "Time of a search, median ms": (
        *("dense, no filter, ms", "dense, strict year, ms", "hybrid, no filter, ms", "hybrid, favoured year, ms"),
        *("hybrid, publisher, ms", "words, FTS5 alone, ms"),
    ),
}


NOTHING = 1e-3  # what is smaller was not done at all: small libraries have no word arrays


def draw(rows: list[dict[str, Any]]) -> None:
    """The four plots against the number of chunks, both axes logarithmic, as SVG and PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7.5), layout="constrained")
    for axes, (title, names) in zip(figure.subplots(2, 2).flat, PANELS.items(), strict=True):
        for name, mark in zip(names, "osD^vx", strict=False):
            known = [(r["chunks"], r[name]) for r in rows if (r.get(name) or 0) > NOTHING]
            axes.loglog([x for x, _ in known], [y for _, y in known], marker=mark, label=name.rsplit(", ", 1)[0])
        axes.set(title=title, xlabel="chunks")
        axes.grid(True, color="#80808040")
        axes.legend(fontsize=8, frameon=False)
    OUT.mkdir(parents=True, exist_ok=True)
    for suffix in ("svg", "png"):
        figure.savefig(OUT / f"growth.{suffix}", dpi=120)


if __name__ == "__main__":
    main()
