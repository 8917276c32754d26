"""The panel of sources to HTML: a card for each citation, what else was found. Pure functions, all escaped."""

from collections.abc import Sequence

from rag.answer import Cell, Citation, Sentence
from rag.periods_words import published_words
from rag.records import Hit, Span
from ui import render
from ui.exchange import Exchange

# Support from here on is shown as whole: it is a share, rounded to hundredths.
WHOLE = 0.995


def support_words(support: float, literal: bool = False) -> str:
    """How strongly cited words carry their sentence. ``literal``: the sentence says just them."""
    if support >= WHOLE:
        return "Exact words" if literal else "Full support"
    if support >= 0.85:
        return "Strong support"
    return "Good support" if support >= 0.65 else "Some support"


def support_html(support: float, literal: bool = False) -> str:
    """The support in words and as a small bar; what it means is told on pointing at it."""
    words = support_words(support, literal)
    if literal and support >= WHOLE:
        told = "The answer says these words just as they stand in the article."
    else:
        told = (
            f"{support:.0%} of the words that carry the meaning of the sentence stand in the marked words, and so do "
            "its numbers, names and dates."
        )
    bars = {"Some support": 1, "Good support": 2, "Strong support": 3}.get(words, 4)
    return (
        f'<span class="cq-support" title="{told}"><span class="cq-strength" data-bars="{bars}" aria-hidden="true">'
        f"{'<i></i>' * 4}</span>{words}</span>"
    )


def said_literally(exchange: Exchange) -> frozenset[int]:
    """Numbers of the citations that every sentence and cell resting on them says word for word."""
    said: list[Sentence | Cell] = [*exchange.sentences]
    if exchange.answer and exchange.answer.table:
        said += [cell for row in exchange.answer.table.rows for cell in (row.event, *row.cells)]
    pairs = [(s.text, c) for s in said for c in s.citations]
    other = {c.number for text, c in pairs if _bare(text) not in _bare(c.quote)}
    return frozenset(c.number for _, c in pairs) - other


def _bare(text: str) -> str:
    """Words without what a sentence has around them, to compare with others."""
    return " ".join(text.split()).strip(" .,;:!?…\"'“”‘’").casefold()


def card_html(number: int, citation: Citation, marks: Sequence[Span], gone: bool = False, literal: bool = False) -> str:
    """A source: number, headline, publisher, date, the cited words in their paragraph, and how well they carry it.

    ``marks`` are all cited spans of the same article in this answer: the whole article shows them all. ``gone``: it has
    left the library and can be opened no more. ``literal``: the answer says just the cited words.
    """
    last = '<span class="cq-gone">has left the library</span>'
    article = citation.article
    if not gone:
        last = render.open_button(article.id, marks, citation.span, "Open article")
    return (
        f'<article class="cq-card" id="a{number}-c{citation.number}" tabindex="-1"'
        f' aria-label="{render.escape(f"Source {citation.number}")}">'
        f'<header><span class="cq-number" aria-hidden="true">{citation.number}</span><div>'
        f'<h3 class="cq-title" dir="auto">{render.escape(render.title_of(article))}</h3>'
        f'<p class="cq-meta">{render.meta_html(article)}</p></div></header>'
        f'<blockquote class="cq-passage" dir="auto">{render.passage_html(article, citation.span)}</blockquote>'
        f"{_copies_html(citation)}"
        f"<footer>{support_html(citation.support, literal)}{last}"
        f'<button type="button" class="cq-back" aria-label="Back to the answer">Back</button></footer></article>'
    )


