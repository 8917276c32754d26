"""Notes in place of questions."""

import pytest

from rag.notes import in_full, is_note
from rag.question import understand


@pytest.mark.parametrize(
    ("note", "question"),
    [
        ("Kell job title", "What is Kell's job title?"),
        ("Ida Kell's former post?", "What is Ida Kell's former post?"),
        ("venue 2023 dialogue", "Where was the 2023 dialogue held?"),
        ("Place of the Lorne talks?", "Where were the Lorne talks held?"),
        ("2023 summit venue", "Where was the 2023 summit held?"),
    ],
)
def test_a_note_asks_in_full(note: str, question: str) -> None:
    assert in_full(note) == question


@pytest.mark.parametrize(
    "text", ["salt ships", "title fight", "Where were the talks held?", "What is Kell's post?", ""]
)
def test_all_else_stays(text: str) -> None:
    assert in_full(text) == text


def test_only_notes_of_offices_may_hold_a_name_written_small() -> None:
    assert is_note("kell job title") and is_note("Kell's former post?")
    assert not is_note("venue 2023 dialogue") and not is_note("what is kell's post?")


def test_a_note_for_a_date_is_no_bare_topic() -> None:
    assert not understand("date of the talks")[0].is_topic
    assert understand("salt ships")[0].is_topic
