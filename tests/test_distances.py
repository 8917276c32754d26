"""Periods at a distance from a date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Window
from rag.distances import at_distance
from rag.windows import window_of

TODAY = date(2024, 5, 8)


def days(first: str, last: str) -> Window:
    """From the first day to the last, both within."""
    return Window(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("What broke two years before 2014?", days("2012-01-01", "2012-12-31")),
        ("What broke a year after the 2014 talks?", days("2015-01-01", "2015-12-31")),
        ("WHAT BROKE A COUPLE OF YEARS BEFORE THE 2014 TALKS?", days("2011-01-01", "2013-12-31")),
        ("What broke a few years prior to 2014?", days("2009-01-01", "2012-12-31")),
        ("What broke one decade earlier than 2014?", days("1999-01-02", "2009-12-30")),
        ("What broke in the two years before 2014?", days("2012-01-01", "2013-12-31")),
        ("What broke within 3 weeks after 7 March 2023?", days("2023-03-08", "2023-03-28")),
        ("What broke less than two months after 31 December 2022?", days("2023-01-01", "2023-02-28")),
        ("What broke three months after the dialogue of March 2023?", days("2023-06-01", "2023-06-30")),
        ("What broke ten days after 7 March 2023?", days("2023-03-17", "2023-03-17")),
        ("What broke ten days after the meeting on 6-7 March 2023?", days("2023-03-16", "2023-03-17")),
        ("What broke two weeks before 7 March 2023?", days("2023-02-18", "2023-02-24")),
        # The month that is told so may be the one beside it.
        ("What broke one month before 30 March 2023?", days("2023-02-14", "2023-03-13")),
    ],
)
def test_a_distance_from_a_date_is_a_period_of_its_own(text: str, window: Window) -> None:
    asked = window_of(text, TODAY)
    assert asked.window == window and asked.anchor is None and not asked.yearless


@pytest.mark.parametrize("text", ["What broke before 2014?", "Who led the two-day talks before 2014?"])
def test_other_words_before_a_date_are_no_distance(text: str) -> None:
    assert window_of(text, TODAY).anchor == days("2014-01-01", "2014-12-31")


@pytest.mark.parametrize("count", ["500 years", "99 decades"])
def test_beyond_the_calendar_the_date_alone_counts(count: str) -> None:
    assert window_of(f"What broke {count} before 2014?", TODAY) == window_of("What broke before 2014?", TODAY)
    assert window_of(f"What broke {count} after 2014?", TODAY) == window_of("What broke after 2014?", TODAY)


@given(
    st.dates(date(1700, 1, 1), date(2000, 1, 1)),
    st.integers(1, 800),
    st.integers(1, 90),
    st.sampled_from(("day", "week", "month", "year")),
    st.booleans(),
    st.sampled_from(("", "in the ")),
)
def test_what_is_told_lies_on_its_side_of_the_date(
    first: date, length: int, count: int, unit: str, back: bool, over: str
) -> None:
    anchor = Window(first, first + timedelta(days=length))
    found = at_distance(f"What broke {over}{count} {unit}s {'before' if back else 'after'} the talks of ", anchor)
    assert found is not None and found.after is not None and found.before is not None and anchor.before is not None
    if over:
        assert found.before == anchor.after if back else found.after == anchor.before
    middle, own = found.after + (found.before - found.after) / 2, first + timedelta(days=length) / 2
    assert middle < own if back else middle > own
