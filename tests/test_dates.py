"""Publication dates: where they are found, and what is not one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bylines import date_at_head, date_in_byline, date_in_dateline, dateline_end
from index.dates import SOURCES, Published, find_published, how_sure
from index.records import Window
from index.written_dates import date_in_file_name, date_in_url, parse_date

DAY = date(2023, 3, 8)


@pytest.mark.parametrize(
    "written",
    [
        "2023-03-08", "2023-03-08T23:30:00-05:00", "2023-03-08 07:15", "2023/3/8", "20230308", "8 March 2023",
        "March 8, 2023",
        "Mar. 8, 2023 08:35am", "Wed, 08 Mar 2023 07:00:00 GMT", "8th of March 2023", "MARCH 8 2023", "08.03.2023",
        "8. März 2023", "8 de marzo de 2023", "8 mars 2023", "2023年3月8日", "1678233600", "1678233600000",
        "3/13/2023", "13/3/2023",
    ],
)  # fmt: skip
def test_a_complete_date_is_read(written: str) -> None:
    expected = date(2023, 3, 13) if "13" in written and "/" in written else DAY
    assert parse_date(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "", "yesterday", "today", "2 hours ago", "March 2023", "2023", "March 8", "8 March", "2023-02-30",
        "31 April 2023",
        "2101-01-01", "1599-12-31", "9999-99-99", "03/04/2023", "Tuesday", "next week", "12:30", "version 2.10.2023.1",
        "x" * 5000,
        "99999999999999999999",
    ],
)  # fmt: skip
def test_what_lacks_a_part_or_cannot_be_is_no_date(written: str) -> None:
    assert parse_date(written) is None


@given(st.dates(date(1700, 1, 1), date(2100, 12, 31)))
def test_every_date_is_read_back_from_every_plain_form(day: date) -> None:
    month = day.strftime("%B")
    for written in (day.isoformat(), f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}"):
        assert parse_date(written) == day


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(text: str) -> None:
    found = parse_date(text)
    assert found is None or 1600 <= found.year <= 2100


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Published March 8, 2023", "March 8, 2023"),
        ("Lena Marsh Published March 8, 2023 Updated March 9, 2023 08:35am", "March 8, 2023"),
        ("Updated March 9, 2023 | Published March 8, 2023", "March 8, 2023"),
        ("By Lena Marsh, 8 March 2023", "8 March 2023"),
        ("March 8, 2023 at 7:30 am", "March 8, 2023"),
        ("Posted on 2023-03-08 by editor", "2023-03-08"),
        ("Last updated March 9, 2023", ""),
        ("The mill burnt down on March 8, 2023, and its owners have asked the council for help since.", ""),
        ("It opened on March 8, 2023.", ""),
        ("By Lena Marsh", ""),
        ("Who was mayor on March 8, 2023?", ""),
    ],
)
def test_bylines(line: str, written: str) -> None:
    assert date_in_byline(line) == written


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("VELMORA, March 8, 2023 (Coast Agency) - The council voted to rebuild the pier.", "March 8, 2023"),
        ("ORRIN — 8 March 2023 — The council voted.", "8 March 2023"),
        ("ORRIN: The council voted on March 8, 2023, to rebuild the pier.", ""),
        ("In Velmora, March 8, 2023 (a Wednesday) was a holiday.", ""),
        ("VELMORA, March 8 (Coast Agency) - The council voted.", ""),
    ],
)
def test_datelines(line: str, written: str) -> None:
    assert date_in_dateline(line) == written


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://news.example/2023/03/08/pier", DAY),
        ("https://news.example/world/2023/mar/08/pier", DAY),
        ("https://news.example/a/2023-03-08-pier", DAY),
        ("https://news.example/pier-20230308.html", DAY),
        ("https://news.example/2023/02/30/pier", None),
        ("https://news.example/2023/03/pier", None),
        ("https://news.example/id/2023030812345", None),
        ("https://2023-03-08.example/pier", None),
        ("", None),
    ],
)
def test_addresses(url: str, found: date | None) -> None:
    assert date_in_url(url) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2023-03-08-pier.txt", DAY),
        ("pier_2023_03_08.md", DAY),
        ("20230308.txt", DAY),
        ("000_022c68896aaea483.txt", None),
        ("12023030899.txt", None),
        ("2023-13-08.txt", None),
    ],
)
def test_file_names(name: str, found: date | None) -> None:
    assert date_in_file_name(name) == found


def test_the_surest_source_wins_and_is_named() -> None:
    url, name = "https://news.example/2020/01/12/pier", "2020-01-14.txt"
    everything = {
        "sidecar": "2020-01-02",
        "front_matter": "2020-01-04",
        "json": "2020-01-06",
        "meta": "2020-01-08",
        "byline": "January 10, 2020",
        "url": url,
        "file_name": name,
        "ticker": "2020-01-16",
    }
    sources = ["sidecar", "front matter", "json", "meta", "text", "url", "file name", "text"]
    for day, (key, source) in enumerate(zip(list(everything), sources, strict=True), start=1):
        assert find_published(**everything) == Published(date(2020, 1, 2 * day), None, source)
        del everything[key]
    assert find_published() == Published()


def test_a_source_that_does_not_hold_gives_way_to_the_next() -> None:
    assert find_published(front_matter="soon", meta="2023-02-30", byline="8 March 2023") == Published(DAY, None, "text")


@pytest.mark.parametrize(
    ("stated", "period"),
    [
        ("2014-01", Window(date(2014, 1, 1), date(2014, 2, 1))),
        ("March 2014", Window(date(2014, 3, 1), date(2014, 4, 1))),
        ("2014", Window(date(2014, 1, 1), date(2015, 1, 1))),
        ("2014-01-30..2014-03", Window(date(2014, 1, 30), date(2014, 4, 1))),
    ],
)
def test_a_source_may_state_a_period_and_a_day_inside_it_wins(stated: str, period: Window) -> None:
    assert find_published(front_matter=stated) == Published(None, period, "front matter")
    assert find_published(front_matter=stated, byline="1 May 2016") == Published(None, period, "front matter")
    inside = f"https://news.example/{period.after:%Y/%m/%d}/pier"
    assert find_published(json=stated, url=inside) == Published(period.after, None, "url")


def test_the_day_of_greenwich_gives_way_to_that_of_the_newsroom() -> None:
    url = "https://news.example/2023/03/08/pier"
    assert find_published(meta="2023-03-09T02:30:00Z", url=url) == Published(DAY, None, "url")
    assert find_published(meta="2023-03-09T02:30:00Z", byline="March 8, 2023") == Published(DAY, None, "text")
    assert find_published(meta="2023-03-08T09:00:00Z", byline="March 9, 2023") == Published(DAY, None, "meta")
    assert find_published(meta="2023-03-12", url=url) == Published(date(2023, 3, 12), None, "meta")


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("2023-02-30", "28 days"),
        ("2023-13-01", "month 13"),
        ("0001-01-01T00:00:00Z", "1600 to 2100"),
        ("9999-12-31", "1600 to 2100"),
        ("1445-09-01", "1600 to 2100"),  # of the Hijri calendar
        ("2566", "1600 to 2100"),  # of the Buddhist calendar
        ("2024-03..2024-01", "ends before it starts"),
        ("03/04/2023", "two ways"),
    ],
)
def test_what_a_source_states_and_cannot_be_is_told_and_no_date(stated: str, says: str) -> None:
    found = find_published(front_matter=stated)
    assert (found.day, found.within, found.source) == (None, None, "")
    (doubt,) = found.doubts
    assert says in doubt and stated in doubt and "\n" not in doubt
    assert find_published(sidecar=stated, byline="8 March 2023").day == DAY


@pytest.mark.parametrize(
    "written",
    [
        "15 Ramadan 1444", "15 رمضان 1444", "١٥ شعبان ١٤٤٤", "17 Esfand 1401", "۱۷ اسفند ۱۴۰۱", "۱۴۰۱/۱۲/۱۷",
        "1402/12/17", "8 มีนาคม 2566", "2566-03-08", "March 8, 2566",
        "令和5年3月8日", "民國112年3月8日", "15 Adar 5783", "17 Phalguna 1944",
    ],
)  # fmt: skip
def test_years_of_other_calendars_are_no_gregorian_years(written: str) -> None:
    assert parse_date(written) is None
    assert parse_date(f"{written} / 8 March 2023") == DAY
    assert find_published(byline=f"Published: {written}", meta=written) == Published()


def test_every_source_says_how_sure_it_is() -> None:
    assert len({how_sure(source) for source in SOURCES}) >= 7 and how_sure("") == ""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("LORNE, 8 March 2023 (Arl Wire) - The quay sank.\n\nIt rained.", "8 March 2023"),
        ("By Ida Kell, Lorne Courier, 8 March 2023\n\nThe quay sank.", "8 March 2023"),
        ("8 March 2023\n\nThe quay sank.", "8 March 2023"),
        ("The quay of 8 March 2023\n\nIt sank.", ""),  # a heading may name the day of what is told
        ("The quay sank on 8 March 2023.\n\nIt rained.", ""),
        ("The quay sank.\n\nIt rained.\n\nTwo died.\n\nBy Ida Kell, 8 March 2023", ""),
    ],
)
def test_the_date_at_the_head_of_a_text(text: str, written: str) -> None:
    assert date_at_head(text) == written
    # What stands before it is the day of the report, not of what it tells.
    assert dateline_end(text) == (text.index(written) + len(written) if written else 0)
