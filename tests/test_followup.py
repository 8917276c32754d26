import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.mentions import without_dates
from rag.followup import completed, person_named
from rag.question import Turn, person_answered, understand

MINERS = "Who led the miners' side in the 2019 talks?"


@pytest.mark.parametrize(
    ("text", "last", "whole"),
    [
        ("And the owners' side?", MINERS, "Who led the owners' side in the 2019 talks?"),
        ("And in 2021?", "Who steered the ship in 2019?", "Who steered the ship in 2021?"),
        ("what about the crew one?", "Who spoke for the harbour delegation?", "Who spoke for the crew delegation?"),
        ("and about salt?", "What did Ida Kell say about ships?", "What did Ida Kell say about salt?"),
        (
            "When does it meet?",
            "What will the Harbour and Pier Committee discuss?",
            "When does the Harbour and Pier Committee meet?",
        ),
        ("And in 2021?", "Who led the 2019 talks in Lorne?", "Who led the talks in 2021?"),
        ("And in Basel?", "Who met in Lorne in March 2019?", "Who met in Basel?"),
        ("and what did Tom Rowe say?", "What did Ida Kell say about ships?", "what did Tom Rowe say about ships?"),
        ("And who for the miners?", "Who spoke for the owners?", "Who spoke for the miners?"),
        ("Why?", "Did Ida Kell sell the pier?", "Why did Ida Kell sell the pier?"),
        (
            "Who led it for Ostland?",
            "What was the last dialogue in Lorne about?",
            "Who led the last dialogue in Lorne for Ostland?",
        ),
        (
            "Was it long?",
            "When was the meeting of May 2019 in Port Lorne held?",
            "Was the meeting of May 2019 in Port Lorne long?",
        ),
        ("Why not?", "Did Ida Kell sign a lease in 2014?", "Why did Ida Kell sign no lease in 2014?"),
        ("why not", "Did they meet?", "Why did they meet not?"),
        ("Why was that?", "Was there a ship auction?", "Why was there a ship auction?"),
        ("Where was that held?", "Was there a ship auction too?", "Where was the ship auction held?"),
    ],
)
def test_a_follow_up_is_made_whole(text: str, last: str, whole: str) -> None:
    assert completed(text, last) == whole


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("And who steered it?", MINERS),  # asks by itself
        ("Why was that?", "Who led the miners?"),  # not a question of yes or no
        ("Where was it held?", "When did Ida Kell meet Tom Rowe?"),  # "it" is the meeting, not a person
        ("And?", MINERS),
    ],
)
def test_what_cannot_be_filled_in_stays(text: str, last: str) -> None:
    assert completed(text, last) == text


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_joined(text: str, last: str) -> None:
    assert isinstance(completed(text, last), str) and isinstance(person_named(last), str)


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("Who is Ida Kell?", "Ida Kell"),
        ("Ida Kell", "Ida Kell"),
        ("Lorne Council?", ""),
        ("What did Captain Tom Rowe bring?", "Tom Rowe"),
        ("Who met Tom Rowe?", ""),  # asks for a person: that one is meant, not Tom Rowe
        ("What do the Lornian Miners want?", ""),
        ("when was the pier built", ""),
    ],
)
def test_the_person_that_a_question_names(question: str, person: str) -> None:
    assert person_named(question) == person


def test_he_is_the_person_of_the_turn_before_the_last_when_that_one_says_he_too() -> None:
    history = [Turn("Who is Tom Rowe?"), Turn("What does he think about the pier?")]
    (question,) = understand("What did he say about salt?", history)
    assert question.resolved == "What did Tom Rowe say about salt?"


def test_she_stays_the_same_where_the_turn_before_says_she_too() -> None:
    history = [Turn("Ida Kell"), Turn("Whom did she marry?", "In 1962 she married Tom Rowe.")]
    (question,) = understand("Who were her children?", history)
    assert question.resolved == "Who were Ida Kell's children?"
    (question,) = understand("Where is he from?", history)
    assert question.resolved == "Where is Tom Rowe from?"


def test_he_is_who_was_asked_after_and_else_whom_the_turn_before_means() -> None:
    first = Turn("What does Captain Tom Rowe want?")
    (question,) = understand("Where is he from?", [first, Turn("Who succeeded him?", "Otto Penn succeeded him.")])
    assert question.resolved == "Where is Otto Penn from?"
    (question,) = understand("Where is he from?", [first, Turn("When did he go?", "He went when Otto Penn came.")])
    assert question.resolved == "Where is Tom Rowe from?"


def test_the_kind_is_that_of_the_whole_question() -> None:
    (question,) = understand("And the owners' side?", [Turn(MINERS)])
    assert question.kind == "who" and question.text == "And the owners' side?"


def test_one_verb_with_two_matters_is_two_questions() -> None:
    parts = understand("What did Ida Kell say about the pier and about the ships?")
    assert [p.text for p in parts] == [
        "What did Ida Kell say about the pier?",
        "What did Ida Kell say about the ships?",
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Who steered the ship in March 2019?", "Who steered the ship?"),
        ("What did the 2019 talks bring?", "What did the talks bring?"),
        ("Who met on 6-7 March 2019 in Lorne?", "Who met in Lorne?"),
        ("Who met in Lorne?", "Who met in Lorne?"),
    ],
)
def test_dates_are_left_out_of_the_words(text: str, plain: str) -> None:
    assert without_dates(text) == plain


@pytest.mark.parametrize(
    ("question", "answer", "person"),
    [
        ("Who came?", "Acting Secretary of State Ida Kell came with Tom Rowe.", "Ida Kell"),
        ("Who met Tom Rowe?", "Captain Tom Rowe met Ida Kell.", "Ida Kell"),
        ("Who came?", "Nobody came.", ""),
    ],
)
def test_the_person_of_an_answer_without_the_office(question: str, answer: str, person: str) -> None:
    assert person_answered(Turn(question, answer)) == person


@pytest.mark.parametrize(
    ("question", "whole"),
    [("What is her title?", "What is Ida Kell's title?"), ("Who met her in May?", "Who met Ida Kell in May?")],
)
def test_her_may_own_or_be_met(question: str, whole: str) -> None:
    (found,) = understand(question, [Turn("Who came?", "Mayor Ida Kell came.")])
    assert found.resolved == whole
