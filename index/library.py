"""The one door of the package: open a library, add and remove articles, search them."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index.chunks import group_sentences
from index.embed import Embedder, Matrix, MiniLMEmbedder
from index.errors import ReadError, ReadNote, StoreError
from index.listing import Listing
from index.records import Article, EventDate, Hit, Query, Span, Window
from index.sentences import split_sentences
from index.source_files import InUse, digest_of, expected_articles, source_key
from index.store import Store, words_of
from index.vectors import Vectors
from index.words import Words

LIBRARY_FILE = "library.db"
# How deep each ranking is read before the two are fused.
DEPTH = 60
# Weight of the rankings within a period that is asked about, beside 1 for those over all; see EXPERIMENTS.md.
FAVOUR = 0.5
# Chunks embedded at once while adding: enough to fill the model's batches, small enough to stay in memory.
BATCH_CHUNKS = 64


@dataclass(slots=True)
class Report:
    """What ``Library.add`` did. ``skipped`` holds path and reason, in words, for what could not be read; ``notes`` the
    same for what was passed over in an article that was read."""

    added: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def include(self, other: "Report") -> None:
        self.added += other.added
        self.unchanged += other.unchanged
        self.removed += other.removed
        self.skipped += other.skipped
        self.notes += other.notes


@dataclass(slots=True)
class _Pending:
    article: Article
    source: str
    groups: list[tuple[Span, ...]]


class Library:
    """Articles on disk, searchable. Safe to use from several threads; indexing is for one process at a time.

    ``embedder`` is all-MiniLM-L6-v2 unless given; it is loaded at the first need. ``note`` is told, in one line, what
    was repaired. Raises StoreError where the folder holds no library and ``create`` is not set, where the library
    cannot be read, or where it was built with another embedding model.
    """

    def __init__(
        self,
        home: Path,
        embedder: Embedder | None = None,
        create: bool = False,
        note: Callable[[str], None] = lambda text: None,
    ) -> None:
        file = home / LIBRARY_FILE
        if not create and not file.exists():
            raise StoreError(f"no library was found in {home}; run `colloquy index FOLDER_OR_FILES` first")
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the library folder {home} cannot be made ({error.strerror}); choose another") from error
        self.home = home
        self.in_use = InUse()
        self._changing = threading.Lock()
        self._embedder = embedder
        self._store = Store(file)
        self._model = embedder.name if embedder else MiniLMEmbedder.name
        if (built_with := self._store.meta("model")) and built_with != self._model:
            raise StoreError(
                f"the library in {home} was built with the embedding model {built_with}, the settings say "
                f"{self._model}; change the setting back, or index your files into another folder"
            )
        self._vectors = Vectors(home, self._store, self._model, note)
        self._words = Words(home, self._store)
        if not self._store.is_dated:
            if self._store.counts()[0]:
                note("finding the dates in the articles anew; this happens once after an update")
            self._store.date_again()

    def close(self) -> None:
        self._store.close()

    @property
    def embedder(self) -> Embedder:
        if self._embedder is None:
            self._embedder = MiniLMEmbedder()
        return self._embedder

    # -- articles ---------------------------------------------------------------------------------------------------

    def articles(self) -> tuple[Article, ...]:
        """All articles, newest first, without their text; ``article(id)`` has it."""
        return self._store.articles()

    def article(self, article_id: str) -> Article | None:
        return self._store.article(article_id)

    def counts(self) -> tuple[int, int]:
        """Number of articles, number of chunks."""
        return self._store.counts()

    @property
    def listing(self) -> Listing:
        """The articles a page at a time: filtered, sorted, counted."""
        return self._store.listing

    def articles_of(self, file: Path) -> tuple[Article, ...]:
        """The articles that were read from this file; none where it was not indexed."""
        return self._store.source_articles(source_key(file))

    def remove(self, prefix: str) -> Article:
        """Takes out the one article whose id begins with ``prefix``. Raises StoreError for none or several."""
        article = self.only(prefix)
        self.remove_all([article.id])
        return article

    def remove_all(self, ids: Sequence[str]) -> tuple[Article, ...]:
        """Takes out the articles of these whole ids; one that is gone already is passed over. Returns those removed."""
        gone = []
        for id in ids:
            with self._changing:
                if article := self._store.article(id):
                    self._store.remove(id)
                    gone.append(article)
        self._vectors.refresh()
        self._words.refresh()
        return tuple(gone)

    def only(self, prefix: str) -> Article:
        """The one article whose id begins with ``prefix``. Raises StoreError for none or several."""
        found = self._store.articles_like(prefix)
        if len(found) != 1:
            what = "no article" if not found else f"{len(found)} articles"
            raise StoreError(f"{what} with an id that begins with {prefix!r}; `colloquy articles` lists the ids")
        return found[0]

    def correct_date(self, prefix: str, period: Window | None) -> Article:
        """Sets the publication date of the one article whose id begins with ``prefix``, and returns the article.

        ``Window()`` says that the date is unknown, None goes back to what was found in the article. The correction
        stays when the article is indexed again, taken out and added again, or edited under the same title in the same
        file. Raises StoreError for no article or several.
        """
        return self._store.correct_date(self.only(prefix).id, period)

    def add(
        self,
        paths: Sequence[Path],
        progress: Callable[[int, int], None] = lambda done, total: None,
        published: Window | None = None,
        told: Callable[[Path, Report], None] = lambda file, report: None,
    ) -> Report:
        """Reads files and folders and stores their articles, each in one transaction.

        A file with the same bytes as before, its sidecar's included, is passed over; a changed one replaces what it
        held. ``published`` is set for all their articles, as ``correct_date`` does. A file or line that
        cannot be read is noted in the report and nothing stored is lost. ``progress`` gets the articles done and the
        number expected (estimated from the lines of JSON Lines and CSV files); an exception that it raises ends the
        adding, and what was stored stays. ``told`` gets each file, when it is done, with the report of that file alone.
        """
        from index.read import find_files

        files = find_files(paths)
        expected = sum(expected_articles(f) for f in files)
        report, done = Report(), 0
        self._store.set_meta("model", self._model)
        for file in files:
            before, own = done, Report()
            for read in self._add_file(file, own):
                done = before + read
                progress(done, max(expected, done))
            if published is not None:
                for article in self._store.source_articles(source_key(file)):
                    self._store.correct_date(article.id, published)
            report.include(own)
            told(file, own)
        self._vectors.refresh()
        self._words.refresh()
        return report

    def _add_file(self, file: Path, report: Report) -> Iterator[int]:
        """Adds one file; yields the number of its articles done so far."""
        from index.read import read_articles, sidecar_beside

        source = source_key(file)
        sidecar = sidecar_beside(file)
        try:
            digest = digest_of(file, sidecar)
        except OSError as error:
            report.skipped.append((str(file), f"it cannot be opened ({error.strerror}); check its permissions"))
            yield 1
            return
        if self._store.digest(source) == digest:
            report.unchanged += 1
            yield expected_articles(file)
            return
        self._store.begin_source(source)
        kept: list[str] = []
        pending: list[_Pending] = []
        failed = 0
        for done, item in enumerate(read_articles(file), 1):
            if isinstance(item, ReadNote):
                report.notes.append((str(file), str(item)))
            elif isinstance(item, ReadError):
                report.skipped.append((str(file), str(item)))
                failed += 1
            elif sidecar and failed and (held := self._held(source, item)):
                # A sidecar that has broken takes no title and no date from what is stored.
                kept.append(held.id)
                report.unchanged += 1
            else:
                kept.append(item.id)
                pending.append(_Pending(item, source, group_sentences(item.text, split_sentences(item.text))))
                if sum(len(p.groups) for p in pending) >= BATCH_CHUNKS:
                    self._flush(pending, report)
            yield done
        self._flush(pending, report)
        # A file that has become unreadable keeps what it held: bad input never costs what is already stored.
        if kept or not failed:
            with self._changing:
                report.removed += self._store.end_source(source, digest if not failed else "", kept)

    def _held(self, source: str, article: Article) -> Article | None:
        """The stored article of a file that has this text."""
        return next((a for a in self._store.source_articles(source) if a.text == article.text), None)

    def _flush(self, pending: list[_Pending], report: Report) -> None:
        """Embeds and stores the articles that are new, each content once, in one transaction each."""
        # An article that is known is given no vectors: it must not be taken out before it is stored again.
        with self._changing:
            fresh = {p.article.id: p for p in pending if not self._store.has(p.article.id)}
            texts = [
                f"{p.article.title}\n{p.article.text[g[0].start : g[-1].end]}" for p in fresh.values() for g in p.groups
            ]
            vectors = self.embedder.encode(texts)
            row = 0
            rows: dict[str, slice] = {}
            for p in fresh.values():
                rows[p.article.id] = slice(row, row := row + len(p.groups))
            for p in pending:
                if self._store.add(p.article, p.source, p.groups, vectors[rows.get(p.article.id, slice(0))]):
                    report.added += 1
                else:
                    report.unchanged += 1
        pending.clear()

    def event_dates(self, article_ids: Sequence[str] = ()) -> tuple[EventDate, ...]:
        """The dates that these articles speak of, of all where none is named, by article and place."""
        return self._store.event_dates(article_ids)

    def same_days(self, window: Window) -> tuple[Window, ...]:
        """The period in each year, not later than its own, in which the articles speak of it; latest first."""
        return self._store.same_days(window)

    # -- search -----------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> tuple[Hit, ...]:
        """The best chunks for a question, at most ``query.limit``; an empty tuple where nothing fits.

        Dense and BM25 rankings, both over the chunks that pass the filters, fused by reciprocal rank:
        score = sum of 1 / (60 + rank), rank from 1 (Cormack, Clarke and Buettcher 2009). A period that is not strict
        adds the rankings of what may be of it, with half the weight: what it holds comes first among the like.
        """
        vector = self.embedder.encode([f"{query.context} {query.text}".strip()])[0]
        wider = query if query.strict else replace(query, after=None, before=None)
        rankings = [self._rankings(q, vector) for q in dict.fromkeys((wider, query))]
        scores: dict[int, float] = defaultdict(float)
        for weight, pair in zip((1.0, FAVOUR), rankings, strict=False):
            for ranks in pair:
                for chunk, rank in ranks.items():
                    scores[chunk] += weight / (60 + rank)
        dense_ranks, bm25_ranks = rankings[0]
        best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[: query.limit]
        chunks = self._store.chunks(best)
        articles = {c.article_id: self._store.article(c.article_id) for c in chunks.values()}
        hits = []
        for id in best:
            # A chunk may have gone between the two look-ups, when another process took its article out.
            found = chunks.get(id)
            if found and (article := articles[found.article_id]):
                hits.append(Hit(found, article, scores[id], dense_ranks.get(id), bm25_ranks.get(id)))
        return tuple(hits)

    def _rankings(self, query: Query, vector: np.ndarray) -> tuple[dict[int, int], dict[int, int]]:
        """Ranks from 1 of the chunks that pass the filters of the query, by vector and by words."""
        allowed = self._store.allowed(query)
        dense = self._vectors.search(vector, DEPTH, allowed)
        # FTS5 alone is exact and needs nothing beside it, but its time grows with the collection.
        if self._store.is_large:
            words = self._words.search(words_of(query), DEPTH, allowed)
        else:
            words = self._store.bm25(query, DEPTH)
        return {chunk: n for n, chunk in enumerate(dense, 1)}, {chunk: n for n, chunk in enumerate(words, 1)}

    def words_like(self, beginning: str, shortest: int, longest: int) -> dict[str, int]:
        """Words of the articles, in small letters, that begin so and are so long, with the number of their articles."""
        return self._store.words_like(beginning, shortest, longest)

    def passages_with(self, word: str, limit: int) -> list[str]:
        """The texts of at most ``limit`` chunks that hold a word, in any of its forms."""
        return self._store.passages_with(word, limit)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Returns float32 (n_texts, dim), rows of unit length, from the library's own embedding model."""
        return self.embedder.encode(texts)
