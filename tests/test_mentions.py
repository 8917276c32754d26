from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.mentions import date_mentions


@pytest.mark.parametrize(
    ("text", "after", "before", "bound"),
    [
        ("held on 6-7 March 2023 in Cairo", date(2023, 3, 6), date(2023, 3, 8), False),
        ("held on 6 and 7 March 2023", date(2023, 3, 6), date(2023, 3, 8), False),
        ("Published March 8, 2023", date(2023, 3, 8), date(2023, 3, 9), False),
        ("on 2021-12-31", date(2021, 12, 31), date(2022, 1, 1), False),
        ("in Sept. 2001", date(2001, 9, 1), date(2001, 10, 1), False),
        ("back in 2014, they", date(2014, 1, 1), date(2015, 1, 1), False),
        ("since the last round in March 2023", date(2023, 3, 1), date(2023, 4, 1), True),
        ("after 2014", date(2014, 1, 1), date(2015, 1, 1), True),
        ("before the 2014 meeting", date(2014, 1, 1), date(2015, 1, 1), True),
        ("December 2023", date(2023, 12, 1), date(2024, 1, 1), False),
    ],
)
def test_a_date(text: str, after: date, before: date, bound: bool) -> None:
    (mention,) = date_mentions(text)
    assert (mention.after, mention.before, mention.bound) == (after, before, bound)


@pytest.mark.parametrize("text", ["2,014 people", "$2014", "room 20145", "12.2014.3 m", "no date", "2014/15", "1850"])
def test_no_date(text: str) -> None:
    assert date_mentions(text) == ()


def test_an_impossible_day_leaves_the_month() -> None:
    (mention,) = date_mentions("on 31 February 2020")
    assert (mention.after, mention.before) == (date(2020, 2, 1), date(2020, 3, 1))


def test_dates_come_in_the_order_of_the_text() -> None:
    text = "In 2012, then on 3 May 2021, and in 2013."
    assert [m.span.of(text) for m in date_mentions(text)] == ["2012", "3 May 2021", "2013"]


@given(st.text(alphabet="0123456789-/., MayJune toand", max_size=80))
def test_any_text_gives_real_periods(text: str) -> None:
    assert all(m.after < m.before for m in date_mentions(text))
