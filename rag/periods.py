"""How well the dates of an article or a sentence fit the period that a question asks about."""

import re
from collections.abc import Mapping

from index.mentions import Mention, date_mentions
from index.records import Article
from rag.question import Question

_SINCE = re.compile(r"\b(?:since|after)\b[^.;:,]*$")
_UNTIL = re.compile(r"\b(?:before|until|till|prior to)\b[^.;:,]*$")


def period_fits(question: Question, articles: Mapping[str, Article]) -> dict[str, float]:
    """For each article id a value in [-1, 1]: 1 fits the period or order asked for, -1 does not, 0 says nothing."""
    if question.latest or question.first:
        order = sorted(articles, key=lambda id: last_day(articles[id]))
        place = {id: n / max(len(order) - 1, 1) for n, id in enumerate(order)}
        return {id: place[id] if question.latest else 1 - place[id] for id in articles}
    if not question.dated:
        return dict.fromkeys(articles, 0.0)
    return {id: _fit(question, article) for id, article in articles.items()}


def contradicts(question: Question, sentence: str) -> bool:
    """Whether the sentence tells of the other side of the date: "since March 2023" where "before" it was asked."""
    after, before = question.query.after, question.query.before
    if not question.beyond:
        return False
    for mention in date_mentions(sentence):
        lead = _lead(sentence, mention)
        if before is not None and after is None and mention.before == before and _SINCE.search(lead):
            return True
        if after is not None and before is None and mention.after == after and _UNTIL.search(lead):
            return True
    return False


def last_day(article: Article) -> tuple[str, str]:
    """Sort key for "the latest": the last day that the article is known to be at or after.

    A story told "since" a date is later than one told at it.
    """
    mentions = date_mentions(f"{article.event}\n{article.text}")
    days = [(m.before if m.bound else m.after).isoformat() for m in mentions]
    if article.published:
        days.append(article.published.isoformat())
    return max(days, default="0000"), article.id


def _fit(question: Question, article: Article) -> float:
    after, before = question.query.after, question.query.before
    published = article.published
    mentions = date_mentions(_told(article))
    inside = [m for m in mentions if (not after or m.before > after) and (not before or m.after < before)]
    if question.beyond:
        return _fit_beyond(question, article, inside)
    if published and (not after or published >= after) and (not before or published < before):
        return 1.0
    if any(not m.bound for m in inside):
        return 1.0
    if inside:
        # Its story lies beyond the date: "since the last round in March 2023" is told by a later article.
        return -0.5 if any("since" in lead for lead in _leads(article, inside)) else 0.2
    return -1.0 if published else 0.0


def _fit_beyond(question: Question, article: Article, inside: list[Mention]) -> float:
    """For "after March 2023": an article that is told from there on fits, one about March 2023 itself does not."""
    past = max((m.before for m in date_mentions(question.text)), default=None)
    if article.published and past and question.query.after and article.published >= past:
        return 1.0
    if question.query.after and any(_SINCE.search(lead) for lead in _leads(article, inside)):
        return 1.0
    return -0.5 if any(not m.bound for m in inside) else 0.2 if inside else -0.3


def _leads(article: Article, mentions: list[Mention]) -> list[str]:
    """The words before each of the dates that only bound the story."""
    text = _told(article)
    return [_lead(text, m) for m in mentions if m.bound]


def _told(article: Article) -> str:
    return f"{article.event}\n{article.title}\n{article.text}"


def _lead(text: str, mention: Mention) -> str:
    return text[max(0, mention.span.start - 70) : mention.span.start].lower()
