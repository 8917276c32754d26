"""The Articles tab to HTML: filter, list, dates to correct, what became of an upload. Pure functions, all escaped."""

import re
from collections.abc import Sequence
from datetime import timedelta

from rag.periods_words import known_words, origin_words
from rag.records import Article, Listed
from rag.uploads import Adding, Upload
from ui import render
from ui.shelf import PAGE, Shelf

ORDERS = {"newest": "newest first", "oldest": "oldest first", "title": "by headline", "publisher": "by publisher"}
FORMS = "2014-01-27, 2014-01, 2014, 2014-01..2014-03 or unknown"
# Files of an upload that are named; of more only those that were refused, and the counts.
NAMED = 200
# Reasons shown for one file.
REASONS = 5
PUBLISHER_UNKNOWN = "publisher unknown"
STATES = {
    "waiting": "waiting",
    "reading": "reading",
    "added": "added",
    "there": "was there already",
    "refused": "refused",
    "left": "not read",
}


def form_html(shelf: Shelf, publishers: Sequence[tuple[str, int]]) -> str:
    """The filter, as it is set; each change of it is told at once by the tab's script."""

    def value(name: str) -> str:
        return render.escape(shelf.fields.get(name, ""))

    chosen = shelf.fields.get("publisher", "")
    names = "".join(
        f'<option value="={render.escape(name)}"{" selected" if chosen == f"={name}" else ""}>'
        f"{render.escape(render.clipped(name or PUBLISHER_UNKNOWN, 60))} ({n:,})</option>"
        for name, n in publishers
    )
    orders = "".join(
        f'<option value="{key}"{" selected" if key == shelf.order else ""}>{words}</option>'
        for key, words in ORDERS.items()
    )
    undated = " checked" if shelf.filter.undated else ""
    return (
        '<form class="cq-dates cq-filter" role="search" aria-label="Filter the articles" novalidate>'
        f'<label class="cq-wide">words <input type="search" name="words" value="{value("words")}" maxlength="200"'
        ' placeholder="in headline, publisher or text" autocomplete="off"></label>'
        f'<label>publisher <select name="publisher"><option value="">all</option>{names}</select></label>'
        f'<label>from <input type="date" name="first" value="{value("first")}" min="0001-01-01" max="9999-12-31">'
        f'</label><label>to <input type="date" name="last" value="{value("last")}" min="0001-01-01" max="9999-12-31">'
        f'</label><label class="cq-tick"><input type="checkbox" name="undated"{undated}> date unknown</label>'
        f'<label>sort <select name="order">{orders}</select></label>'
        '<button type="reset" class="cq-chip">show all</button></form>'
    )


def list_html(shelf: Shelf, found: Sequence[Listed], total: int) -> str:
    """One page of the articles, with what can be done with those chosen."""
    if not total:
        words = "No article fits." if shelf.filtered else "No articles yet. Add files or a ZIP archive above."
        return f'<p class="cq-note" role="status">{words}</p>{chosen_html(shelf, 0)}'
    first, last = shelf.start + 1, shelf.start + len(found)
    shown = f"{first:,}–{last:,} of " if total > len(found) else ""
    head = f'<p class="cq-shown" role="status">{shown}{render.count(total, "article")}</p>'
    rows = "".join(row_html(item, item.article.id in shelf.chosen) for item in found)
    pages = pages_html(shelf.start, total)
    return f'{head}{chosen_html(shelf, total)}<ol class="cq-entries cq-library">{rows}</ol>{pages}'


