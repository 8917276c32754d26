"""The period in which a text must have been published, from its own words. All texts are made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.inference import inferred, with_inference
from index.records import Article, Window


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("The mill of Orrin burnt down in June 2019.", Window(date(2019, 6, 1), None)),
        ("The mill closed in 2011. It was sold on 4 May 2016.", Window(date(2016, 5, 4), None)),
        ("The council has met twice since the last Lorne dialogue in March 2023.", Window(date(2023, 3, 1), None)),
        ("The fair will be held in Lorne in May 2024.", Window(None, date(2024, 6, 1))),
        ("The fair will open on 3 May 2024.", Window(None, date(2024, 5, 4))),
        ("The mill was sold in 2021. It will open again in 2024.", Window(date(2021, 1, 1), date(2025, 1, 1))),
        (
            "Talks will begin in Velmora on Monday, the ministry said. Velmora and Lorne will hold the fishery talks "
            "on 6-7 March 2023 in Velmora, the fishery ministry said in a statement on Sunday.",
            Window(date(2023, 3, 5), date(2023, 3, 7)),
        ),
        (
            "Velmora counts on the withdrawal of the dredgers from Lorne by the end of this year. “We will have to "
            "bear whatever may come to Lorne after 2014,” said Ida Kell.",
            Window(date(2014, 1, 1), date(2015, 1, 1)),
        ),
        (
            "It was the first ministerial round since 2011, held in Lorne. The two sides will meet in March to go on. "
            "Ida Kell in October received the mayor of Orrin. “We begin again after a gap of three years,” she said.",
            Window(date(2014, 1, 1), date(2014, 4, 1)),
        ),
    ],
)
def test_what_a_text_tells(text: str, within: Window) -> None:
    found = inferred(text)
    assert found and found.within == within
    assert found.sentences and all(span.of(text).strip() for span in found.sentences)


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("Bo Rann fled in 2007, five years ago this month.", date(2012, 1, 1), date(2013, 1, 1)),
        ("Five years ago, in 2007, Bo Rann fled.", date(2012, 1, 1), date(2013, 1, 1)),
        ("Bo Rann fled in May 2010, 5 years ago.", date(2014, 10, 30), date(2015, 12, 1)),
    ],
)
def test_years_ago_beside_a_year_tell_the_year(text: str, after: date, before: date) -> None:
    found = inferred(text)
    assert found is not None and found.within == Window(after, before)


@pytest.mark.parametrize(
    "text",
    [
        "Bo Rann fled in 2007, some five years ago.",
        "The mill opened in 2007 and burnt down, Bo Rann said, five years ago.",
    ],
)
def test_years_ago_said_roughly_or_of_something_else_tell_no_year(text: str) -> None:
    found = inferred(text)
    assert found is not None and found.within == Window(date(2007, 1, 1), None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The council of Velmora voted on Monday to rebuild the pier.",
        "The council voted to close the mill by 2030.",
        "A plan for 2025 was shown to the council.",
        "The 2026 regatta was given to Lorne.",
        "Lorne would have been the host in 2024.",
        "Ida Kell may run in 2028.",
        "The mill was sold in 2024. Its new owners will open it in 2021.",
        "In October the mill closed. In March it will open.",
        "The mill was built in 2566 of the old calendar, or 1402 of another.",
    ],
)
def test_where_nothing_is_certain_nothing_is_inferred(text: str) -> None:
    assert inferred(text) is None


@given(st.text(alphabet=st.sampled_from("ab .,:\n“”12309-") | st.characters(exclude_categories=("Cs",)), max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    found = inferred(text)
    assert found is None or found.within


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(0, 900))
def test_the_day_lies_between_what_was_and_what_will_be(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    text = f"The mill was sold on {first:%d %B %Y}. It will open on {last:%d %B %Y}."
    found = inferred(text)
    assert found and found.within.holds(first) and found.within.holds(last)


def test_an_article_takes_the_period_and_never_a_day() -> None:
    told = with_inference(Article("1", "Talks", "The mill was sold on 6 March 2023. It will open on 6 March 2023."))
    assert (told.published, told.published_from) == (None, "inferred")
    assert told.published_within == Window(date(2023, 3, 6), date(2023, 3, 7))
    untold = with_inference(Article("1", "Talks", "The mill was sold.", published_from="inferred"))
    assert (untold.published_within, untold.published_from) == (None, "")
