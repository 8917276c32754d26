"""The dates that an article speaks of, each with the sentence that tells it."""

from bisect import bisect_right

from index.mentions import date_mentions
from index.records import Article, EventDate
from index.sentences import split_sentences

# Raised with every change of what is found here or in index.inference, so that a library made before is dated anew.
DATING = 1


def event_dates(article: Article) -> tuple[EventDate, ...]:
    """The dates in the article's ``event``, then those of its text in order of their place."""
    named = [EventDate(article.id, None, None, m.after, m.before, m.bound) for m in date_mentions(article.event)]
    sentences = split_sentences(article.text)
    starts = [s.start for s in sentences]
    told = []
    for m in date_mentions(article.text):
        place = bisect_right(starts, m.span.start) - 1
        told.append(EventDate(article.id, sentences[max(place, 0)], m.span, m.after, m.before, m.bound))
    return (*named, *told)
