"""What a page says of its story beside it: headline, byline, publisher."""

import re
from collections import Counter

from index.bylines import date_in_byline, date_in_dateline
from index.page_lines import Line, content
from index.read_furniture import Kind, length
from index.written_dates import first_date

TITLE_CHARACTERS = 120
PUBLISHED_IN = re.compile(
    r"\b(?:article|story|piece|report|essay|post|column|interview)\b[^.]{0,30}?\b(?:published|appeared|produced)"
    r"(?: \w+)? (?:in|on|by|at|with) (?:the )?((?:[A-Z][\w&’'-]*|The|of|and)(?: (?:[A-Z][\w&’'-]*|of|and|the))*)"
)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|[cC]opyright)[\s,©]*(?:\d{4}(?:\s*[-–]\s*\d{4})?)?[\s,]*(?:by )?([A-Z][^.,|©\d]{2,60})"
)
_SOURCE = re.compile(r"^(?:source|publisher|publication|quelle|fuente)\s*:\s*([^.|]{2,60})$", re.I)
_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*(?=\s+[\"“‘'(]?[A-Z0-9])|[。！？؟۔।]")


def headline_of(lines: list[Line], start: int) -> str:
    """The headline above line ``start``, where the story begins; "" where there is none."""
    topic = content(" ".join(line.text for line in lines[start : start + 8] if line.kind is Kind.PROSE))
    count = Counter(line.text for line in lines[:start])
    best, best_score = "", 0.0
    for i, line in enumerate(lines[: start + 1]):
        if line.kind not in (Kind.WEAK, Kind.TITLED):
            continue
        words = length(line.text)
        if not 3 <= words <= 30 or date_in_byline(line.text):
            continue
        if i == start and line.kind.is_sentence:
            continue
        shared = len(content(line.text) & topic)
        repeated = line.doubled or count[line.text] > 1
        score = shared + 3 * repeated + (words >= 5) + 1 / (2 + start - i)
        if score > best_score and (shared or repeated or i == 0 or start - i <= 3):
            best, best_score = line.text, score
    # Verse and notes have no headline that form could tell from their first line.
    return best if any(line.kind is Kind.PROSE for line in lines) else ""


def first_sentence(text: str) -> str:
    """The first sentence, cut at a word to at most 120 characters."""
    text = " ".join(text[:2000].split())
    for match in _SENTENCE_END.finditer(text):
        before = text[: match.start()].rsplit(" ", 1)[-1]
        # "U.S. Secretary", "Mr. Khan", "J. Smith" go on.
        if length(text[: match.end()]) >= 4 and "." not in before and not (before.istitle() and len(before) <= 3):
            text = text[: match.end()]
            break
    if len(text) <= TITLE_CHARACTERS:
        return text
    cut = text[:TITLE_CHARACTERS]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut and text[TITLE_CHARACTERS] != " " else cut
    return at_word.rstrip(" ,;:–—-")


def date_lines(lines: list[Line], start: int) -> tuple[str, str]:
    """The byline's date and the ticker's, as written, from the lines before the story and just at its start."""
    byline = ticker = ""
    for line in lines[:start][-40:]:
        if line.kind is Kind.WIDGET:
            ticker = ticker or first_date(line.text)
        elif not line.kind.is_sentence or line.kind is Kind.SHORT:
            byline = byline or date_in_byline(line.text)
    if not byline and start < len(lines):
        byline = date_in_dateline(lines[start].text) or date_in_byline(lines[start].text)
    return byline, ticker


def publisher_of(lines: list[Line]) -> str:
    """From a note about where the article was published, a source line or a copyright line; "" where there is none."""
    for pattern in (PUBLISHED_IN, _SOURCE, _COPYRIGHT):
        for line in lines:
            if len(line.text) > 600:
                continue
            if match := pattern.search(line.text):
                name = re.sub(r"(?i)[\s.]*\ball rights reserved.*", "", match.group(1)).strip(" ,.|-–")
                if 2 <= len(name) <= 60:
                    return name
    return ""
