"""Complete dates as they are written: in words, in figures, in an address, in the name of a file."""

import re
from datetime import UTC, date, datetime

from index.periods import EARLIEST, LATEST

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
