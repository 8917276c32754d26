"""What an answer rests on: the evidence for a question, and which events of the articles it fits."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from index.embed import Matrix
from index.library import Library
from index.records import Article, Hit, Span, Window
from index.sentences import split_sentences
from rag.agents import agent_of, asks_side
from rag.answer import Table
from rag.compare import columns_of, goes_on
from rag.compose import Citations, distinct, missing_phrases, sure_first
from rag.earlier import asks_earlier
from rag.evidence import Evidence, articles_of
from rag.happenings import Happening, earliest, enough, fitting, happenings, newest_first, wants_value
from rag.held_words import held, held_by, holds_most
from rag.judging import PassageJudge
from rag.neighbours import beside_event
from rag.persons import names_person
from rag.places import asks_place, event_places, place_of_event, was_in
from rag.premises import asked_instead
from rag.question import Question, Turn, understand
from rag.selection import beside, find_evidence
from rag.siblings import siblings
from rag.stories import Stories
from rag.tables import table_of
from rag.when import date_to_come, lies_ahead, of_own_event, undated_match, whether
from rag.windows import Asked, beyond
from rag.words import words

# Articles that the passages come from at least, as far as there are so many among so many times the passages wanted.
SOURCES, FURTHER = 5, 5
# Chunks that the events of a question are looked for in, and how many of a comparison or besides the best are asked.
WIDE, MOST_EVENTS, MOST_OTHERS = 40, 8, 3
MOST_YEARS = 4  # among which that of a month without a year is looked for
APART = 1  # of the question's words may stand in the best sentence and not in an article of the same series
ON_SUBJECT = 0.34  # of the words, names aside, that the best article has of a question, those another must have


class Finder:
    """Looks for evidence in a library. Without ``time``, periods and dates play no part. Safe to use from several
    threads."""

    def __init__(
        self,
        library: Library,
        embed: Callable[[Sequence[str]], Matrix],
        judge: PassageJudge | None,
        threshold: float,
        passages: int,
        time: bool,
    ) -> None:
        self.library = library
        self.judge = judge
        self.threshold = threshold
        self.passages = passages
        self.time = time
        self._embed = embed

    def hits(self, question: Question, articles: Sequence[str] = (), limit: int = 0) -> tuple[Hit, ...]:
        """The best chunks, of these articles where any are named; ``limit`` many, or as the question says, and then the
        best ones of further articles up to ``SOURCES``: those of one long article may be all that is best."""
        query = replace(question.query, articles=tuple(articles), limit=limit or question.query.limit * FURTHER)
        found = self.library.search(query)
        if limit:
            return found
        wanted = question.query.limit
        kept = list(found[:wanted])
        sources = {h.article.id for h in kept}
        for hit in found[wanted:]:
            if len(sources) < min(SOURCES, wanted) and hit.article.id not in sources:
                sources.add(hit.article.id)
                kept.append(hit)
        return tuple(kept)

    def stories(self, hits: Sequence[Hit]) -> Stories:
        """When what the articles of the hits tell was."""
        articles = articles_of(hits)
        return Stories(articles, self.library.event_dates([a.id for a in articles]) if articles else ())

    def evidence(
        self, question: Question, hits: Sequence[Hit], stories: Stories, last: Evidence | None = None
    ) -> Sequence[Evidence]:
        """The sentences of the hits, best first, the first that is sure enough in front of those hardly better.

        Where a period is asked about and something in it may answer, what is told of other days is left out. ``last``
        is what the turn before was answered from, for a question that leans on it.
        """
        found = find_evidence(question, hits, self._embed, self.judge, stories)
        if last is not None and question.leans:
            found = beside(found, last)
        if question.dated and any(e.period > 0 and e.answerable >= enough(self.threshold, False) for e in found):
            found = tuple(e for e in found if e.period >= 0)
        if self.time and (place := place_of_event(question, articles_of(found))):
            found = self._in_place(place, found)
        return sure_first(distinct(found), self.threshold)

    def _in_place(self, place: str, found: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """Without what is told of events elsewhere, where something of the event in this place may answer."""
        here = [e for e in found if was_in(e.article, place)]
        if not any(e.answerable >= enough(self.threshold, e.told) for e in here):
            return found
        known = (e for e in found if not event_places(e.article) or place in e.text.lower())
        kept = {(e.article.id, e.span.start) for e in (*here, *known)}
        return tuple(e for e in found if (e.article.id, e.span.start) in kept)

    def answerable(self, evidence: Sequence[Evidence]) -> bool:
        return bool(evidence) and evidence[0].answerable >= self.threshold

    def in_window(self, question: Question, window: Window | None) -> Question:
        """The question with the period given in place of its own, or none where time plays no part."""
        given = window is not None
        if not self.time:
            window, question = Window(), replace(question, latest=False, first=False)
        if window is None and question.period.yearless:
            return self._in_last_year_told(question)
        if window is None:
            return question if question.period or question.step else self._beside_event(question)
        # What its own words say of the time is set aside.
        return replace(question, query=question.query.of_period(window, given), period=Asked(), beyond=False)

    def _beside_event(self, question: Question) -> Question:
        """ "Where did they meet after the Lorne talks?": beyond that event, where its date is known."""
        named = beside_event(question.resolved)
        if named is None:
            return question
        text, name, later = named
        if not any(c.isalnum() for c in text):
            return question  # "after Lorne"
        hits = self.hits(question, limit=WIDE)
        stories = self.stories(hits)
        articles = articles_of(hits)
        known = [a for a in articles if was_in(a, name)] or [a for a in articles if names_person(a.text, name)]
        known = [a for a in known if stories.of(a).window]
        # One event, and its date; what was before it needs no more than its beginning.
        dated = all(stories.of(a).is_bounded or (stories.of(a).window.after and not later) for a in known)
        if len(set(stories.groups(known).values())) != 1 or not dated:
            return question
        window = stories.of(known[0]).window
        plain = understand(text, (), None, self.passages)[0]
        period = beyond(Asked(window), later)
        # Few words are left to look for: what is told of other times would stand before it.
        query = plain.query.of_period(period.window, strict=True)
        return replace(plain, query=query, period=period, beyond=True, step="later" if later else "earlier")

    def _in_last_year_told(self, question: Question) -> Question:
        """A month without a year ("in December", "since December") of the last year in which the articles speak of it,
        among several of the one whose articles have most of the question's words; of none, it sets no period."""
        period = question.period
        named = period.anchor or period.window
        both = named.after is not None and named.before is not None
        years = self.library.same_days(named)[:MOST_YEARS] if both else ()
        found = max(years, key=lambda w: self._held_in(question, w), default=None) if len(years) > 1 else None
        found = found or next(iter(years), None)
        if found is None:
            return self._with_period(question, Asked())
        if period.anchor is None:
            return self._with_period(question, Asked(found))
        return self._with_period(question, beyond(Asked(found), later=period.window.after is not None))

    def _held_in(self, question: Question, window: Window) -> tuple[int, int]:
        """How many words of the question, dates aside, the article of this period that has most of them has, and the
        sentence of it that has most."""
        hits = self.library.search(question.query.of_period(window, strict=True))
        found = {a.id: held(question, a) for a in articles_of(hits)}
        told = (
            (len(found[h.article.id]), len(held_by(found[h.article.id], s.of(h.article.text))))
            for h in hits
            for s in h.chunk.sentences
        )
        return max(told, default=(0, 0))

    def _with_period(self, question: Question, period: Asked) -> Question:
        query = question.query.of_period(period.window, question.query.strict)
        return replace(question, query=query, period=period, beyond=period.anchor is not None)

    def steps(self, question: Question, history: Sequence[Turn]) -> bool:
        """Whether ``stepped`` has to read the turn before."""
        return bool(question.step and not question.period and history and self.time)

    def stepped(self, question: Question, history: Sequence[Turn], asked: date | None) -> Question:
        """ "And at the next one?": beyond the event that the turn before was answered from."""
        if not self.steps(question, history):
            return question
        last = self.in_window(understand(history[-1].question, history[:-1], asked, self.passages)[0], None)
        hits = self.hits(last)
        stories = self.stories(hits)
        evidence = self.evidence(last, hits, stories)
        window = stories.of(evidence[0].article).window if evidence else Window()
        # The best sentence may be of another event than the one that was shown, and than its article's own.
        shown = next(iter(self.events(last, evidence, stories, ())), None)
        if shown is not None and shown.window and (last.latest or last.first or shown.aside):
            window = shown.window
        period = beyond(Asked(window), later=question.step == "later")
        if not period:
            return question
        # "The latest" was said of the event that this one is counted from.
        return replace(self._with_period(question, period), latest=False, first=False)

    def events(
        self, question: Question, evidence: Sequence[Evidence], stories: Stories, articles: Sequence[str]
    ) -> list[Happening]:
        """The events that the question fits, each with its evidence, best first; none where the evidence is too unsure.

        Several only where it says nothing that tells them apart; the newest or the first of them where that is asked
        for.
        """
        if self.time and evidence and lies_ahead(question, evidence[0], stories):
            told = date_to_come(question, evidence[0], stories) if self.answerable(evidence) else None
            return [Happening(Window(told.after, told.before), (evidence[0],), told, ahead=True)] if told else []
        if not self.answerable(evidence):
            undated = undated_match(question, evidence, stories) or self._undated(question) if self.time else None
            return happenings((undated,), stories) if undated else []
        if self.time and question.beyond and (question.step or asks_earlier(question.resolved)):
            return self._next(question, evidence, stories)
        if not self.time or len(question.windows) == 1 or question.beyond or self._lists(question):
            return [Happening(Window(), tuple(evidence))]
        alike: frozenset[str] = frozenset()
        if wants_value(question):
            alike = self._alike(question, evidence[0], articles_of(evidence))
        found = fitting(question, happenings(evidence, stories, question), self.threshold, alike)
        if wants_value(question):
            found = self._with_others(question, found, articles)
        if question.latest or question.first:
            order = [h for h in newest_first(found) if h.window] or found
            order = order if question.latest else order[::-1]
            return order[1:2] if question.beside else order[:1]
        if len(found) == 1 and not wants_value(question):
            # One event fits; a reason or an account may still be told beside it, in an article of another.
            return [replace(found[0], evidence=tuple(evidence))]
        return found

    def _undated(self, question: Question) -> Evidence | None:
        """For a question for a date: the best sentence that says surely that it was, without its date."""
        asked = whether(question)
        if not asked:
            return None
        plain = understand(asked, (), None, self.passages)[0]
        plain = replace(plain, query=replace(question.query, text=plain.query.text))
        hits = self.hits(plain)
        stories = self.stories(hits)
        found = find_evidence(plain, hits, self._embed, self.judge, stories)[:1]
        return next((e for e in found if e.answerable >= self.threshold and of_own_event(e, stories)), None)

    def _lists(self, question: Question) -> bool:
        """Whether it asks for several of one event; of who led a side, and of where they met, each event has one."""
        return question.several and not asks_side(question) and not asks_place(question)

    def _next(self, question: Question, evidence: Sequence[Evidence], stories: Stories) -> list[Happening]:
        """Of the events beyond that of the turn before the nearest, as far as they answer as well as the best."""
        beyond_it = [e for e in evidence if e.period > 0]
        found = fitting(question, happenings(beyond_it or evidence, stories, question), self.threshold)
        order = [h for h in newest_first(found) if h.window] or found
        return [order[-1] if question.step == "later" else order[0]]

    def _alike(self, question: Question, top: Evidence, others: Sequence[Article]) -> frozenset[str]:
        """Ids of the articles on events of the same series, of which the question may as well ask: it names nothing
        that sets the event of the best sentence apart."""
        place = place_of_event(question, [top.article, *others])
        told = held_by({w.key for w in question.words if w.content}, top.text)
        names = {w.key for w in words(f"{top.article.title}. {top.article.text}") if w.name}
        apart = {a.id: told - held(question, a) for a in others}
        near = [a for a in others if len(apart[a.id]) <= APART and not apart[a.id] & names]
        return siblings(top.article, [a for a in near if not place or was_in(a, place)], self._embed)

    def _with_others(self, question: Question, found: Sequence[Happening], articles: Sequence[str]) -> list[Happening]:
        """The events, and others whose articles have all that the question names: their sentences may have been too far
        down in the search over all articles."""
        hits = self.hits(question, articles, WIDE)
        known = [e for h in found for e in h.evidence]
        every = articles_of([*known, *hits])
        place = place_of_event(question, every)
        stories = Stories(every, self.library.event_dates([a.id for a in every]))
        groups = stories.groups(every)
        taken = {groups[e.article.id] for e in known}
        top = found[0].evidence[0]
        alike = self._alike(question, top, every)
        others: dict[int, list[Hit]] = {}
        for hit in hits:
            there = not place or was_in(hit.article, place)
            tells = hit.article.id in alike or _may_tell(question, hit)
            if groups[hit.article.id] not in taken and there and tells:
                others.setdefault(groups[hit.article.id], []).append(hit)
        for group in list(others.values())[:MOST_OTHERS]:
            own = self.look(question, articles_of(group), stories)
            candidates = happenings([top, *own], stories, question)
            found = [*found, *fitting(question, candidates, self.threshold, alike)[1:]]
        return list(found)

    def instead(self, question: Question, evidence: Sequence[Evidence], stories: Stories) -> Evidence | None:
        """What the articles say where the question takes something else for granted: where it was, or who it was."""
        other = asked_instead(question, missing_phrases(question, evidence)) if self.time else ""
        if not other:
            return None
        asked = understand(other, (), None, self.passages)[0]
        articles = articles_of([e for e in evidence[:3] if e.period >= 0])
        found = self.look(asked, articles, stories) if articles else ()
        told = [e for e in found[:5] if e.answerable >= self.threshold and e.told]
        return earliest(told) if told else None

    def look(self, question: Question, within: Sequence[Article], stories: Stories) -> Sequence[Evidence]:
        """The evidence in these articles alone, their dates left aside."""
        query = replace(question.query, after=None, before=None, articles=tuple(a.id for a in within))
        plain = replace(question, query=query, period=Asked(), latest=False, first=False)
        return find_evidence(plain, self.library.search(query), self._embed, self.judge, stories)

    def compared(
        self, question: Question, hits: Sequence[Hit], articles: Sequence[str], citations: Citations
    ) -> Table | None:
        """The events that the question compares, each asked by itself; None where it compares none."""
        columns = columns_of(question, articles_of(hits)) if self.time else ()
        if not columns:
            return None
        questions = [understand(c.question, (), None, self.passages)[0] for c in columns]
        wide = self.library.search(
            replace(question.query, text=columns[0].question, limit=WIDE, articles=tuple(articles))
        )
        stories = self.stories(wide)
        # Grouped by article alone: which sentence answers is asked of each event afterwards.
        items = [Evidence(h.article, h.chunk.sentences[0], None, h.score, 0.0) for h in wide]
        items = _on_subject(questions[0], items)
        if question.windows:
            order = stories.order()
            ends = {order[e.article.id] for e in items}
            # "In 2014 and at the latest"
            beside = {max(ends)} if question.latest and ends else {min(ends)} if question.first and ends else set()
            onwards, windows = goes_on(question), question.windows
            if onwards and len(windows) == 1:
                windows = (Window(windows[0].after, None),)  # "in March 2023 against the next one"
            only = len(windows) > 1 and not onwards
            inside = {id for w in windows for id in _within(w, articles_of(items), stories, only)}
            items = [e for e in items if e.article.id in inside or order[e.article.id] in beside]
        return table_of(
            list(zip(columns, questions, strict=True)),
            happenings(items, stories)[:MOST_EVENTS],
            lambda asked, within: self.look(asked, within, stories),
            self.threshold,
            citations,
        )


