"""The line: first come, first served, the place told truthfully, and never a lost turn."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fake_colloquy import FakeColloquy
from ui.asking import progress
from ui.exchange import Conversation
from ui.line import Line, LineFullError, Ticket, place_words


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


@pytest.mark.parametrize(("at_once", "longest"), [(0, 5), (-1, 5), (2, -1)])
def test_a_line_that_serves_nobody_is_refused(at_once: int, longest: int) -> None:
    with pytest.raises(ValueError, match="serves nobody"):
        Line(at_once, longest)


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


def test_the_page_tells_the_place_and_goes_on_when_it_is_its_turn() -> None:
    line, fake = Line(at_once=1), FakeColloquy()
    first, second = line.join(), line.join()
    talk = Conversation()
    exchange = talk.ask("ferry")
    painting = progress(fake, talk, exchange, line)  # type: ignore[arg-type]
    assert next(painting) is True and (exchange.phase, exchange.place) == ("waiting", 2) and exchange.running
    second.leave()
    assert next(painting) is False and exchange.place == 1 and fake.asked == []
    first.leave()
    assert next(painting) is True and exchange.phase == "searching"
    list(painting)
    assert exchange.phase == "done" and line.counts() == (0, 0)


@pytest.mark.parametrize("leave", ["halt", "clear", "close"])
def test_a_page_that_is_stopped_cleared_or_closed_leaves_the_line(leave: str) -> None:
    line, fake, talk = Line(at_once=1), FakeColloquy(), Conversation()
    first = line.join()
    exchange = talk.ask("ferry")
    painting = progress(fake, talk, exchange, line)  # type: ignore[arg-type]
    next(painting)
    assert line.counts() == (1, 1)
    if leave == "close":
        painting.close()  # type: ignore[attr-defined]
    else:
        getattr(talk, leave)()
        list(painting)
        assert exchange.phase == "stopped"
    assert line.counts() == (1, 0) and fake.asked == []
    first.leave()
    assert line.counts() == (0, 0)


@pytest.mark.parametrize("question", ["boom", "y" * 3000])
def test_a_failed_answer_gives_its_turn_back(question: str) -> None:
    line, talk = Line(at_once=1, longest=0), Conversation()
    exchange = talk.ask(question)
    list(progress(FakeColloquy(), talk, exchange, line))  # type: ignore[arg-type]
    assert exchange.phase == "failed" and line.counts() == (0, 0)


def test_a_full_line_is_told_in_the_conversation() -> None:
    line, talk = Line(at_once=1, longest=0), Conversation()
    line.join()
    exchange = talk.ask("ferry")
    list(progress(FakeColloquy(), talk, exchange, line))  # type: ignore[arg-type]
    assert exchange.phase == "failed" and "the line is full" in exchange.error
