"""Lists of what somebody says: all of it, of nobody else, in the order of the article."""

import pytest

from index.records import Article, Chunk, Hit, Span, article_id
from index.sentences import split_sentences
from rag.compose import choose
from rag.evidence import find_evidence
from rag.question import understand
from rag.sayings import asks_sayings, says
from tests.fakes import BagEmbedder, PointsTo

TEXT = (
    "Ida Kell said the harbour would open soon. She hoped for ships. The harbour cost a lot. "
    '"It is far too small," said Rolf Dahl, the pilot. The mayor, Ida Kell, told reporters that ships would come. '
    "Kell’s office is in Lorne."
)
ARTICLE = Article(article_id("Harbour", TEXT), "Harbour", TEXT, None)


def keys(question: str) -> frozenset[str]:
    return asks_sayings(understand(question)[0])


@pytest.mark.parametrize(
    "question",
    [
        "Give me everything Ida Kell is quoted as saying.",
        "List Ida Kell's remarks about Norway.",
        "all statements by Ida Kell, please",
    ],
)
def test_a_list_of_somebodys_words_is_told_from_other_questions(question: str) -> None:
    assert keys(question) == {"ida", "kell"}


@pytest.mark.parametrize(
    "question", ["What did Ida Kell say?", "List all towns that Ida Kell visited.", "List all that was said of Norway."]
)
def test_other_questions_are_none(question: str) -> None:
    assert not keys(question)


def test_all_of_it_is_chosen_and_nothing_of_others() -> None:
    (question,) = understand("List everything that Ida Kell said.")
    hits = [Hit(Chunk(1, ARTICLE.id, Span(0, len(TEXT)), split_sentences(TEXT)), ARTICLE, 1.0, 1, 1)]
    embedder = BagEmbedder()
    chosen = choose(question, find_evidence(question, hits, embedder.encode, PointsTo("no such words")), 0.3)
    assert [e.text.split()[0] for e in chosen] == ["Ida", "She", "The"]
    assert all(says(asks_sayings(question), e.article, e.span) for e in chosen)
