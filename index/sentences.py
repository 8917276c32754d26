"""Exact sentence spans of a cleaned text."""

import re

from index.records import Span

# A longer "sentence" is a table, a list without stops or one endless word; it is cut so that a quote stays readable.
MAX_SENTENCE = 1200
# Between paragraphs, where they are shown: a line of nothing but white space is blank.
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def split_sentences(text: str) -> tuple[Span, ...]:
    """Spans of the sentences, in order, blanks at their ends left out; none crosses a paragraph.

    Boundaries come from sentencex (rules for abbreviations, quotations and the terminal marks of many scripts).
    """
    from sentencex import get_sentence_boundaries

    spans: list[Span] = []
    for paragraph in split_paragraphs(text):
        words = paragraph.of(text)
        for boundary in get_sentence_boundaries("en", words):
            start = paragraph.start + boundary["start_index"]
            spans.extend(_pieces(text, start, paragraph.start + boundary["end_index"]))
    return tuple(spans)


def split_paragraphs(text: str) -> tuple[Span, ...]:
    """Spans of the paragraphs: runs between blank lines, blanks at their ends left out."""
    spans: list[Span] = []
    start = 0
    while start < len(text):
        end = text.find("\n\n", start)
        end = len(text) if end < 0 else end
        if trimmed := _trim(text, start, end):
            spans.append(trimmed)
        start = end + 2
    return tuple(spans)


def paragraph_of(text: str, span: Span) -> Span:
    """The paragraph that holds the start of ``span``; up to the end of ``span`` where that lies further on."""
    start = text.rfind("\n\n", 0, span.start + 1)
    start = 0 if start < 0 else start + 2
    end = text.find("\n\n", max(span.end - 1, 0))
    return _trim(text, start, len(text) if end < 0 else end) or span


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """The trimmed span, cut at blanks (inside a word where there is none) into pieces of at most MAX_SENTENCE."""
    pieces: list[Span] = []
    while (whole := _trim(text, start, end)) is not None:
        if whole.end - whole.start <= MAX_SENTENCE:
            return [*pieces, whole]
        cut = text.rfind(" ", whole.start, whole.start + MAX_SENTENCE)
        cut = cut if cut > whole.start else whole.start + MAX_SENTENCE
        if piece := _trim(text, whole.start, cut):
            pieces.append(piece)
        start = cut
    return pieces
