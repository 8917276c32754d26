"""Which of the dates of a web page is that of its publication."""

import pytest

from index.page_dates import PageDates, page_dates

STORY = "<p>" + "The harbour council of Velmora voted to rebuild the pier, and the market beside it too. " * 4 + "</p>"


def page(head: str = "", under: str = "", end: str = "", above: str = "") -> str:
    return f"<html><head><title>Pier</title>{head}</head><body>{above}<h1>Pier</h1>{under}{STORY}{end}</body></html>"


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2023-03-08T07:00:00Z"}</script>',
        '<meta property="article:published_time" content="2023-03-08T07:00:00+05:00">',
        '<meta property="article:modified_time" content="2024-01-01"><meta name="pubdate" content="2023-03-08">',
    ],
)
def test_stated(head: str) -> None:
    assert page_dates(page(head)).stated == "2023-03-08"


@pytest.mark.parametrize(
    ("under", "shown"),
    [
        ("<div>By Lena Marsh</div><div><span>March 8, 2023</span></div>", "March 8, 2023"),
        ("<p>Updated March 9, 2023</p><p>Published March 8, 2023</p>", "March 8, 2023"),
        ("<p>Updated March 9, 2023</p>", ""),
        ("<p>Veröffentlicht am 8. März 2023</p>", "8. März 2023"),
    ],
)
def test_shown_under_the_headline(under: str, shown: str) -> None:
    found = page_dates(page(under=under, above="<p>Friday, March 10, 2023</p>", end="<p>May 5, 2019</p>"))
    assert found.shown == shown


def test_a_marked_time_counts_and_several_different_ones_do_not() -> None:
    one, two = '<time datetime="2023-03-08T07:00Z">x</time>', '<time datetime="2023-04-09">y</time>'
    assert page_dates(page(end=one + one)).stated == "2023-03-08"
    assert page_dates(page(end=one + two)).stated == ""
    assert page_dates(page(end=f'{two}<time itemprop="datePublished" datetime="2023-03-08">x</time>')).stated != ""


@pytest.mark.parametrize("none", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1445-08-15"])
def test_times_that_stand_for_none_and_other_calendars_are_no_dates(none: str) -> None:
    for head in (
        f'<meta property="article:published_time" content="{none}">',
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{none}"}}</script>',
    ):
        assert page_dates(page(head)) == PageDates()
    assert page_dates(page(end=f'<time datetime="{none}">x</time>')) == PageDates()


def test_several_calendars_in_one_page_give_the_gregorian_day() -> None:
    under = "<p>۱۷ اسفند ۱۴۰۱</p><p>15 Shaban 1444</p><p>8 March 2023</p>"
    assert page_dates(page(under=under)).shown == "8 March 2023"


def test_what_is_no_page_has_no_dates() -> None:
    assert page_dates("") == page_dates("\x00<<<") == PageDates()
