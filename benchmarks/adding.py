"""Whether one article more costs the same however many are there: real ones added to grown libraries, all included.

    python benchmarks/adding.py [--data ../shared/data] [--articles 200] [--most 25000] [--sources 2000]

The same real articles are read, dated, embedded and stored by `Library.add` into libraries of 100, 1,000, ... articles
up to --most (benchmarks/grown.py), each in a process of its own. Cost linear in the number of articles is a flat line.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import told
from grown import CHUNKS, read_sources, real_articles
from growth import build, largest_memory

SMALLEST, STEP = 100, 10
CHANGED = 5  # articles added one by one at the end, each a call of its own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--most", type=int, default=25_000)
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--add", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    from rag.runtime import tune

    tune()
    if given.add:
        print(json.dumps(add(given.add, given.data, given.articles)))
        return
    from index.embed import MiniLMEmbedder

    sources = read_sources(given.data, given.sources, MiniLMEmbedder)
    sizes = [SMALLEST]
    while sizes[-1] * STEP < given.most:
        sizes.append(sizes[-1] * STEP)
    first = None
    for size in [*sizes, given.most]:
        with tempfile.TemporaryDirectory() as scratch:
            build(Path(scratch), size * CHUNKS, sources, 0)
            output = subprocess.run(
                [sys.executable, __file__, "--data", str(given.data), "--articles", str(given.articles)]
                + ["--add", scratch],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout
        figures = json.loads(output.splitlines()[-1])
        first = first or figures["an article, ms"]
        figures["an article, times that of the smallest library (asked: 1)"] = figures["an article, ms"] / first
        told(f"adding-{size}: to a library of {size:,} articles", figures)


def add(home: Path, data: Path, most: int) -> dict[str, Any]:
    """Milliseconds an article of one large file, and of single ones; megabytes."""
    from index.library import Library

    records = [{"title": title, "text": text} for title, text in real_articles(data / "realtimeqa-2024q1")]
    if len(records) < most:  # the shipped ones, where there are no others: each text may be there once
        copies = range(-(-most // len(records)))
        records = [r | {"text": f"{r['text']}\n\nCopy {copy}."} for copy in copies for r in records]
    library = Library(home)
    library.embed(["the model is loaded"])
    figures: dict[str, Any] = {"memory before, MB": largest_memory()}
    before = library.counts()
    file = home / "added.jsonl"
    file.write_text("\n".join(map(json.dumps, records[:most])), encoding="utf-8")
    started, processor = time.perf_counter(), time.process_time()
    report = library.add([file])
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    articles, chunks = (after - b for after, b in zip(library.counts(), before, strict=True))
    assert report.added == articles > 0, report
    figures |= {
        "articles": articles,
        "chunks": chunks,
        "an article, ms": 1000 * seconds / articles,
        "cores busy": processor / seconds,
        "memory to index, MB": largest_memory(),
    }
    seconds = 0.0
    for number, record in enumerate(records[:CHANGED]):
        single = home / f"single-{number}.jsonl"
        single.write_text(json.dumps(record | {"text": f"{record['text']}\n\nOnce more."}), encoding="utf-8")
        started = time.perf_counter()
        library.add([single])
        seconds += time.perf_counter() - started
    figures["an article by itself, ms"] = 1000 * seconds / CHANGED
    return figures


if __name__ == "__main__":
    main()
