"""The publication date of an article and where it was found. Never a date of the story, never today's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from index.errors import DateError
from index.periods import EARLIEST, LATEST, parse_period
from index.records import Window

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

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[6-9]|20|21)\d{2}"
_ISO = re.compile(rf"(?<![\d-])({_YEAR})([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?![\d-])")
_COMPACT = re.compile(rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d)({_DAY})(?:\s+of)?[\s./-]+({_MONTH})[\s,./-]+({_YEAR})(?!\d)", re.I)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\s*({_DAY})\s*,?\s+({_YEAR})(?!\d)", re.I)
_NUMERIC = re.compile(rf"(?<![\d./-])(\d{{1,2}})([./-])(\d{{1,2}})\2({_YEAR})(?![./-]?\d)")
_CJK = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
# Any language: a day, a word, a year, in this order or with the day second.
_OTHER_LANGUAGE = re.compile(
    r"\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,}\.?(?:\s+de)?[,،]?\s+\d{4}|[^\W\d_]{3,}\s+\d{1,2}\s*[,،]\s*\d{4}"
)
_UPDATED = re.compile(
    r"\b(?:updated|modified|last[ -](?:edited|changed|modified|updated)|aktualisiert|mis à jour|actualizado)\b", re.I
)
_LABEL = re.compile(
    r"\b(?:published|posted|publication date|released|issued|date|dated|filed|created)\b"
    r"|\b(?:veröffentlicht|publié|publicado)\b"
    r"|^(?:by|von|par|por)\b",
    re.I,
)
_DATELINE = re.compile(r"^[^\W\d_][^\d(]{1,60}?[,:(–—-]+\s*(?P<rest>.{6,45}?)\s*(?:\)|[–—:]|--| - |\([A-Z])")
_SHORT_MONTHS = "|".join(name for name in _MONTHS if len(name) == 3)
_URL_DATES = (
    re.compile(rf"/({_YEAR})/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
    re.compile(rf"/({_YEAR})/({_SHORT_MONTHS})/(0?[1-9]|[12]\d|3[01])(?=/|$)", re.I),
    re.compile(rf"[/_=-]({_YEAR})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"[/_=-]({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"),
)
_FILE_DATES = (
    re.compile(rf"(?<!\d)({_YEAR})([-_.])(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"(?:^|[-_. ])({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[-_. T]|$)"),
)


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


def parse_date(value: str) -> date | None:
    """A complete date as written, with or without a time; None where year, month or day lacks or is doubtful.

    "03/04/2023" is doubtful (March or April); "13/04/2023" is not. Ten or thirteen digits are seconds or
    milliseconds since 1970. A time zone does not move the day.
    """
    value = " ".join(value.split())
    if not value or len(value) > 100:
        return None
    if re.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}", value):
        seconds = float(value) / (1000 if len(value.split(".")[0]) == 13 else 1)
        return _checked(datetime.fromtimestamp(seconds, UTC).date())
    if match := re.fullmatch(_COMPACT.pattern + r"(?:T?\d{4,6}Z?)?", value):
        return _date(*match.groups()[:3])
    if match := re.match(rf"({_YEAR})-(\d{{2}})-(\d{{2}})[T ]\d", value):
        return _date(*match.groups())
    written = first_date(value)
    return _parse_written(written) if written else None


def first_date(line: str) -> str:
    """The first complete date in a line, as written; "" where there is none."""
    found = [m for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMERIC, _CJK) for m in pattern.finditer(line)]
    found = [m for m in found if _parse_written(m.group())]
    if found:
        return min(found, key=lambda m: m.start()).group()
    for match in _OTHER_LANGUAGE.finditer(line):
        if _parse_written(match.group()):
            return match.group()
    return ""


def _parse_written(written: str) -> date | None:
    if match := _ISO.fullmatch(written):
        return _date(match[1], match[3], match[4])
    if match := _CJK.fullmatch(written):
        return _date(*match.groups())
    if match := _DAY_FIRST.fullmatch(written):
        return _date(match[3], str(_MONTHS[match[2].lower().rstrip(".")]), match[1])
    if match := _MONTH_FIRST.fullmatch(written):
        return _date(match[3], str(_MONTHS[match[1].lower().rstrip(".")]), match[2])
    if match := _NUMERIC.fullmatch(written):
        one, two = int(match[1]), int(match[3])
        if match[2] == "." or one > 12:  # with points the day comes first everywhere
            return _date(match[4], str(two), str(one))
        if two > 12 or one == two:
            return _date(match[4], str(one), str(two))
        return None
    if re.fullmatch(r"[\d\s./,-]+", written):
        return None
    return _other_language(written)


def _other_language(written: str) -> date | None:
    import dateparser

    found = dateparser.parse(
        written,
        settings={
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            # No "yesterday", no time stamps: a date that is not written out is not guessed.
            "PARSERS": ["absolute-time"],
            "PREFER_DATES_FROM": "past",
        },
    )
    return _checked(found.date()) if found else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return _checked(date(int(year), int(month), int(re.sub(r"\D", "", day))))
    except ValueError:
        return None


def _checked(found: date) -> date | None:
    return found if EARLIEST <= found <= LATEST else None


def date_in_byline(line: str) -> str:
    """The publication date of a byline or date line, as written; "" where the line is none or only says "updated".

    Such a line is short and holds little beside names, labels and the date, so that no sentence passes for one.
    """
    if len(line) > 160 or not re.search(r"\d", line):
        return ""
    updated = _UPDATED.search(line)
    written = first_date(line)
    if not written:
        return ""
    at = line.index(written)
    if updated and updated.start() < at:
        rest = line[at + len(written) :]
        published = _LABEL.search(rest)
        return date_in_byline(rest[published.start() :]) if published else ""
    before = line[:at].split()
    after = re.sub(r"\d{1,2}[:.]\d{2}(?::\d{2})?", " ", line[at + len(written) :]).split()
    small = [w for w in before + after if w.islower() and w.isalpha() and not _LABEL.fullmatch(w)]
    labelled = bool(_LABEL.search(line[:at]))
    # A bare date, or a label or name with it; a sentence has verbs and other small words.
    if len(before) > 14 or len(small) > (5 if updated else 2) or line.rstrip().endswith(("?", "!")):
        return ""
    if line.rstrip().endswith(".") and not labelled and before:
        return ""
    return written if labelled or len(before) <= 6 else ""


def date_in_dateline(line: str) -> str:
    """The date of a dateline that opens a story ("LAHORE, March 8, 2023 (Agency) - ..."), as written, else ""."""
    match = _DATELINE.match(line)
    if not match:
        return ""
    written = first_date(match["rest"])
    place = line[: match.start("rest")]
    letters = [c for c in place if c.isalpha()]
    is_place = len(letters) > 1 and sum(c.isupper() for c in letters) > 0.6 * len(letters)
    return written if written and is_place and len(match["rest"]) <= len(written) + 12 else ""


def date_at_head(text: str) -> str:
    """The date in the byline or dateline that opens a text, as written, "" where its first lines are neither."""
    return next((written for written, _ in _head_dates(text)), "")


def dateline_end(text: str) -> int:
    """The offset behind the date of the dateline or byline in one of the first lines of a text; 0 where there is none:
    what stands before it is the day of the report, not of what it tells."""
    return next((end for _, end in _head_dates(text)), 0)


def _head_dates(text: str) -> Iterator[tuple[str, int]]:
    """The dates of the bylines and datelines in the first lines of a text, as written, with the offset behind each.

    A heading may name the day of what is told; only what says that it is a byline, or is nothing but a date, counts.
    """
    at = seen = 0
    for line in text[:2_000].split("\n"):
        written = date_in_dateline(line)
        if not written and (found := date_in_byline(line)):
            written = found if _LABEL.search(line) or line.strip(" .–—-") == found else ""
        if written:
            yield written, at + line.index(written) + len(written)
        at += len(line) + 1
        seen += bool(line.strip())
        if seen == 3:
            return


def date_in_url(url: str) -> date | None:
    """The date in the path of an address (``/2023/03/08/``, ``/2023-03-08-``), None where there is none."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url, flags=re.I)
    for pattern in _URL_DATES:
        if match := pattern.search(path):
            month = str(_MONTHS.get(match[2].lower(), match[2]))
            if found := _date(match[1], month, match[3]):
                return found
    return None


def date_in_file_name(name: str) -> date | None:
    """The date in a file name (``2023-03-08-talks.txt``, ``20230308_talks.txt``), None where there is none."""
    for pattern in _FILE_DATES:
        if match := pattern.search(name):
            parts = [g for g in match.groups() if g.isdigit()]
            if found := _date(*parts):
                return found
    return None
