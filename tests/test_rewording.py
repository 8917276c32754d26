from random import Random

import pytest

from rag.training.rewording import reworded


def variants(question: str, count: int = 200) -> set[str]:
    random = Random(5)
    return {reworded(question, random, 0.9) for _ in range(count)}


def test_a_verb_keeps_its_form() -> None:
    found = variants("Who led the crew?")
    assert "Who headed the crew?" in found and "Who was at the head of the crew?" in found
    assert not any(" head the " in v or " leading " in v for v in found)


def test_a_participle_stays_one() -> None:
    found = variants("Who was taken by the crew?")
    assert "Who was seized by the crew?" in found and not any(" took " in v for v in found)


def test_names_and_numbers_are_left_alone() -> None:
    assert all("Ida Kell" in v and "2019" in v for v in variants("When did Ida Kell visit the city in 2019?"))


@pytest.mark.parametrize(
    ("question", "opening"), [("Why did it end?", "for what reason"), ("When was it?", "at what time")]
)
def test_question_words_vary(question: str, opening: str) -> None:
    assert any(v.lower().startswith(opening) for v in variants(question))


def test_the_same_seed_gives_the_same_question() -> None:
    assert reworded("Who led the talks?", Random(3)) == reworded("Who led the talks?", Random(3))
