"""Libraries of any size grown from real articles: sentences recombined, vectors mixed, with noise.

Neither reading nor the embedding model stands in the way: rows are written by the store's own functions. The dates
that the articles speak of are invented as well, since finding them in the text takes longer than all the rest.
"""

import json
import lzma
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from common import OUT, ROOT

import index.article_rows
from index.chunks import group_sentences
from index.database import Database
from index.embed import Embedder, Matrix
from index.records import Article, Span, article_id
from index.sentences import split_sentences

CHUNKS = 10  # of an article
PUBLISHERS = 20  # the n-th has a share in proportion to 1 / n
FIRST_DAY, DAYS = date(2014, 1, 1), 3650
# Dates that an article speaks of, and how far from its publication, in days: about as many as real ones have.
DATES, AROUND = 6, 200
# Weights of the real embeddings that one grown is mixed from, at most, and the length of the noise beside them.
MIXED, NOISE = (1.0, 0.6, 0.4), 0.35
AT_ONCE = 500  # articles a transaction


@dataclass(frozen=True, slots=True)
class Sources:
    """Real passages: their sentences, and their embeddings, float32 (n, dim); and questions with theirs."""

    sentences: list[list[str]]
    vectors: Matrix
    questions: list[str]
    question_vectors: Matrix


def read_sources(data: Path, most: int, model: Callable[[], Embedder]) -> Sources:
    """At most ``most`` passages of the articles in ``data``, or of the shipped ones where it is absent.

    The embeddings are kept under build/bench for the next run, so that ``model`` is opened once.
    """
    folder = data / "realtimeqa-2024q1"
    passages: list[tuple[str, list[str]]] = []
    for title, text in real_articles(folder):
        groups = group_sentences(text, split_sentences(text))
        passages += [(title, [s.of(text) for s in group]) for group in groups]
        if len(passages) >= most:
            break
    passages = passages[:most]
    questions = ["When did the delegation meet?", "Who led the delegation of Pakistan?", "What was agreed on trade?"]
    if (file := folder / "questions.jsonl").is_file():
        questions = [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]
    kept = OUT / f"sources-{len(passages)}-{len(questions)}.npy"
    if kept.is_file():
        vectors = np.load(kept)
    else:
        vectors = model().encode([f"{title}\n{' '.join(s)}" for title, s in passages] + questions)
        OUT.mkdir(parents=True, exist_ok=True)
        np.save(kept, vectors)
    return Sources([s for _, s in passages], vectors[: len(passages)], questions, vectors[len(passages) :])


def real_articles(folder: Path) -> Iterator[tuple[str, str]]:
    """Title and text, in an order that mixes the days."""
    if (file := folder / "articles.jsonl.xz").is_file():
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        random.Random(1).shuffle(records)
        yield from ((r["title"], r["text"]) for r in records)
        return
    from index.read import read_articles

    for file in sorted((ROOT / "index" / "articles").glob("*.md")):
        yield from ((a.title, a.text) for a in read_articles(file) if isinstance(a, Article))


def mixed(vectors: Matrix, chosen: np.ndarray, chooser: np.random.Generator) -> Matrix:
    """Unit vectors, float32 (n, dim), near the first of the real ones that each row of ``chosen``, (n, 3), names."""
    weights = np.array(MIXED) * np.c_[np.ones(len(chosen)), chooser.random((len(chosen), len(MIXED) - 1))]
    grown = np.einsum("nk,nkd->nd", weights, vectors[chosen])
    grown /= np.linalg.norm(grown, axis=1, keepdims=True)
    noise = chooser.standard_normal(grown.shape)
    grown += NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.ascontiguousarray(grown / np.linalg.norm(grown, axis=1, keepdims=True), dtype=np.float32)


def grow(file: Path, chunks: int, sources: Sources, model: str) -> float:
    """Fills the empty library ``file`` with articles of ten chunks. Returns seconds, those of invention included."""
    started = time.perf_counter()
    database = Database(file)
    with database.transaction() as db:
        db.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) DO NOTHING",
            [("model", model), ("dating", _dating())],
        )
    found, index.article_rows.insert_dates = index.article_rows.insert_dates, _invented_dates
    try:
        articles = -(-chunks // CHUNKS)
        for first in range(0, articles, AT_ONCE):
            made = _made(range(first, min(first + AT_ONCE, articles)), sources)
            with database.transaction() as db:
                for article, groups, vectors in made:
                    index.article_rows.insert(db, article, groups, vectors)
    finally:
        index.article_rows.insert_dates = found
    database.close()
    return time.perf_counter() - started


def _made(numbers: range, sources: Sources) -> Iterator[tuple[Article, list[tuple[Span, ...]], Matrix]]:
    chooser = np.random.default_rng(numbers.start)
    draw = random.Random(numbers.start)
    shares = 1 / np.arange(1, PUBLISHERS + 1)
    publishers = chooser.choice(PUBLISHERS, len(numbers), p=shares / shares.sum())
    days = chooser.integers(0, DAYS, len(numbers))
    chosen = chooser.integers(0, len(sources.vectors), (len(numbers) * CHUNKS, len(MIXED)))
    vectors = mixed(sources.vectors, chosen, chooser)
    for row, number in enumerate(numbers):
        words: list[str] = []
        groups = []
        at = 0
        for parents in chosen[row * CHUNKS : (row + 1) * CHUNKS]:
            first, second, _ = (sources.sentences[p] for p in parents)
            spans = []
            for sentence in (*first[:4], draw.choice(second)):
                words.append(sentence)
                spans.append(Span(at, at + len(sentence)))
                at += len(sentence) + 1
            groups.append(tuple(spans))
        text = " ".join(words)
        title = " ".join(text.split()[:8])
        article = Article(
            article_id(f"{number} {title}", text),
            title,
            text,
            FIRST_DAY + timedelta(int(days[row])),
            "file",
            f"Publisher {publishers[row] + 1}",
        )
        yield article, groups, vectors[row * CHUNKS : (row + 1) * CHUNKS]


def _invented_dates(db: object, article: Article) -> None:
    assert article.published
    draw = random.Random(article.id)
    days = [article.published + timedelta(draw.randint(-AROUND, AROUND // 4)) for _ in range(DATES)]
    db.executemany(  # type: ignore[attr-defined]
        "INSERT INTO event_dates VALUES (?,NULL,NULL,NULL,NULL,?,?,0,0)",
        [(article.id, d.isoformat(), (d + timedelta(1)).isoformat()) for d in days],
    )


def _dating() -> str:
    from index.event_dates import DATING

    return str(DATING)
