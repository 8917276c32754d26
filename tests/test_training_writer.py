"""Replies that the language model learns, and the lessons made of them. All texts are invented."""

from random import Random

import pytest

from index.records import Span
from rag.models import Message
from rag.prompt import NOT_FOUND
from rag.training.data import Corpus, Example, Page
from rag.training.declaring import declared
from rag.training.negatives import Grouper
from rag.training.statements import shortened, statement
from rag.training.train_writer import Lesson, WriterConfig, cut_batches, lessons


def _at(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


OPENED = "The new bridge, which cost 40 million euros, was opened by Ana Silva in May 2019, officials said."
BEGAN = "The talks between the unions and the company began in Porto on Monday after two weeks of strikes."


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "expected"),
    [
        ("Who led the talks?", "Ana Silva led the talks in Porto.", "Ana Silva", "Ana Silva led the talks"),
        ("When did the talks begin?", BEGAN, "Monday", "the talks began on Monday"),
        ("Where did the talks begin", BEGAN, "Porto", "the talks began in Porto"),
        ("When was the bridge opened?", OPENED, "May 2019", "the bridge was opened in May 2019"),
        ("Who was the bridge opened by?", OPENED, "Ana Silva", "the bridge was opened by Ana Silva"),
        ("Who was held in Porto?", "A young man was held in Porto.", "young man", "a young man was held in Porto"),
        ("What did Silva open?", "On Friday Silva opened the bridge.", "bridge", "Silva opened the bridge"),
        ("What is the aim of the plan?", "The aim of the plan is to save water.", "to save water",
         "the aim of the plan is to save water"),
    ],
)  # fmt: skip
def test_plain_questions_become_statements(question: str, sentence: str, answer: str, expected: str) -> None:
    assert declared(question, sentence, _at(sentence, answer)) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Was the bridge opened?", OPENED, "opened"),
        ("What kind of bridge is it?", "It is a stone bridge.", "stone"),
        ("What did the rain lead him to do?", "The rain led him to leave.", "leave"),
        ("When did it happen?", BEGAN, "Monday"),
        ("Where was the meeting?", "The meeting was in a nearby hall.", "nearby"),
        ("How many men?", "Six men came.", "Six"),
    ],
)
def test_what_no_pattern_fits_gives_nothing(question: str, sentence: str, answer: str) -> None:
    assert declared(question, sentence, _at(sentence, answer)) == ""


def test_asides_without_answer_and_question_words_go() -> None:
    assert shortened(OPENED, _at(OPENED, "Ana Silva"), "Who opened it?") == (
        "The new bridge was opened by Ana Silva in May 2019, officials said."
    )
    assert shortened(OPENED, _at(OPENED, "40 million euros"), "What did it cost?") == OPENED
    told = "However, the mayor (a former judge) resigned after the vote, while her deputy stayed."
    assert shortened(told, _at(told, "the mayor"), "Who resigned?") == "The mayor resigned after the vote."
    listed = "In terms of length, depth and width, the canal is the largest."
    assert shortened(listed, _at(listed, "the canal"), "What is the largest?") == listed


def test_a_reply_says_the_answer_in_words_of_the_passage() -> None:
    passage = f"It rained. {BEGAN}"
    assert statement("When did the talks begin?", passage, _at(passage, "Monday")) == "The talks began on Monday."
    # Words of the question that the passage lacks may not come into the reply.
    reply = statement("When did the negotiations begin?", passage, _at(passage, "Monday"))
    assert reply == BEGAN


def test_no_reply_where_none_holds_up() -> None:
    long = " ".join(["word"] * 60) + " Porto."
    assert statement("Where?", long, _at(long, "Porto")) == ""


def _corpus() -> Corpus:
    texts = [f"The talks in town {n} began on Monday. Nobody came from village {n}." for n in range(8)]
    pages = tuple(
        Page(f"k{n}", f"Town {n}", t, (Span(0, t.index(".") + 1), Span(t.index(".") + 2, len(t))))
        for n, t in enumerate(texts)
    )
    asked = tuple(
        Example(f"When did the talks in town {n} begin?", n, _at(t, "Monday"), False, "qed")
        for n, t in enumerate(texts)
    )
    return Corpus(pages, asked)


def test_lessons_answer_the_right_passage_and_refuse_the_others() -> None:
    corpus = _corpus()
    grouper = Grouper(corpus, negatives=2, sizes=(1, 0, 0, 0))
    seen: list[tuple[str, str]] = []

    def encode(messages: list[Message], reply: str) -> Lesson:
        seen.append((messages[-1].content, reply))
        return Lesson((1,), (2,))

    for n, example in enumerate(corpus.examples):
        lessons(example, grouper, WriterConfig(copied=1.0, hinted=1.0), Random(n), encode)  # type: ignore[arg-type]
    answered = [(asked, reply) for asked, reply in seen if reply != NOT_FOUND]
    refused = [asked for asked, reply in seen if reply == NOT_FOUND]
    assert len(answered) == len(corpus.examples) and refused
    assert all("began on Monday." in asked and asked.endswith("Answer: Monday") for asked, _ in answered)
    assert all("Monday" in reply for _, reply in answered)
    assert not any("Answer:" in asked for asked in refused)  # a bare answer would give the refusal away


def test_batches_keep_within_their_tokens_and_lose_nothing() -> None:
    random = Random(3)
    found = [Lesson((1,) * random.randint(3, 60), (2,) * random.randint(1, 20)) for _ in range(200)]
    cut = cut_batches(found, 300)
    assert sorted(map(id, (item for batch in cut for item in batch))) == sorted(map(id, found))
    assert all(len(batch) * max(item.length for item in batch) <= 300 for batch in cut)
