"""What a question says of its period, beyond the periods themselves: what bounds it, and what sets its event apart."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Window
from rag.windows import Asked, beyond, named_dates, window_of, without_event

TODAY = date(2024, 5, 8)  # a Wednesday
MARCH = Window(date(2021, 3, 1), date(2021, 4, 1))
YEAR = Window(date(2014, 1, 1), date(2015, 1, 1))


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("What was said after March 2021?", MARCH),
        ("What was said since March 2021?", MARCH),
        ("Who led it before the 2014 talks?", YEAR),
        ("Who led it until 2014?", YEAR),
        ("Who led the talks in March 2021?", None),
        ("What was said after 2014 and before 2016?", None),
        ("Who led the talks?", None),
    ],
)
def test_the_anchor_is_the_one_date_that_a_period_begins_or_ends_with(text: str, anchor: Window | None) -> None:
    assert window_of(text, TODAY).anchor == anchor


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("What did the guild say after the March 2021 talks?", True),
        ("Which report was issued after the long dialogue in March 2021?", True),
        ("What did they promise before the 2014 harbour summit?", True),
        ("What did the guild say after March 2021?", False),
        ("How long was the sentence after the appeal in 2019?", True),
        ("Where did the ship lie after the storm of 2019?", True),
        ("Where did they meet after the dialogue in 2019?", False),
        ("Who led the talks after the 2014 talks?", False),
        ("Who led the State Department team after the 2014 talks?", False),
        ("What has the guild said since the March 2021 talks?", False),
        ("What did the guild say in March 2021?", False),
    ],
)
def test_what_is_said_after_an_event_may_be_told_with_it(text: str, around: bool) -> None:
    assert window_of(text, TODAY).around == around


@pytest.mark.parametrize(
    "ending",
    [
        "and later",
        "and after",
        "and afterwards",
        "and onwards",
        "and at the one after",
        "and the next",
        "and in the round after",
        ", and who in the Oslo round that followed",
        "against the next round",
    ],
)
def test_onwards_opens_the_end(ending: str) -> None:
    asked = window_of(f"Who led the talks in 2014 {ending}?", TODAY)
    assert asked.onwards and asked.window == Window(YEAR.after, None)


@pytest.mark.parametrize(
    "text", ["in 2014", "in 2014 and in 2016", "after 2014", "later than 2014", "in 2014 and slept"]
)
def test_other_words_do_not_open_the_end(text: str) -> None:
    assert not window_of(f"Who led the talks {text}?", TODAY).onwards


def test_a_bound_beside_a_period_is_what_is_spoken_of() -> None:
    asked = window_of("What was said in 2021 of the time before 2014?", TODAY)
    assert asked.window == Window(date(2021, 1, 1), date(2022, 1, 1)) and asked.anchor is None


def test_of_two_bounds_on_one_side_the_narrower_holds() -> None:
    assert window_of("What was said after 2014 and after 2016?", TODAY).window == Window(date(2016, 1, 1), None)
    assert window_of("What was said before 2014 and before 2016?", TODAY).window == Window(None, date(2015, 1, 1))


def test_a_contradiction_names_both_dates_in_their_own_words() -> None:
    asked = window_of("What was said since May 2021 and until March 2014?", TODAY)
    assert asked.contradiction == "after May 2021 and before March 2014 exclude one another"
    assert asked and not asked.window


@pytest.mark.parametrize(
    "text", ["after 2014 and before 2014", "after 2014 and before 2016", "between 2014 and 2016", "in 2014"]
)
def test_what_leaves_days_is_no_contradiction(text: str) -> None:
    asked = window_of(f"What was said {text}?", TODAY)
    assert asked.contradiction == "" and asked.window


@pytest.mark.parametrize(
    ("text", "yearless"),
    [
        ("in March", True),
        ("on 7 March", True),
        ("in March 2021", False),
        ("last year", False),
        ("last March", False),
        ("last week", False),
    ],
)
def test_a_month_or_day_alone_is_yearless(text: str, yearless: bool) -> None:
    assert window_of(f"Who met {text}?", TODAY).yearless == yearless


@pytest.mark.parametrize("text", ["on Tuesday", "today", "tonight", "on 30 February", "in 0001", "in 9999", "in 14"])
def test_loose_words_and_days_of_no_calendar_set_no_period(text: str) -> None:
    assert not window_of(f"Who met {text}?", TODAY)


def test_beyond_a_period_lies_what_begins_or_ends_with_it() -> None:
    asked = Asked(MARCH)
    assert beyond(asked, later=True) == Asked(Window(MARCH.after, None), anchor=MARCH)
    assert beyond(asked, later=False) == Asked(Window(None, MARCH.before), anchor=MARCH)


def test_beyond_an_open_end_there_is_nothing() -> None:
    assert beyond(Asked(Window(None, MARCH.before)), later=True) == Asked()
    assert beyond(Asked(), later=True) == beyond(Asked(), later=False) == Asked()


def test_before_an_open_end_lies_what_was_before_its_beginning() -> None:
    first = date(2021, 3, 1)
    found = beyond(Asked(Window(first, None)), later=False)
    assert found == Asked(Window(None, first), anchor=Window(first, first + timedelta(days=1)))


def test_beyond_a_half_open_period_has_no_anchor() -> None:
    assert beyond(Asked(Window(MARCH.after, None)), later=True) == Asked(Window(MARCH.after, None))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Who led the upper side at the Lorne dialogue in March 2021?", "Who led the upper side at the dialogue?"),
        ("Who spoke at the talks in Lorne?", "Who spoke at the talks?"),
        ("Who led the miners at the Dunmore meetings of 2014?", "Who led the miners at the meetings?"),
        ("Who spoke for the guild at the meeting on 6-7 March 2021?", "Who spoke for the guild at the meeting?"),
        ("Who spoke for the Harbour Guild?", "Who spoke for the Harbour Guild?"),
    ],
)
def test_a_question_without_the_date_and_place_of_its_event(text: str, plain: str) -> None:
    assert without_event(text) == plain


def test_a_place_of_two_words_is_left_out_whole() -> None:
    assert without_event("Who led the talks in Port Lorne in 2014?") == "Who led the talks?"


def test_since_a_month_until_another_is_a_range() -> None:
    asked = window_of("What was said since March 2021 until May 2021?", TODAY)
    assert asked.window == Window(date(2021, 3, 1), date(2021, 6, 1))


def test_a_rough_distance_sets_no_period() -> None:
    assert not window_of("What did she shout in Lorne some thirty years ago?", TODAY)
    assert not window_of("Who led it more than twenty years ago?", TODAY)
    assert window_of("Who led it twenty years ago?", TODAY).window.after == date(TODAY.year - 20, 1, 1)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1, 1, 2), date(9998, 12, 30)])
def test_a_day_near_an_end_of_the_calendar_is_today_too(day: date) -> None:
    text = "next week, last week, this year, last year, on 31 December, in January, 100 years ago, tomorrow"
    assert isinstance(window_of(f"Who met {text}?", day), Asked)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Who met on Tuesday?", date(1, 1, 1)),
        ("Who met?", date(9999, 12, 31)),
        ("Who met this week?", date(9999, 12, 28)),
        ("Who met this year?", date(9999, 1, 1)),
        ("Who met next year?", date(9998, 12, 31)),
    ],
)
def test_a_day_at_either_end_of_the_calendar_is_today_too(text: str, day: date) -> None:
    assert isinstance(window_of(text, day), Asked)


PIECES = st.sampled_from(
    "after before since until between from to and in on by 2014 2016 2021 March May 7 6-7 31 last next year week , - "
    "and_later the_talks 0001 9999 2021-03-07 2016-2014".split()
)


@settings(deadline=None)  # dateparser takes its time over the first words
@given(st.lists(PIECES, max_size=12), st.dates(date(1600, 1, 1), date(2100, 12, 31)))
def test_any_order_of_such_words_gives_a_period_or_none(pieces: list[str], day: date) -> None:
    asked = window_of(" ".join(pieces).replace("_", " "), day)
    if asked.contradiction:
        assert not asked.window
    for single in asked.periods:
        assert asked.window.after is not None and single.after is not None and single.before is not None
        assert asked.window.after <= single.after
        assert asked.window.before is None or single.before <= asked.window.before
    if asked.anchor:
        assert asked.window and (asked.anchor.after, asked.anchor.before) != (None, None)


@given(st.text(max_size=120))
def test_any_text_is_left_without_its_event(text: str) -> None:
    assert len(without_event(text)) <= len(text) + text.count(" ") + 2


@given(st.dates(date(1700, 1, 1), date(2090, 1, 1)), st.integers(1, 4000), st.booleans())
def test_beyond_holds_the_days_beyond(first: date, length: int, later: bool) -> None:
    window = Window(first, first + timedelta(days=length))
    found = beyond(Asked(window), later)
    assert window.before and window.after
    assert found.window.holds(window.before if later else window.after - timedelta(days=1))
    assert found.anchor == window


def test_dates_with_and_without_a_year_are_found_where_they_stand() -> None:
    text = "How many were dead by 28 August, and how many in May 2021 or on March 6?"
    assert [span.of(text) for span in named_dates(text)] == ["28 August", "May 2021", "March 6"]
    assert named_dates("May they march on Sunday?") == ()


def test_a_text_from_a_month_is_of_that_month() -> None:
    month = Window(date(2021, 3, 1), date(2021, 4, 1))
    assert window_of("What is in the statement from March 2021?", TODAY).window == month
    assert window_of("What changed from March 2021?", TODAY).window == Window(month.after, None)
    assert window_of("What did the talks from March 2021 to May 2021 bring?", TODAY).window.before == date(2021, 6, 1)
