"""Lists of what somebody says: all of it, of nobody else, in the order of the article."""

import pytest

from index.records import Article, Chunk, Hit, Span, article_id
from index.sentences import split_sentences
from rag.compose import choose
from rag.question import understand
from rag.sayings import asks_sayings, matter_said, says, says_of
from rag.selection import find_evidence
from rag.words import content_keys
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


@pytest.mark.parametrize(
    ("question", "who", "matter"),
    [
        ("What did Ida Kell say about the harbour?", "Ida Kell", "the harbour"),
        ("How does Kell see the salt price?", "Kell", "the salt price"),
        ("What is Kell's view on the harbour?", "Kell", "the harbour"),
        ("What does Kell say the guild wants?", "Kell", "the guild wants"),
        ("What did Ida Kell say?", "", ""),
        ("Who spoke about the harbour?", "", ""),
    ],
)
def test_of_what_somebody_s_words_are_asked(question: str, who: str, matter: str) -> None:
    found_who, found_matter = matter_said(understand(question)[0])
    assert content_keys(who) <= found_who and (found_matter == content_keys(matter))
    assert bool(found_who) == bool(who)


def test_the_words_of_that_person_on_that_matter() -> None:
    text = '"The harbour is shut," Ida Kell said. "The harbour is open," Bo Rann said. "Salt is dear," Kell said.'
    of = Article(article_id("Lorne", text), "Lorne", text, None)
    said = [says_of(frozenset({"kell"}), frozenset({"harbour"}), of, s) for s in split_sentences(of.text)]
    assert said == [True, False, False]