def chosen_html(shelf: Shelf, total: int) -> str:
    """The line with the choice: take all that fit, drop it, ask in it, remove it."""
    n = len(shelf.chosen)
    buttons = '<button type="button" class="cq-chip" data-do="choose page">choose this page</button>' if total else ""
    if total > PAGE:
        buttons += f'<button type="button" class="cq-chip" data-do="choose all">choose all {total:,}</button>'
    if n:
        what = "the article" if n == 1 else f"the {n:,} articles"
        buttons += (
            '<button type="button" class="cq-chip" data-do="choose none">choose none</button>'
            '<button type="button" class="cq-chip" data-do="ask">ask only in these</button>'
            f'<button type="button" class="cq-chip cq-risky" data-remove="" data-ask="Remove {what} chosen from the '
            'library?">remove these</button>'
        )
    words = f'<span class="cq-said">{n:,} chosen</span>' if n else ""
    return f'<div class="cq-chosen" role="group" aria-label="Chosen articles">{words}{buttons}</div>'


def row_html(item: Listed, chosen: bool) -> str:
    article = item.article
    title, id = render.escape(render.title_of(article)), render.escape(article.id)
    publisher = render.escape(render.clipped(article.publisher, render.LONGEST_PUBLISHER) or PUBLISHER_UNKNOWN)
    heading = f'<span class="cq-title" dir="auto">{title}</span>'
    return (
        f'<li class="cq-item"><input type="checkbox" class="cq-pick" data-choose="{id}"'
        f'{" checked" if chosen else ""} aria-label="Choose “{title}”"><div class="cq-about">'
        f"{render.open_button(article.id, (), None, heading, 'cq-headline')}"
        f'<p class="cq-meta"><span dir="auto">{publisher}</span> · {render.count(item.passages, "passage")}</p>'
        f"{date_html(article)}</div>"
        f'<button type="button" class="cq-chip cq-risky" data-remove="{id}"'
        f' data-ask="Remove “{render.escape(render.clipped(render.title_of(article), 120))}” from the library?"'
        f' aria-label="Remove “{title}”">remove</button></li>'
    )


def date_html(article: Article) -> str:
    """The date with where it was found; unfolded, a field to correct it."""
    when = render.escape(dated_words(article))
    back = ""
    if article.published_from == "user":
        back = '<button type="button" class="cq-chip" data-found>back to what was found</button>'
    return (
        f'<details class="cq-redate"><summary class="cq-meta">{when}<span class="cq-pen">change</span></summary>'
        f'<form class="cq-dates" data-dated="{render.escape(article.id)}" novalidate>'
        f'<label>published <input type="text" name="when" value="{render.escape(written(article))}" maxlength="60"'
        f' placeholder="2014-01-27" autocomplete="off" title="{FORMS}"></label>'
        f'<button type="submit" class="cq-chip">save</button>{back}'
        f'<p class="cq-help">{FORMS}</p><p class="cq-wrong" role="alert"></p></form></details>'
    )


def dated_words(article: Article) -> str:
    """ "11 March 2024, as its source says", "between 5 and 6 March 2023, inferred from its text", "date unknown"."""
    origin = origin_words(article) or ("as set by hand" if article.published_from == "user" else "")
    return ", ".join(words for words in (known_words(article), origin) if words)


def written(article: Article) -> str:
    """The date as it is typed to set it; "" where it is unknown."""
    if article.published:
        return article.published.isoformat()
    within = article.published_within
    if not within:
        return ""
    after = within.after.isoformat() if within.after else ""
    return f"{after}..{(within.before - timedelta(days=1)).isoformat() if within.before else ''}"


def pages_html(start: int, total: int) -> str:
    """Buttons to the first, previous, next and last page; nothing where one holds all."""
    if total <= PAGE:
        return ""
    end = (total - 1) // PAGE * PAGE
    places = (("first", 0), ("previous", max(0, start - PAGE)), ("next", min(end, start + PAGE)), ("last", end))
    buttons = "".join(
        f'<button type="button" class="cq-chip" data-page="{at}"{" disabled" if at == start else ""}>{name}</button>'
        for name, at in places
    )
    page = f'<span class="cq-said">page {start // PAGE + 1:,} of {end // PAGE + 1:,}</span>'
    return f'<nav class="cq-chosen cq-turn" aria-label="Pages">{buttons}{page}</nav>'


