"""Periods and dates in the words of people, for all parts of the program; and back from the days that a user gives."""

from datetime import date, timedelta
from typing import Literal

from index.errors import DateError, QuestionError
from index.periods import parse_day, parse_period
from index.records import Article, Window

UNKNOWN = "date unknown"

_Unit = Literal["year", "month", "day"]


def day_words(day: date) -> str:
    return _named(day, "day")


def window_words(window: Window) -> str:
    """ "2023", "March 2023", "6–7 March 2023", "from 2014", "before March 2023"; "" where it is open on both sides."""
    after, before = window.after, window.before
    if after and before:
        return _joined(after, before - timedelta(days=1), _unit(after, before))
    if after:
        return f"from {_named(after, _unit(after))}"
    return f"before {_named(before, _unit(before))}" if before else ""


def published_words(article: Article, bracketed: bool = False) -> str:
    """The day of publication, or what is known of it, marked where it was inferred or set by the user.

    ``bracketed``: for a place that stands in brackets itself.
    """
    told = known_words(article)
    mark = None if told == UNKNOWN else {"inferred": "inferred", "user": "set by you"}.get(article.published_from)
    return told if mark is None else f"{told}, {mark}" if bracketed else f"{told} ({mark})"


def known_words(article: Article) -> str:
    """The day of publication or the period in which it must lie, without where that comes from."""
    if article.published:
        return day_words(article.published)
    return _within_words(article.published_within or Window()) or UNKNOWN


def origin_words(article: Article) -> str:
    """Where the date of publication comes from, such as "found in its address"; "" where there is none."""
    from index.dates import how_sure  # not at the top: the command line's --help imports this module

    return how_sure(article.published_from) if article.published or article.published_within else ""


def inferred_from(article: Article) -> tuple[str, ...]:
    """The sentences of the text from which its date was inferred; none where it was not."""
    if article.published_from != "inferred":
        return ()
    from index.inference import inferred

    found = inferred(article.text)
    return tuple(" ".join(s.of(article.text).split()) for s in found.sentences) if found else ()


def given_day(text: str | None, name: str) -> date | None:
    """The ISO day that a user gives under this name; None for None and "". Raises QuestionError for anything else."""
    if text is None or text == "":
        return None
    try:
        # A script may send anything, a number too.
        return parse_day(text if isinstance(text, str) else "")
    except DateError as error:
        raise QuestionError(f"{name} is {(text[:40] if isinstance(text, str) else text)!r}; {error}") from None


def corrected_period(written: str) -> Window | None:
    """The period in which an article is said to have been published: a day, a month, a year, a range of these.

    ``Window()`` for "unknown", None for "found": back to what its source says. Raises DateError for anything else.
    """
    match written.strip().lower():
        case "found":
            return None
        case "unknown":
            return Window()
        case _:
            return parse_period(written)


def window_of_days(after: str | None, before: str | None) -> Window | None:
    """The period between two ISO days, ``after <= day < before``; None where neither is given.

    Raises QuestionError naming what is wrong: no date, or a period without a day.
    """
    if not after and not before:
        return None
    return _window(given_day(after, "after"), given_day(before, "before"))


def window_of_fields(first: str, last: str) -> Window:
    """The period from the first to the last day, both in it, as typed into two fields of a page.

    Raises QuestionError for two empty fields, what is no date, and a last day before the first.
    """
    if not first and not last:
        raise QuestionError("the period is empty; give its first day, its last day, or both")
    start, end = given_day(first, "the first day"), given_day(last, "the last day")
    if start and end and end < start:
        raise QuestionError(
            f"the period ends on {day_words(end)}, before it begins on {day_words(start)}; swap the two"
        )
    if end == date.max:  # the day after it cannot be written; it bounds nothing anyhow
        end = None
    return _window(start, end + timedelta(days=1) if end else None)


def _window(after: date | None, before: date | None) -> Window:
    try:
        return Window(after, before)
    except ValueError as error:
        raise QuestionError(str(error)) from None


def _within_words(within: Window) -> str:
    """As ``window_words``, but one day of it is meant: "between 5 and 6 March 2023", "March 2023 or later"."""
    after, before = within.after, within.before
    if after and before:
        return _joined(after, before - timedelta(days=1), _unit(after, before), "between ", " and ", " and ")
    # "From March 2023" would sound as if the article were of that month.
    return f"{_named(after, _unit(after))} or later" if after else window_words(within)


def _unit(*bounds: date) -> _Unit:
    """The longest unit that the period is made of whole."""
    if all((day.month, day.day) == (1, 1) for day in bounds):
        return "year"
    return "month" if all(day.day == 1 for day in bounds) else "day"


def _joined(first: date, last: date, unit: _Unit, lead: str = "", close: str = "–", apart: str = " – ") -> str:
    """Two days in words, without what both have in common said twice; ``lead`` only where there are two.

    ``close`` stands between single words ("March–May 2023"), ``apart`` between longer ones.
    """
    start, end = _named(first, unit), _named(last, unit)
    if start == end:
        return end
    if unit == "year":
        return f"{lead}{start}{close}{end}"
    if first.year != last.year:
        return f"{lead}{start}{apart}{end}"
    if unit == "month":
        return f"{lead}{first:%B}{close}{end}"
    if first.month == last.month:
        return f"{lead}{first.day}{close}{end}"
    return f"{lead}{first.day} {first:%B}{apart}{end}"


def _named(day: date, unit: _Unit) -> str:
    if unit == "year":
        return str(day.year)
    return f"{day:%B} {day.year}" if unit == "month" else f"{day.day} {day:%B} {day.year}"
