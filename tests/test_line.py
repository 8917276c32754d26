"""The line: first come, first served, the place told truthfully, and never a lost turn."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import Answer
from rag.events import Drafted, Finished, Recalling, Retrieved
from tests.fake_colloquy import HITS, FakeColloquy
from ui.answers import answer_html
from ui.asking import progress
from ui.exchange import Conversation, Exchange
from ui.line import Line, LineFullError, Ticket, place_words
from ui.panel import panel_html
from ui.steps import Steps, steps_taken


def until(true: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def test_those_who_come_first_are_served_first_and_the_places_move_up() -> None:
    line = Line(at_once=1, longest=3)
    tickets = [line.join() for _ in range(4)]
    assert [t.place for t in tickets] == [0, 1, 2, 3]
    tickets[0].leave()
    assert [t.place for t in tickets] == [0, 0, 1, 2]
    tickets[2].leave()  # one in the middle goes away
    assert tickets[3].place == 1 and line.counts() == (1, 1)
    tickets[1].leave()
    assert tickets[3].place == 0 and line.counts() == (1, 0)


def test_a_full_line_says_what_was_found_and_when_to_come_back() -> None:
    line = Line(at_once=1, longest=1)
    first, _second = line.join(), line.join()
    with pytest.raises(LineFullError, match="1 question waits, at most 1 may; ask again in about 10 s") as caught:
        line.join()
    assert caught.value.retry_after == 10
    with pytest.raises(LineFullError):
        line.check()
    first.leave()
    line.check()
    assert line.join().place == 1


def test_a_line_without_places_still_serves() -> None:
    line = Line(at_once=1, longest=0)
    ticket = line.join()
    with pytest.raises(LineFullError, match="0 questions wait, at most 0 may"):
        line.join()
    ticket.leave()
    assert line.join().place == 0


@pytest.mark.parametrize(("at_once", "longest", "lookups"), [(0, 5, 1), (-1, 5, 1), (2, -1, 1), (2, 5, 0)])
def test_a_line_that_serves_nobody_is_refused(at_once: int, longest: int, lookups: int) -> None:
    with pytest.raises(ValueError, match="serves nobody"):
        Line(at_once, longest, lookups)


def test_the_places_are_told_as_they_change_and_end_with_the_turn() -> None:
    line = Line(at_once=1)
    first, second, third = line.join(), line.join(), line.join()
    told: list[int] = []
    stop = threading.Event()
    waiting = threading.Thread(target=lambda: told.extend(third.places(stop)))
    waiting.start()
    second.leave()
    until(lambda: line.counts() == (1, 1))
    time.sleep(0.05)
    first.leave()
    waiting.join(5)
    assert not waiting.is_alive() and told[-1] == 1 and told in ([2, 1], [1])
    assert third.place == 0 and list(third.places(stop)) == []


def test_one_who_stops_leaves_at_once() -> None:
    line = Line(at_once=1)
    first, second, third = line.join(), line.join(), line.join()
    stop = threading.Event()
    waiting = threading.Thread(target=lambda: list(second.places(stop)))
    waiting.start()
    stop.set()
    waiting.join(2)
    assert not waiting.is_alive() and third.place == 1
    second.leave()
    first.leave()
    assert third.place == 0 and line.counts() == (1, 0)


def test_no_turn_is_lost_whatever_happens_inside() -> None:
    line = Line(at_once=2, longest=100)
    most, now, lock = 0, 0, threading.Lock()

    def one(number: int) -> None:
        nonlocal most, now
        stop = threading.Event()
        if number % 5 == 0:
            threading.Timer(0.01, stop.set).start()
        with suppress(ZeroDivisionError), line.join() as ticket:
            for _ in ticket.places(stop):
                pass
            if stop.is_set():
                return
            with lock:
                now += 1
                most = max(most, now)
            try:
                time.sleep(0.002)
                if number % 3 == 0:
                    raise ZeroDivisionError
            finally:
                with lock:
                    now -= 1

    threads = [threading.Thread(target=one, args=(n,)) for n in range(80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(t.is_alive() for t in threads)
    assert line.counts() == (0, 0) and 1 <= most <= 2


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 3), st.integers(0, 4), st.lists(st.one_of(st.just("join"), st.integers(0, 20)), max_size=40))
def test_the_line_is_a_queue_with_some_served(at_once: int, longest: int, steps: list[str | int]) -> None:
    line = Line(at_once, longest)
    here: list[Ticket] = []  # in order of coming
    gone: list[Ticket] = []
    for step in steps:
        if step == "join":
            if len(here) == at_once + longest:
                with pytest.raises(LineFullError):
                    line.join()
            else:
                here.append(line.join())
        elif here:
            gone.append(here.pop(int(step) % len(here)))
            gone[-1].leave()
            gone[int(step) % len(gone)].leave()  # a second time does nothing
        assert line.counts() == (min(len(here), at_once), max(0, len(here) - at_once))
        assert [t.place for t in here] == [max(0, n - at_once + 1) for n in range(len(here))]


@pytest.mark.parametrize(
    ("place", "words"),
    [(1, "First in line"), (3, "Third in line"), (10, "Tenth in line"), (11, "11th in line"), (12, "12th in line")]
    + [(21, "21st in line"), (22, "22nd in line"), (103, "103rd in line"), (111, "111th in line")],
)
def test_places_in_words(place: int, words: str) -> None:
    assert place_words(place) == words


def test_those_who_wait_look_up_in_turn_and_each_does() -> None:
    line = Line(at_once=1, longest=9, lookups=2)
    first, *others = (line.join() for _ in range(6))
    for ticket in (first, *others, *others):
        line.ask_to_look(ticket)
    assert [t.may_look for t in (first, *others)] == [False, True, True, False, False, False]
    others[1].looked()
    others[1].looked()  # a second time does nothing
    assert [t.may_look for t in others] == [True, False, True, False, False]
    first.leave()  # whose turn it is need not ask any more
    assert others[0].place == 0 and [t.may_look for t in others] == [False, False, True, True, False]
    others[2].leave()
    others[3].leave()
    assert others[4].may_look and others[4].place == 2
    others[4].looked()
    assert not any(t.may_look for t in others)


def test_a_line_that_is_long_lets_everybody_look_before_the_first_turn() -> None:
    line = Line(at_once=1, longest=20)
    first, now, most, looked = line.join(), [0], [0], []
    stop = threading.Event()

    def one(number: int, ticket: Ticket) -> None:
        for _ in ticket.places(stop, look=True):
            if ticket.may_look:
                now[0] += 1
                most[0] = max(most[0], now[0])
                time.sleep(0.005)
                now[0] -= 1
                looked.append(number)
                ticket.looked()

    threads = [threading.Thread(target=one, args=(n, line.join())) for n in range(20)]
    for thread in threads:
        thread.start()
    until(lambda: len(looked) == 20)
    assert sorted(looked) == list(range(20)) and most == [1] and line.counts() == (1, 20)
    stop.set()
    for thread in threads:
        thread.join(5)
    assert line.counts() == (1, 0) and first.place == 0


def test_the_page_shows_what_is_found_while_it_waits_and_goes_on_with_it() -> None:
    line, fake = Line(at_once=1), FakeColloquy()
    first, second = line.join(), line.join()
    talk = Conversation()
    exchange = talk.ask("ferry")
    exchange.come(behind=line.busy())
    assert "In line" in answer_html(exchange) and "Search" not in answer_html(exchange)
    painting = progress(fake, talk, exchange, line)  # type: ignore[arg-type]
    assert next(painting) is True and (exchange.phase, exchange.place) == ("waiting", 2) and exchange.running
    assert exchange.hits == () and "Looking through the articles" in panel_html([exchange])
    assert next(painting) is True and exchange.hits == HITS and (exchange.phase, exchange.place) == ("waiting", 2)
    assert "Found, not yet checked" in panel_html([exchange]) and "Found so far" in answer_html(exchange)
    assert "Second in line" in answer_html(exchange) and "Search" not in answer_html(exchange)
    second.leave()
    assert next(painting) is False and exchange.place == 1
    first.leave()
    assert next(painting) is True and exchange.phase == "reading" and exchange.hits == HITS
    list(painting)
    assert exchange.phase == "done" and line.counts() == (0, 0) and len(fake.asked) == 1


def test_one_who_need_not_wait_looks_up_in_the_turn() -> None:
    line, fake, talk = Line(at_once=1), FakeColloquy(), Conversation()
    exchange = talk.ask("ferry")
    exchange.come(behind=True)  # somebody was before it, and has gone since
    phases = [exchange.phase for _ in progress(fake, talk, exchange, line)]  # type: ignore[arg-type]
    assert phases[0] == "searching" and "waiting" not in phases and not exchange.behind
    assert exchange.steps.searched is not None and phases[-1] == "done"


def test_the_wait_is_in_no_step() -> None:
    clock = [0.0]
    exchange = Exchange(1, "ferry", steps=Steps(lambda: clock[0]))

    def later(seconds: float) -> None:
        clock[0] += seconds

    exchange.wait(3)
    later(50)
    exchange.steps.begin()
    later(0.25)
    exchange.take(Retrieved(HITS))
    later(70)
    assert exchange.phase == "waiting" and exchange.steps.running() == 0
    given_up = replace(exchange, steps=replace(exchange.steps))
    given_up.halt()
    assert [(s.words, s.seconds) for s in steps_taken(given_up.steps)] == [("searched", 0.25)]
    exchange.wait(0)
    later(0.5)
    assert exchange.phase == "reading" and exchange.steps.running() == 0.5
    exchange.take(Drafted("A"))
    later(1)
    exchange.take(Finished(Answer("ferry", hits=HITS)))
    told = [(s.words, s.seconds) for s in steps_taken(exchange.steps)]
    assert told == [("searched", 0.25), ("read", 0.5), ("wrote", 1.0)]


def test_what_needs_a_model_first_is_found_in_the_turn_only() -> None:
    clock = [0.0]
    exchange = Exchange(1, "And at the next one?", steps=Steps(lambda: clock[0]))
    exchange.wait(1)
    exchange.steps.begin()
    assert not exchange.take(Recalling()) and exchange.phase == "waiting"
    assert "as soon as it is your turn" in panel_html([exchange])
    clock[0] = 9.0
    exchange.wait(0)
    clock[0] = 9.5
    assert exchange.phase == "searching" and exchange.steps.running() == 0.5
    exchange.take(Retrieved(HITS))
    assert exchange.phase == "reading" and exchange.steps.searched == 0.5


@pytest.mark.parametrize("leave", ["halt", "clear", "close"])
@pytest.mark.parametrize("found", [False, True])
def test_a_page_that_is_stopped_cleared_or_closed_leaves_the_line(leave: str, found: bool) -> None:
    line, fake, talk = Line(at_once=1), FakeColloquy(), Conversation()
    first = line.join()
    exchange = talk.ask("ferry")
    painting = progress(fake, talk, exchange, line)  # type: ignore[arg-type]
    for _ in range(1 + found):
        next(painting)
    assert line.counts() == (1, 1) and len(fake.asked) == found
    if leave == "close":
        painting.close()  # type: ignore[attr-defined]
    else:
        getattr(talk, leave)()
        list(painting)
        assert exchange.phase == "stopped"
    assert line.counts() == (1, 0) and fake.open == 0 and len(fake.asked) == found
    other = line.join()
    line.ask_to_look(other)
    assert other.may_look  # the one who left looks no longer
    other.leave()
    first.leave()
    assert line.counts() == (0, 0)


def test_a_fault_before_the_turn_is_told_at_once_and_leaves_the_line() -> None:
    line, talk = Line(at_once=1), Conversation()
    line.join()
    exchange = talk.ask("y" * 3000)
    list(progress(FakeColloquy(), talk, exchange, line))  # type: ignore[arg-type]
    assert exchange.phase == "failed" and "2000 are allowed" in exchange.error and line.counts() == (1, 0)


@pytest.mark.parametrize("question", ["boom", "y" * 3000])
def test_a_failed_answer_gives_its_turn_back(question: str) -> None:
    line, talk = Line(at_once=1, longest=0), Conversation()
    exchange = talk.ask(question)
    list(progress(FakeColloquy(), talk, exchange, line))  # type: ignore[arg-type]
    assert exchange.phase == "failed" and line.counts() == (0, 0)


def test_a_full_line_is_told_in_the_conversation() -> None:
    line, talk = Line(at_once=1, longest=0), Conversation()
    line.join()
    exchange, fake = talk.ask("ferry"), FakeColloquy()
    list(progress(fake, talk, exchange, line))  # type: ignore[arg-type]
    assert exchange.phase == "failed" and "the line is full" in exchange.error and fake.asked == []
