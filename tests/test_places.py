"""Where a meeting was, by the form of a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Article, Span, article_id
from index.sentences import split_sentences
from rag.places import event_places, place_of, place_of_event, was_in
from rag.question import understand

HELD = "Where were the talks held?"


def place(question: str, text: str, sentence: int = 0) -> str | None:
    found = place_of(understand(question)[0], text, split_sentences(text)[sentence])
    return found.of(text) if found else None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The talks in Lorne dealt with salt.", "Lorne"),
        ("The talks, held on Tuesday in Port Lorne, dealt with salt.", "Port Lorne"),
        ("They met at the Guild Hall.", "Guild Hall"),
        ("The talks will begin on Monday in Lorne.", "Lorne"),
        ("The meeting took place in Lorne, Dunmore County, on Monday.", "Lorne"),
        ("The talks were held in Dunmore, D.C.", "Dunmore, D.C."),
        ("The round was convened in Lorne.", "Lorne"),
        ("The talks were held in the spring in Lorne.", "Lorne"),
    ],
)
def test_the_place_stands_behind_the_meeting(text: str, named: str) -> None:
    assert place(HELD, text) == named


@pytest.mark.parametrize(
    "text",
    [
        "The talks were held in March.",
        "The mayor lives in Lorne.",
        "The talks ended; in Lorne it rained.",
        "The talks in a small town dealt with salt.",
        "The talks concluded here on Tuesday.",
        "Attacks in Lorne were the matter of the talks.",
        "The talks between miners and owners on fishing in the Lorne Sound went on.",
    ],
)
def test_a_sentence_without_the_place_of_a_meeting_has_none(text: str) -> None:
    assert place(HELD, text) is None


@pytest.mark.parametrize("dateline", ["LORNE: ", "LORNE – ", "LORNE — ", "PORT LORNE (Coast Post) – "])
def test_here_is_the_place_of_the_dateline(dateline: str) -> None:
    text = f"{dateline}The talks concluded here on Tuesday."
    assert place(HELD, text) == dateline.split(":")[0].split(" –")[0].split(" —")[0].split(" (")[0]


def test_here_is_the_place_of_the_dateline_in_later_sentences_too() -> None:
    text = "LORNE: Ida Kell spoke.\n\nThe talks were held here."
    assert place(HELD, text, 1) == "LORNE"


def test_a_dateline_further_down_is_of_another_report() -> None:
    assert place(HELD, "The talks were held here.\n\nLORNE: Ida Kell spoke.") is None


@pytest.mark.parametrize(
    "question",
    [
        "Where were the talks held?",
        "In which city did the meeting take place?",
        "Where did they meet?",
        "Which town was the summit in?",
    ],
)
def test_questions_for_the_place_of_a_meeting(question: str) -> None:
    assert place(question, "The talks in Lorne dealt with salt.") == "Lorne"


@pytest.mark.parametrize(
    "question", ["Where does the mayor live?", "Who led the talks?", "When were the talks held?", "Where is the salt?"]
)
def test_other_questions_are_given_no_place(question: str) -> None:
    assert place(question, "The talks in Lorne dealt with salt.") is None
    assert place(question, "LORNE: The talks concluded here.") is None


def test_a_month_before_the_place_does_not_hide_it() -> None:
    assert place(HELD, "The talks were held in March in Lorne.") == "Lorne"


def test_a_place_is_named_without_its_genitive() -> None:
    assert place(HELD, "The talks were held at Lorne’s pier.") in ("Lorne", "Lorne’s pier")


@given(st.text(alphabet=" .,:–’-ABLORNEabehldtkshinmt\n", min_size=1, max_size=80))
def test_every_place_stands_in_the_text_up_to_the_end_of_its_sentence(text: str) -> None:
    (question,) = understand(HELD)
    for sentence in (*split_sentences(text), Span(0, len(text))):
        found = place_of(question, text, sentence)
        assert found is None or (found.end <= sentence.end and found.of(text)[0].isupper())


def report(text: str) -> Article:
    return Article(article_id("Report", text), "Report", text)


LORNE = report("The talks were held at the Trade Ministry in Lorne. They spoke of salt.")
ARL = report("ARL: The second talks concluded here on Thursday. They spoke of the talks in Lorne.")


def test_a_meeting_in_a_house_in_a_town_was_in_both() -> None:
    assert event_places(LORNE) == {"trade ministry", "lorne"}
    assert was_in(LORNE, "lorne") and not was_in(LORNE, "arl")


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Who led the miners at the talks in Lorne?", "lorne"),
        ("Who led the miners at the Lorne talks?", "lorne"),
        ("WHO MET IN ARL?", "arl"),
        ("Who met in Dunmore?", ""),
        ("What does salt cost in Lorne?", ""),
        ("Who led the talks in Lorne and in Arl?", ""),
    ],
)
def test_a_question_names_an_event_by_its_place(question: str, place: str) -> None:
    assert place_of_event(understand(question)[0], [LORNE, ARL]) == place


@pytest.mark.parametrize(
    "text",
    ["LORNE, Ostland (NPA) - The talks collapsed on Thursday.", "LORNE, March 8 (NPA) - Kell won the race on Sunday."],
)
def test_a_meeting_that_the_sentence_of_the_dateline_tells_of_was_there(text: str) -> None:
    assert place("Where was the race?" if "race" in text else HELD, text) == "LORNE"


def test_a_dateline_is_not_where_something_without_a_meeting_was() -> None:
    assert place(HELD, "LORNE (NPA) - Salt is dear.") is None
    assert place(HELD, "LORNE (NPA) - Ida Kell spoke. The talks collapsed on Thursday.", 1) is None
