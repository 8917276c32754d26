"""Dates that a text leaves half said are told from the day it was published."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.event_dates import dates_told, event_dates
from index.mentions import date_mentions
from index.records import Article, Window, article_id

WEDNESDAY = Window(date(2023, 3, 8), date(2023, 3, 9))


def told(text: str, reference: Window | None = WEDNESDAY) -> list[tuple[str, date, date]]:
    return [(m.span.of(text), m.after, m.before) for m in dates_told(text, reference)]


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("The talks were held on Tuesday.", date(2023, 3, 7), date(2023, 3, 8)),
        ("they met in november", date(2022, 11, 1), date(2022, 12, 1)),
        ("The talks were held on Wednesday.", date(2023, 3, 8), date(2023, 3, 9)),
        ("The talks will be held on Tuesday.", date(2023, 3, 14), date(2023, 3, 15)),
        ("On Friday the ministers will meet.", date(2023, 3, 10), date(2023, 3, 11)),
        ("The mayor left last week.", date(2023, 2, 27), date(2023, 3, 6)),
        ("The truce ended in November.", date(2022, 11, 1), date(2022, 12, 1)),
        ("Voters will decide in November.", date(2023, 11, 1), date(2023, 12, 1)),
        ("They will meet in March.", date(2023, 3, 1), date(2023, 4, 1)),
        ("It follows October's vote.", date(2022, 10, 1), date(2022, 11, 1)),
        ("The mill burnt down on 6 March.", date(2023, 3, 6), date(2023, 3, 7)),
        ("The mill burnt down on April 2.", date(2022, 4, 2), date(2022, 4, 3)),
        ("They spoke on 6-7 March.", date(2023, 3, 6), date(2023, 3, 8)),
        ("Two years ago the mill burnt down.", date(2021, 1, 1), date(2022, 1, 1)),
        ("The mill burnt down yesterday.", date(2023, 3, 7), date(2023, 3, 8)),
        ("Ida Kell takes office on 1 May.", date(2023, 5, 1), date(2023, 5, 2)),
        ("The fair opens in October.", date(2023, 10, 1), date(2023, 11, 1)),
        ("The fair opened in October.", date(2022, 10, 1), date(2022, 11, 1)),
        ("The mill opens next month.", date(2023, 4, 1), date(2023, 5, 1)),
        ("He was chosen last December.", date(2022, 12, 1), date(2023, 1, 1)),
    ],
)
def test_half_said_dates(text: str, after: date, before: date) -> None:
    assert [(a, b) for _, a, b in told(text)] == [(after, before)]


@pytest.mark.parametrize(
    "text",
    ["She may come and march on.", "It cost 20 a day.", "Mayor May spoke.", "On 31 June they met.", "Maybe so."],
)
def test_no_date(text: str) -> None:
    assert told(text) == []


def test_without_a_day_of_publication_nothing_is_guessed() -> None:
    assert told("They met on Tuesday and in March.", None) == []


def test_a_period_of_publication_tells_what_both_its_ends_tell() -> None:
    within = Window(date(2014, 1, 1), date(2014, 4, 1))
    text = "They will meet in March. In October she was there. They met on Monday."
    assert told(text, within) == [
        ("March", date(2014, 3, 1), date(2014, 4, 1)),
        ("October", date(2013, 10, 1), date(2013, 11, 1)),
    ]


def test_a_weekday_falls_on_the_date_that_the_text_names() -> None:
    within = Window(date(2023, 3, 5), date(2023, 3, 7))
    text = "The round begins on Monday. It is held on 6-7 March 2023."
    assert told(text, within)[0] == ("Monday", date(2023, 3, 6), date(2023, 3, 7))


def test_the_next_day_is_told_from_the_date_before_it() -> None:
    text = "The mill burnt down on 3 May 2021. The next day it rained. That year nobody baked."
    assert [d[1] for d in told(text, None)] == [date(2021, 5, 3), date(2021, 5, 4), date(2021, 1, 1)]


def test_a_weekday_beside_a_whole_date_is_part_of_it() -> None:
    assert len(told("They met on Tuesday, 7 March 2023, in Lorne.")) == 1


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("from 28 February to 2 March 2023", date(2023, 2, 28), date(2023, 3, 3)),
        ("March 30 to April 2, 2023", date(2023, 3, 30), date(2023, 4, 3)),
        ("March to June 2023", date(2023, 3, 1), date(2023, 7, 1)),
        ("2014-2016", date(2014, 1, 1), date(2017, 1, 1)),
    ],
)
def test_ranges_over_months_and_years(text: str, after: date, before: date) -> None:
    assert [(m.after, m.before) for m in date_mentions(text)] == [(after, before)]


@pytest.mark.parametrize("text", ["3 June to 2 May 2023", "2016-2014", "31 April to 2 May 2023"])
def test_a_range_that_cannot_be_is_no_range(text: str) -> None:
    assert all(m.before.year - m.after.year <= 1 for m in date_mentions(text))


def test_an_event_of_several_days_has_all_of_them() -> None:
    text = "The two-day round ended here on Tuesday. A three-day fair will open on Friday."
    article = Article(article_id("", text), "", text, published=date(2023, 3, 8))
    ended, opens = event_dates(article)
    assert (ended.after, ended.before) == (date(2023, 3, 6), date(2023, 3, 8))
    assert (opens.after, opens.before) == (date(2023, 3, 10), date(2023, 3, 13))
    assert ended.sentence and ended.sentence.of(text).endswith("Tuesday.") and ended.resolved


@given(st.text(max_size=80), st.dates(date(1, 1, 2), date(9999, 12, 30)))
def test_any_text_and_any_day(text: str, day: date) -> None:
    for reference in (None, Window(day, None), Window(day, date(9999, 12, 31))):
        for mention in dates_told(text, reference):
            assert mention.after < mention.before and mention.span.end <= len(text)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), date(1600, 1, 1)])
def test_days_at_the_ends_of_the_calendar(day: date) -> None:
    text = "last week, next week, last month, next month, next year, last year, on Tuesday, 100 years ago, in December"
    for end in (None, date(9999, 12, 31)):
        if end is None or day < end:
            dates_told(f"They will meet {text}. They met {text}.", Window(day, end))


def test_the_date_of_a_dateline_is_that_of_the_report() -> None:
    text = "Ferry burns\n\nLORNE, 6 May 2021 (Post) - The ferry burnt on Monday."
    article = Article(article_id("", text), "", text, published=date(2021, 5, 6))
    assert [d.after for d in event_dates(article)] == [date(2021, 5, 3)]
