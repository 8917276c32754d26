"""An answer to HTML: sentences with their marks, a table, the period, what is going on. Pure functions, all escaped."""

from datetime import timedelta
from itertools import groupby

from rag.answer import NOT_STATED, Answer, Cell, Citation, Sentence, Table
from rag.periods_words import window_words
from rag.records import Article
from ui import render
from ui.exchange import Exchange
from ui.line import place_words
from ui.preferences_html import with_html
from ui.votes import vote_html

# Characters of a last word that is kept on one line with its marks; a longer one would not fit a phone.
LONGEST_TAIL = 20


def cite_html(number: int, citation: Citation) -> str:
    """The mark in the answer. Its brackets are there to be copied and read, not seen."""
    label = render.escape(f"Source {citation.number}: {render.title_of(citation.article)}")
    return (
        f'<button type="button" class="cq-cite" data-turn="{number}" data-cite="a{number}-c{citation.number}"'
        f' aria-label="{label}" title="{label}"><i>[</i>{citation.number}<i>]</i></button>'
    )


def sentence_html(number: int, sentence: Sentence) -> str:
    cites = "".join(cite_html(number, c) for c in sentence.citations)
    # The last word and its marks stay on one line: a mark alone at the start of a line belongs to nothing.
    head, _, tail = sentence.text.strip().rpartition(" ")
    if len(tail) > LONGEST_TAIL or len(sentence.citations) > 4:
        return f'<span class="cq-sentence" dir="auto">{render.escape(sentence.text.strip())}{cites}</span>'
    head = render.escape(head) + " " if head else ""
    return (
        f'<span class="cq-sentence" dir="auto">{head}<span class="cq-tail">{render.escape(tail)}{cites}</span></span>'
    )


def answer_html(exchange: Exchange, last: bool = True) -> str:
    """The answer as far as it is verified, and a line that says what is going on or what it rests on.

    ``last``: the newest of the conversation, whose period can be changed.
    """
    if exchange.phase == "failed":
        return f'<div class="cq-answer cq-failed" role="alert"><p dir="auto">{render.escape(exchange.error)}</p></div>'
    if exchange.answer and exchange.answer.abstained:
        return declined_html(exchange, exchange.answer, last)
    remark = exchange.answer.remark if exchange.answer else ""
    body = f'<p class="cq-remark" dir="auto">{render.escape(remark)}</p>' if remark else ""
    body += "".join(
        f'<ul class="cq-text cq-items">{html}</ul>' if items else f'<p class="cq-text">{html}</p>'
        for items, html in _blocks(exchange)
    )
    if exchange.answer:
        body += table_html(exchange.number, exchange.answer.table) if exchange.answer.table else ""
        body += "".join(
            f'<p class="cq-unanswered" dir="auto">The articles do not say: {render.escape(part)}</p>'
            for part in exchange.answer.unanswered
        )
    state = " cq-running" if exchange.running else ""
    return f'<div class="cq-answer{state}" id="a{exchange.number}">{body}{_foot_html(exchange, last)}</div>'


def period_html(exchange: Exchange, last: bool) -> str:
    """The period that the answer is about, as understood or as set; on the newest answer it can be changed or dropped.

    Nothing where neither the question nor the user named one.
    """
    window = exchange.answer.window if exchange.answer else None
    if window is None or not (window or exchange.window is not None):
        return ""
    if exchange.window is None:
        words = f"Period: {window_words(window)}"
    else:
        words = f"Period set by you: {window_words(window) or 'any time'}"
    said = f'<span class="cq-said">{render.escape(words)}</span>'
    if not last:
        return f'<div class="cq-period">{said}</div>'
    buttons = _period_button(exchange, "any", "any time", "Ask again about any time") if window else ""
    if exchange.window is not None:
        buttons += _period_button(exchange, "asked", "as asked", "Ask again about the period that the question names")
    first = window.after.isoformat() if window.after else ""
    final = (window.before - timedelta(days=1)).isoformat() if window.before else ""
    return (
        f'<div class="cq-period" role="group" aria-label="Period">{said}{buttons}'
        '<details><summary class="cq-chip">change</summary>'
        f'<form class="cq-dates" data-turn="{exchange.number}" novalidate>'
        f'<label>from <input type="date" name="first" value="{first}" min="0001-01-01" max="9999-12-31"></label>'
        f'<label>to <input type="date" name="last" value="{final}" min="0001-01-01" max="9999-12-31"></label>'
        '<button type="submit" class="cq-chip">Ask again</button></form></details></div>'
    )


