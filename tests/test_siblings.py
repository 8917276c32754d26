"""Articles on events of one series, by what they open with."""

from index.records import Article, article_id
from rag.siblings import MOST, siblings
from tests.fakes import BagEmbedder


def article(title: str, text: str) -> Article:
    return Article(article_id(title, text), title, text)


FAIR = article("Bread fair in Lorne", "The bread fair in Lorne drew 40 bakers. It rained. The mayor opened it.")
NEXT = article("Bread fair in Lorne draws more bakers", "The bread fair drew 50 bakers. The sun shone.")
TALKS = article("Miners meet owners", "Talks on salt were held in Arl. Nobody signed.")
LATE = article(
    "Miners meet owners again", "Talks on salt went on. Nobody signed. They spoke. The bread fair in Lorne drew bakers."
)


def test_editions_of_one_fair_are_siblings_and_talks_are_not() -> None:
    embed = BagEmbedder().encode
    assert siblings(FAIR, [NEXT, TALKS, LATE], embed) == {NEXT.id}
    assert siblings(NEXT, [TALKS, FAIR], embed) == {FAIR.id}


def test_no_article_is_its_own_sibling() -> None:
    assert siblings(FAIR, [FAIR], BagEmbedder().encode) == frozenset()


def test_only_the_first_articles_are_compared() -> None:
    others = [article(f"Miners {n}", f"Talks on salt, number {n}.") for n in range(MOST)]
    assert siblings(FAIR, [*others, NEXT], BagEmbedder().encode) == frozenset()
