"""The publication dates of a web page: what it states for programs, what it shows its readers, what can be guessed."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.bylines import date_in_byline
from index.written_dates import parse_date

# Times that stand for "none": the zero of Unix and what some systems write for an empty field.
_NO_TIME = re.compile(r"(?:0001|1970|1900|9999)-\d\d-\d\d")
# A headline is followed by a byline within a few lines; further down stand other stories.
LINES_AFTER_HEADLINE = 25
_MARK = "\ue000"
STORY_LINE_CHARACTERS = 200
_BLOCKS = frozenset("p div section article header footer h1 h2 h3 h4 li ul ol td tr table br time figure aside".split())


@dataclass(frozen=True, slots=True)
class PageDates:
    """Dates as found, "" where absent. ``stated`` is from JSON-LD, meta tags and marked times, ``shown`` from a byline
    under the headline, ``guess`` from anywhere in the page, without its comments."""

    stated: str = ""
    shown: str = ""
    guess: str = ""


def page_dates(page: str) -> PageDates:
    """The dates of a page; no day of a change or of a comment counts."""
    import htmldate
    import trafilatura

    tree = trafilatura.load_html(page)
    if tree is None:
        return PageDates()
    _drop_later_and_comments(tree)

    def find(page: Any) -> str:
        return htmldate.find_date(page, extensive_search=False, original_date=True, max_date="2100-12-31") or ""

    stated = find(_stated_only(tree)) or _marked_time(tree)
    shown = _shown(copy.deepcopy(tree))
    return PageDates(stated, shown, "" if stated or shown else find(tree))


def _drop_later_and_comments(tree: Any) -> None:
    for element in tree.xpath(
        "//meta|//div[@id or @class]|//section[@id or @class]|//ol[@class]|//ul[@class]|//li[@class]"
    ):
        names = " ".join(element.get(key, "") for key in ("id", "class", "name", "property", "itemprop")).lower()
        stated_later = element.tag == "meta" and re.search("modif|updated|revis", names)
        no_time = element.tag == "meta" and _NO_TIME.match(element.get("content", "").strip())
        by_readers = (
            element.tag != "meta" and re.search(r"\bcomments?\b", names) and not element.xpath(".//article|.//h1")
        )
        if (stated_later or no_time or by_readers) and element.getparent() is not None:
            element.drop_tree()


def _stated_only(tree: Any) -> Any:
    """A page of the meta tags and JSON-LD alone. Its address is left out: a date there has a source of its own."""
    import trafilatura

    page: Any = trafilatura.load_html("<html><head><title>-</title></head><body><p>-</p></body></html>")
    for element in tree.xpath("//meta|//script[contains(@type, 'ld+json')]"):
        if re.search(r"url\b", " ".join(element.get(k, "") for k in ("property", "name", "itemprop")).lower()):
            continue
        kept = copy.deepcopy(element)
        kept.tail = None
        if kept.text:
            kept.text = re.sub(rf'"date\w+"\s*:\s*"{_NO_TIME.pattern}[^"]*"', '"none":""', kept.text)
        page.head.append(kept)
    return page


def _marked_time(tree: Any) -> str:
    """The day of an element marked as the publication, or else of all ``time`` elements where they have one day."""
    for element in tree.xpath("//*[@itemprop='datePublished' or @pubdate]"):
        if day := parse_date(element.get("datetime") or element.get("content") or element.text_content()):
            return day.isoformat()
    times = [e for e in tree.xpath("//time[@datetime]") if not re.search("updat|modif", e.get("class", ""))]
    days = {parse_date(e.get("datetime")) for e in times if not _NO_TIME.match(e.get("datetime").strip())}
    (day,) = days if len(days) == 1 else (None,)
    return day.isoformat() if day else ""


def _shown(tree: Any) -> str:
    """The date of the byline between the headline and the story, as written."""
    for element in tree.xpath("//script|//style|//noscript|//select"):
        if element.getparent() is not None:
            element.drop_tree()
    headlines = tree.xpath("//h1")
    if not headlines:
        return ""
    headline = max(headlines, key=lambda h: len(" ".join(h.text_content().split())))
    headline.text = f"\n{_MARK}{headline.text or ''}"
    lines = list(_lines(tree))
    at = next((i for i, line in enumerate(lines) if _MARK in line), len(lines))
    for line in lines[at + 1 : at + 1 + LINES_AFTER_HEADLINE]:
        if len(line) > STORY_LINE_CHARACTERS:
            break
        if written := date_in_byline(line):
            return written
    return ""


def _lines(tree: Any) -> Iterator[str]:
    for element in tree.iter():
        if element.tag in _BLOCKS:
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
    for line in tree.text_content().split("\n"):
        if words := " ".join(line.split()):
            yield words
