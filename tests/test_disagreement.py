"""Articles that give different values for the same thing are held against each other."""

from datetime import date

import pytest

from index.records import Article, Span, article_id
from rag.disagreement import differing, offices_differ
from rag.evidence import Evidence
from rag.question import understand
from rag.stories import Stories

KILLED = "How many people did the fire kill?"


def evidence(text: str, short: str, score: float = 1.0, told: bool = False, published: date | None = None) -> Evidence:
    article = Article(article_id("", text), "", text, published)
    at = text.index(short)
    return Evidence(article, Span(0, len(text)), Span(at, at + len(short)), score, 0.9, told=told)


def found(question: str, *items: Evidence) -> list[Evidence]:
    return differing(understand(question)[0], items, Stories([i.article for i in items]), 0.5)


NINE = evidence("The fire killed nine people in Lorne.", "nine")
TWELVE = evidence("Twelve people died in the fire in Lorne.", "Twelve", 0.9)
ALSO_NINE = evidence("The fire in Lorne took 9 lives.", "9", 0.95)


def test_two_numbers_are_both_told() -> None:
    assert found(KILLED, NINE, TWELVE) == [NINE, TWELVE]


def test_one_number_in_words_and_in_digits_is_one() -> None:
    assert found(KILLED, NINE, ALSO_NINE) == []
    assert found(KILLED, NINE, ALSO_NINE, TWELVE) == [NINE, TWELVE]


def test_numbers_beyond_twelve_in_words() -> None:
    assert found(KILLED, NINE, evidence("Thirteen people died in the fire.", "Thirteen", 0.9))


@pytest.mark.parametrize(
    ("amount", "differ"), [("20 million crowns", True), ("18 million crowns", False), ("two tents", False)]
)
def test_amounts_of_the_same_are_held_against_each_other(amount: str, differ: bool) -> None:
    first = evidence("The government gave 18 million crowns.", "18 million crowns")
    other = evidence(f"The victims were given {amount}.", amount, 0.9)
    assert bool(found("What did the government give after the fire?", first, other)) == differ


def test_what_answers_less_well_contradicts_nothing() -> None:
    assert found(KILLED, NINE, evidence("Twelve ships burnt in Lorne.", "Twelve", 0.1)) == []


def test_names_are_not_held_against_each_other() -> None:
    one, other = evidence("Ida Kell led the talks.", "Ida Kell"), evidence("Tom Rowe led the talks.", "Tom Rowe", 0.9)
    assert found("Who led the talks?", one, other) == []


@pytest.mark.parametrize(
    ("second", "differ"), [("The mill burnt on Monday.", False), ("The mill burnt on 9 May 2021.", True)]
)
def test_days_are_compared_as_days(second: str, differ: bool) -> None:
    first = evidence("The mill burnt on 3 May 2021.", "3 May 2021")
    words = second.removeprefix("The mill burnt on ").rstrip(".")
    other = evidence(second, words, 0.9, published=date(2021, 5, 6))
    assert bool(found("When did the mill burn?", first, other)) == differ


@pytest.mark.parametrize(
    ("first", "second", "differ"),
    [
        ("Secretary for the Harbour", "Secretary for Fish and Salt", True),
        ("adviser on security", "the Norwegian adviser on security", False),
    ],
)
def test_two_offices_of_one_person(first: str, second: str, differ: bool) -> None:
    items = [evidence(f"Ida Kell, {office}, spoke.", office, told=True) for office in (first, second)]
    assert offices_differ(understand("What is Ida Kell's position?")[0], items) == differ
    assert not offices_differ(understand("Who spoke in Lorne?")[0], items)
