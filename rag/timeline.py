"""The articles of a library, and the events that they speak of, in order of time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from index.records import Article, EventDate, Span, Window
from rag.answer import window_json
from rag.periods_words import published_words, window_words

if TYPE_CHECKING:
    from index.library import Library

# A period of more days, three months, says little about when: it is drawn fainter.
LONGEST_CLOSE = 92


@dataclass(frozen=True, slots=True)
class Entry:
    """An article at the day or in the period of its publication, or an event at its own.

    ``period`` is open where no date is known. ``label`` is the headline, or for an event the sentence that tells it, in
    the first of ``article_ids``, at ``span`` of its text; None where its ``event`` names it. ``when`` is the period in
    words.
    """

    kind: Literal["article", "event"]
    period: Window
    label: str
    article_ids: tuple[str, ...]
    when: str
    cited: bool = False
    span: Span | None = None

    @property
    def vague(self) -> bool:
        """Whether the period is longer than three months, such as a year, or open on a side."""
        after, before = self.period.after, self.period.before
        return after is None or before is None or (before - after).days > LONGEST_CLOSE


def timeline(library: "Library", cited_article_ids: Collection[str] = ()) -> tuple[Entry, ...]:
    """Articles and events, newest first, those of unknown date last; the articles of ``cited_article_ids`` are cited.

    An event is a date that an article speaks of as its story's own; dates that only bound one ("since March 2023") are
    none. The same period told by several articles is one event.
    """
    cited = frozenset(cited_article_ids)
    articles = {a.id: a for a in library.articles()}
    entries = [
        Entry("article", period_of(a), _headline(a), (a.id,), published_words(a), a.id in cited)
        for a in articles.values()
    ]
    told: dict[tuple[date, date], list[EventDate]] = defaultdict(list)
    for event in library.event_dates():
        if not event.bound and event.article_id in articles:
            told[event.after, event.before].append(event)
    entries += [_event(library, dates, articles) for dates in told.values()]
    return tuple(sorted(entries, key=_newest_first))


def within(entries: Sequence[Entry], window: Window) -> tuple[Entry, ...]:
    """The entries whose period has a day in ``window``; those of unknown date only where it is open."""
    if not window:
        return tuple(entries)
    return tuple(
        e for e in entries if e.period and window.meets(e.period.after or date.min, e.period.before or date.max)
    )


def period_of(article: Article) -> Window:
    """The day of publication as a period, else the period that it must lie in, open where nothing is known."""
    if article.published is None:
        return article.published_within or Window()
    if article.published == date.max:
        return Window(article.published, None)
    return Window(article.published, article.published + timedelta(days=1))


def entry_json(entry: Entry) -> dict[str, Any]:
    """The entry for scripts; dates are ISO days or null, ``after <= day < before``."""
    return {
        "kind": entry.kind,
        **(window_json(entry.period) or {}),
        "when": entry.when,
        "label": entry.label,
        "articles": list(entry.article_ids),
    }


def timeline_lines(entries: Sequence[Entry]) -> list[str]:
    """A line of plain text for each entry: when, what kind, what, and how many articles tell it where several do."""
    width = max((len(e.when) for e in entries), default=0)
    return [f"{e.when:<{width}}  {e.kind:<7}  {e.label}{_told_by(e)}" for e in entries]


def _headline(article: Article) -> str:
    return " ".join(article.title.split()) or "Untitled article"


def _told_by(entry: Entry) -> str:
    return f" ({len(entry.article_ids)} articles)" if len(entry.article_ids) > 1 else ""


def _event(library: "Library", dates: Sequence[EventDate], articles: dict[str, Article]) -> Entry:
    # A sentence can be opened where it stands; one with the whole date in it says more than one that says "Tuesday".
    teller = min(dates, key=lambda d: (d.sentence is None, d.resolved, d.sentence.start if d.sentence else 0))
    others = dict.fromkeys(d.article_id for d in dates)
    ids = (teller.article_id, *(id for id in others if id != teller.article_id))
    period = Window(teller.after, teller.before)
    return Entry(
        "event",
        period,
        _label(library, teller, articles),
        ids,
        window_words(period),
        span=teller.sentence,
    )


def _label(library: "Library", event: EventDate, articles: dict[str, Article]) -> str:
    if event.sentence is None:
        return " ".join(articles[event.article_id].event.split())
    # The list of articles comes without their texts; only those that tell an event are read.
    whole = library.article(event.article_id)
    return " ".join(event.sentence.of(whole.text).split()) if whole else ""


def _newest_first(entry: Entry) -> tuple[bool, int, int, str, str, str]:
    after, before = entry.period.after, entry.period.before
    start = (after or before or date.min).toordinal()
    end = (before or after or date.min).toordinal()
    unknown = not entry.period
    return unknown, -start, -end, entry.kind, entry.label, entry.article_ids[0]
