"""Questions that ask for another deed than the passage tells. All texts are invented."""

from random import Random

import pytest

from rag.synonyms import columns
from rag.training.deeds import Deeds
from rag.words import word_key

PASSAGE = "Ana Silva opened the talks in Porto and rejected the plan of the company."


def _keys(text: str) -> set[str]:
    return {word_key(w.strip("?.,"))[0] for w in text.split()}


@pytest.mark.parametrize(
    ("question", "old"),
    [
        ("Who rejected the plan?", "rejected"),
        ("When did Silva open the talks?", "open"),
        ("What was opened?", "opened"),
    ],
)
def test_only_the_deed_is_another_one_and_the_passage_does_not_tell_it(question: str, old: str) -> None:
    deeds = Deeds()
    found = {deeds.asked(question, PASSAGE, Random(seed)) for seed in range(30)}
    assert None not in found and len(found) > 5
    head, tail = question.split(old)
    for other in filter(None, found):
        assert other.startswith(head) and other.endswith(tail)
        new = other[len(head) : len(other) - len(tail)]
        assert new != old and not _keys(new) & _keys(PASSAGE)


def test_a_word_of_the_same_meaning_is_no_other_deed() -> None:
    same = next(g for g in columns()[2] if "rejected" in g)
    found = {Deeds().asked("Who rejected the plan?", PASSAGE, Random(seed)) for seed in range(200)}
    assert not {f"Who {word} the plan?" for word in same} & found


@pytest.mark.parametrize("question", ["Who is Ana Silva?", "Porto?", "Who burned the plan of the moon?"])
def test_a_question_without_a_deed_of_the_passage_is_left_alone(question: str) -> None:
    assert Deeds().asked(question, "Ana Silva came to Porto.", Random(1)) is None
