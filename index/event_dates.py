"""The dates that an article speaks of, each with the sentence that tells it."""

from bisect import bisect_right
from datetime import timedelta

from index.bylines import dateline_end
from index.mentions import Mention, date_mentions
from index.records import Article, EventDate, Window
from index.relative import lasting, relative_dates
from index.sentences import split_sentences

# Raised with every change of what is found here, in index.relative, index.mentions or index.inference, so that a
# library made before is dated anew.
DATING = 8


def event_dates(article: Article) -> tuple[EventDate, ...]:
    """The dates in the article's ``event``, then those of its text in order of their place."""
    named = [EventDate(article.id, None, None, m.after, m.before, m.bound) for m in date_mentions(article.event)]
    sentences = split_sentences(article.text)
    starts = [s.start for s in sentences]
    told = []
    dateline = dateline_end(article.text)
    for m in dates_told(article.text, reference_of(article)):
        if m.span.start < dateline:
            continue  # the day of the report, not of what it tells
        sentence = sentences[max(bisect_right(starts, m.span.start) - 1, 0)]
        after, before = lasting((m.after, m.before), sentence.of(article.text))
        told.append(EventDate(article.id, sentence, m.span, after, before, m.bound, m.resolved))
    return (*named, *told)


def dates_told(text: str, reference: Window | None) -> tuple[Mention, ...]:
    """The dates of a text written within ``reference``, those with a year and those half said, in order of place."""
    known = date_mentions(text)
    return tuple(sorted((*known, *relative_dates(text, reference, known)), key=lambda m: m.span.start))


def reference_of(article: Article) -> Window | None:
    """The day or period in which the article was published, None where nothing is known of it."""
    if article.published:
        return Window(article.published, article.published + timedelta(days=1))
    return article.published_within
