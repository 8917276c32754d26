"""The dated line of one event, and the lines of others who did it."""

from datetime import date

import pytest

from index.records import Article, Span, article_id
from index.sentences import split_sentences
from rag.answer import Sentence
from rag.compose import Citations
from rag.event_lines import BESIDE, bare_answers, dated_line, event_lines
from rag.evidence import Evidence
from rag.happenings import happenings
from rag.question import understand
from rag.stories import Stories

WHO = "Who chaired the talks?"


def article(text: str, published: date | None = None) -> Article:
    return Article(article_id("", text), "", text, published)


def evidence(of: Article, words: str, short: str = "", **values: object) -> Evidence:
    span = next(s for s in split_sentences(of.text) if words in s.of(of.text))
    at = of.text.find(short, span.start)
    found = Span(at, at + len(short)) if short else None
    return Evidence(of, span, found, **{"score": 1.0, "answerable": 0.9, **values})  # type: ignore[arg-type]


def lines(question: str, *items: Evidence) -> list[Sentence]:
    (event,) = happenings(items, Stories([e.article for e in items]))
    return event_lines(understand(question)[0], event, Citations())


def quotes(said: Sentence) -> list[str]:
    return [c.quote for c in said.citations]


TALKS = article(
    "Talks on salt ended. They were held on 6-7 March 2021. Ida Kell chaired them. Tom Rowe chaired them too."
)


def test_a_line_opens_with_the_date_and_the_answer() -> None:
    (line,) = lines(WHO, evidence(TALKS, "Ida Kell", "Ida Kell"))
    assert line.text == "6–7 March 2021: Ida Kell — “Ida Kell chaired them.”" and line.item


def test_an_unsure_answer_is_left_to_the_words_that_give_it() -> None:
    (line,) = lines(WHO, evidence(TALKS, "Ida Kell", "Ida Kell", answerable=0.5))
    assert line.text == "6–7 March 2021: “Ida Kell chaired them.”"


def test_the_sentence_that_tells_the_date_is_cited_behind_the_evidence() -> None:
    (line,) = lines(WHO, evidence(TALKS, "Ida Kell", "Ida Kell"))
    assert quotes(line) == ["Ida Kell chaired them.", "They were held on 6-7 March 2021."]
    assert [c.number for c in line.citations] == [1, 2] and all(c.support == 1 for c in line.citations)


def test_a_sentence_that_tells_its_date_itself_is_cited_once() -> None:
    of = article("Ida Kell chaired the talks of 6-7 March 2021.")
    (line,) = lines(WHO, evidence(of, "Ida Kell", "Ida Kell"))
    assert line.text.startswith("6–7 March 2021: ") and quotes(line) == [of.text]


def test_a_date_of_publication_has_no_words_to_cite() -> None:
    of = article("Ida Kell chaired them.", date(2014, 5, 1))
    (line,) = lines(WHO, evidence(of, "Ida Kell", "Ida Kell"))
    assert line.text.startswith("1 May 2014: ") and quotes(line) == [of.text]


def test_an_undated_event_has_a_line_without_a_date() -> None:
    of = article("Ida Kell chaired them.")
    (line,) = lines(WHO, evidence(of, "Ida Kell", "Ida Kell"))
    assert line.text == "Ida Kell — “Ida Kell chaired them.”" and line.item


@pytest.mark.parametrize(
    ("said", "word"), [("Ida Kell chaired the talks.", "Yes"), ("Ida Kell never chaired the talks.", "No")]
)
def test_yes_and_no_stand_behind_the_date(said: str, word: str) -> None:
    of = article(said, date(2014, 5, 1))
    (line,) = lines("Did Ida Kell chair the talks?", evidence(of, "Ida Kell"))
    assert line.text == f"1 May 2014: {word} — “{said}”"


def kell(**values: object) -> Evidence:
    return evidence(TALKS, "Ida Kell", "Ida Kell", **{"told": True, **values})


def rowe(**values: object) -> Evidence:
    return evidence(TALKS, "Tom Rowe", "Tom Rowe", **{"told": True, "score": 0.9, **values})


def test_others_who_did_it_have_lines_of_their_own() -> None:
    found = lines(WHO, kell(), rowe())
    assert [line.text for line in found] == [
        "6–7 March 2021: Ida Kell — “Ida Kell chaired them.”",
        "6–7 March 2021: Tom Rowe — “Tom Rowe chaired them too.”",
    ]


@pytest.mark.parametrize(
    "other",
    [
        rowe(told=False),
        rowe(far=0.5),
        rowe(score=0.99 - BESIDE),
        evidence(TALKS, "Ida Kell", "Ida Kell", told=True, score=0.8),
    ],
)
def test_what_does_not_tell_another_surely_has_no_line(other: Evidence) -> None:
    assert len(lines(WHO, kell(), other)) == 1


@pytest.mark.parametrize("question", ["Who chaired the talks for Ostland?", "Where did they chair the talks?"])
def test_others_are_told_only_where_it_is_asked_who_of_no_side(question: str) -> None:
    assert len(lines(question, kell(), rowe())) == 1


def test_others_are_not_told_beside_what_the_reader_guessed() -> None:
    assert len(lines(WHO, kell(told=False), rowe())) == 1


def test_lines_of_several_events_share_their_numbers() -> None:
    citations = Citations()
    (event,) = happenings([kell(), rowe()], Stories([TALKS]))
    first, second = event_lines(understand(WHO)[0], event, citations)
    assert [c.number for c in (*first.citations, *second.citations)] == [1, 2, 3, 2]


def test_what_differs_stands_behind_the_date_of_its_paper() -> None:
    (question,) = understand(WHO)
    dated, undated = article("Ida Kell chaired them.", date(2014, 5, 1)), article("Tom Rowe chaired them.")
    said = dated_line(question, evidence(dated, "Ida Kell", "Ida Kell"), Citations())
    assert (said.text, said.item) == ("Published 1 May 2014: Ida Kell — “Ida Kell chaired them.”", True)
    assert dated_line(question, evidence(undated, "Tom Rowe"), Citations()).text == "“Tom Rowe chaired them.”"


SALT = article("The ship of 2021 brought salt. Ida Kell met it.", date(2021, 5, 3))
SEA_SALT = article("The ship of 2019 brought sea salt.", date(2019, 5, 3))
KELL = article("The ship of 2021 saw Kell.", date(2021, 5, 4))
CORN = article("The ship of 2017 brought corn.", date(2017, 5, 3))


@pytest.mark.parametrize(
    ("question", "told", "bare"),
    [
        ("What did the ship bring?", ((SALT, "salt"), (SEA_SALT, "sea salt")), "salt"),
        ("What did the ship bring?", ((SALT, "salt"), (CORN, "corn")), "salt (3 May 2021); corn (3 May 2017)"),
        ("What did the ship bring?", ((SALT, "salt"), (CORN, "")), ""),
        ("Who met the ship?", ((SALT, "Ida Kell"), (KELL, "Kell")), "Kell"),
        ("When did the ship come?", ((SALT, "2021"), (KELL, "2021")), "2021 (4 May 2021); 2021 (3 May 2021)"),
        ("Why did the ship come?", ((SALT, "salt"), (CORN, "corn")), ""),
        ("Which things did the ships bring?", ((SALT, "salt"), (CORN, "corn")), ""),
    ],
)
def test_the_bare_answers_of_several_events(question: str, told: tuple[tuple[Article, str], ...], bare: str) -> None:
    items = [evidence(of, "ship", short) for of, short in told]
    events = [e for item in items for e in happenings([item], Stories([item.article]))]
    assert bare_answers(understand(question)[0], events) == bare
