"""An answer to HTML: sentences with their marks, a table, the period, what is going on. Pure functions, all escaped."""

from datetime import timedelta
from itertools import groupby

from rag.answer import NOT_STATED, Answer, Cell, Citation, Sentence, Table
from rag.periods_words import window_words
from rag.records import Article
from ui import render
from ui.exchange import Exchange
from ui.line import place_words
from ui.panel import found_html
from ui.preferences_html import with_html
from ui.steps import Step, steps_kept, steps_taken
from ui.votes import vote_html

# Characters of a last word that is kept on one line with its marks; a longer one would not fit a phone.
LONGEST_TAIL = 20
# Passages shown in the answer's place until there is one, where the sources stand a page below it.
EARLY = 2


def cite_html(number: int, citation: Citation) -> str:
    """The mark in the answer. Its brackets are there to be copied and read, not seen."""
    label = render.escape(f"Source {citation.number}: {render.title_of(citation.article)}")
    return (
        f'<button type="button" class="cq-cite" data-turn="{number}" data-cite="a{number}-c{citation.number}"'
        f' aria-label="{label}"><i>[</i>{citation.number}<i>]</i></button>'
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
    """The answer as far as it is verified, under a line with its steps, over what it rests on and what can be done.

    ``last``: the newest of the conversation, which can be asked again, also about another period.
    """
    if exchange.phase == "failed":
        return (
            f'<div class="cq-answer cq-failed" role="alert"><p dir="auto">{render.escape(exchange.error)}</p>'
            f'<div class="cq-foots">{_again_html(exchange, last, "Retry")}</div></div>'
        )
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
    return (
        f'<div class="cq-answer{state}" id="a{exchange.number}">{steps_html(exchange)}{body or _early_html(exchange)}'
        f"{_foot_html(exchange, last)}</div>"
    )


def steps_html(exchange: Exchange) -> str:
    """What goes on and what was done, each step with its seconds: one line, above the answer, so that it never moves.

    The seconds of the running step are counted on by the page's script, and not spoken.
    """
    found = render.count(len(exchange.hits), "passage")
    match exchange.phase:
        case "waiting":
            now = place_words(exchange.place)
        case "searching" if exchange.behind:
            now = "in line"
        case "searching":
            now = "searching the articles"
        case "reading":
            now = f"reading {found}"
        case "writing":
            now = "writing" + (_less_html(" and checking") if exchange.sentences else "")
        case _:
            return _taken_html(exchange)
    seconds = f"{exchange.steps.running():.1f}"
    ticking = ""
    waits = exchange.phase == "waiting" or exchange.behind
    if not waits:
        ticking = (
            f' <span class="cq-ticking" data-step="{exchange.number}-{exchange.phase}" data-from="{seconds}"'
            f' aria-hidden="true">{seconds} s</span>'
        )
    dots = '<span class="cq-dots" aria-hidden="true"><i></i><i></i><i></i></span>'
    # In the line the place alone is told.
    steps = [] if waits else [_step_html(step) for step in steps_taken(exchange.steps)]
    return f'<p class="cq-steps" role="status">{_line([*steps, now])}{ticking}{dots}</p>'


def _taken_html(exchange: Exchange) -> str:
    """The steps of an answer that has ended; nothing of a kept one whose seconds are not known."""
    steps = steps_taken(exchange.steps)
    if not steps and exchange.answer:
        steps = steps_kept(exchange.answer.seconds, not exchange.answer.abstained)
    if not steps:
        return ""
    return f'<p class="cq-steps" role="status">{_line([_step_html(step) for step in steps])}</p>'


def _step_html(step: Step) -> str:
    return f"{step.words}{_less_html(step.more)} {step.seconds:.1f} s"


def _less_html(words: str) -> str:
    return f'<span class="cq-less">{words}</span>' if words else ""


def _line(steps: list[str]) -> str:
    return render.sentence_case(" · ".join(steps))


def _early_html(exchange: Exchange) -> str:
    """The best passages, until there is a checked sentence. Seen only where the sources are a page away."""
    if not exchange.running or not exchange.hits:
        return ""
    return f'<div class="cq-early"><p class="cq-label">Found so far</p>{found_html(exchange.hits[:EARLY])}</div>'


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
    """Below an answer that has ended: nothing stands there before, so that nothing is pushed down."""
    if exchange.running:
        return ""
    words = render.count(len(exchange.citations), "source")
    if exchange.phase == "stopped":
        words = "Stopped. What stands here has been checked." if exchange.sentences else "Stopped."
    return _foots_html(exchange, last, f'<p class="cq-foot">{words}</p>')


def _foots_html(exchange: Exchange, last: bool, said: str) -> str:
    limits = scope_html(exchange) + period_html(exchange, last) + with_html(exchange)
    acts = f'<div class="cq-acts">{vote_html(exchange)}{_again_html(exchange, last)}</div>'
    return f'<div class="cq-foots">{said}{acts}{limits}</div>'


def _again_html(exchange: Exchange, last: bool, label: str = "") -> str:
    """The button that asks the newest question again as it was: a sign, or ``label``."""
    if not last or exchange.running:
        return ""
    shown = label or '<span class="cq-sign cq-again"></span>'
    css, told = ("cq-chip", "") if label else ("cq-icon", ' aria-label="Retry" title="Retry: ask the same again"')
    return (
        f'<button type="button" class="{css}" data-period="same" data-turn="{exchange.number}"{told}>{shown}</button>'
    )


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
    foot = _foots_html(exchange, last, "")
    reason = f'<p class="cq-text" dir="auto">{render.escape(answer.abstained)}</p>'
    instead = " ".join(sentence_html(exchange.number, s) for s in answer.sentences)
    if instead:
        reason += f'<p class="cq-label">They do say</p><p class="cq-text">{instead}</p>'
        nearest = ""
    body = f"{steps_html(exchange)}{reason}{nearest}{foot}"
    return f'<div class="cq-answer cq-declined" id="a{exchange.number}">{body}</div>'


def _nearest_html(article: Article) -> str:
    label = f'<span class="cq-title" dir="auto">{render.escape(render.title_of(article))}</span>'
    return render.open_button(
        article.id, (), None, f'{label}<span class="cq-meta">{render.meta_html(article)}</span>', "cq-row"
    )
