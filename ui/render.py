"""Words and articles to HTML. Pure functions; every word of an article, a question or a model is escaped here.

Text is cut at code-point offsets first and escaped piece by piece after, so that a mark never lands inside an entity.
"""

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from rag.periods_words import UNKNOWN, inferred_from, origin_words, published_words
from rag.records import BLANK_LINE, Article, Span

# Code points of a paragraph shown on either side of the cited words where the paragraph is longer than all of them.
AROUND = 320
# Code points of a passage that was found: enough to judge it by, short enough that eight of them can be skimmed.
EXCERPT = 260
# Characters of a headline and of a publisher's name: more is no name, and would be sent again with every repainting.
LONGEST_TITLE, LONGEST_PUBLISHER = 300, 120
# Sentences quoted for a date that was inferred: one for each end of the period.
GROUNDS = 2


def escape(text: str) -> str:
    """Escaped for HTML text and quoted attributes; lone surrogates, which no page can carry, become "?"."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def question_text(question: str) -> str:
    """A question as the chat's own text message, which is set as HTML: no tag and no entity of it may survive.

    A question without any is left as it is, because the edit box shows this very text. ``question_from_text`` is the
    way back.
    """
    question = question.encode("utf-8", "replace").decode("utf-8")
    if "<" not in question and html.unescape(question) == question:
        return question
    return html.escape(question, quote=False)


def question_from_text(text: str) -> str:
    """What was asked, from an edited text message."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def sentence_case(line: str) -> str:
    """A message of the program as a sentence of the page."""
    return line[:1].upper() + line[1:]


def notice_html(line: str) -> str:
    """A line of its own that screen readers speak."""
    return f'<p class="cq-notice" role="alert">{escape(sentence_case(line))}</p>'


def safe_url(url: str) -> str:
    """The URL if it is plain http or https with a host, else ""."""
    if re.search(r"[\x00-\x20\x7f\\]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def title_of(article: Article) -> str:
    return clipped(article.title, LONGEST_TITLE) or "Untitled article"


def meta_html(article: Article) -> str:
    publisher = clipped(article.publisher, LONGEST_PUBLISHER) or "publisher unknown"
    return f'<span class="cq-publisher" dir="auto">{escape(publisher)}</span> · {when_html(article)}'


def when_html(article: Article) -> str:
    """The date of publication as far as it is known; where it was found is in its tooltip."""
    when, title = escape(published_words(article)), escape(dating_words(article))
    if article.published:
        return f'<time datetime="{article.published.isoformat()}" title="{title}">{when}</time>'
    return f'<span class="cq-when" title="{title}">{when}</span>'


def dating_words(article: Article) -> str:
    origin = origin_words(article)
    return f"Date {origin}" if origin else "No date was found" if published_words(article) == UNKNOWN else ""


def marked_html(text: str, within: Span, marks: Iterable[Span], focus: Span | None = None) -> str:
    """``text`` inside ``within``, escaped, with the marks in ``<mark>``; overlapping marks are joined."""
    pieces, at = [], within.start
    for start, end in _joined(marks, within):
        focused = focus is not None and start < focus.end and focus.start < end
        pieces.append(escape(text[at:start]))
        tag = '<mark class="cq-focus">' if focused else "<mark>"
        pieces.append(f"{tag}{escape(text[start:end])}</mark>")
        at = end
    return "".join(pieces) + escape(text[at : within.end])


def _joined(marks: Iterable[Span], within: Span) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for mark in sorted(marks, key=lambda m: m.start):
        start, end = max(mark.start, within.start), min(mark.end, within.end)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def paragraphs(text: str) -> list[Span]:
    """Spans of the paragraphs, blank lines left out."""
    spans, start = [], 0
    for blank in BLANK_LINE.finditer(text):
        if blank.start() > start:
            spans.append(Span(start, blank.start()))
        start = blank.end()
    if start < len(text):
        spans.append(Span(start, len(text)))
    return spans


def surroundings(text: str, span: Span) -> Span:
    """The paragraph or paragraphs around ``span``; of a very long one, AROUND code points on either side."""
    touched = [p for p in paragraphs(text) if p.start < span.end and span.start < p.end] or [span]
    start, end = min(touched[0].start, span.start), max(touched[-1].end, span.end)
    if span.start - start > AROUND:
        space = text.find(" ", span.start - AROUND, span.start)
        start = space + 1 if space >= 0 else span.start - AROUND
    if end - span.end > AROUND:
        space = text.rfind(" ", span.end, span.end + AROUND)
        end = space if space >= 0 else span.end + AROUND
    return Span(start, end)


def passage_html(article: Article, span: Span) -> str:
    """The paragraph with the cited words marked; "…" where a long paragraph was cut."""
    within = surroundings(article.text, span)
    starts = {p.start for p in paragraphs(article.text)}
    ends = {p.end for p in paragraphs(article.text)}
    before = "" if within.start in starts or within.start == 0 else "… "
    after = "" if within.end in ends or within.end == len(article.text) else " …"
    return before + marked_html(article.text, within, [span]) + after


def open_button(article_id: str, marks: Sequence[Span], focus: Span | None, label: str, css: str = "cq-open") -> str:
    """A button that opens the whole article. ``label`` is HTML."""
    spans = " ".join(f"{m.start}-{m.end}" for m in marks)
    at = f"{focus.start}-{focus.end}" if focus else ""
    return (
        f'<button type="button" class="{css}" data-article="{escape(article_id)}"'
        f' data-spans="{spans}" data-focus="{at}" aria-haspopup="dialog">{label}</button>'
    )


def article_html(article: Article, marks: Sequence[Span] = (), focus: Span | None = None) -> str:
    """The whole article with all cited words marked; the mark that was clicked has the class ``cq-focus``."""
    body = "".join(f"<p>{marked_html(article.text, p, marks, focus)}</p>" for p in paragraphs(article.text))
    dating = dating_words(article) if origin_words(article) else ""
    if grounds := inferred_from(article)[:GROUNDS]:
        dating += ": " + " ".join(f"“{clipped(ground, EXCERPT)}”" for ground in grounds)
    dating = f'<p class="cq-meta cq-dating">{escape(dating)}</p>' if dating else ""
    url = safe_url(article.url)
    if url:
        link = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow">Original page</a>'
    else:
        # Of a path only the file's own name: where it lies on this machine is nobody's business on the network.
        link = escape(clipped(article.url or re.split(r"[/\\]", article.path)[-1], 200))
    link = f'<p class="cq-meta cq-origin">{link}</p>' if link else ""
    return (
        f'<header><h2 id="cq-article-title" dir="auto">{escape(title_of(article))}</h2>'
        f'<p class="cq-meta">{meta_html(article)}</p>{dating}{link}</header>'
        f'<div class="cq-body" dir="auto">{body}</div>'
    )


def missing_article_html() -> str:
    return '<header><h2 id="cq-article-title">Not there any more</h2></header><p>This article has left the library.</p>'


def header_html(articles: int, more: str = "") -> str:
    """``more`` is HTML that closes the line."""
    if articles:
        line = f'{count(articles, "article")}<span class="cq-less">, every sentence with its source</span>'
    else:
        line = (
            'No articles yet<span class="cq-less">. Add some in the Articles tab, or with '
            "<code>colloquy index FOLDER</code>.</span>"
        )
    return f'<header class="cq-header"><h1>Colloquy</h1><p>{line}</p>{more}</header>'


def count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def clipped(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
