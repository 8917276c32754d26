"""Periods as written by hand."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DateError
from index.periods import only_day, parse_day, parse_period
from index.records import Window


@pytest.mark.parametrize(
    ("written", "after", "before"),
    [
        ("2014-01-27", date(2014, 1, 27), date(2014, 1, 28)),
        ("2014-1-7", date(2014, 1, 7), date(2014, 1, 8)),
        ("2014-12", date(2014, 12, 1), date(2015, 1, 1)),
        ("Dec. 2014", date(2014, 12, 1), date(2015, 1, 1)),
        ("2014", date(2014, 1, 1), date(2015, 1, 1)),
        (" 2014-01-01 .. 2014-03-31 ", date(2014, 1, 1), date(2014, 4, 1)),
        ("2014..2015-02", date(2014, 1, 1), date(2015, 3, 1)),
        ("2023-03..", date(2023, 3, 1), None),
        ("..2014", None, date(2015, 1, 1)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 3, 1)),
    ],
)
def test_forms(written: str, after: date | None, before: date | None) -> None:
    assert parse_period(written) == Window(after, before)


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


@given(st.dates())
def test_a_day_of_any_year_is_read_back(day: date) -> None:
    assert parse_day(day.isoformat()) == parse_day(f" {day.isoformat()} ") == day


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2023-02-29", "February 2023 has 28 days"),
        ("2023-13-01", "month 13"),
        *((w, "expected a day") for w in ("2023-02", "2023", "23-02-01", "0000-01-01", "soon", "", "2023-02-01T10:00")),
    ],
)
def test_what_is_no_day_is_refused(written: str, says: str) -> None:
    with pytest.raises(DateError, match=says):
        parse_day(written)
