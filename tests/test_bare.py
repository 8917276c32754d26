"""The bare answer out of what the judge found."""

from dataclasses import replace

import pytest

from index.records import Article, Span
from rag.bare import bare_answer, leading_answer, yes_or_no
from rag.evidence import Evidence
from rag.question import understand

TEXT = "At the talks in Oslo on 6 March, Secretary of State Ida Kell hosted a Danish team of 14 led by Per Lund."


def _evidence(*spans: str, text: str = TEXT) -> Evidence:
    found = [Span(text.index(s), text.index(s) + len(s)) for s in spans]
    short, others = (found[0], tuple(found[1:])) if found else (None, ())
    return Evidence(Article("a" * 16, "", text), Span(0, len(text)), short, 1.0, 0.9, others=others)


@pytest.mark.parametrize(
    ("question", "spans", "bare"),
    [
        ("Who led the Danish team?", ("Per Lund",), "Per Lund"),
        ("Who led the Danish team?", ("Secretary of State", "Per Lund."), "Per Lund"),  # an office is nobody
        ("Who led the Danish team?", ("Danish", "Per Lund"), "Per Lund"),  # the question says so itself
        ("When did the talks take place?", ("Oslo", "6 March"), "6 March"),
        ("How many were in the team?", ("Danish", "14"), "14"),
        ("Where were the talks?", ("the talks", "Oslo"), "Oslo"),
        ("Who led the Danish team?", ("Secretary of State",), ""),
        ("Who led the Danish team?", ("a Danish team of 14 led by Per Lund",), "Per Lund"),
        ("Why did they meet?", ("Oslo",), ""),
        ("Who led the Danish team?", (), ""),
    ],
)
def test_the_likeliest_that_is_of_the_kind_asked_for(question: str, spans: tuple[str, ...], bare: str) -> None:
    assert bare_answer(understand(question)[0], _evidence(*spans)) == bare


def test_what_the_form_of_the_sentence_tells_is_taken_as_it_stands() -> None:
    office = replace(_evidence("Secretary of State"), told=True)
    assert bare_answer(understand("Who is Ida Kell?")[0], office) == "Secretary of State"


def test_a_long_answer_ends_where_it_goes_on_with_the_question() -> None:
    text = "The Lorne Mining Company of Ida Kell and her brother owned the harbour until May."
    spans = _evidence("The Lorne Mining Company of Ida Kell and her brother owned the harbour", text=text)
    asked = understand("Who owned the harbour?")[0]
    assert bare_answer(asked, spans) == "The Lorne Mining Company of Ida Kell and her brother"


def test_a_sure_bare_answer_stands_before_its_evidence() -> None:
    asked = understand("When did the talks take place?")[0]
    assert leading_answer(asked, _evidence("6 March")) == "6 March"
    assert leading_answer(asked, replace(_evidence("6 March"), answerable=0.7)) == ""
    assert leading_answer(asked, replace(_evidence("6 March"), answerable=0.7, told=True)) == "6 March"
    assert leading_answer(understand("What took place?")[0], _evidence("the talks")) == ""
    assert leading_answer(understand("When did all the talks take place?")[0], _evidence("6 March")) == ""


def test_a_topic_without_a_question_has_no_bare_answer() -> None:
    assert bare_answer(understand("Danish team")[0], _evidence("Per Lund")) == ""


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Did the mayor cut the ribbon?", "Yes"),
        ("Did the mayor not cut the ribbon?", "No"),
        ("Did the mayor cut the ribbon in Cairo?", ""),
        # All words are there, and the sentence may still say the opposite.
        ("Did only the mayor cut the ribbon?", ""),
        ("Is the mayor the same as the ribbon?", ""),
    ],
)
def test_yes_or_no_only_where_the_sentence_holds_every_word(question: str, short: str) -> None:
    assert yes_or_no(understand(question)[0], _evidence(text="The mayor cut the ribbon.")) == short
