"""Events compared: a row for each, filled from its own articles alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from index.records import Article, Span, article_id
from index.sentences import split_sentences
from rag.answer import Cell, Table
from rag.compare import Column
from rag.compose import Citations
from rag.evidence import Evidence
from rag.happenings import happenings
from rag.question import Question, understand
from rag.stories import Stories
from rag.tables import Look, table_of

THRESHOLD = 0.5
WHO = Column("Who led", "Who led the talks?")
WHERE = Column("Where", "Where were the talks held?")
WHAT = Column("What", "What did the talks bring?")


def article(text: str, published: date | None = None, title: str = "") -> Article:
    return Article(article_id(title, text), title, text, published)


def evidence(
    of: Article, words: str, short: str = "", answerable: float = 0.9, told: bool = False, sure: bool = True
) -> Evidence:
    span = next(s for s in split_sentences(of.text) if words in s.of(of.text))
    at = of.text.find(short, span.start)
    return Evidence(of, span, Span(at, at + len(short)) if short else None, 1.0, answerable, told=told, sure=sure)


SPRING = article("The talks of 6-7 March 2021 went on in Lorne. Ida Kell led them. Salt came of it.")
AUTUMN = article("Tom Rowe led them. Fish came of it.", date(2023, 10, 5))
PLAIN = article("Greta Moss led them.", title="Talks of old")
FOUND = {
    (SPRING.id, "who"): [evidence(SPRING, "led", "Ida Kell")],
    (SPRING.id, "where"): [evidence(SPRING, "Lorne", "Lorne", told=True)],
    (SPRING.id, "what"): [evidence(SPRING, "Salt", "Salt")],
    (AUTUMN.id, "who"): [evidence(AUTUMN, "led", "Tom Rowe")],
    (AUTUMN.id, "what"): [evidence(AUTUMN, "Fish", "Fish")],
    (PLAIN.id, "who"): [evidence(PLAIN, "led", "Greta Moss")],
}


def look(asked: Question, within: Sequence[Article]) -> Sequence[Evidence]:
    return [e for a in within for e in FOUND.get((a.id, asked.kind), [])]


def table(*columns: Column, held: Sequence[Article] = (SPRING, AUTUMN), looking: Look = look) -> Table | None:
    events = happenings([Evidence(a, split_sentences(a.text)[0], None, 1.0, 0.0) for a in held], Stories(held))
    asked = [(c, understand(c.question)[0]) for c in columns]
    return table_of(asked, events, looking, THRESHOLD, Citations())


def rows(found: Table | None) -> list[tuple[str, ...]]:
    assert found is not None
    return [(r.event.text, *(c.text for c in r.cells)) for r in found.rows]


def test_each_event_is_a_row_the_newest_first() -> None:
    found = table(WHO)
    assert found is not None and found.columns == ("Who led",)
    assert rows(found) == [("5 October 2023", "Tom Rowe"), ("6–7 March 2021", "Ida Kell")]


def test_a_cell_that_an_event_does_not_state_is_empty() -> None:
    found = table(WHO, WHERE)
    assert rows(found) == [("5 October 2023", "Tom Rowe", ""), ("6–7 March 2021", "Ida Kell", "Lorne")]
    assert found is not None and found.rows[0].cells[1] == Cell()


def test_what_is_no_name_date_or_place_is_quoted() -> None:
    assert rows(table(WHAT)) == [("5 October 2023", "“Fish came of it.”"), ("6–7 March 2021", "“Salt came of it.”")]


def test_each_cell_is_cited_to_an_article_of_its_own_event() -> None:
    found = table(WHO, WHERE)
    assert found is not None
    for row, of in zip(found.rows, (AUTUMN, SPRING), strict=True):
        for cell in (row.event, *row.cells):
            assert all(c.article is of and of.text[c.span.start : c.span.end] == c.quote for c in cell.citations)


def test_the_heading_of_a_row_is_cited_to_the_words_that_tell_the_date() -> None:
    found = table(WHO)
    assert found is not None
    new, old = found.rows
    assert [c.quote for c in old.event.citations] == ["The talks of 6-7 March 2021 went on in Lorne."]
    assert new.event.citations == new.cells[0].citations  # the day is that of its paper; no words tell it


def test_an_undated_event_is_headed_by_its_title_or_by_that_it_is_unknown() -> None:
    bare = article("Otto Penn led them.")

    def both(asked: Question, within: Sequence[Article]) -> Sequence[Evidence]:
        return [evidence(bare, "led", "Otto Penn")] if within[0] is bare else look(asked, within)

    assert rows(table(WHO, held=(PLAIN, SPRING, bare), looking=both)) == [
        ("6–7 March 2021", "Ida Kell"),
        ("Talks of old", "Greta Moss"),
        ("date unknown", "Otto Penn"),
    ]


@pytest.mark.parametrize(
    ("columns", "held"), [([WHO], []), ([WHO], [SPRING]), ([WHERE], [SPRING, AUTUMN]), ([WHAT], [SPRING, PLAIN])]
)
def test_fewer_than_two_events_that_say_anything_are_no_table(columns: list[Column], held: list[Article]) -> None:
    assert table(*columns, held=held) is None


def unsure(answerable: float, told: bool = False, short: str = "Tom Rowe") -> Look:
    def looking(asked: Question, within: Sequence[Article]) -> Sequence[Evidence]:
        return [evidence(AUTUMN, "led", short, answerable, told)] if within[0] is AUTUMN else look(asked, within)

    return looking


@pytest.mark.parametrize(
    ("looking", "stated"),
    [
        (unsure(0.36), True),
        (unsure(0.34), False),
        (unsure(0.12, told=True), True),
        (unsure(0.11, told=True), False),
        (unsure(0.9, short=""), False),
    ],
)
def test_a_cell_must_be_sure_enough_and_have_a_name_where_one_is_asked(looking: Look, stated: bool) -> None:
    assert (table(WHO, looking=looking) is not None) == stated


def test_beside_another_column_a_person_must_surely_be_of_the_side_asked_about() -> None:
    def looking(asked: Question, within: Sequence[Article]) -> Sequence[Evidence]:
        return [replace(e, sure=asked.kind != "who" or within[0] is SPRING) for e in look(asked, within)]

    assert rows(table(WHO, WHAT, looking=looking)) == [
        ("5 October 2023", "", "“Fish came of it.”"),
        ("6–7 March 2021", "Ida Kell", "“Salt came of it.”"),
    ]


def test_what_the_form_tells_goes_before_what_the_reader_found() -> None:
    def looking(asked: Question, within: Sequence[Article]) -> Sequence[Evidence]:
        if within[0] is not AUTUMN:
            return look(asked, within)
        return [evidence(AUTUMN, "Fish", "Fish"), evidence(AUTUMN, "led", "Tom Rowe", told=True)]

    assert rows(table(WHO, looking=looking))[0] == ("5 October 2023", "Tom Rowe")


def test_each_column_is_asked_of_each_event_with_its_own_question() -> None:
    seen: list[tuple[str, tuple[str, ...]]] = []

    def looking(asked: Question, within: Sequence[Article]) -> Sequence[Evidence]:
        seen.append((asked.text, tuple(a.id for a in within)))
        return look(asked, within)

    table(WHO, WHERE, looking=looking)
    assert seen == [(c.question, (a.id,)) for a in (AUTUMN, SPRING) for c in (WHO, WHERE)]


def test_where_nothing_is_compared_nothing_is_numbered() -> None:
    citations = Citations()
    events = happenings([Evidence(PLAIN, split_sentences(PLAIN.text)[0], None, 1.0, 0.0)], Stories([PLAIN]))
    asked = [(WHO, understand(WHO.question)[0])]
    assert table_of(asked, events, look, THRESHOLD, citations) is None
    assert citations.cite(SPRING, split_sentences(SPRING.text)[0], 1.0).number == 1
