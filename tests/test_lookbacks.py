"""Sentences that tell of another time than their article's own event. All texts are made up."""

from datetime import date

import pytest

from index.records import Article, Span, Window
from index.sentences import split_sentences
from rag.evidence import Evidence
from rag.happenings import happenings
from rag.question import understand
from rag.stories import Stories

TEXT = """The harbour of Velmora flooded on Tuesday. Two people died, and the ferry sank.

That flood, in June 2014, remains the worst. Thirteen people died in it. The pier broke. It has since been rebuilt.

Mayor Ida Kell, who took office in 2016, thanked the crews. The ferry will be raised.

The harbour law of 2009 was not kept, said Tom Rowe."""


def flooded(text: str = TEXT) -> Article:
    return Article("one", "Velmora under water", text, date(2019, 2, 15), "front matter")


def evidence_of(article: Article, span: Span) -> Evidence:
    return Evidence(article, span, None, 1.0, 0.9)


def elsewhere(beginning: str, asked: tuple[str, ...] = ()) -> Window | None:
    article = flooded()
    sentence = next(s for s in split_sentences(article.text) if s.of(article.text).startswith(beginning))
    told = Stories([article]).elsewhere(article, sentence, asked)
    return Window(told.after, told.before) if told else None


JUNE = Window(date(2014, 6, 1), date(2014, 7, 1))


@pytest.mark.parametrize(
    ("beginning", "told"),
    [
        ("The harbour of Velmora flooded", None),  # the article's own day
        ("Two people died", None),
        ("That flood", JUNE),
        ("Thirteen people", JUNE),  # goes on with the flood before it
        ("The pier broke", JUNE),
        ("It has since", None),  # of the present again
        ("Mayor Ida Kell", None),  # when she took office is not when she thanked them
        ("The ferry will", None),  # another paragraph
        ("The harbour law", None),  # the name of a law
    ],
)
def test_what_a_sentence_looks_back_at(beginning: str, told: Window | None) -> None:
    assert elsewhere(beginning) == told


def test_a_relative_clause_counts_where_its_words_are_asked_about() -> None:
    took = {w.key for w in understand("Who took office?")[0].words if w.content}
    assert elsewhere("Mayor Ida Kell", tuple(took)) == Window(date(2016, 1, 1), date(2017, 1, 1))


def test_a_date_at_the_end_of_a_sentence_frames_nothing() -> None:
    article = flooded("Ida Kell spoke on 5 May 2014. Greta Moss spoke.")
    last = split_sentences(article.text)[1]
    assert Stories([article]).carried(article, last) is None


def test_what_is_looked_back_at_is_an_event_of_its_own_with_its_own_date() -> None:
    article = flooded()
    items = [evidence_of(article, s) for s in split_sentences(article.text)[1:4]]
    question = understand("How many people died in Velmora?")[0]
    found = happenings(items, Stories([article]), question)
    assert [(h.label, len(h.evidence), h.aside) for h in found] == [
        ("12 February 2019", 1, False),
        ("June 2014", 2, True),
    ]


def test_it_stands_with_the_report_of_its_event_where_there_is_one() -> None:
    older = Article(
        "two", "Velmora floods", "Thirteen people died in Velmora on Monday.", date(2014, 6, 4), "front matter"
    )
    article = flooded()
    items = [evidence_of(article, split_sentences(article.text)[3]), evidence_of(older, split_sentences(older.text)[0])]
    question = understand("How many people died in Velmora?")[0]
    (found,) = happenings(items, Stories([article, older]), question)
    assert found.label == "2 June 2014" and len(found.evidence) == 2 and not found.aside
