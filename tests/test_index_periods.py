"""Periods as written by hand."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DateError
from index.periods import in_words, only_day, parse_period
from index.records import Window


@pytest.mark.parametrize(
    ("written", "after", "before", "words"),
    [
        ("2014-01-27", date(2014, 1, 27), date(2014, 1, 28), "2014-01-27"),
        ("2014-1-7", date(2014, 1, 7), date(2014, 1, 8), "2014-01-07"),
        ("2014-12", date(2014, 12, 1), date(2015, 1, 1), "2014-12"),
        ("Dec. 2014", date(2014, 12, 1), date(2015, 1, 1), "2014-12"),
        ("2014", date(2014, 1, 1), date(2015, 1, 1), "2014"),
        (" 2014-01-01 .. 2014-03-31 ", date(2014, 1, 1), date(2014, 4, 1), "2014-01-01 to 2014-03-31"),
        ("2014..2015-02", date(2014, 1, 1), date(2015, 3, 1), "2014-01-01 to 2015-02-28"),
        ("2023-03..", date(2023, 3, 1), None, "2023-03-01 or later"),
        ("..2014", None, date(2015, 1, 1), "2014-12-31 or earlier"),
        ("2024-02-29", date(2024, 2, 29), date(2024, 3, 1), "2024-02-29"),
    ],
)
def test_forms(written: str, after: date | None, before: date | None, words: str) -> None:
    period = parse_period(written)
    assert period == Window(after, before) and in_words(period) == words


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2023-02-30", "28 days"),
        ("2023-02-29", "28 days"),
        ("2023-13", "month 13"),
        ("2023-00-10", "month 0"),
        ("0001-01-01", "1600 to 2100"),
        ("9999", "1600 to 2100"),
        ("1445-09-01", "1600 to 2100"),
        ("2014-03..2014-01", "ends before it starts"),
        ("2014-01-02..2014-01-01", "ends before it starts"),
        ("soon", "is no date"),
        ("..", "names no date"),
        ("", "is no date"),
        ("27/01/2014", "is no date"),
        ("2014-01-27 " * 1000, "is no date"),
    ],
)
def test_what_cannot_be_is_one_clear_line(written: str, says: str) -> None:
    with pytest.raises(DateError, match=says) as raised:
        parse_period(written)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 250


@given(st.dates(date(1600, 1, 1), date(2100, 12, 30)), st.integers(1, 400))
def test_every_period_is_read_back(first: date, days: int) -> None:
    last = min(first + timedelta(days=days), date(2100, 12, 31))
    period = parse_period(f"{first}..{last}")
    assert period == Window(first, last + timedelta(days=1)) and only_day(period) is None
    assert only_day(parse_period(str(first))) == first


@given(st.text(max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with suppress(DateError):
        assert parse_period(text)
