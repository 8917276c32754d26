"""Questions about the event before another, and sentences that tell of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.earlier import asks_earlier, tells_earlier
from rag.evidence import Evidence
from rag.question import understand
from rag.selection import find_evidence
from tests.fakes import PointsTo
from tests.test_evidence import EMBED, article, hits

REPORT = article(
    "Ida Kell and Tom Rowe hold talks",
    "Ida Kell and Tom Rowe held talks in Lorne on Monday. They spoke of salt and ships. "
    "Forty pilots were trained since the last talks in May 2019.",
)


@pytest.mark.parametrize(
    "question",
    [
        "When was the previous round?",
        "When Kell met Rowe, when had the meeting before that been?",
        "Which summit preceded the one in Lorne?",
        "Before Kell and Rowe, when had ministers last met?",
        "When did the guild last meet before 2014?",
        "When was the last dialogue before the one in Lorne?",
        "How long had the two ministers not met before?",
        "Had they ever met like that before?",
        "Was it the first meeting of the kind in years?",
    ],
)
def test_the_event_before_is_asked_for(question: str) -> None:
    assert asks_earlier(question)


@pytest.mark.parametrize(
    "question",
    [
        "When was the last dialogue?",
        "When did the guild last meet?",
        "What did Kell say before the talks?",
        "Who led the first talks?",
        "Who met whom in Lorne before noon?",
        "What happened before 2014?",
    ],
)
def test_other_questions_ask_for_no_event_before(question: str) -> None:
    assert not asks_earlier(question)


@pytest.mark.parametrize(
    "sentence",
    [
        "Forty pilots were trained since the last talks in May 2019.",
        "It was the first such meeting of the U.S.-Ostland forum since 2011.",
        "They resumed the talks after a gap of three years.",
        "The previous summit was held in Vessport.",
        "The two last met in 2015.",
    ],
)
def test_a_sentence_tells_of_the_event_before(sentence: str) -> None:
    assert tells_earlier(sentence)


@pytest.mark.parametrize("sentence", ["They met in Lorne in 2014.", "At last they met.", "First came Ida Kell."])
def test_other_sentences_tell_of_none(sentence: str) -> None:
    assert not tells_earlier(sentence)


def test_the_sentence_that_tells_of_it_is_surer_evidence() -> None:
    def pilots(question: str) -> Evidence:
        found = find_evidence(understand(question)[0], hits(REPORT), EMBED, PointsTo("no such words"))
        return next(e for e in found if e.text.startswith("Forty pilots"))

    one, other = (
        pilots("When was the round before the one of Kell and Rowe?"),
        pilots("When did Kell and Rowe go round?"),
    )
    assert one.answerable > 5 * other.answerable and one.score > other.score


def test_the_event_before_another_is_not_the_latest() -> None:
    assert understand("When was the last dialogue?")[0].latest
    assert not understand("When was the last dialogue before the one in Lorne?")[0].latest


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert isinstance(asks_earlier(text) or tells_earlier(text), bool)
