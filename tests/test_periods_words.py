"""Periods in words, and the periods that users give."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QuestionError
from index.records import Window
from rag.periods_words import (
    UNKNOWN,
    given_day,
    origin_words,
    published_words,
    window_of_days,
    window_of_fields,
    window_words,
)
from tests.fake_colloquy import article


def window(after: str, before: str) -> Window:
    return Window(*(date.fromisoformat(d) if d else None for d in (after, before)))


@pytest.mark.parametrize(
    ("after", "before", "words"),
    [
        ("", "", ""),
        ("2023-01-01", "2024-01-01", "2023"),
        ("2021-01-01", "2024-01-01", "2021–2023"),
        ("2023-03-01", "2023-04-01", "March 2023"),
        ("2023-12-01", "2024-01-01", "December 2023"),
        ("2023-03-01", "2023-06-01", "March–May 2023"),
        ("2022-11-01", "2023-03-01", "November 2022 – February 2023"),
        ("2023-03-07", "2023-03-08", "7 March 2023"),
        ("2023-03-06", "2023-03-08", "6–7 March 2023"),
        ("2023-02-28", "2023-03-04", "28 February – 3 March 2023"),
        ("2022-12-30", "2023-01-03", "30 December 2022 – 2 January 2023"),
        ("2014-01-01", "", "from 2014"),
        ("2023-03-01", "", "from March 2023"),
        ("2023-03-08", "", "from 8 March 2023"),
        ("", "2023-03-01", "before March 2023"),
        ("", "2014-01-01", "before 2014"),
        ("0001-01-01", "9999-12-31", "1 January 1 – 30 December 9999"),
    ],
)
def test_a_window_is_said_as_people_would(after: str, before: str, words: str) -> None:
    assert window_words(window(after, before)) == words


@given(st.dates(), st.dates())
def test_two_windows_never_have_the_same_words(one: date, other: date) -> None:
    windows = {
        Window(one, None),
        Window(None, one),
        *((Window(*sorted((one, other))), Window(min(one, other), None)) if one != other else ()),
    }
    assert len({window_words(w) for w in windows}) == len(windows)


@pytest.mark.parametrize(
    ("fields", "words", "origin"),
    [
        ({}, UNKNOWN, ""),
        ({"published": date(2024, 3, 11), "published_from": "url"}, "11 March 2024", "found in its address"),
        ({"published": date(2024, 3, 11), "published_from": "user"}, "11 March 2024 (set by you)", "as set by hand"),
        (
            {"published_within": window("2023-03-05", "2023-03-07"), "published_from": "inferred"},
            "between 5 and 6 March 2023 (inferred)",
            "inferred from its text",
        ),
        (
            {"published_within": window("2014-01-01", "2015-01-01"), "published_from": "inferred"},
            "2014 (inferred)",
            "inferred from its text",
        ),
        (
            {"published_within": window("2023-03-01", ""), "published_from": "inferred"},
            "March 2023 or later (inferred)",
            "inferred from its text",
        ),
        (
            {"published_within": window("", "2023-03-01"), "published_from": "user"},
            "before March 2023 (set by you)",
            "as set by hand",
        ),
        ({"published_within": window("2023-02-28", "2023-03-04")}, "between 28 February and 3 March 2023", ""),
        ({"published_within": Window()}, UNKNOWN, ""),
    ],
)
def test_a_date_of_publication_is_said_with_where_it_comes_from(
    fields: dict[str, object], words: str, origin: str
) -> None:
    dated = article("Title", "Text.", **fields)
    assert (published_words(dated), origin_words(dated)) == (words, origin)


def test_the_days_of_a_script_are_half_open() -> None:
    assert window_of_days("2023-03-01", "2023-04-01") == window("2023-03-01", "2023-04-01")
    assert window_of_days("2023-03-01", None) == window("2023-03-01", "")
    assert window_of_days(None, "") is None


@pytest.mark.parametrize(
    ("after", "before", "said"),
    [
        ("2023-02-31", "", "after is '2023-02-31'; 2023-02-31 does not exist"),
        ("", "soon", "before is 'soon'"),
        ("2023-03-01", "2023-03-01", "holds no day"),
        ("2024-01-01", "2023-01-01", "swap the two"),
    ],
)
def test_days_that_make_no_period_are_named(after: str, before: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        window_of_days(after, before)


def test_a_day_of_another_kind_is_named() -> None:
    number: Any = 20230301
    with pytest.raises(QuestionError, match="asked is 20230301; expected a day"):
        given_day(number, "asked")


def test_the_fields_of_the_page_hold_their_last_day() -> None:
    assert window_of_fields("2023-03-06", "2023-03-07") == window("2023-03-06", "2023-03-08")
    assert window_of_fields("2023-03-06", "2023-03-06") == window("2023-03-06", "2023-03-07")
    assert window_of_fields("", "2023-03-06") == window("", "2023-03-07")
    assert window_of_fields("2023-03-06", "9999-12-31") == window("2023-03-06", "")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", "the period is empty"),
        ("2023-03-07", "2023-03-06", "ends on 6 March 2023, before it begins on 7 March 2023"),
        ("2023-02-31", "", "the first day is '2023-02-31'"),
        ("", "?", "the last day is '\\?'"),
        ("x" * 9999, "", "x{40}'"),
    ],
)
def test_fields_that_make_no_period_are_named(first: str, last: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        window_of_fields(first, last)


@given(st.dates(), st.integers(0, 5000))
def test_a_period_of_fields_holds_its_two_ends_and_nothing_outside(first: date, days: int) -> None:
    if first > date.max - timedelta(days=days + 1) or first == date.min:
        return
    last = first + timedelta(days=days)
    period = window_of_fields(first.isoformat(), last.isoformat())
    assert period.holds(first) and period.holds(last)
    assert not period.holds(first - timedelta(days=1)) and not period.holds(last + timedelta(days=1))
