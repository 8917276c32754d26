from dataclasses import replace

import pytest

from index.records import Article, Span
from rag.answer import Sentence
from rag.bare import yes_or_no
from rag.compose import (
    Citations,
    answers_it,
    choose,
    decline_reason,
    distinct,
    draft_sentences,
    falls_short,
    quote,
    speaker_of,
    sure_first,
)
from rag.evidence import Evidence
from rag.question import understand

TEXT = "Mayor Ida Kell came. She cut the ribbon.\n\nShe left at noon. “No more ships,” said Captain Tom Rowe."
ARTICLE = Article("a" * 16, "Harbour", TEXT)
OTHER = Article("b" * 16, "Other", TEXT.replace("Kell", "Penn"))


def evidence(
    sentence: str, article: Article = ARTICLE, score: float = 1.0, short: str = "", answerable: float = 0.9
) -> Evidence:
    start = article.text.index(sentence)
    at = article.text.index(short) if short else 0
    span = Span(start, start + len(sentence))
    return Evidence(article, span, Span(at, at + len(short)) if short else None, score, answerable)


def test_a_quotation_takes_its_antecedent_along() -> None:
    sentence = quote(evidence("She cut the ribbon."), Citations())
    assert sentence.citations[0].quote == "Mayor Ida Kell came. She cut the ribbon."
    assert sentence.text == "“Mayor Ida Kell came. She cut the ribbon.”"


def test_a_quotation_does_not_reach_into_another_paragraph() -> None:
    assert quote(evidence("She left at noon."), Citations()).citations[0].quote == "She left at noon."


def test_a_sentence_that_is_quoted_already_gets_no_second_marks() -> None:
    assert quote(evidence("“No more ships,” said Captain Tom Rowe."), Citations()).text.startswith("“No more")


SPOKEN = Article(
    "c" * 16,
    "Pier",
    'It rained. Mayor Ida Kell praised the town and said the pier is old. "We shall mend it," she said.',
)


def test_direct_speech_is_shown_with_its_speaker_and_where_she_is_named() -> None:
    sentence = quote(evidence('"We shall mend it," she said.', SPOKEN), Citations())
    assert sentence.text == 'Mayor Ida Kell: "We shall mend it," she said.'
    assert [c.quote for c in sentence.citations] == [
        '"We shall mend it," she said.',
        "Mayor Ida Kell praised the town and said the pier is old.",
    ]


def test_a_report_is_shown_without_a_speaker() -> None:
    assert speaker_of(evidence("It rained.", SPOKEN)) is None
    assert speaker_of(evidence("“No more ships,” said Captain Tom Rowe.")) is None


def test_the_same_words_have_one_number() -> None:
    citations = Citations()
    first, second = quote(evidence("She left at noon."), citations), quote(evidence("She left at noon."), citations)
    third = quote(evidence("Mayor Ida Kell came."), citations)
    assert [s.citations[0].number for s in (first, second, third)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("draft", "sentences"),
    [
        ("Ida Kell came [1]. She left [2, 3].", ["Ida Kell came.", "She left."]),
        ("", []),
        ("...", []),
        ("One without a stop", ["One without a stop"]),
    ],
)
def test_the_sentences_of_a_draft(draft: str, sentences: list[str]) -> None:
    assert draft_sentences(draft) == sentences


def test_a_draft_must_hold_what_was_asked_for() -> None:
    (question,) = understand("Who cut the ribbon?")
    top = evidence("Mayor Ida Kell came.", short="Ida Kell")
    assert answers_it(question, "Ida Kell cut the ribbon.", top)
    assert not answers_it(question, "The ribbon was cut.", top)
    assert not answers_it(question, "Tom Rowe cut the ribbon.", top)


def test_a_draft_of_the_questions_own_words_answers_nothing() -> None:
    question = understand("What is the ribbon of the mayor?")[0]
    top = evidence("She cut the ribbon.", short="the ribbon")
    assert not answers_it(question, "The ribbon is the ribbon of the mayor.", top)
    assert answers_it(question, "The ribbon was cut.", top)


def test_what_is_missing_is_named_as_the_question_has_it() -> None:
    question = understand("How did the Huguenots of the New World and Otto Penn pray?")[0]
    item = replace(evidence("She left at noon."), missing=("Penn", "World", "New", "Otto"))
    assert "mentions New World or Otto Penn." in decline_reason(question, [item])


