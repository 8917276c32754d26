"""The publication date of an article and where it was found. Never a date of the story, never today's."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.errors import DateError
from index.periods import parse_period
from index.records import Window
from index.written_dates import date_in_file_name, date_in_url, parse_date

# Where a date comes from, surest first, and how sure that is, in words. ``find_published`` tries them in this order.
SOURCES = {
    "user": "as set by hand",
    "sidecar": "as the file beside it says",
    "front matter": "as its source says",
    "json": "as its source says",
    "meta": "as its page states",
    "text": "found in its byline",
    "url": "found in its address",
    "file name": "found in its file name",
    "inferred": "inferred from its text",
}


@dataclass(frozen=True, slots=True)
class Published:
    """What is known of a publication date: the day, or else the period in which it must lie, and its source.

    ``source`` is a key of ``SOURCES``, "" where nothing is known. ``doubts`` says, a line each, what a source states
    that cannot be a date.
    """

    day: date | None = None
    within: Window | None = None
    source: str = ""
    doubts: tuple[str, ...] = ()


def find_published(
    *,
    sidecar: str = "",
    front_matter: str = "",
    json: str = "",
    meta: str = "",
    byline: str = "",
    url: str = "",
    ticker: str = "",
    file_name: str = "",
) -> Published:
    """The first date that holds, surest source first.

    A month, a year or a range counts where the source is one that people fill in ("sidecar", "front matter", "json");
    a surer period and a day inside it from a source below give the day. Ticker and byline are both "text"; a ticker
    comes last: it often shows the day of the visit.
    """
    period: Window | None = None
    stated = ""
    doubts: list[str] = []
    for source, written in (("sidecar", sidecar), ("front matter", front_matter), ("json", json)):
        if ".." not in written and (day := parse_date(written)):
            return Published(day, None, source, tuple(doubts))
        try:
            found = stated_period(written)
        except DateError as error:
            doubts.append(f"published is {written.strip()[:60]!r}: {error}")
            continue
        if found and not period:
            period, stated = found, source
    in_text, in_url = parse_date(byline), date_in_url(url)
    for source, day in (
        ("meta", _local(parse_date(meta), in_text, in_url)),
        ("text", in_text),
        ("url", in_url),
        ("file name", date_in_file_name(file_name)),
        ("text", parse_date(ticker)),
    ):
        if day and (period is None or period.holds(day)):
            return Published(day, None, source, tuple(doubts))
    return Published(None, period, stated, tuple(doubts))


def _local(stated: date | None, in_text: date | None, in_url: date | None) -> date | None:
    """None where a better day is next to the stated one: pages state the hour of Greenwich, whose day is not always
    that of the newsroom. A day after it in the text does not count, it is often that of the visit or of a change."""
    if stated and (in_text == stated - timedelta(days=1) or in_url and abs((stated - in_url).days) == 1):
        return None
    return stated


def stated_period(written: str) -> Window | None:
    """The period that a field of a date holds, None where the field holds something else.

    Raises DateError where it is meant as a date but cannot be one: an impossible day, a year such as 0001 or 1445, a
    range that ends before it starts, or one that may be read in two ways ("03/04/2023").
    """
    written = " ".join(written.split())
    if len(written) > 100 or not re.search(r"\d", written):
        return None
    iso = re.match(r"(\d{4}-\d{2}-\d{2})[T ]\d", written)
    if re.fullmatch(r"\d{1,2}([/.-])\d{1,2}\1\d{4}", written):
        raise DateError("it does not exist, or may be read in two ways; expected a form such as 2014-01-27")
    try:
        return parse_period(iso[1] if iso else written)
    except DateError:
        if iso or ".." in written or re.fullmatch(r"\d{1,4}(?:[-/.]\d{1,2}){0,2}|[A-Za-z]{3,9}\.?,? \d{4}", written):
            raise
        return None


def how_sure(source: str) -> str:
    """Where a date comes from, in words ("inferred from its text"), "" for a source of no name."""
    return SOURCES.get(source, "")
