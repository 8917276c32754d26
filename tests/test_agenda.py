"""Whether something was a topic. All texts are invented."""

from collections.abc import Sequence

import pytest

from rag.agenda import matter_asked, names_matter
from rag.judge import Judgement
from rag.question import understand
from rag.selection import find_evidence
from rag.words import content_keys
from tests.test_evidence import EMBED, article, hits

TALKS = article(
    "Talks in Lorne",
    "The talks were held in Lorne. The two days covered salt prices, ferry tickets and cod. Ida Kell spoke of rain.",
)


class Doubts:
    """Holds nothing for an answer."""

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
        return [Judgement(-1.5, None) for _ in passages]


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("Was salt on the agenda?", "salt"),
        ("Were ferry tickets also discussed in Lorne?", "ferry tickets"),
        ("was cod a topic at the talks", "cod"),
        ("Has cod been brought up?", "cod"),
        ("Did ferry tickets come up?", "ferry tickets"),
        ("Did the two sides talk about salt prices in Lorne?", "salt prices"),
        ("And the cod, was that a topic?", "cod"),
        ("salt prices on the table?", "salt prices"),
    ],
)
def test_the_matter_is_what_is_asked_about(question: str, matter: str) -> None:
    assert matter_asked(understand(question)[0]) == content_keys(matter)


@pytest.mark.parametrize(
    "question",
    ["Who was on the agenda committee?", "Was the treaty signed?", "What was discussed?", "salt", "Did it rain?"],
)
def test_other_questions_ask_of_no_matter(question: str) -> None:
    assert matter_asked(understand(question)[0]) == frozenset()


def test_a_sentence_names_it_with_all_its_words() -> None:
    matter = frozenset(content_keys("salt prices"))
    assert names_matter(matter, "They spoke of salt, and of its prices.")
    assert not names_matter(matter, "They spoke of salt.") and not names_matter(frozenset(), "They spoke.")


def test_what_names_the_matter_is_sure_enough_where_the_judge_doubts() -> None:
    asked = understand("Were ferry tickets on the agenda in Lorne?")[0]
    found = find_evidence(asked, hits(TALKS), EMBED, Doubts())
    assert "ferry tickets" in found[0].text and found[0].answerable > 0.5
    other = find_evidence(understand("Were ferry crews on the agenda in Lorne?")[0], hits(TALKS), EMBED, Doubts())
    assert all(e.answerable < found[0].answerable for e in other)


def test_of_an_event_elsewhere_it_says_nothing() -> None:
    here = find_evidence(understand("Were ferry tickets on the agenda in Lorne?")[0], hits(TALKS), EMBED, Doubts())
    away = find_evidence(understand("Were ferry tickets on the agenda in Varn?")[0], hits(TALKS), EMBED, Doubts())
    assert away[0].answerable < 0.3 < here[0].answerable
