"""A sentence that may answer a question, with what is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from index.records import Article, Hit, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer. ``span`` is the sentence, ``short`` the bare answer inside it where one was found,
    ``others`` what else it might be, likeliest first; all are offsets into ``article.text``. ``score`` orders;
    ``answerable`` in [0, 1] decides whether to answer; ``period`` in [-1, 1] says how well it fits the dates asked for;
    ``missing`` are names that its article lacks; ``told``: the form of the sentence, not the judge, gave ``short``,
    ``sure``: and surely so, of the side that is asked about;
    ``far``: share of the question's names that stand neither in it nor beside it; ``copies``: other
    articles that say the same in nearly the same words."""

    article: Article
    span: Span
    short: Span | None
    score: float
    answerable: float
    period: float = 0.0
    missing: tuple[str, ...] = ()
    others: tuple[Span, ...] = ()
    told: bool = False
    far: float = 0.0
    copies: tuple[Article, ...] = ()
    sure: bool = False

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)

    @property
    def logit(self) -> float:
        """That of ``answerable``."""
        sure = min(max(self.answerable, 1e-9), 1 - 1e-9)
        return log(sure / (1 - sure))


def articles_of(items: Iterable[Evidence | Hit]) -> list[Article]:
    """The articles of evidence or hits, each once, in the order of the first of each."""
    return list({item.article.id: item.article for item in items}.values())