def _period_button(exchange: Exchange, period: str, label: str, told: str) -> str:
    return (
        f'<button type="button" class="cq-chip" data-period="{period}" data-turn="{exchange.number}"'
        f' aria-label="{told}" title="{told}">{label}</button>'
    )


def scope_html(exchange: Exchange) -> str:
    """What the question was limited to, with a button to ask it again in all articles; nothing where it was not."""
    if not exchange.scope:
        return ""
    words = f"Only in: {render.clipped(exchange.scope.words, 120)}"
    if exchange.missing:
        words += f" ({exchange.missing:,} of them left the library)"
    said = f'<span class="cq-said" dir="auto">{render.escape(words)}</span>'
    button, told = "", "Ask again in all articles"
    if not exchange.running:
        button = (
            f'<button type="button" class="cq-chip" data-unlimited="{exchange.number}"'
            f' aria-label="{told}" title="{told}">all articles</button>'
        )
    return f'<div class="cq-period" role="group" aria-label="Limited to">{said}{button}</div>'


def _blocks(exchange: Exchange) -> list[tuple[bool, str]]:
    """Runs of list items, and of other sentences, in their order, as HTML."""
    found: list[tuple[bool, str]] = []
    for items, run in groupby(exchange.sentences, key=lambda s: s.item):
        parts = [sentence_html(exchange.number, s) for s in run]
        found.append((items, "".join(f"<li>{p}</li>" for p in parts) if items else " ".join(parts)))
    return found


def _foot_html(exchange: Exchange, last: bool) -> str:
    found = render.count(len(exchange.hits), "passage")
    match exchange.phase:
        case "waiting":
            words, busy = place_words(exchange.place), True
        case "searching":
            words, busy = "Looking through the articles", True
        case "reading":
            words, busy = f"Reading {found}", True
        case "writing":
            words, busy = ("Writing and checking" if exchange.sentences else "Writing"), True
        case "stopped":
            words, busy = ("Stopped. What stands here has been checked." if exchange.sentences else "Stopped."), False
        case _:
            words, busy = render.count(len(exchange.citations), "source"), False
            answer = exchange.answer
            if answer and answer.seconds.total:
                words += f" · {answer.seconds.total:.1f} s"
    dots = '<span class="cq-dots" aria-hidden="true"><i></i><i></i><i></i></span>' if busy else ""
    foot = f'<p class="cq-foot" role="status">{render.escape(words)}{dots}</p>'
    limits = scope_html(exchange) + period_html(exchange, last) + with_html(exchange)
    return f'<div class="cq-foots">{foot}{vote_html(exchange)}{limits}</div>'


def table_html(number: int, table: Table) -> str:
    """Events compared. It scrolls inside itself, by keyboard too, where it is wider than the page."""
    heads = "".join(f'<th scope="col" dir="auto">{render.escape(name)}</th>' for name in ("Event", *table.columns))
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{_cell_html(number, row.event)}</th>'
        + "".join(f'<td dir="auto">{_cell_html(number, cell)}</td>' for cell in row.cells)
        + "</tr>"
        for row in table.rows
    )
    return (
        '<div class="cq-table" role="region" tabindex="0" aria-label="Events compared">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell_html(number: int, cell: Cell) -> str:
    if not cell.citations:
        return f'<span class="cq-unstated">{NOT_STATED}</span>'
    return sentence_html(number, Sentence(cell.text, cell.citations))


def declined_html(exchange: Exchange, answer: Answer, last: bool) -> str:
    """The reason for not answering, with what the articles say instead or the nearest of them to open."""
    nearest = "".join(f"<li>{_nearest_html(a)}</li>" for a in answer.nearest if a.id not in exchange.gone)
    if nearest:
        nearest = f'<p class="cq-label">Nearest articles</p><ul class="cq-nearest">{nearest}</ul>'
    limits = scope_html(exchange) + period_html(exchange, last) + with_html(exchange)
    foot = f'<div class="cq-foots">{vote_html(exchange)}{limits}</div>'
    reason = f'<p class="cq-text" dir="auto">{render.escape(answer.abstained)}</p>'
    instead = " ".join(sentence_html(exchange.number, s) for s in answer.sentences)
    if instead:
        reason += f'<p class="cq-label">They do say</p><p class="cq-text">{instead}</p>'
        nearest = ""
    return f'<div class="cq-answer cq-declined" id="a{exchange.number}">{reason}{nearest}{foot}</div>'


def _nearest_html(article: Article) -> str:
    label = f'<span class="cq-title" dir="auto">{render.escape(render.title_of(article))}</span>'
    return render.open_button(
        article.id, (), None, f'{label}<span class="cq-meta">{render.meta_html(article)}</span>', "cq-row"
    )
