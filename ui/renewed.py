"""What a conversation shows of the articles, brought to what the library says of them now."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rag.answer import Answer, Cell, Citation, Sentence, Table
from rag.records import Article
from ui.exchange import Conversation, Exchange


def renew(talk: Conversation, library: Any) -> bool:
    """Dates and publishers as they are now, and which articles have left. A text never changes: it is in the id.

    Returns whether anything is not as it was shown. An answer that is still being written is left for later.
    """
    finished = [e for e in talk.exchanges if not e.running]
    shown = {id for e in finished for id in _ids(e)}
    known = library.listing.articles(sorted(shown)) if shown else {}
    before = [(e.gone, e.hits, e.sentences, e.answer) for e in finished]
    for exchange in finished:
        ids = _ids(exchange)
        exchange.gone = frozenset(ids - known.keys())
        exchange.hits = tuple(replace(h, article=_now(h.article, known)) for h in exchange.hits)
        exchange.sentences = tuple(_sentence(s, known) for s in exchange.sentences)
        if exchange.answer:
            exchange.answer = _answer(exchange.answer, known)
    return before != [(e.gone, e.hits, e.sentences, e.answer) for e in finished]


def _ids(exchange: Exchange) -> set[str]:
    """The articles that an exchange cites, has found or names as nearest; not those that only print the same words."""
    return {
        *(h.article.id for h in exchange.hits),
        *(c.article.id for c in exchange.citations),
        *(a.id for a in exchange.nearest),
    }


def _now(article: Article, known: Mapping[str, Article]) -> Article:
    now = known.get(article.id)
    return replace(now, text=article.text) if now else article


def _citation(citation: Citation, known: Mapping[str, Article]) -> Citation:
    copies = tuple(_now(copy, known) for copy in citation.copies)
    return replace(citation, article=_now(citation.article, known), copies=copies)


def _sentence(sentence: Sentence, known: Mapping[str, Article]) -> Sentence:
    return replace(sentence, citations=tuple(_citation(c, known) for c in sentence.citations))


def _cell(cell: Cell, known: Mapping[str, Article]) -> Cell:
    return replace(cell, citations=tuple(_citation(c, known) for c in cell.citations))


def _table(table: Table, known: Mapping[str, Article]) -> Table:
    rows = (replace(r, event=_cell(r.event, known), cells=tuple(_cell(c, known) for c in r.cells)) for r in table.rows)
    return replace(table, rows=tuple(rows))


def _answer(answer: Answer, known: Mapping[str, Article]) -> Answer:
    return replace(
        answer,
        sentences=tuple(_sentence(s, known) for s in answer.sentences),
        hits=tuple(replace(h, article=_now(h.article, known)) for h in answer.hits),
        nearest=tuple(_now(a, known) for a in answer.nearest),
        table=_table(answer.table, known) if answer.table else None,
    )
