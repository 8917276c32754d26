from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Article, Span, article_id
from index.sentences import split_sentences
from rag.periods import MENTIONED, OTHER_DATE, Periods, contradicts
from rag.question import understand
from rag.stories import Stories


def article(text: str, published: date | None = None) -> Article:
    return Article(article_id("", text), "", text, published)


OLD = article("The talks of 2014 dealt with trade.")
MIDDLE = article("The talks were held on 6-7 March 2021 in Lorne.")
LATER = article("They trained 300 officers since the last talks in March 2021.")
DATED = article("The talks dealt with fish.", date(2018, 5, 1))
NONE = article("The talks dealt with salt.")
ALL = {a.id: a for a in (OLD, MIDDLE, LATER, DATED, NONE)}


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Who led the talks in March 2021?", MIDDLE),
        ("Who led the talks of 2014?", OLD),
        ("Who led the talks in May 2018?", DATED),
        ("Who led the talks after March 2021?", LATER),
        ("Who led the latest talks?", LATER),
        ("Who led the earliest talks?", OLD),
    ],
)
def test_the_article_of_the_period_fits_best(question: str, best: Article) -> None:
    articles = {id: a for id, a in ALL.items() if not (a is NONE and "earliest" in question)}
    found = list(articles.values())
    periods = Periods(understand(question)[0], found, Stories(found))
    fits = {a.id: periods.of(a, Span(0, len(a.text))) for a in found}
    assert max(fits, key=lambda id: fits[id]) == best.id
    assert all(-1 <= f <= 1 for f in fits.values())


def test_a_question_without_a_date_prefers_none() -> None:
    found = list(ALL.values())
    periods = Periods(understand("Who led the talks?")[0], found, Stories(found))
    assert {periods.of(a, Span(0, len(a.text))) for a in found} == {0.0}


def test_the_other_side_of_a_date_contradicts() -> None:
    (question,) = understand("How many officers did they train before March 2021?")
    assert contradicts(question, LATER.text)
    assert not contradicts(question, "They trained 20 officers until March 2021.")
    assert not contradicts(understand("How many officers since March 2021?")[0], LATER.text)


def fit(question: str, told: Article, sentence: int = 0) -> float:
    (understood,) = understand(question)
    return Periods(understood, [told], Stories([told])).of(told, split_sentences(told.text)[sentence])


IN_MARCH = "Who spoke in March 2021?"


def test_a_sentence_with_another_date_is_not_of_the_period_of_its_article() -> None:
    told = article("Ida Kell spoke on 6 March 2021. Tom Rowe spoke on 5 May 2014. Greta Moss spoke.")
    assert fit(IN_MARCH, told, 0) == 1.0 and fit(IN_MARCH, told, 2) == 1.0
    assert fit(IN_MARCH, told, 1) == OTHER_DATE


def test_a_sentence_with_the_date_asked_for_is_of_the_period_though_its_article_is_not() -> None:
    told = article("Ida Kell spoke. In March 2021 Tom Rowe spoke.", date(2023, 5, 1))
    assert fit(IN_MARCH, told, 1) == 1.0


def test_an_article_of_another_time_that_mentions_the_period_fits_it_ill_but_better_than_a_silent_one() -> None:
    mentions = article("Ida Kell spoke. In March 2021 Tom Rowe spoke.", date(2023, 5, 1))
    within = article("Ida Kell spoke.", date(2021, 3, 9))
    silent = article("Ida Kell spoke.", date(2023, 5, 1))
    assert (fit(IN_MARCH, within), fit(IN_MARCH, mentions), fit(IN_MARCH, silent)) == (1.0, MENTIONED, -1.0)
    assert OTHER_DATE < MENTIONED < 0


def test_what_is_told_since_the_period_lies_outside_it() -> None:
    assert fit(IN_MARCH, article("Since the talks in March 2021 Ida Kell spoke twice.")) == OTHER_DATE


def test_a_date_that_a_later_paper_counts_from_is_not_its_own() -> None:
    later = date(2023, 5, 1)
    assert fit(IN_MARCH, article("Since the talks in March 2021 Ida Kell spoke twice.", later)) == OTHER_DATE < 0
    assert fit(IN_MARCH, article("Until the talks in March 2021 Ida Kell spoke twice.", later)) == MENTIONED


def test_an_undated_article_says_nothing_of_a_period() -> None:
    assert fit(IN_MARCH, article("Ida Kell spoke.")) == 0.0


def test_a_year_beside_the_month_asked_for_frames_it() -> None:
    assert fit(IN_MARCH, article("Ida Kell spoke in 2021.")) == 1.0


@pytest.mark.parametrize(
    ("question", "text", "published", "expected"),
    [
        ("Who spoke after March 2021?", "Ida Kell spoke.", date(2021, 5, 1), 1.0),
        ("Who spoke after March 2021?", "Since the talks in March 2021 Ida Kell spoke.", None, 1.0),
        ("Who spoke after March 2021?", "Ida Kell spoke.", date(2021, 3, 9), -0.5),
        ("Who spoke after March 2021?", "Ida Kell spoke.", date(2019, 5, 1), -1.0),
        ("What did she say after the talks in March 2021?", "Ida Kell spoke.", date(2021, 3, 9), 1.0),
        ("What did she say after the talks in March 2021?", "Ida Kell spoke.", date(2021, 5, 1), 1.0),
        ("What did she say after the talks in March 2021?", "Ida Kell spoke.", date(2019, 5, 1), -1.0),
        ("Who spoke before March 2021?", "Ida Kell spoke.", date(2019, 5, 1), 1.0),
        ("Who spoke before March 2021?", "Ida Kell spoke.", date(2021, 3, 9), -0.5),
        ("Who spoke before March 2021?", "Ida Kell spoke.", date(2021, 5, 1), -1.0),
        ("Who spoke after March 2021?", "Ida Kell spoke.", None, -0.3),
    ],
)
def test_beyond_a_date_fits_what_lies_on_its_far_side(
    question: str, text: str, published: date | None, expected: float
) -> None:
    assert fit(question, article(text, published)) == expected


