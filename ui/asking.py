"""Between the page and the pipeline: a question answered bit by bit, and asked again in another period."""

import logging
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from rag.answer import Answer
from rag.events import Drafted, Finished, Selected
from rag.periods_words import window_of_fields
from rag.records import ColloquyError, Window
from ui.exchange import Conversation, Exchange
from ui.line import Line
from ui.scope import reach

if TYPE_CHECKING:
    from rag.pipeline import Colloquy
    from rag.question import Turn

log = logging.getLogger(__name__)


def progress(colloquy: "Colloquy", talk: Conversation, exchange: Exchange, line: Line | None = None) -> Iterator[bool]:
    """Answer ``exchange`` once it is its turn in the line, yielding whenever there is something to paint: True where
    the sources changed too. Its passages are looked up while it waits.

    A failure ends up in the conversation, never in an exception: the next question must be possible. Once ``exchange``
    was stopped nothing of the pipeline is taken any more; the last painting is of the conversation as it is then, since
    Gradio sends the last one again when an event ends.
    """
    events, ticket = None, None
    try:
        within = reach(exchange.scope, colloquy.library)
        exchange.missing = within.gone
        if within.nothing:
            exchange.take(Finished(Answer(exchange.question, abstained=within.nothing)))
            yield True
            return
        ticket = (line or Line()).join()
        events = colloquy.stream(
            exchange.question,
            _history(talk.before(exchange)),
            stop=exchange.stop,
            articles=within.ids,
            window=exchange.window,
            options=exchange.options,
        )
        for place in ticket.places(exchange.stop, look=True):
            if (place, "waiting") != (exchange.place, exchange.phase):
                begins = exchange.phase != "waiting"
                exchange.wait(place)
                yield begins
            if ticket.may_look and not exchange.stop.is_set():
                exchange.steps.begin()
                # No model reads or writes before the first event, so that it may come before the turn.
                for event in islice(events, 1):
                    exchange.take(event)
                ticket.looked()
                yield True
        if exchange.stop.is_set():
            exchange.halt()  # a place may have been noted after the stop
            yield True
            return
        if exchange.place or exchange.behind:
            exchange.wait(0)
            yield True
        else:
            exchange.steps.begin()
        for event in events:
            if exchange.stop.is_set():
                break
            if exchange.take(event):
                yield not isinstance(event, Drafted | Selected)
        if exchange.running and not exchange.stop.is_set():
            exchange.fail("The answer ended before it was finished. Ask again.")
        if exchange.phase != "done":
            yield True
    except ColloquyError as error:
        if not exchange.stop.is_set():
            exchange.fail(str(error))
            yield True
    except Exception as error:
        log.exception("a question could not be answered")
        if not exchange.stop.is_set():
            exchange.fail(f"Something went wrong here ({type(error).__name__}: {error}). Ask again, or ask otherwise.")
            yield True
    finally:
        # Also reached when the page is closed in the middle: the model must not write on for nobody.
        exchange.stop.set()
        close = getattr(events, "close", None)
        if close is not None:
            close()
        if ticket is not None:
            ticket.leave()


def period_asked(talk: Conversation, chosen: Any) -> bool:
    """Asks the last question again, as it was or in the period that was ``chosen`` on the page, which is not trusted.

    Returns whether it did: not where the answer has changed meanwhile. Raises QuestionError for days that make no
    period; then nothing is asked.
    """
    chosen = chosen if isinstance(chosen, dict) else {}
    last = talk.last
    if last is None or last.running or str(chosen.get("turn")) != str(last.number):
        return False
    match chosen.get("period"):
        case "same":
            talk.ask_again(len(talk.exchanges) - 1)
        case "any":
            talk.ask_within(Window())
        case "asked":
            talk.ask_within(None)
        case "set":
            talk.ask_within(window_of_fields(*(str(chosen.get(side) or "")[:40] for side in ("first", "last"))))
        case _:
            return False
    return True


def _history(exchanges: Sequence[Exchange]) -> list["Turn"]:
    from rag.question import Turn

    return [Turn(e.question, e.text) for e in exchanges]