def adding_html(adding: Sequence[Adding], elsewhere: int = 0) -> str:
    """How far the uploads of this page have come, and that others wait or read. Nothing where there is none."""
    parts = [_one_html(a) for a in reversed(adding)]
    if elsewhere:
        more = "Another upload is" if elsewhere == 1 else f"{elsewhere:,} other uploads are"
        parts.append(f'<p class="cq-note" role="status">{more} being added.</p>')
    return "".join(parts)


def _one_html(adding: Adding) -> str:
    uploads = list(adding.uploads)
    done = sum(u.state not in ("waiting", "reading") for u in uploads)
    bar = ""
    if adding.running:
        known = f' value="{done}" max="{len(uploads)}"' if adding.phase == "adding" else ""
        bar = (
            f'<progress aria-label="Files read"{known}></progress>'
            '<button type="button" class="cq-chip" data-stop>stop</button>'
        )
    shown = uploads if len(uploads) <= NAMED else [u for u in uploads if u.refused or u.state == "reading"][:NAMED]
    items = "".join(_upload_html(u) for u in shown)
    hidden = len(uploads) - len(shown)
    rest = f'<p class="cq-note">{render.count(hidden, "more file")} not listed.</p>' if hidden else ""
    return (
        f'<section class="cq-upload"><div class="cq-chosen"><p role="status">{render.escape(summary(adding))}</p>{bar}'
        f'</div><ul class="cq-files">{items}</ul>{rest}</section>'
    )


def summary(adding: Adding) -> str:
    """One line: what is going on, or what came of it."""
    uploads = list(adding.uploads)
    done = sum(u.state not in ("waiting", "reading") for u in uploads)
    match adding.phase:
        case "waiting":
            return "Waiting for another upload to be read."
        case "unpacking":
            return f"Receiving: {render.count(len(uploads), 'file')} so far."
        case "adding":
            return f"Reading: {done:,} of {render.count(len(uploads), 'file')} done. You can go on asking."
    added, there = sum(u.added for u in uploads), sum(u.unchanged for u in uploads)
    refused = sum(u.state == "refused" for u in uploads)
    parts = [f"{render.count(added, 'article')} added"]
    parts += [f"{there:,} there already"] if there else []
    parts += [f"{render.count(refused, 'file')} refused"] if refused else []
    left = sum(u.state == "left" for u in uploads)
    parts += [f"{render.count(left, 'file')} not read"] if left else []
    told = f"{', '.join(parts)}."
    if adding.phase == "failed":
        return f"Broken off: {adding.error}. {told}"
    return f"Stopped. {told}" if adding.phase == "stopped" else told


def _upload_html(upload: Upload) -> str:
    words = STATES[upload.state]
    if upload.state == "reading" and upload.read > 1:
        words = f"reading, {render.count(upload.read, 'article')} so far"
    elif upload.added > 1 or upload.state == "left" and upload.added:
        words = f"{render.count(upload.added, 'article')} added"
    if upload.state == "added" and upload.unchanged:
        words += f", {upload.unchanged:,} there already"
    if upload.refused and upload.state != "refused":
        words += f", {render.count(upload.refused, 'part')} refused"
    reasons = "".join(f"<li>{reason_html(reason)}</li>" for reason in upload.reasons[:REASONS])
    more = max(upload.refused, len(upload.reasons)) - REASONS
    if more > 0:
        reasons += f"<li>and {more:,} more</li>"
    why = f'<ul class="cq-why">{reasons}</ul>' if reasons else ""
    return (
        f'<li class="cq-{upload.state}"><span class="cq-name" dir="auto">{render.escape(upload.name)}</span> '
        f'<span class="cq-state">{words}</span>{why}</li>'
    )


def reason_html(reason: str) -> str:
    """A message of the program; a command in it, between backticks, is set as one."""
    return re.sub(r"`([^`<>]{1,80})`", r"<code>\1</code>", render.escape(render.clipped(reason, 1000)))