def test_a_sentence_on_the_wrong_side_of_the_date_does_not_fit() -> None:
    told = article("Since March 2021 Ida Kell spoke twice.", date(2019, 5, 1))
    assert fit("Who spoke before March 2021?", told) == -1.0


def test_any_of_several_periods_will_do() -> None:
    asked = "Who spoke in 2014 and in 2021?"
    assert fit(asked, article("Ida Kell spoke.", date(2014, 5, 1))) == 1.0
    assert fit(asked, article("Ida Kell spoke.", date(2021, 5, 1))) == 1.0
    assert fit(asked, article("Ida Kell spoke.", date(2017, 5, 1))) == -1.0


@pytest.mark.parametrize(("order", "fits"), [("latest", [0.0, 0.5, 1.0]), ("earliest", [1.0, 0.5, 0.0])])
def test_the_order_asked_for_is_by_the_story_not_by_the_day_of_the_paper(order: str, fits: list[float]) -> None:
    old = article("Ida Kell spoke on 5 May 2014.", date(2014, 5, 6))
    late = article("Ida Kell spoke on 5 May 2018.")
    last = article("Ida Kell spoke.", date(2021, 5, 6))
    periods = Periods(understand(f"Who led the {order} talks?")[0], [last, old, late], Stories([last, old, late]))
    assert [periods.of_article(a) for a in (old, late, last)] == fits


QUESTIONS = st.sampled_from(
    [
        IN_MARCH,
        "Who spoke after March 2021?",
        "Who spoke before 2014?",
        "Who led the latest talks?",
        "Who spoke in 2014 and in 2021?",
        "Who spoke after 2021 and before 2014?",
        "Who spoke in 2014 and later?",
        "Who spoke?",
    ]
)
WORDS = st.sampled_from("Kell spoke since after before in on 2014 2021 March 6-7 . last the Tuesday".split())


@settings(deadline=None)
@given(QUESTIONS, st.lists(WORDS, min_size=1, max_size=20), st.none() | st.dates(date(1600, 1, 1), date(2100, 12, 31)))
def test_every_fit_lies_between_minus_one_and_one(question: str, told: list[str], published: date | None) -> None:
    text = article(" ".join(told), published)
    assert all(-1 <= fit(question, text, n) <= 1 for n in range(len(split_sentences(text.text))))


def test_the_report_in_the_next_days_paper_is_of_the_day_itself() -> None:
    assert fit("Who spoke after 6 March 2021?", article("Ida Kell spoke on 6 March 2021.", date(2021, 3, 7))) < 0


def test_what_a_later_article_looks_back_at_is_not_the_latest() -> None:
    old = article("Ida Kell won on 5 May 2014.", date(2014, 5, 6))
    new = article("Greta Moss won on Monday. Five years ago, in May 2014, Ida Kell won it.", date(2019, 3, 5))
    (latest,) = understand("Who won most recently?")
    periods = Periods(latest, [old, new], Stories([old, new]))
    first, second = split_sentences(new.text)
    assert periods.of(new, first) == 1.0 and periods.of(new, second) == 0.0


def test_the_first_round_of_a_year_is_no_order() -> None:
    (question,) = understand("Who came third in the first round of 2010?")
    reports = [article("In May 2010 they voted."), article("In May 2014 they voted.")]
    periods = Periods(question, reports, Stories(reports))
    assert [periods.of_article(a) for a in reports] == [1.0, -1.0]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("The lake is lower than in August 2012.", 1.0),
        ("The lake is as low as it was in August 2012.", 1.0),
        ("The lake was low in August 2012.", -0.5),
    ],
)
def test_what_is_measured_by_another_time_is_not_told_of_it(text: str, fits: float) -> None:
    report = article(text, date(2018, 9, 4))
    (question,) = understand("How low was the lake in September 2018?")
    (sentence,) = split_sentences(text)
    assert Periods(question, [report], Stories([report])).of(report, sentence) == fits


@pytest.mark.parametrize(
    ("question", "report", "fits"),
    [
        ("When did the guild last meet before 2014?", OLD, 1.0),
        ("Who led the talks before 2014?", OLD, -0.5),
        ("Who led the talks before 2005?", LATER, -1.0),
        ("Who led the talks after 2020?", OLD, -1.0),
        ("Who led the talks before 2014?", NONE, -0.3),
    ],
)
def test_beyond_a_date(question: str, report: Article, fits: float) -> None:
    assert Periods(understand(question)[0], [report], Stories([report])).of_article(report) == fits


AT_TALKS = article(
    "The talks were held on 6-7 March 2021 in Lorne. Ida Kell spoke of the upcoming fair. The two fell out in 2012. "
    "Bo Rann spoke of salt."
)


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("What was still to be held after the talks of March 2021?", 1, True),
        ("What was still to be held after the talks of March 2021?", 3, False),
        ("What was held before the talks of March 2021?", 1, False),
        ("Why did they fall out before March 2021?", 2, True),
        ("Why did they fall out before March 2021?", 3, False),
        ("Why did they fall out after March 2021?", 2, False),
    ],
)
def test_a_sentence_may_tell_of_the_time_beyond_the_event_of_its_article(
    question: str, sentence: int, fits: bool
) -> None:
    assert (fit(question, AT_TALKS, sentence) == 1.0) == fits
