"""The date that answers a question for one, in words, and what is remarked on it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Article, Span, Window, article_id
from index.sentences import split_sentences
from rag.evidence import Evidence
from rag.question import understand
from rag.stories import Stories
from rag.when import (
    Told,
    date_to_come,
    lacks_date,
    lies_ahead,
    of_own_event,
    told_when,
    too_vague,
    undated_match,
    whether,
)

WEDNESDAY = date(2021, 3, 10)
HELD = "When were the talks held?"


def article(text: str, published: date | None = None, within: Window | None = None, title: str = "") -> Article:
    source = "inferred" if within else ""
    return Article(article_id(title, text), title, text, published, source, published_within=within)


def evidence(of: Article, words: str, short: str = "", **values: float) -> Evidence:
    """The sentence that has the words, with the answer that the judge found in it."""
    span = next(s for s in split_sentences(of.text) if words in s.of(of.text))
    at = of.text.find(short, span.start)
    return Evidence(of, span, Span(at, at + len(short)) if short else None, 1.0, 0.9, **values)


def told(question: str, of: Article, words: str, short: str = "") -> Told | None:
    return told_when(understand(question)[0], evidence(of, words, short), Stories([of]))


ON_TUESDAY = article("The talks were held on Tuesday in Lorne. Ida Kell spoke of salt.", WEDNESDAY)
TWO_DAYS = article("The talks were held on 6-7 March 2021 in Lorne.")


@pytest.mark.parametrize("short", ["on Tuesday", "Tuesday", "held on Tuesday in Lorne", ""])
def test_a_weekday_is_answered_with_its_day_and_from_what_it_is_told(short: str) -> None:
    assert told(HELD, ON_TUESDAY, "held", short) == Told(
        "9 March 2021", "“Tuesday” is told from the day of publication, 10 March 2021."
    )


def test_a_month_is_answered_with_its_year() -> None:
    found = told(HELD, article("The talks were held in February.", WEDNESDAY), "held", "in February")
    assert found is not None and found.words == "February 2021" and "“February”" in found.remark


def test_a_period_of_publication_is_named_with_how_it_is_known() -> None:
    of = article("The talks were held on Monday.", within=Window(date(2021, 3, 8), date(2021, 3, 11)))
    assert told(HELD, of, "held", "Monday") == Told(
        "8 March 2021", "“Monday” is told from the time of publication, between 8 and 10 March 2021, inferred."
    )


def test_the_next_day_is_told_from_the_date_before_it() -> None:
    of = article("The mill burnt down on 3 May 2021. The next day it rained.")
    assert told("When did it rain?", of, "rained", "The next day") == Told(
        "4 May 2021", "“The next day” is told from the date before it in the article."
    )


@pytest.mark.parametrize("short", ["6-7 March 2021", "on 6-7 March 2021"])
def test_words_that_say_the_date_in_full_need_no_other(short: str) -> None:
    assert told(HELD, TWO_DAYS, "held", short) is None


def test_the_only_date_of_the_sentence_answers_where_the_reader_points_nowhere() -> None:
    assert told(HELD, TWO_DAYS, "held") == Told("6–7 March 2021")


def test_of_several_dates_none_is_guessed() -> None:
    of = article("The talks were held on 6 March 2021 and on 5 May 2021.")
    assert told(HELD, of, "held") is None


def test_a_date_that_only_bounds_is_not_when_it_was() -> None:
    assert told("When did they rest?", article("They rested since Tuesday.", WEDNESDAY), "rested") is None


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("When did the talks begin?", "6 March 2021"),
        ("When did the talks start?", "6 March 2021"),
        ("When did the talks end?", "7 March 2021"),
        ("When were the talks concluded?", "7 March 2021"),
    ],
)
@pytest.mark.parametrize("short", ["6-7 March 2021", ""])
def test_the_first_and_the_last_of_two_days(question: str, day: str, short: str) -> None:
    assert told(question, TWO_DAYS, "held", short) == Told(
        day, "“6-7 March 2021” is told of something that lasted from 6 to 7 March 2021."
    )


@pytest.mark.parametrize(("question", "day"), [("begin", "9 March 2021"), ("end", "10 March 2021")])
def test_the_first_and_the_last_day_of_a_round_that_begins_on_a_weekday(question: str, day: str) -> None:
    of = article("A two-day round began on Tuesday.", date(2021, 3, 11))
    found = told(f"When did the round {question}?", of, "round", "on Tuesday")
    assert found is not None and found.words == day
    assert found.remark == (
        "“Tuesday” is told from the day of publication, 11 March 2021. "
        "“Tuesday” is told of something that lasted from 9 to 10 March 2021."
    )


def test_one_day_and_a_whole_month_have_no_first_and_last_day() -> None:
    day = article("The talks were held on 6 March 2021.")
    month = article("The talks were held in March 2021.")
    assert told("When did the talks begin?", day, "held") == Told("6 March 2021")
    assert told("When did the talks begin?", month, "held") == Told("March 2021")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("In which year were the talks held?", "2021"),
        ("What year were the talks held?", "2021"),
        ("In which month were the talks held?", "March 2021"),
        ("In which month of the year were the talks held?", "March 2021"),
        ("On which day were the talks held?", "9 March 2021"),
    ],
)
def test_the_unit_that_is_asked_for(question: str, words: str) -> None:
    found = told(question, ON_TUESDAY, "held", "Tuesday")
    assert found is not None and found.words == words


def test_days_over_the_turn_of_a_year_are_of_no_one_year() -> None:
    of = article("The fair was held from 30 December to 2 January 2021.")
    assert told("In which year was the fair held?", article("The fair of 2020-2021 was held."), "held") == Told(
        "2020–2021"
    )
    assert told("In which month was the fair held?", of, "held") != Told("December 2020")


@pytest.mark.parametrize("question", ["Who spoke?", "Where were the talks held?", "How long were the talks?"])
def test_other_questions_are_told_no_date(question: str) -> None:
    assert told(question, ON_TUESDAY, "held", "Tuesday") is None
    assert not lacks_date(understand(question)[0], evidence(ON_TUESDAY, "spoke"), Stories([ON_TUESDAY]))


@pytest.mark.parametrize("short", ["in spring", "after a week", "on Friday"])
def test_a_date_of_another_matter_does_not_answer(short: str) -> None:
    of = article(f"The talks ended {short}, and the fair was opened on 5 May 2021.")
    assert told("When did the talks end?", of, "ended", short) is None


def test_a_year_that_is_asked_for_is_all_of_the_answer() -> None:
    assert told("In which year were the talks held?", TWO_DAYS, "held", "6-7 March 2021") == Told("2021")


# -- sentences without a date ---------------------------------------------------------------------------------------


def lacks(question: str, of: Article, words: str, short: str = "") -> bool:
    return lacks_date(understand(question)[0], evidence(of, words, short), Stories([of]))


def test_a_sentence_without_a_date_lacks_one_where_its_article_is_dated() -> None:
    assert lacks("When did Ida Kell speak of salt?", ON_TUESDAY, "spoke")
    assert not lacks("When did Ida Kell speak of salt?", ON_TUESDAY, "held")
    assert not lacks("When did Ida Kell speak of salt?", article("Ida Kell spoke of salt."), "spoke")


def test_an_answer_with_a_figure_lacks_none() -> None:
    of = article("At 9 o'clock Ida Kell spoke of salt. In the end she left.", WEDNESDAY)
    assert not lacks("When did Ida Kell speak?", of, "spoke", "At 9 o'clock")
    assert lacks("When did Ida Kell leave?", of, "left", "In the end")


def match(question: str, of: Article, words: str, **values: float) -> Evidence | None:
    return undated_match(understand(question)[0], [evidence(of, words, **values)], Stories([of]))


def test_a_sentence_that_has_all_else_that_is_asked_matches() -> None:
    assert match("When did Ida Kell speak of salt?", ON_TUESDAY, "spoke") == evidence(ON_TUESDAY, "spoke")


def test_the_words_that_ask_for_a_date_are_not_missed() -> None:
    assert match("On what day did Ida Kell speak of salt?", ON_TUESDAY, "spoke")


def test_the_headline_may_have_some_of_it() -> None:
    of = article("She spoke of salt.", WEDNESDAY, title="Guild heard Ida Kell")
    assert match("When did Ida Kell speak of salt?", of, "spoke")


def test_a_sentence_of_something_else_does_not_match() -> None:
    assert match("When did Tom Rowe speak of salt?", ON_TUESDAY, "spoke") is None
    assert match("When did Ida Kell sell ships in Dunmore?", ON_TUESDAY, "spoke") is None
    # Her name and her office are there, that she was given it is not.
    of = article("The talks were led by acting coordinator Ida Maria Kell.", WEDNESDAY)
    assert match("When was Ida Maria Kell made acting coordinator?", of, "talks") is None


def test_another_sentence_of_an_article_that_has_all_of_it_does_not_match() -> None:
    of = article("Ida Kell spoke of salt. Then rain fell on the pier.", WEDNESDAY)
    question = "When did Ida Kell speak of salt?"
    assert match(question, of, "spoke") and not match(question, of, "rain")


def test_a_sentence_of_another_period_or_of_no_known_time_does_not_match() -> None:
    question = "When did Ida Kell speak of salt?"
    assert match(question, ON_TUESDAY, "spoke", period=-0.5) is None
    assert match(question, article("Ida Kell spoke of salt."), "spoke") is None


def test_only_for_a_question_for_a_date() -> None:
    assert match("Who spoke of salt?", ON_TUESDAY, "spoke") is None
    assert match("When was it held?", ON_TUESDAY, "spoke") is None  # nothing is asked that could match


@settings(deadline=None)
@given(
    st.sampled_from(["When did it end?", "When did it begin?", "Which year was it?", "Which month was it?"]),
    st.lists(
        st.sampled_from("two-day on Tuesday 6-7 March 2021 , next year last month 31 December 1 in began to".split()),
        min_size=1,
        max_size=12,
    ),
    st.none() | st.dates(date(1600, 1, 1), date(2100, 12, 31)),
    st.integers(0, 30),
)
def test_any_sentence_is_told_a_date_or_none(
    question: str, pieces: list[str], published: date | None, start: int
) -> None:
    of = article(" ".join(pieces), published)
    stories = Stories([of])
    for span in split_sentences(of.text):
        short = Span(min(span.start + start, span.end - 1), span.end)
        found = told_when(understand(question)[0], Evidence(of, span, short, 1.0, 0.9), stories)
        assert found is None or any(c.isdigit() for c in found.words)


def test_the_end_of_a_year_is_no_whole_year() -> None:
    of = article("The troops go home by the end of this year.", WEDNESDAY)
    found = told("By when do the troops go home?", of, "troops", "the end of this year")
    assert found is not None and found.words == "end of 2021"


@pytest.mark.parametrize(("short", "answer"), [("2021", "late 2021"), ("by late 2021", "")])
def test_a_part_of_a_period_stays_a_part(short: str, answer: str) -> None:
    of = article("The troops go home by late 2021.", WEDNESDAY)
    found = told("By when do the troops go home?", of, "troops", short)
    assert (found.words if found else "") == answer


AHEAD = article("The guild met on Tuesday. It spoke of the upcoming bread fair.", WEDNESDAY)


def test_what_is_only_said_to_come_has_not_the_date_of_its_article() -> None:
    (question,) = understand("When is the bread fair?")
    assert lies_ahead(question, evidence(AHEAD, "fair"), Stories([AHEAD]))
    assert not lies_ahead(question, evidence(AHEAD, "met"), Stories([AHEAD]))
    assert match("When is the upcoming bread fair?", AHEAD, "fair") is None
    later = article("The guild met on Tuesday. The bread fair is still to come, it said.", WEDNESDAY)
    assert lies_ahead(question, evidence(later, "fair"), Stories([later]))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("When did Kell receive Rowe?", "Did Kell receive Rowe?"),
        ("which year were the talks held?", "Were the talks held?"),
        ("On what date was the pact signed?", "Was the pact signed?"),
        ("What date is the fair?", ""),
        ("When did they last meet before 2014?", ""),
        ("When will the next round be held?", ""),
        ("Who received Rowe?", ""),
    ],
)
def test_whether_it_was_is_asked_in_place_of_when(question: str, asked: str) -> None:
    assert whether(understand(question)[0]) == asked


OWN = article(
    "Ida Kell received Tom Rowe. They spoke of salt. They laughed. They ate. Rowe's aunt had come before. "
    "On Monday Kell gave him a fish.",
    within=Window(date(2021, 1, 1), date(2021, 4, 1)),
)


@pytest.mark.parametrize(
    ("words", "own"), [("received", True), ("laughed", True), ("aunt", False), ("fish", True), ("ate", False)]
)
def test_news_tells_of_its_own_event_at_its_opening(words: str, own: bool) -> None:
    assert of_own_event(evidence(OWN, words), Stories([OWN])) == own


def test_a_sentence_with_a_date_of_its_own_is_not_dated_by_its_article() -> None:
    assert not of_own_event(evidence(TWO_DAYS, "held"), Stories([TWO_DAYS]))
    assert not of_own_event(evidence(AHEAD, "fair"), Stories([AHEAD]))


TO_COME = article(
    "The guild met on Tuesday. Bakers will meet in May to plan. The upcoming bread fair is for bakers.", WEDNESDAY
)


def test_what_lies_ahead_has_the_one_date_to_come() -> None:
    question = understand("When is the bread fair?")[0]
    found = date_to_come(question, evidence(TO_COME, "upcoming"), Stories([TO_COME]))
    assert found is not None and (found.after, found.before) == (date(2021, 5, 1), date(2021, 6, 1))


@pytest.mark.parametrize(
    "text",
    [
        "The guild met on Tuesday. The upcoming bread fair is for bakers.",
        "Bakers will meet in May, others plan for June. The upcoming bread fair is for bakers.",
        "The harbour will close in May. The upcoming bread fair is for bakers.",
        "Bakers met in May 2019. The upcoming bread fair is for bakers.",
    ],
)
def test_none_or_several_or_another_matter_dates_it_not(text: str) -> None:
    of = article(text, WEDNESDAY)
    assert date_to_come(understand("When is the bread fair?")[0], evidence(of, "upcoming"), Stories([of])) is None


@pytest.mark.parametrize(
    ("question", "short", "window", "vague"),
    [
        ("On what day were the talks held?", "", Window(date(2021, 3, 1), None), True),
        ("What was the exact date of the talks?", "", Window(date(2021, 1, 1), date(2021, 4, 1)), True),
        ("On what day were the talks held?", "Tuesday", Window(date(2021, 3, 1), None), False),
        ("On what day were the talks held?", "", Window(date(2021, 3, 8), date(2021, 3, 10)), False),
        ("When were the talks held?", "", Window(date(2021, 3, 1), None), False),
    ],
)
def test_a_day_is_not_told_by_an_open_period(question: str, short: str, window: Window, vague: bool) -> None:
    assert too_vague(understand(question)[0], evidence(ON_TUESDAY, "held", short), window) == vague
