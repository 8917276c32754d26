"""An answer as plain values that JSON can hold, and back: what a kept conversation is painted from.

Of an article no more is kept than what an answer shows of it: the paragraphs around the cited words, and the passages
that were found. They stand at their own offsets when read back, with line ends in the place of the rest, so that a
citation still names the place in the article, and is shown the same when the article has left the library.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from index.records import Article, Chunk, Hit, Span, Window
from index.sentences import BLANK_LINE
from rag.answer import Answer, Cell, Citation, Row, Seconds, Sentence, Table

Record = dict[str, Any]

_PLAIN = ("id", "title", "published_from", "publisher", "url", "path", "event")


def answer_record(answer: Answer) -> Record:
    """Dictionaries, lists, texts, numbers, true, false and null alone."""
    listed = _Listed(answer)
    return {
        "question": answer.question,
        "articles": [_article_record(a, spans) for a, spans in listed.articles.items()],
        "citations": [
            {
                "number": c.number,
                "article": listed.article(c.article),
                "span": _span_record(c.span),
                "support": c.support,
                "copies": [listed.article(a) for a in c.copies],
            }
            for c in listed.citations
        ],
        "sentences": [{"text": s.text, "citations": listed.cited(s), "item": s.item} for s in answer.sentences],
        "abstained": answer.abstained,
        "unanswered": list(answer.unanswered),
        "short": answer.short,
        "window": window_record(answer.window),
        "hits": [_hit_record(h, listed.article(h.article)) for h in answer.hits],
        "nearest": [listed.article(a) for a in answer.nearest],
        "seconds": [answer.seconds.retrieve, answer.seconds.first, answer.seconds.total],
        "remark": answer.remark,
        "table": _table_record(answer.table, listed) if answer.table else None,
    }


def read_answer(record: Record) -> Answer:
    """The answer of a record; its articles hold the kept paragraphs alone. Raises ValueError for any other form."""
    try:
        articles = [_article(a) for a in record["articles"]]
        cited = [_citation(c, articles) for c in record["citations"]]
        return Answer(
            question=record["question"],
            sentences=tuple(
                Sentence(s["text"], tuple(cited[i] for i in s["citations"]), s["item"]) for s in record["sentences"]
            ),
            abstained=record["abstained"],
            unanswered=tuple(record["unanswered"]),
            short=record["short"],
            window=read_window(record["window"]) or Window(),
            hits=tuple(_hit(h, articles) for h in record["hits"]),
            nearest=tuple(articles[i] for i in record["nearest"]),
            seconds=Seconds(*map(float, record["seconds"])),
            remark=record["remark"],
            table=_table(record["table"], cited) if record["table"] else None,
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"no answer can be read from the record ({type(error).__name__}: {error})") from error


def window_record(window: Window | None) -> list[str | None] | None:
    if window is None:
        return None
    return [day.isoformat() if day else None for day in (window.after, window.before)]


def read_window(record: Sequence[str | None] | None) -> Window | None:
    """Raises ValueError for what is no period."""
    return None if record is None else Window(*(date.fromisoformat(day) if day else None for day in record))


class _Listed:
    """The citations and articles of an answer, each once, and where they stand in their list.

    Citations are told apart by all their fields, not by number alone, so that whatever was shown is kept.
    """

    def __init__(self, answer: Answer) -> None:
        cells = [cell for row in answer.table.rows for cell in (row.event, *row.cells)] if answer.table else []
        parts: list[Sentence | Cell] = [*answer.sentences, *cells]
        self.citations = tuple(dict.fromkeys(c for part in parts for c in part.citations))
        self.articles: dict[Article, list[Span]] = {}
        for article, spans in _shown(answer, self.citations):
            self.articles.setdefault(article, []).extend(spans)
        self._places = {c: i for i, c in enumerate(self.citations)}
        self._numbers = {a: i for i, a in enumerate(self.articles)}

    def cited(self, part: Sentence | Cell) -> list[int]:
        return [self._places[c] for c in part.citations]

    def article(self, article: Article) -> int:
        return self._numbers[article]


def _shown(answer: Answer, citations: Iterable[Citation]) -> Iterator[tuple[Article, Sequence[Span]]]:
    """Each article of an answer with the spans that are to be kept of it."""
    for c in citations:
        yield c.article, [_paragraphs(c.article.text, c.span)]
        for copy in c.copies:
            start = copy.text.find(c.quote)
            yield copy, [_paragraphs(copy.text, Span(start, start + len(c.quote)))] if start >= 0 else ()
    for hit in answer.hits:
        yield hit.article, [hit.chunk.span]
    for article in answer.nearest:
        yield article, ()


def _paragraphs(text: str, span: Span) -> Span:
    """From the blank line before the span to the one after it; white space alone makes a line blank."""
    before = [blank.end() for blank in BLANK_LINE.finditer(text, 0, span.start)]
    after = BLANK_LINE.search(text, span.end)
    return Span(before[-1] if before else 0, after.start() if after else len(text))


def _article_record(article: Article, spans: Sequence[Span]) -> Record:
    kept: list[list[Any]] = []
    end = -1
    for span in sorted(spans, key=lambda s: s.start):
        if span.start > end:
            kept.append([span.start, ""])
        if span.end > end:
            kept[-1][1] += article.text[max(span.start, end) : span.end]
            end = kept[-1][0] + len(kept[-1][1])
    return {name: getattr(article, name) for name in _PLAIN} | {
        "published": article.published.isoformat() if article.published else None,
        "published_within": window_record(article.published_within),
        "kept": [pair for pair in kept if pair[1]],
    }


def _article(record: Record) -> Article:
    text = ""
    for start, words in record["kept"]:
        text += "\n" * (start - len(text)) + words
    article = Article(text=text, **{name: record[name] for name in _PLAIN})
    published = date.fromisoformat(record["published"]) if record["published"] else None
    return replace(article, published=published, published_within=read_window(record["published_within"]))


def _citation(record: Record, articles: Sequence[Article]) -> Citation:
    article, span = articles[record["article"]], Span(*record["span"])
    copies = tuple(articles[i] for i in record["copies"])
    return Citation(record["number"], article, span, span.of(article.text), float(record["support"]), copies)


def _span_record(span: Span) -> list[int]:
    return [span.start, span.end]


def _hit_record(hit: Hit, article: int) -> Record:
    chunk = hit.chunk
    return {
        "article": article,
        "chunk": [chunk.id, chunk.article_id],
        "span": _span_record(chunk.span),
        "sentences": [_span_record(s) for s in chunk.sentences],
        "score": float(hit.score),
        "ranks": [hit.dense_rank, hit.bm25_rank],
    }


def _hit(record: Record, articles: Sequence[Article]) -> Hit:
    id, article_id = record["chunk"]
    chunk = Chunk(id, article_id, Span(*record["span"]), tuple(Span(*s) for s in record["sentences"]))
    dense, bm25 = record["ranks"]
    return Hit(chunk, articles[record["article"]], float(record["score"]), dense, bm25)


def _table_record(table: Table, listed: _Listed) -> Record:
    def cell(c: Cell) -> list[Any]:
        return [c.text, listed.cited(c)]

    rows = [[cell(row.event), [cell(c) for c in row.cells]] for row in table.rows]
    return {"columns": list(table.columns), "rows": rows}


def _table(record: Record, cited: Sequence[Citation]) -> Table:
    def cell(c: Sequence[Any]) -> Cell:
        return Cell(c[0], tuple(cited[i] for i in c[1]))

    rows = tuple(Row(cell(event), tuple(cell(c) for c in cells)) for event, cells in record["rows"])
    return Table(tuple(record["columns"]), rows)
