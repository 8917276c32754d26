"""The answer and its one JSON form."""

from dataclasses import dataclass, field
from typing import Any

from index.records import Article, Hit, Span, Window

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that a sentence rests on: ``article.text[span.start:span.end] == quote``.

    ``support`` in [0, 1] says how strongly they carry the sentence; 1 for a literal quotation. ``copies`` are other
    articles that tell the same in the same words, as several papers do with one agency's text: one source, not many.
    """

    number: int
    article: Article
    span: Span
    quote: str
    support: float
    copies: tuple[Article, ...] = ()

    def __post_init__(self) -> None:
        if self.span.of(self.article.text) != self.quote:
            raise ValueError(f"citation {self.number}: the quote does not stand at {self.span} of {self.article.id}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the citations that carry it, at least one. ``item``: it is an item of a list and
    stands on a line of its own."""

    text: str
    citations: tuple[Citation, ...]
    item: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table with the words that carry it; without citations it is not stated, and ``text`` is ""."""

    text: str = ""
    citations: tuple[Citation, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.text) != bool(self.citations):
            raise ValueError(f"cell {self.text!r} has {len(self.citations)} citations; a filled cell needs one")


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a table: its date in words, as its own citations carry it, and a cell for each column."""

    event: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Events compared, newest first. ``columns`` head the cells; the column of the events has no heading here."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds from the question to the evidence, to the first verified words, and to the end.

    Wall-clock seconds of the work: for how long an answer was held back before its reading, such as for its turn in a
    line, is not counted.
    """

    retrieve: float = 0.0
    first: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. ``abstained`` is "" for an answer, else the reason in words; then ``sentences`` are
    what the articles say instead, where the question takes something for granted that they do not say, mostly empty.

    ``unanswered`` are the parts of the question that the articles do not answer while others are answered.
    ``short`` is the bare name, number or date where there is one, else "". ``hits`` are what retrieval found, best
    first; ``nearest`` are the articles to name when declining. ``window`` is the period that was asked about, as
    understood from the question or as given with it. ``remark`` is a word of the program itself on what follows: that
    the articles differ, or that they do not say what the question takes for granted. ``table`` compares events; its
    values are not said again in ``sentences``.
    """

    question: str
    sentences: tuple[Sentence, ...] = ()
    abstained: str = ""
    unanswered: tuple[str, ...] = ()
    short: str = ""
    window: Window = field(default_factory=Window)
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Article, ...] = ()
    seconds: Seconds = field(default_factory=Seconds)
    remark: str = ""
    table: Table | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, each number once, in order of number."""
        cited = [c for s in self.sentences for c in s.citations]
        rows = self.table.rows if self.table else ()
        cited += [c for row in rows for cell in (row.event, *row.cells) for c in cell.citations]
        by_number = {c.number: c for c in cited}
        return tuple(by_number[n] for n in sorted(by_number))

    @property
    def text(self) -> str:
        """Plain text with ``[1]`` marks after each sentence, the items of a list on lines of their own; when declining,
        the reason and the nearest articles."""
        if self.abstained and self.sentences:
            return f"{self.abstained} They do say: {' '.join(_marked(s) for s in self.sentences)}"
        if self.abstained:
            nearest = "; ".join(f"“{a.title}”" for a in self.nearest)
            return f"{self.abstained} The nearest articles: {nearest}." if nearest else self.abstained
        parts = [self.remark, *(told(s) for s in self.sentences)]
        parts += [f"\n- {line}" for line in _lines(self.table)]
        refused = [f"The articles do not say: {part}" for part in self.unanswered]
        gap = "\n" if self.table or (self.sentences and self.sentences[-1].item) else " "
        return "".join([*parts, *(gap + line for line in refused)]).strip()


def told(sentence: Sentence) -> str:
    """The sentence as it stands in ``Answer.text``, with what parts it from the one before."""
    return f"\n- {_marked(sentence)}" if sentence.item else f" {_marked(sentence)}"


def _marked(said: Sentence | Cell) -> str:
    return said.text + "".join(f" [{c.number}]" for c in said.citations)


def _lines(table: Table | None) -> list[str]:
    """The rows of a table in plain text: the event, then each column with its value."""
    if table is None:
        return []
    return [
        f"{_marked(row.event)}: "
        + "; ".join(f"{name}: {_marked(c) or NOT_STATED}" for name, c in zip(table.columns, row.cells, strict=True))
        for row in table.rows
    ]


def article_json(article: Article) -> dict[str, Any]:
    """The article without its text, as scripts see it; unknown values are null."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "published_within": window_json(article.published_within),
        "published_from": article.published_from or None,
        "publisher": article.publisher or None,
        "url": article.url or None,
        "path": article.path or None,
    }


def answer_json(answer: Answer, id: Any = None) -> dict[str, Any]:
    """The one JSON form for scripts; documented in the README and kept stable."""
    return {
        "id": id,
        "answer": answer.text,
        "short": answer.short or None,
        "abstained": answer.abstained or None,
        "sentences": [{"text": s.text, "citations": [c.number for c in s.citations]} for s in answer.sentences],
        "citations": [
            {
                "number": c.number,
                "article": article_json(c.article),
                "start": c.span.start,
                "end": c.span.end,
                "quote": c.quote,
                "support": round(c.support, 4),
                "copies": [article_json(a) for a in c.copies],
            }
            for c in answer.citations
        ],
        "window": window_json(answer.window),
        "remark": answer.remark or None,
        "table": _table_json(answer.table) if answer.table else None,
        "seconds": {
            "retrieve": round(answer.seconds.retrieve, 3),
            "first": round(answer.seconds.first, 3),
            "total": round(answer.seconds.total, 3),
        },
    }


def window_json(window: Window | None) -> dict[str, str | None] | None:
    """ISO days or null, ``after <= day < before``; None for no window."""
    if window is None:
        return None
    return {
        "after": window.after.isoformat() if window.after else None,
        "before": window.before.isoformat() if window.before else None,
    }


def _table_json(table: Table) -> dict[str, Any]:
    def cell(c: Cell) -> dict[str, Any]:
        return {"text": c.text or None, "citations": [found.number for found in c.citations]}

    return {
        "columns": list(table.columns),
        "rows": [{"event": cell(row.event), "cells": [cell(c) for c in row.cells]} for row in table.rows],
    }
