"""When an article's own event was, and which articles tell of one event."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Article, Window, article_id
from rag.stories import Stories, Story


def article(
    text: str, published: date | None = None, event: str = "", within: Window | None = None, title: str = ""
) -> Article:
    return Article(
        article_id(f"{title}{event}{published}{within}", text),
        title,
        text,
        published,
        event=event,
        published_within=within,
    )


def story(*args: object, **kwargs: object) -> Story:
    found = article(*args, **kwargs)  # type: ignore[arg-type]
    return Stories([found]).of(found)


TWO_DAYS = Window(date(2021, 3, 6), date(2021, 3, 8))
TALKS = "The talks were held on 6-7 March 2021 in Lorne."
PAPER = date(2021, 3, 9)


def told(of: Story, text: str) -> str:
    return of.told.words.of(text) if of.told and of.told.words else ""


# -- the story of one article ---------------------------------------------------------------------------------------


def test_the_event_named_by_the_source_goes_before_all_dates_of_the_text() -> None:
    found = story("The talks of June 2019 dealt with salt.", date(2019, 6, 2), event="Talks in Lorne, 6-7 March 2021")
    assert (found.window, found.told) == (TWO_DAYS, None)


def test_the_first_date_of_the_event_is_its_own() -> None:
    assert story("Salt.", event="Talks, 6-7 March 2021, announced on 5 February 2021").window == TWO_DAYS


def test_an_event_that_only_follows_a_date_is_open() -> None:
    assert story("Salt.", event="After the talks of March 2021").window == Window(date(2021, 4, 1), None)


@pytest.mark.parametrize("published", [None, PAPER, date(2021, 3, 1), date(2021, 3, 20)])
def test_a_date_in_the_text_near_the_publication_is_the_story(published: date | None) -> None:
    found = story(TALKS, published)
    assert found.window == TWO_DAYS and told(found, TALKS) == "6-7 March 2021"


@pytest.mark.parametrize("published", [date(2021, 2, 19), date(2021, 3, 25), date(2023, 3, 6)])
def test_a_date_far_from_the_publication_is_background(published: date) -> None:
    found = story(TALKS, published)
    assert found.window == Window(published, published + timedelta(days=1)) and found.told is None


def test_a_period_of_publication_is_near_what_lies_in_it() -> None:
    assert story(TALKS, within=Window(date(2021, 3, 1), None)).window == TWO_DAYS
    assert story(TALKS, within=Window(date(2021, 4, 1), date(2021, 5, 1))).window == Window(
        date(2021, 4, 1), date(2021, 5, 1)
    )


def test_the_first_date_near_the_publication_is_the_story() -> None:
    text = f"The pact of 5 May 2014 stands. {TALKS} A fair followed on 8 March 2021."
    assert story(text, PAPER).window == TWO_DAYS


def test_a_weekday_is_told_from_the_publication() -> None:
    text = "The talks were held on Monday."
    found = story(text, PAPER)
    assert found.window == Window(date(2021, 3, 8), PAPER) and told(found, text) == "Monday"


def test_what_lies_ahead_is_not_what_an_article_tells_of_its_own_days() -> None:
    early = Window(date(2021, 1, 1), date(2021, 5, 1))
    text = "Ida Kell hosted Tom Rowe at this week's talks. A fair will be held in April 2021."
    assert story(text, within=early).window == early
    assert story("Ida Kell and Tom Rowe will meet in April 2021.", within=early).window == Window(
        date(2021, 4, 1), date(2021, 5, 1)
    )
    assert story(text.replace("will be", "was"), within=early).window == Window(date(2021, 4, 1), date(2021, 5, 1))


def test_a_year_alone_is_only_a_frame() -> None:
    assert story("In 2021 the talks dealt with salt.", PAPER).window == Window(PAPER, PAPER + timedelta(days=1))
    assert story("In 2021 the talks dealt with salt.").window == Window(date(2021, 1, 1), date(2022, 1, 1))


def test_without_a_publication_the_last_of_the_years_named_is_the_story() -> None:
    assert story("They met in 2014 and in 2016.").window == Window(date(2016, 1, 1), date(2017, 1, 1))


@pytest.mark.parametrize(
    "lead", ["since March 2021", "since the last talks in March 2021", "at the last round in March 2021"]
)
def test_what_is_told_since_a_month_lies_beyond_it(lead: str) -> None:
    text = f"They trained 300 officers {lead}."
    found = story(text)
    assert found.window == Window(date(2021, 4, 1), None) and told(found, text) == "March 2021"
    assert not found.is_bounded


def test_a_date_that_is_to_come_says_nothing_of_the_story() -> None:
    assert story("They train officers until March 2021.") == Story()


def test_nothing_known_leaves_it_open() -> None:
    assert story("They met.") == Story() and not Story().is_bounded


def test_dates_of_one_sentence_are_its_own() -> None:
    text = f"{TALKS} A fair followed on 8 March 2021."
    found = article(text)
    stories = Stories([found])
    first, second = stories.dates(found)
    assert first.sentence and stories.dates(found, first.sentence) == [first]
    assert second.sentence and stories.dates(found, second.sentence) == [second]


def test_dates_given_are_taken_instead_of_the_text() -> None:
    found = article(TALKS)
    assert Stories([found], []).of(found) == Story()


# -- articles of one event ------------------------------------------------------------------------------------------

PORT = article("Ida Kell of the guild met Tom Rowe of the miners on 6 March 2021 in Lorne.")
CITY = article("In Lorne Tom Rowe and Ida Kell spoke of salt.", date(2021, 3, 8))
NEXT = article("Ida Kell met Tom Rowe on 4 March 2023 in Dunmore.")
OTHERS = article("In Lorne Greta Moss met Otto Penn on 6 March 2021.")
ONE_SHARED = article("In Lorne Ida Kell met Otto Penn on 6 March 2021.")
UNDATED = article("Ida Kell and Tom Rowe spoke of fish.")


def same(one: Article, other: Article) -> bool:
    stories = Stories([one, other])
    assert stories.same_event(one, other) == stories.same_event(other, one)
    return stories.same_event(one, other)


def test_two_papers_on_one_meeting_tell_one_event() -> None:
    assert same(PORT, CITY)


def test_the_next_meeting_of_the_same_people_is_another_event() -> None:
    assert not same(PORT, NEXT) and not same(CITY, NEXT)


def test_other_people_on_the_same_day_are_another_event() -> None:
    assert not same(PORT, OTHERS)


def test_of_several_people_one_in_common_is_too_few() -> None:
    assert not same(PORT, ONE_SHARED)


def test_one_person_is_enough_where_an_article_names_no_other() -> None:
    assert same(PORT, article("On 6 March 2021 Ida Kell spoke."))


def test_an_unknown_date_may_be_any() -> None:
    assert same(PORT, UNDATED) and same(NEXT, UNDATED)


@pytest.mark.parametrize(("day", "one"), [(7, True), (16, True), (17, False), (28, False)])
def test_reports_of_one_event_come_within_ten_days(day: int, one: bool) -> None:
    assert same(PORT, article(f"Ida Kell met Tom Rowe on {day} March 2021.")) == one


def test_what_is_told_since_a_month_is_no_report_of_it() -> None:
    since = article("Ida Kell and Tom Rowe have met twice since March 2021.")
    assert not same(PORT, since) and same(NEXT, since)


@pytest.mark.parametrize(("day", "one"), [(date(2021, 3, 2), True), (date(2021, 2, 20), False)])
def test_an_article_of_at_latest_the_week_before_may_announce_it(day: date, one: bool) -> None:
    assert same(PORT, article("Ida Kell and Tom Rowe spoke of fish.", within=Window(None, day))) == one


def test_an_article_is_of_its_own_event_whatever_it_names() -> None:
    nobody = article("Nobody spoke.")
    assert same(nobody, nobody)


def test_groups_hold_the_articles_of_one_event() -> None:
    held = [PORT, NEXT, CITY, OTHERS, PORT]
    groups = Stories(held).groups(held)
    assert groups == {PORT.id: 0, NEXT.id: 1, CITY.id: 0, OTHERS.id: 2}


def test_a_chain_of_near_days_does_not_join_two_events() -> None:
    chain = [article(f"Ida Kell met Tom Rowe on {day} March 2021.") for day in (1, 9, 18)]
    groups = Stories(chain).groups(chain)
    assert groups[chain[0].id] == groups[chain[1].id] != groups[chain[2].id]


def test_an_undated_article_does_not_join_two_events() -> None:
    for held in permutations([UNDATED, PORT, NEXT]):
        groups = Stories(held).groups(held)
        assert groups[PORT.id] != groups[NEXT.id]


def test_people_of_one_family_are_not_one_person() -> None:
    assert not same(PORT, article("On 6 March 2021 Ruth Kell met Paul Rowe."))


def test_a_person_may_be_named_in_full_or_in_part_and_spelt_otherwise() -> None:
    assert same(PORT, article("On 6 March 2021 Kell met Rowe. Kell spoke of Governor Rowe."))
    assert same(PORT, article("On 6 March 2021 I. Kell met Thom Rowe."))


def test_stories_are_ordered_by_their_day_the_unknown_first() -> None:
    since = article("They trained 300 officers since March 2021.")
    held = [NEXT, since, PORT, article("Salt.")]
    keys = Stories(held).order()
    assert [a.text for a in sorted(held, key=lambda a: keys[a.id])] == ["Salt.", PORT.text, since.text, NEXT.text]


DAYS = st.dates(date(1600, 1, 1), date(2100, 12, 31))
TEXTS = st.lists(
    st.sampled_from("Ida Kell met Tom Rowe since after on in 2014 2021 March 6-7 Tuesday last the . next year".split()),
    max_size=25,
).map(" ".join)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.none() | DAYS, TEXTS), max_size=4, unique_by=lambda item: item[0]))
def test_any_articles_have_stories_and_groups(items: list[tuple[str, date | None, str]]) -> None:
    held = [article(text or "Salt.", day, event) for text, day, event in items]
    stories = Stories(held)
    groups = stories.groups(held)
    assert set(groups) == {a.id for a in held}
    assert set(groups.values()) == set(range(len(set(groups.values()))))
    for one in held:
        shown = stories.of(one).told
        assert shown is None or (shown.article_id == one.id and shown.sentence and shown.words)