def _copies_html(citation: Citation) -> str:
    """Other articles that tell the same in the same words; each opens at them."""
    if not citation.copies:
        return ""
    items = []
    for copy in citation.copies:
        start = copy.text.find(citation.quote)
        span = Span(start, start + len(citation.quote)) if start >= 0 else None
        known = render.escape(
            ", ".join(w for w in (copy.publisher.strip(), published_words(copy, bracketed=True)) if w)
        )
        button = render.open_button(
            copy.id, (span,) if span else (), span, render.escape(render.title_of(copy)), "cq-copy"
        )
        items.append(f'<li dir="auto">{button} ({known})</li>')
    return f'<div class="cq-copies"><p>The same words also in:</p><ul>{"".join(items)}</ul></div>'


def found_html(hits: Sequence[Hit]) -> str:
    """Passages that retrieval found, best first, each opening its article."""
    rows = []
    for hit in hits:
        text, span = hit.article.text, hit.chunk.span
        excerpt = " ".join(text[span.start : min(span.end, span.start + render.EXCERPT)].split())
        cut = " …" if span.end - span.start > render.EXCERPT else ""
        label = (
            f'<span class="cq-title" dir="auto">{render.escape(render.title_of(hit.article))}</span>'
            f'<span class="cq-meta">{render.meta_html(hit.article)}</span>'
            f'<span class="cq-excerpt" dir="auto">{render.escape(excerpt)}{cut}</span>'
        )
        rows.append(f"<li>{render.open_button(hit.article.id, (span,), span, label, 'cq-row')}</li>")
    return f'<ol class="cq-found">{"".join(rows)}</ol>'


def panel_html(exchanges: Sequence[Exchange]) -> str:
    """The sources of every answer, a section each; only the newest is shown until a mark of another is clicked."""
    shown = [e for e in exchanges if e.phase != "failed"]
    if not shown:
        return empty_panel_html()
    return "".join(_section_html(e, active=e is shown[-1]) for e in shown)


def empty_panel_html() -> str:
    return (
        '<section class="cq-sources cq-empty"><h2>Sources</h2><p>The passages behind each answer appear here, '
        "with the exact words that every sentence rests on.</p></section>"
    )


def _section_html(exchange: Exchange, active: bool) -> str:
    marks: dict[str, list[Span]] = {}
    for c in exchange.citations:
        marks.setdefault(c.article.id, []).append(c.span)
    literal = said_literally(exchange)
    cards = "".join(
        card_html(exchange.number, c, marks[c.article.id], c.article.id in exchange.gone, c.number in literal)
        for c in exchange.citations
    )
    return (
        f'<section class="cq-sources" id="panel-a{exchange.number}" data-turn="{exchange.number}"'
        f"{'' if active else ' hidden'}><h2>Sources</h2>"
        f'<p class="cq-for" dir="auto">{render.escape(render.clipped(exchange.question, 140))}</p>'
        f"{cards}{_rest_html(exchange)}</section>"
    )


def _rest_html(exchange: Exchange) -> str:
    """What was found apart from what is cited: open while nothing is cited yet; then gone, so that no card pushes it
    down, and folded away below them at the end."""
    if not exchange.hits:
        searching = exchange.running and exchange.steps.searched is None
        words = "Looking through the articles." if searching else "No passages were found."
        if searching and exchange.steps.held is not None:
            words = "The articles are looked through as soon as it is your turn."
        return f'<p class="cq-note">{words}</p>'
    if exchange.running and exchange.citations:
        return ""
    if exchange.running:
        label = "Found, not yet checked"
    else:
        label = "Also found, not cited" if exchange.citations else "Found, but not an answer"
    if exchange.phase == "stopped" and not exchange.citations:
        label = "Found, not checked"
    cited = {(c.article.id, c.span) for c in exchange.citations}
    hits = [
        h
        for h in exchange.hits
        if h.article.id not in exchange.gone
        and not any(h.article.id == id and h.chunk.span.covers(span) for id, span in cited)
    ]
    if not hits:
        return ""
    is_open = " open" if not exchange.citations else ""
    return (
        f'<details class="cq-rest"{is_open}><summary>{label} <span class="cq-count">{len(hits)}</span></summary>'
        f"{found_html(hits)}</details>"
    )
