"""From a question to a grounded, cited answer."""

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from index.library import Library
from index.records import Article, Hit, Window
from rag.answer import Answer, Seconds, Sentence
from rag.bare import bare_answer, leading_answer, yes_or_no
from rag.compose import (
    Citations,
    answers_it,
    choose,
    decline_reason,
    draft_sentences,
    drafted,
    falls_short,
    is_copy,
    is_finished,
    quote,
    speaker_of,
    sure_first,
)
from rag.cues import PERSON
from rag.event_lines import event_line
from rag.events import Drafted, Event, Finished, Retrieved, Selected, Verified
from rag.evidence import Evidence, PassageReader, find_evidence
from rag.followup import person_named
from rag.grounding import support
from rag.happenings import Happening, fitting, happenings, newest_first
from rag.memo import VectorMemo
from rag.models import ChatModel
from rag.prompt import Style, draft_messages
from rag.question import Question, Turn, check_question, person_answered, understand
from rag.spelling import corrected
from rag.stories import Stories


class Colloquy:
    """Answers questions about the articles of a library. Safe to use from several threads.

    ``reader`` finds answers in passages; without one, evidence is ranked by words and vectors alone.
    ``common`` are words that are no misspelling although no article has them. Without ``time``, periods and dates play
    no part in retrieval and ranking: there to compare with.
    ``threshold`` in [0, 1] is how sure the evidence must be; ``style`` is the prompt that fits the model.
    """

    def __init__(
        self,
        library: Library,
        model: ChatModel,
        reader: PassageReader | None = None,
        threshold: float = 0.45,  # from a risk-coverage curve, see EXPERIMENTS.md
        passages: int = 12,
        max_tokens: int = 48,
        style: Style = "trained",
        common: Collection[str] = frozenset(),
        time: bool = True,
    ) -> None:
        self.library = library
        self.model = model
        self.reader = reader
        self.threshold = threshold
        self.passages = passages
        self.max_tokens = max_tokens
        self.style = style
        self.small_model = style != "large"
        self.common = common
        self.time = time
        self._embed = VectorMemo(library.embed)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        asked: date | None = None,
        articles: Sequence[str] = (),
        window: Window | None = None,
    ) -> Answer:
        """The whole answer. Raises QuestionError for an empty or endless question; ModelError; StoreError."""
        for event in self.stream(question, history, asked, articles=articles, window=window):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream without a stop flag ends with Finished")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        asked: date | None = None,
        stop: threading.Event | None = None,
        articles: Sequence[str] = (),
        window: Window | None = None,
    ) -> Iterator[Event]:
        """The same answer step by step: Retrieved, Selected, then Drafted and Verified in turn, then Finished.

        ``articles`` are the ids of the only articles to answer from; empty for all.
        ``window`` stands in place of the period that the question names; an open one drops it, None leaves it.
        Once ``stop`` is set the model stops, and what has been verified by then is the answer.
        """
        started = time.perf_counter()
        stop = stop or threading.Event()
        check_question(question)
        spelled = self._spelled(question)
        parts = understand(spelled, self._recalled(spelled, history, asked, articles), asked, self.passages)
        parts = tuple(self._in_window(part, window) for part in parts)
        found = [self._search(part, articles) for part in parts]
        hits = _merged(found)
        retrieved = time.perf_counter() - started
        yield Retrieved(hits)
        sentences: list[Sentence] = []
        refused: list[tuple[str, str]] = []  # the question, the reason
        first = 0.0
        short = ""
        citations = Citations()
        for part, part_hits in zip(parts, found, strict=True):
            stories = self._stories(part_hits)
            evidence = sure_first(self._evidence(part, part_hits, stories), self.threshold)
            events = self._events(part, evidence, stories) if self._answerable(evidence) else []
            chosen = [e.evidence[0] for e in events]
            if len(events) == 1:
                chosen = choose(part, events[0].evidence, self.threshold)
            yield Selected(tuple(evidence), tuple(chosen))
            if not chosen:
                refused.append((part.text, decline_reason(part, evidence)))
                continue
            written = self._write(part, chosen, citations, stop)
            if len(events) > 1:
                written = (Verified(event_line(part, event, citations)) for event in newest_first(events))
            for event in written:
                if isinstance(event, Verified):
                    first = first or time.perf_counter() - started
                    if event.sentence not in sentences:
                        sentences.append(event.sentence)
                        yield event
                else:
                    yield event
            if not part.several and len(parts) == 1 and len(events) == 1:
                short = bare_answer(part, chosen[0])
            if stop.is_set():
                break
        stopped = stop.is_set() and not sentences
        period = Window(parts[0].query.after, parts[0].query.before)
        total = time.perf_counter() - started
        yield Finished(
            Answer(
                question=question,
                sentences=tuple(sentences),
                abstained="" if sentences else "Stopped before an answer was written." if stopped else refused[0][1],
                unanswered=tuple(text for text, _ in refused) if sentences else (),
                short=short if sentences else "",
                window=period,
                hits=hits,
                nearest=() if sentences else _nearest(hits),
                seconds=Seconds(retrieved, first or total, total),
            )
        )

    def _in_window(self, question: Question, window: Window | None) -> Question:
        """The question with the period given in place of its own, or none where time plays no part."""
        if not self.time:
            window, question = Window(), replace(question, latest=False, first=False)
        if window is None and question.period.yearless:
            # "In December": of the last year whose December the articles speak of; of none, it sets no period.
            window = next(iter(self.library.same_days(question.period.window)), Window())
        if window is None:
            return question
        query = replace(question.query, after=window.after, before=window.before)
        return replace(question, query=query, beyond=False)

    def _spelled(self, text: str) -> str:
        return corrected(text, self.library.words_like, self.common)

    def _recalled(
        self, question: str, history: Sequence[Turn], asked: date | None, articles: Sequence[str]
    ) -> list[Turn]:
        """The earlier turns; where the question says "he" and the last answer is not known, it is looked up again."""
        turns = [Turn(self._spelled(turn.question), turn.answer) for turn in history]
        if not turns or turns[-1].answer or not PERSON.search(question) or not turns[-1].question.strip():
            return turns
        before = turns[-1].question
        if any(person_named(turn.question) for turn in turns[-2:]) and not before.lower().startswith("who "):
            return turns
        last = understand(before, turns[:-1], asked, self.passages)[0]
        hits = self._search(last, articles)
        evidence = self._evidence(last, hits, self._stories(hits))
        if evidence:
            turns[-1] = Turn(before, _said(last, evidence))
        return turns

    def _search(self, question: Question, articles: Sequence[str]) -> tuple[Hit, ...]:
        return self.library.search(replace(question.query, articles=tuple(articles)))

    def _evidence(self, question: Question, hits: Sequence[Hit], stories: Stories) -> tuple[Evidence, ...]:
        return find_evidence(question, hits, self._embed, self.reader, stories)

    def _events(self, question: Question, evidence: Sequence[Evidence], stories: Stories) -> list[Happening]:
        """The events that the question fits, each with its evidence, best first: several only where it says nothing
        that tells them apart; the newest or the first of them where that is asked for."""
        everything = Happening(Window(), tuple(evidence))
        if not self.time or len(question.windows) == 1 or question.beyond or question.several:
            return [everything]
        found = fitting(question, happenings(evidence, stories), self.threshold)
        if question.latest or question.first:
            order = [h for h in newest_first(found) if h.window] or found
            return [order[0] if question.latest else order[-1]]
        return found

    def _stories(self, hits: Sequence[Hit]) -> Stories:
        articles = tuple({h.article.id: h.article for h in hits}.values())
        return Stories(articles, self.library.event_dates([a.id for a in articles]) if articles else ())

    def _answerable(self, evidence: Sequence[Evidence]) -> bool:
        return bool(evidence) and evidence[0].answerable >= self.threshold

    def _write(
        self, question: Question, chosen: Sequence[Evidence], citations: Citations, stop: threading.Event
    ) -> Iterator[Event]:
        """The draft, sentence by sentence as far as it holds up; the evidence itself where it does not."""
        if question.several and self.small_model:
            for item in chosen:
                yield Verified(replace(quote(item, citations), item=len(chosen) > 1))
            return
        if question.kind == "yes or no" and (word := yes_or_no(question, chosen[0])):
            said = quote(chosen[0], citations)
            yield Verified(replace(said, text=f"{word}: {said.text}"))
            return
        if self.small_model and speaker_of(chosen[0]):
            # "We shall build one," she said: only the quotation comes with who she is.
            for item in chosen:
                yield Verified(quote(item, citations))
            return
        draft, done = "", 0
        kept: list[Sentence] = []
        for piece in self.model.stream(
            draft_messages(question, chosen, self.style), max_tokens=self.max_tokens, stop=stop
        ):
            draft += piece
            yield Drafted(draft)
            ready = draft_sentences(draft)[:-1]
            for sentence in self._verified(question, ready[done:], chosen, citations):
                kept.append(sentence)
                yield Verified(sentence)
            done = max(done, len(ready))
        if not stop.is_set():
            for sentence in self._verified(question, draft_sentences(draft)[done:], chosen, citations):
                kept.append(sentence)
                yield Verified(sentence)
        if not stop.is_set() and (not kept or (self.small_model and falls_short(kept, chosen[0]))):
            said = quote(chosen[0], citations, explain=question.kind in ("why", "how"))
            lead = leading_answer(question, chosen[0]) if not kept else ""
            yield Verified(replace(said, text=f"{lead} — {said.text}") if lead else said)
        if self.small_model:
            for item in chosen[1:]:
                yield Verified(quote(item, citations))

    def _verified(
        self, question: Question, texts: Sequence[str], chosen: Sequence[Evidence], citations: Citations
    ) -> Iterator[Sentence]:
        """Those of the drafted sentences that their evidence carries and that answer, with their citations."""
        for text in texts:
            found = support(text, chosen[:1] if self.small_model else chosen)
            if found.reason or not is_finished(text) or any(is_copy(text, chosen[n]) for n in found.evidence):
                continue
            if answers_it(question, text, chosen[found.evidence[0]]):
                yield drafted(text, found, chosen, citations)


def _said(question: Question, evidence: Sequence[Evidence]) -> str:
    """What was answered, as far as a name goes: for who, the first that the question does not name itself."""
    if question.kind == "who":
        for item in evidence[:3]:
            short = item.short.of(item.article.text) if item.short else ""
            if person_answered(Turn(question.text, short)):
                return short
    return evidence[0].text


def _merged(found: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """The hits of all parts, each chunk once, the best of each part in turn."""
    merged: dict[int, Hit] = {}
    for rank in range(max((len(hits) for hits in found), default=0)):
        for hits in found:
            if rank < len(hits):
                merged.setdefault(hits[rank].chunk.id, hits[rank])
    return tuple(merged.values())


def _nearest(hits: Sequence[Hit], limit: int = 3) -> tuple[Article, ...]:
    return tuple({h.article.id: h.article for h in hits}.values())[:limit]