def test_only_what_is_nearly_as_good_is_shown_beside_the_best_and_more_for_a_list() -> None:
    items = [
        evidence("Mayor Ida Kell came."),
        evidence("She left at noon.", score=0.9),
        evidence("She cut the ribbon.", score=0.3),
    ]
    assert choose(understand("When did the mayor come?")[0], items, 0.5) == items[:1]
    timed = [items[0], evidence("She left at noon.", score=0.9, short="noon"), items[2]]
    assert choose(understand("When did the mayor come?")[0], timed, 0.5) == timed[:2]
    assert choose(understand("When did the mayor come in 2014?")[0], items, 0.5) == items[:1]
    assert choose(understand("What did the mayor do?")[0], items, 0.5) == items[:2]
    third = evidence("“No more ships,” said Captain Tom Rowe.", score=0.7)
    assert choose(understand("Which things did the mayor do?")[0], [*items, third], 0.5) == [*items[:2], third]


def test_a_question_that_fits_two_articles_gets_one_from_each() -> None:
    items = [evidence("Mayor Ida Kell came."), evidence("Mayor Ida Penn came.", OTHER, 0.97)]
    assert choose(understand("Who came?")[0], items, 0.5) == items
    assert choose(understand("Who came in 2014?")[0], items, 0.5) == items[:1]


def test_what_two_papers_have_from_one_agency_comes_once_and_another_number_is_no_copy() -> None:
    told = "The harbour of the old mining town opened again with {} ships on Monday morning."
    first, same, other = (
        Article(c * 16, "Harbour", told.format(n)) for c, n in (("d", "three"), ("e", "three"), ("f", "five"))
    )
    kept = distinct([evidence(a.text, a, 1.0 - 0.01 * n) for n, a in enumerate((first, same, other))])
    assert [e.article for e in kept] == [first, other]
    assert [e.copies for e in kept] == [(same,), ()]
    said = quote(kept[0], Citations())
    assert said.citations[0].copies == (same,)


def test_what_lacks_a_name_of_the_question_that_the_best_has_is_of_another_event() -> None:
    items = [evidence("Mayor Ida Kell came."), replace(evidence("Mayor Ida Penn came.", OTHER, 0.97), far=0.5)]
    assert choose(understand("Who came in Lorne?")[0], items, 0.5) == items[:1]
    assert choose(understand("Who came?")[0], [replace(e, far=0.5) for e in items], 0.5)[1:]


def test_reasons_for_declining() -> None:
    assert "period" in decline_reason(understand("Who came in 1999?")[0], [])
    assert "close to the question" in decline_reason(understand("Who came?")[0], [])
    assert "no sentence" in decline_reason(understand("Who came?")[0], [evidence("She left at noon.")])


def test_an_explanation_takes_the_next_sentence_along() -> None:
    assert quote(evidence("She left at noon."), Citations(), explain=True).citations[0].quote == TEXT.split("\n\n")[1]
    assert quote(evidence("She cut the ribbon."), Citations(), explain=True).citations[0].quote == TEXT.split("\n\n")[0]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Did the mayor cut the ribbon?", "Yes"),
        ("Did the drivers accept the raise?", "No"),
        ("Did the drivers not accept the raise?", "Yes"),
        ("Did the mayor buy a boat in Cairo?", ""),
    ],
)
def test_yes_or_no(question: str, short: str) -> None:
    text = "Drivers did not accept the raise." if "drivers" in question else "The mayor cut the ribbon."
    told = Article("c" * 16, "", text)
    assert yes_or_no(understand(question)[0], evidence(text, told)) == short


def test_the_evidence_follows_a_draft_that_leaves_much_of_it_out() -> None:
    top = evidence("Mayor Ida Kell came.")
    assert not falls_short([Sentence("Mayor Ida Kell came.", ())], top)
    assert falls_short([Sentence("Kell came.", ())], top)
    assert not falls_short([Sentence("Kell came.", ()), Sentence("The mayor is called Ida.", ())], top)


def test_what_answers_surely_goes_before_what_only_has_the_words() -> None:
    words_only = evidence("Mayor Ida Kell came.", answerable=0.3)
    sure = evidence("She left at noon.", score=0.9)
    far = evidence("She cut the ribbon.", score=0.5)
    assert list(sure_first([words_only, sure, far], 0.5)) == [sure, words_only, far]
    assert list(sure_first([words_only, far], 0.5)) == [words_only, far]
    assert list(sure_first([], 0.5)) == []
