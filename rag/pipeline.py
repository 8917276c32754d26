"""From a question to a grounded, cited answer."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from index.library import Library
from index.records import Article, Hit, Window
from rag.answer import Answer, Seconds, Sentence, Table
from rag.bare import bare_answer
from rag.casing import cased
from rag.compose import Citations, choose, decline_reason, quote
from rag.cues import PERSON
from rag.disagreement import DIFFER, differing, offices_differ
from rag.event_lines import bare_answers, dated_line, event_lines
from rag.events import Event, Finished, Recalling, Retrieved, Selected, Verified
from rag.evidence import Evidence, articles_of
from rag.finder import Finder
from rag.followup import person_named
from rag.happenings import happenings, newest_first
from rag.held_words import holds_most
from rag.judging import PassageJudge
from rag.memo import VectorMemo
from rag.models import ChatModel
from rag.notes import in_full, is_note
from rag.open_models import Opener, OpenModel, OpenModels
from rag.options import MAX_TOKENS, PASSAGES, THRESHOLD, Options
from rag.prompt import Style
from rag.published import publication, published_subject
from rag.question import MAX_QUESTION, Question, Turn, check_question, person_answered, understand
from rag.spelling import corrected
from rag.when import lacks_date, told_when, too_vague
from rag.writer import Writer

CARRIED = "The sentence itself gives no date; it goes on with what is told of that time before it."
VAGUE = "The articles do not say on which day that was."
TO_COME = "The sentence itself gives no date; that is the only one to come that its article tells."
UNDATED = "The sentence itself gives no date; that is the date of what its article tells."
STOPPED = "Stopped before an answer was written."


@dataclass(slots=True)
class _Watch:
    """Seconds of work since it was made, in which what ``hold`` waited for is not counted."""

    started: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def hold(self, event: Event) -> Iterator[Event]:
        """Hands out the event; the work goes on when the next one is asked for, be it after a wait in a line."""
        held = time.perf_counter()
        yield event
        self.started += time.perf_counter() - held


@dataclass(slots=True)
class _Said:
    """What has been said so far; ``refused`` holds the parts that are not answered, with the reasons,
    ``instead`` what the articles do say there."""

    citations: Citations
    sentences: list[Sentence] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    instead: list[Sentence] = field(default_factory=list)
    table: Table | None = None
    short: str = ""


class Colloquy:
    """Answers questions about the articles of a library. Safe to use from several threads.

    ``judge`` says which sentences answer, and with which words; without one, evidence is ranked by words and vectors
    alone. ``common`` are words that are no misspelling although no article has them, with their places by frequency.
    Without ``time``, periods and dates play no part in retrieval and ranking: to compare with.
    ``threshold``, ``passages`` and ``max_tokens`` make the ``options`` of questions that are asked without any;
    ``style`` is the prompt that fits the model, ``opener`` opens others; a question has at most ``longest`` characters.
    """

    def __init__(
        self,
        library: Library,
        model: ChatModel,
        judge: PassageJudge | None = None,
        threshold: float = THRESHOLD,
        passages: int = PASSAGES,
        max_tokens: int = MAX_TOKENS,
        style: Style = "trained",
        common: Mapping[str, int] | None = None,
        time: bool = True,
        longest: int = MAX_QUESTION,
        base_url: str = "",
        opener: Opener | None = None,
    ) -> None:
        self.library = library
        self.models = OpenModels(OpenModel(model, style, base_url), opener)
        self.options = Options(threshold, passages, max_tokens)
        self.common = common or {}
        self.longest = longest
        self.time = time
        self._judge = judge
        self._embed = VectorMemo(library.embed)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        asked: date | None = None,
        articles: Sequence[str] = (),
        window: Window | None = None,
        options: Options | None = None,
    ) -> Answer:
        """The whole answer. Raises QuestionError for an empty or endless question; ModelError; StoreError."""
        for event in self.stream(question, history, asked, articles=articles, window=window, options=options):
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
        options: Options | None = None,
    ) -> Iterator[Event]:
        """The same answer step by step: Retrieved, Selected, then Drafted and Verified in turn, then Finished.

        A follow-up for which an earlier turn is read again begins with Recalling. No model reads or writes before the
        first event, and the iterator may rest there for as long as it likes: that time is in no ``seconds``.
        ``articles`` are the ids of the only articles to answer from; empty for all.
        ``window`` stands in place of the period that the question names; an open one drops it, None leaves it.
        ``options`` stand in place of those that this was made with.
        Once ``stop`` is set the model stops, and what has been verified by then is the answer.
        """
        watch = _Watch()
        stop = stop or threading.Event()
        check_question(question, self.longest)
        options = options or self.options
        spelled = self._spelled(question)
        # Of this question alone, so that those asked at the same time may have other options.
        find = Finder(self.library, self._embed, self._judge, options.threshold, options.passages, self.time)
        recalled = [Turn(self._spelled(turn.question), turn.answer) for turn in history]
        forgotten = self._forgotten(spelled, recalled)
        before: tuple[Question, Sequence[Evidence]] | None = None
        if forgotten:
            yield from watch.hold(Recalling())
            before = self._answered(find, recalled, asked, articles)
            recalled[-1] = replace(recalled[-1], answer=_said(*before) or recalled[-1].answer)
        understood = understand(spelled, recalled, asked, find.passages)
        leans = bool(recalled) and len(understood) == 1 and understood[0].leans
        if not forgotten and (leans or any(find.steps(part, recalled) for part in understood)):
            yield from watch.hold(Recalling())
        if leans and before is None:
            before = self._answered(find, recalled, asked, articles)
        last = before[1][0] if leans and before and find.answerable(before[1]) else None
        parts = [find.in_window(find.stepped(part, recalled, asked), window) for part in understood]
        found = [find.hits(part, articles) for part in parts]
        hits = _merged(found)
        retrieved = watch.seconds()
        yield from watch.hold(Retrieved(hits))
        said = _Said(Citations())
        voice = options.model or self.models.first
        writer = Writer(voice.model, voice.style, options.max_tokens, said.citations, stop)
        first = 0.0
        for part, part_hits in zip(parts, found, strict=True):
            for event in self._answer(find, part, part_hits, articles, options.sentences, writer, said, last):
                first = first or (watch.seconds() if isinstance(event, Verified) else 0.0)
                yield event
            if stop.is_set():
                break
        total = watch.seconds()
        answered = bool(said.sentences or said.table)
        yield Finished(
            Answer(
                question=question,
                sentences=tuple(said.sentences if answered else said.instead),
                abstained="" if answered else STOPPED if stop.is_set() else said.refused[0][1],
                unanswered=tuple(text for text, _ in said.refused) if answered else (),
                short=said.short if said.sentences and len(parts) == 1 else "",
                window=Window(parts[0].query.after, parts[0].query.before),
                hits=hits,
                nearest=() if answered else _nearest(hits),
                remark=" ".join(said.remarks) if answered else "",
                table=said.table,
                seconds=Seconds(retrieved, first or total, total),
            )
        )

    def _answer(
        self,
        find: Finder,
        part: Question,
        hits: Sequence[Hit],
        articles: Sequence[str],
        sentences: int,
        writer: Writer,
        said: "_Said",
        last: Evidence | None,
    ) -> Iterator[Event]:
        """Answers one part of a question into ``said``; what is refused is noted there with the reason."""
        if part.period.contradiction and not part.dated:
            said.refused.append((part.text, f"The question names two periods: {part.period.contradiction}."))
            return
        if said.table is None and (table := find.compared(part, hits, articles, said.citations)):
            said.table = table
            return
        if (dated := _published(find, part, articles, last)) is not None:
            said.short, remark = publication(dated)
            said.remarks.append(remark)
            said.sentences.append(quote(dated, said.citations))
            yield Verified(said.sentences[-1])
            return
        stories = find.stories(hits)
        evidence = find.evidence(part, hits, stories, last)
        events = find.events(part, evidence, stories, articles)
        chosen = [e.evidence[0] for e in events]
        if len(events) == 1:
            chosen = choose(part, events[0].evidence, find.threshold, sentences)
        yield Selected(tuple(evidence), tuple(chosen))
        if not chosen:
            said.refused.append((part.text, decline_reason(part, evidence)))
            said.instead += [quote(e, said.citations) for e in (find.instead(part, evidence, stories),) if e]
            return
        apart = differing(part, events[0].evidence, stories, find.threshold) if len(events) == 1 and find.time else []
        undated = not find.answerable(evidence) or (find.time and lacks_date(part, chosen[0], stories))
        if undated and len(events) == 1:
            when = events[0].window or happenings(chosen, stories)[0].window
            if too_vague(part, chosen[0], when):
                said.refused.append((part.text, VAGUE))
                return
            if not events[0].ahead:
                events = [next(h for h in happenings(chosen, stories, part) if h.evidence[0] is chosen[0])]
        written: Iterator[Event]
        if apart:
            said.remarks.append(DIFFER)
            written = (Verified(dated_line(part, item, said.citations)) for item in apart)
        elif len(events) > 1 or undated:
            lines = (line for event in newest_first(events) for line in event_lines(part, event, said.citations))
            written = (Verified(replace(line, item=len(events) > 1)) for line in lines)
            said.short = events[0].label if undated else bare_answers(part, events)
            if undated:
                said.remarks.append(TO_COME if events[0].ahead else CARRIED if events[0].aside else UNDATED)
            elif offices_differ(part, chosen):
                said.remarks.append(DIFFER)
        else:
            told = told_when(part, chosen[0], stories) if find.time else None
            written = writer.write(part, chosen, told.words if told else "")
            said.remarks += [told.remark] if told and told.remark else []
            said.short = "" if part.several else told.words if told else bare_answer(part, chosen[0])
        for event in written:
            if isinstance(event, Verified):
                if event.sentence in said.sentences:
                    continue
                said.sentences.append(event.sentence)
            yield event

    def _spelled(self, text: str) -> str:
        right = corrected(
            text, self.library.words_like, self.common, lambda two: bool(self.library.passages_with(two, 1))
        )
        # Only a note needs to know what is a name: names written small are asked for less strictly, and oftener found.
        named = cased(right, self.library.passages_with, self.common) if is_note(right) else right
        return in_full(named)

    def _forgotten(self, question: str, turns: Sequence[Turn]) -> bool:
        """Whether the question says "he" and the last answer, which tells who that is, is not known."""
        if not turns or turns[-1].answer or not PERSON.search(question) or not turns[-1].question.strip():
            return False
        named = any(person_named(turn.question) for turn in turns[-2:])
        return not named or turns[-1].question.lower().startswith("who ")

    def _answered(
        self, find: Finder, turns: Sequence[Turn], asked: date | None, articles: Sequence[str]
    ) -> tuple[Question, Sequence[Evidence]]:
        """The question of the last of the turns, and what it was answered from."""
        last = understand(turns[-1].question, turns[:-1], asked, find.passages)[0]
        hits = find.hits(last, articles)
        return last, find.evidence(last, hits, find.stories(hits))


def _published(find: Finder, part: Question, articles: Sequence[str], last: Evidence | None) -> Evidence | None:
    """Words of the article whose day of publication is asked for, where it is found and its day known."""
    subject = published_subject(part.resolved)
    if subject is None:
        return None
    if not subject:
        return last if last is not None and publication(last)[0] else None
    asked = understand(subject, (), None, find.passages)[0]
    hits = find.hits(asked, articles)
    found = find.evidence(asked, hits, find.stories(hits))
    return next((e for e in found[:1] if holds_most(asked, e.article) and publication(e)[0]), None)


def _said(question: Question, evidence: Sequence[Evidence]) -> str:
    """What was answered, as far as a name goes: for who, the first that the question does not name itself."""
    if not evidence:
        return ""
    if question.kind == "who":
        for item in evidence[:3]:
            short = item.short.of(item.article.text) if item.short else ""
            if person_answered(Turn(question.resolved, short)):
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
    return tuple(articles_of(hits)[:limit])
