"""Articles on events of one series: the yearly fair, the rounds of a dialogue, the trial and the appeal."""

from collections.abc import Callable, Sequence

from index.embed import Matrix
from index.records import Article
from index.sentences import split_sentences
from rag.places import LEAD

# Cosine of what two articles open with. Of 14, 12 and 13 invented articles in series of three, 0.29 to 0.72 within a
# series and up to 0.31 between two; see EXPERIMENTS.md.
NEAR = 0.33
MOST = 12  # articles compared


def siblings(article: Article, others: Sequence[Article], embed: Callable[[Sequence[str]], Matrix]) -> frozenset[str]:
    """Ids of those of the first ``MOST`` others that open with the like of what the article opens with."""
    apart = [a for a in others if a.id != article.id][:MOST]
    if not apart:
        return frozenset()
    vectors = embed([_opening(a) for a in (article, *apart)])
    near = (vectors[1:] @ vectors[0]).tolist()
    return frozenset(a.id for a, cosine in zip(apart, near, strict=True) if cosine >= NEAR)


def _opening(article: Article) -> str:
    lead = (s.of(article.text) for s in split_sentences(article.text)[:LEAD])
    return f"{article.title}. {' '.join(lead)}"
