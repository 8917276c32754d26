"""Which questions compare events, and by what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, article_id
from rag.compare import columns_of, goes_on, parties
from rag.question import understand


def article(text: str, title: str = "") -> Article:
    return Article(article_id(title, text), title, text)


NEW = article(
    "Ostland and Westmark held talks in Lorne in March 2021. Ida Kell led the delegation of Ostland.",
    "Ostland-Westmark talks",
)
OLD = article("Westmark and Ostland met in 2014 in Dunmore. Their talks dealt with fish.")
ALONE = article("Lorne held talks with its miners in 2016.")


def asked(question: str, *articles: Article) -> list[str]:
    return [c.question for c in columns_of(understand(question)[0], articles or (NEW, OLD))]


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("Where were the talks held each year?", "Where were the talks held?"),
        ("Who spoke at all talks?", "Who spoke?"),
        ("Who spoke about salt, year by year?", "Who spoke about salt?"),
        ("Who led the Ostland side at each of the talks?", "Who led the Ostland side?"),
        ("Which topics were discussed at every meeting?", "Which topics were discussed?"),
        ("Who led the talks in 2014 and in 2021?", "Who led the talks?"),
        ("Who led the talks in 2014 and later?", "Who led the talks?"),
        ("Who led the talks in 2014 and at the dialogue after it?", "Who led the talks?"),
        ("Who led the talks in 2014 vs 2021?", "Who led the talks?"),
        ("Compare who led the talks in 2014 with who led them in 2021.", "who led the talks?"),
        ("How did the agenda of the talks change over the years?", "What was the agenda of the talks?"),
        ("How has the leadership changed?", "Who led the delegation?"),
    ],
)
def test_a_comparison_asks_each_event_without_the_words_that_compare(question: str, column: str) -> None:
    assert asked(question) == [column]


@pytest.mark.parametrize(
    "question",
    [
        "Who led the talks?",
        "Who led the talks in 2014?",
        "Who led the talks after 2014?",
        "Who led the talks between 2014 and 2021?",
        "Who led both sides?",
        "What did each side want?",
        "Who led all delegations?",
        "Which salt is comparable?",
        "What changed in Lorne?",
        "How did the mayor leave?",
    ],
)
def test_other_questions_compare_nothing(question: str) -> None:
    assert asked(question) == []


@pytest.mark.parametrize("question", ["Year by year?", "In 2014 and in 2021?", "Compare."])
def test_a_comparison_of_nothing_asks_nothing(question: str) -> None:
    assert asked(question) == []


@pytest.mark.parametrize(
    ("word", "held"), [("dialogue", "Where was the dialogue held?"), ("summit", "Where was the summit held?")]
)
def test_a_change_of_place_is_asked_with_the_word_of_the_articles(word: str, held: str) -> None:
    told = article(f"The {word} dealt with salt. Another {word} followed the talks.")
    assert asked("How did the venue change?", told) == [held]
    assert asked("How have the locations varied?", article("Salt.")) == ["Where was the meeting held?"]


def test_each_delegation_has_a_column_of_its_own() -> None:
    (question,) = understand("Who led each delegation, year by year?")
    columns = columns_of(question, [NEW, OLD])
    assert [c.heading for c in columns] == ["Ostland", "Westmark"]
    assert [c.question for c in columns] == ["Who led the Ostland delegation?", "Who led the Westmark delegation?"]


def test_the_noun_of_the_side_and_what_follows_it_are_kept() -> None:
    assert asked("What did each country promise at the talks over the years?") == [
        "What did the Ostland country promise at the talks?",
        "What did the Westmark country promise at the talks?",
    ]


def test_heads_of_delegations_are_who_led_them() -> None:
    assert asked("Who were the heads of delegations in 2014 and in 2021?") == [
        "Who led the Ostland delegation?",
        "Who led the Westmark delegation?",
    ]


def test_without_two_sides_in_the_articles_each_side_has_no_columns() -> None:
    assert asked("Who led each delegation, year by year?", ALONE) == []


def test_the_heading_is_the_question_without_its_mark() -> None:
    (column,) = columns_of(understand("Who spoke at all talks?")[0], [NEW])
    assert (column.heading, column.question) == ("Who spoke", "Who spoke?")


@pytest.mark.parametrize(
    "text", ["Ostland and Westmark met.", "the Ostland-Westmark talks ended.", "Ostland, Westmark and salt."]
)
def test_parties_stand_side_by_side(text: str) -> None:
    assert parties([article(f"Then {text}")]) == ("Ostland", "Westmark")


def test_parties_may_stand_behind_the_article() -> None:
    assert parties([article("The Ostland-Westmark talks ended.")]) == ("Ostland", "Westmark")


def test_parties_are_those_of_half_of_the_articles_at_least() -> None:
    assert parties([NEW, ALONE]) == ("Ostland", "Westmark")
    assert parties([NEW, ALONE, article("Salt.")]) == () == parties([])


def test_two_persons_are_no_parties() -> None:
    assert parties([article("On Monday Ida Kell and Tom Rowe met. Ida Kell and Tom Rowe spoke.")]) == ()


def test_talks_were_held() -> None:
    assert asked("How did the venue change?") == ["Where were the talks held?"]


WORDS = st.sampled_from(
    "compare how did the venue change each delegation side year by in 2014 and 2021 later versus vs with those who led "
    "talks , over years at all meetings what Ostland respectively".split()
)


@given(st.lists(WORDS, min_size=1, max_size=15))
def test_any_question_gives_columns_that_can_be_asked(pieces: list[str]) -> None:
    for part in understand(f"who {' '.join(pieces)}"):
        for column in columns_of(part, [NEW, OLD]):
            assert column.heading and understand(column.question)


def test_what_is_asked_again_of_the_other_time_is_cut_off() -> None:
    (asked,) = understand("Which pier broke in 2009 and which in 2014?")
    assert [c.question for c in columns_of(asked, ())] == ["Which pier broke?"]


@pytest.mark.parametrize(
    ("question", "further"),
    [
        ("Who led the talks in 2014 and in 2023?", False),
        ("US lead in 2014 vs 2023?", False),
        ("Who led the talks in 2014, 2023 and later?", True),
        ("What was agreed in 2023 against the next talks?", True),
        ("Who led in 2014 and at the latest talks?", True),
    ],
)
def test_events_may_be_named_by_what_came_before_them(question: str, further: bool) -> None:
    assert goes_on(understand(question)[0]) == further


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("venues of the 2014 and the 2023 talks?", "Where were the talks held?"),
        ("What was agreed, 2014 against 2023?", "What was agreed?"),
        ("give me the Danish lead for all three meetings", "who led the Danish delegation?"),
    ],
)
def test_short_words_for_what_is_compared(question: str, column: str) -> None:
    of = article("The talks were held in Lorne. The talks went on. The talks ended.")
    assert asked(question, of) == [column]