def _may_tell(question: Question, hit: Hit) -> bool:
    return holds_most(question, hit.article) or _tells_agent(question, hit.article, hit.chunk.sentences)


def _tells_agent(question: Question, article: Article, sentences: Sequence[Span]) -> bool:
    """Whether one of the sentences says surely who did what is asked, of the side that is asked about."""
    if question.kind != "who":
        return False
    agents = (agent_of(question, article.text, sentence) for sentence in sentences)
    return any(agent is not None and agent.sure for agent in agents)


def _on_subject(question: Question, items: Sequence[Evidence]) -> list[Evidence]:
    """What stands in articles that have all the names that the article with most of the question's words has of it,
    and some of its other words."""
    shares = {a.id: held(question, a) for a in articles_of(items)}
    best = max(articles_of(items), key=lambda a: len(shares[a.id]), default=None)
    if best is None:
        return []
    # By the article: "vote in brennholm" does not show what is a name.
    names = shares[best.id] & {w.key for w in words(f"{best.title}. {best.text}") if w.name}
    least = ON_SUBJECT * len(shares[best.id] - names)
    kept = {id for id, share in shares.items() if names <= share and len(share - names) >= least}
    kept |= {a.id for a in articles_of(items) if _tells_agent(question, a, split_sentences(a.text))}
    return [e for e in items if e.article.id in kept]


def _within(window: Window, articles: Sequence[Article], stories: Stories, surely: bool) -> list[str]:
    """Ids of the articles whose event may have been in the window; where ``surely`` and some were, of those alone."""
    may = [a for a in articles if _may_be_in(stories.of(a).window, window)]
    dated = [a for a in may if stories.of(a).is_bounded] if surely else []
    return [a.id for a in dated or may]


def _may_be_in(story: Window, asked: Window) -> bool:
    return not story or asked.meets(story.after or date.min, story.before or date.max)
