"""An answer to its record and back: nothing that is shown of it is lost."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Article, Chunk, Hit, Span, Window, article_id
from rag.answer import Answer, Cell, Citation, Row, Seconds, Sentence, Table, answer_json
from rag.answer_record import answer_record, read_answer, read_window, window_record
from tests.fake_colloquy import COPY, FERRY, HITS, SCRIPT, TABLE
from ui import answers, panel
from ui.exchange import Exchange

# Blanks at the ends of lines, paragraphs longer than what a card shows of them, marks of HTML and a lone surrogate.
WORDS = st.text(st.sampled_from("abz <&\"'é\u2028\udc80"), min_size=1, max_size=12) | st.just("harbour " * 60)
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=3).map("\n".join), min_size=1, max_size=4).map("\n\n".join)
DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))
WINDOWS = st.tuples(st.none() | DAYS, st.none() | DAYS).map(
    lambda days: Window(*sorted(days)) if None not in days and days[0] != days[1] else Window(days[0], None)  # type: ignore[type-var]
)


@st.composite
def articles(draw: st.DrawFn, text: str = "") -> Article:
    text = text or draw(TEXTS)
    title = draw(WORDS)
    return Article(
        article_id(title, text),
        title,
        text,
        published=draw(st.none() | DAYS),
        published_from=draw(st.sampled_from(["", "inferred", "user"])),
        publisher=draw(WORDS),
        path="a/b.md",
        event=draw(st.just("") | WORDS),
        published_within=draw(st.none() | WINDOWS.filter(bool)),
    )


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text) - 1))
    return Span(start, draw(st.integers(start + 1, len(text))))


@st.composite
def whole_answers(draw: st.DrawFn) -> Answer:
    held = draw(st.lists(articles(), min_size=1, max_size=3, unique_by=lambda a: a.id))

    def citation(number: int) -> Citation:
        source = draw(st.sampled_from(held))
        span = draw(spans(source.text))
        copies = draw(st.lists(articles(f"Before.\n\n{source.text}"), max_size=1))
        return Citation(number, source, span, span.of(source.text), draw(st.floats(0, 1)), tuple(copies))

    cited = [citation(n) for n in range(1, draw(st.integers(1, 4)) + 1)]

    def some() -> tuple[Citation, ...]:
        return tuple(draw(st.lists(st.sampled_from(cited), min_size=1, max_size=2, unique=True)))

    def cell() -> Cell:
        return Cell(draw(WORDS), some()) if draw(st.booleans()) else Cell()

    def hit(number: int) -> Hit:
        source = draw(st.sampled_from(held))
        span = draw(spans(source.text))
        return Hit(Chunk(number, source.id, span, (span,)), source, draw(st.floats(0, 9)), number, None)

    table = Table(("a|b", "c"), tuple(Row(cell(), (cell(), cell())) for _ in range(draw(st.integers(0, 2)))))
    return Answer(
        question=draw(WORDS),
        sentences=tuple(Sentence(draw(WORDS), some(), draw(st.booleans())) for _ in range(draw(st.integers(0, 3)))),
        abstained=draw(st.just("") | WORDS),
        unanswered=tuple(draw(st.lists(WORDS, max_size=2))),
        short=draw(st.just("") | WORDS),
        window=draw(WINDOWS),
        hits=tuple(hit(n) for n in range(draw(st.integers(0, 3)))),
        nearest=tuple(draw(st.lists(st.sampled_from(held), max_size=2))),
        seconds=Seconds(*draw(st.tuples(*[st.floats(0, 100)] * 3))),
        remark=draw(st.just("") | WORDS),
        table=draw(st.sampled_from([None, table])),
    )


def again(answer: Answer) -> Answer:
    """Through JSON, as a file holds it."""
    return read_answer(json.loads(json.dumps(answer_record(answer))))


def shown(answer: Answer) -> tuple[str, str]:
    exchange = Exchange(1, answer.question, "done", answer.hits, answer.sentences, answer)
    return answers.answer_html(exchange), panel.panel_html([exchange])


def without_texts(answer: Answer) -> Answer:
    """The answer as far as it does not lie in the text of an article."""
    bare = Article("x", "", "")
    return replace(
        answer,
        sentences=tuple(replace(s, citations=()) for s in answer.sentences),
        hits=tuple(replace(h, article=bare) for h in answer.hits),
        nearest=tuple(replace(a, text="") for a in answer.nearest),
        table=None,
    )


@settings(max_examples=150, deadline=None)
@given(whole_answers())
def test_an_answer_read_back_is_shown_the_same(answer: Answer) -> None:
    back = again(answer)
    assert without_texts(back) == without_texts(answer)
    assert [replace(c.article, text="") for c in back.citations] == [
        replace(c.article, text="") for c in answer.citations
    ]
    assert [(c.span, c.quote, c.support) for c in back.citations] == [
        (c.span, c.quote, c.support) for c in answer.citations
    ]
    assert back.text == answer.text and answer_json(back) == answer_json(answer)
    assert shown(back) == shown(answer)
    # Nothing is lost at the second reading either.
    assert again(back) == back


def test_a_line_of_white_space_alone_ends_a_paragraph() -> None:
    article = Article("x", "Ferry", "First words.\n\u2028\n\nSecond words.\n \nThird words.")
    for quote in ("First", "Second", "Third"):
        start = article.text.index(quote)
        citation = Citation(1, article, Span(start, start + len(quote)), quote, 1.0)
        answer = Answer("Who?", (Sentence(f"{quote}.", (citation,)),))
        assert shown(again(answer)) == shown(answer)
        assert again(answer).citations[0].article.text.strip() == f"{quote} words."


def test_no_more_of_an_article_is_kept_than_is_shown() -> None:
    record = json.dumps(answer_record(Answer("Who?", SCRIPT["ferry"], hits=HITS[:1])))
    assert "Engineer Tove Lind led the work" in record and "Background note" not in record
    back = again(Answer("Who?", SCRIPT["ferry"], hits=HITS[:1]))
    assert back.citations[0].article.text.strip() != FERRY.text and back.citations[1].copies[0].title == COPY.title


def test_a_table_comes_back() -> None:
    answer = Answer("Compared?", table=TABLE)
    assert shown(again(answer)) == shown(answer) and again(answer).table is not None


@pytest.mark.parametrize(
    "damage",
    [
        {},
        {"citations": None},
        {"citations": [{"number": 1, "article": 7, "span": [0, 1], "support": 1, "copies": []}]},
        {"articles": [{"id": "x"}]},
        {"window": ["soon", None]},
        {"sentences": [{"text": "x", "citations": [9], "item": False}]},
        {"seconds": [1, 2, 3, 4]},
        {"table": {"columns": ["a"], "rows": [[["x", []], []]]}},
    ],
)
def test_another_form_is_refused(damage: dict[str, object]) -> None:
    record = answer_record(Answer("Who?", SCRIPT["ferry"])) | damage if damage else {}
    with pytest.raises(ValueError):  # noqa: PT011 - each damage has its own words
        read_answer(record)


@given(st.none() | WINDOWS)
def test_a_period_comes_back(window: Window | None) -> None:
    assert read_window(json.loads(json.dumps(window_record(window)))) == window
