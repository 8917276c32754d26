"""Questions limited to part of the library: in words, as article ids, through the conversation, on the answers."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.errors import QuestionError
from index.library import Library
from index.records import Article, Window
from index.sentences import split_sentences
from index.store import Store
from tests.fake_colloquy import ARTICLES, ATTACK, CHOIR, FERRY, HOSTILE, FakeColloquy, FakeLibrary
from tests.fakes import BagEmbedder
from ui import answers, asking, panel
from ui.exchange import Conversation
from ui.renewed import renew
from ui.scope import Scope, reach
from ui.scope_control import asked_without, control_html, scope_asked

Y2024 = Window(date(2024, 1, 1), date(2025, 1, 1))
Y1990 = Window(date(1990, 1, 1), date(1991, 1, 1))


def store_of(folder: Path, *articles: Article) -> Library:
    """A library that holds these very articles."""
    library = Library(folder, BagEmbedder(), create=True)
    store: Store = library._store
    for n, article in enumerate(articles):
        group = tuple(split_sentences(article.text))
        store.begin_source(f"source {n}")
        store.add(article, f"source {n}", (group,), library.embed([article.text]))
    return library


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(), "All articles"),
        (Scope(chosen=("a",)), "1 article"),
        (Scope(chosen=("a", "b", "c")), "3 articles"),
        (Scope(("Dawn Herald",), Window(date(2023, 1, 1), date(2024, 1, 1))), "Dawn Herald, 2023"),
        (Scope(("A", "")), "A and publisher unknown"),
        (Scope(("A", "B", "C"), Window(date(2014, 1, 1), None)), "3 publishers, from 2014"),
        (Scope(("A",), None, ("x", "y")), "2 articles, A"),
    ],
)
def test_a_scope_in_words(scope: Scope, words: str) -> None:
    assert scope.words == words and bool(scope) == (words != "All articles")


def test_what_a_scope_reaches(tmp_path: Path) -> None:
    lib = store_of(tmp_path, *ARTICLES)
    assert reach(Scope(), lib).ids == ()
    assert reach(Scope(("Marsk Courier", "Valley Post")), lib).ids == tuple(sorted((FERRY.id, CHOIR.id)))
    assert set(reach(Scope(window=Y2024), lib).ids) == {FERRY.id, HOSTILE.id, CHOIR.id}  # the choir's is not known
    assert reach(Scope(("Marsk Courier",), Y2024, (FERRY.id, CHOIR.id)), lib).ids == (FERRY.id,)
    partly = reach(Scope(chosen=(FERRY.id, "0" * 16)), lib)
    assert (partly.ids, partly.gone, partly.nothing) == ((FERRY.id,), 1, "")


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(chosen=("0" * 16,)), "The article that this question is limited to has left the library."),
        (Scope(chosen=("0" * 16, "1" * 16)), "All 2 articles that this question is limited to have left the library."),
        (Scope(("Nobody's Post",)), "No article by Nobody's Post is in the library any more."),
        (Scope(("Marsk Courier",), Y1990), "No article by Marsk Courier is of the period 1990."),
        (Scope(("Marsk Courier",), None, (CHOIR.id,)), "The article chosen is not by Marsk Courier."),
        (Scope((), Y1990, (FERRY.id, HOSTILE.id)), "None of the articles chosen is of the period 1990."),
        (Scope(("Marsk Courier",), Y1990, (FERRY.id,)), "The article chosen is not by Marsk Courier and of the period"),
    ],
)
def test_a_scope_that_leaves_nothing_says_why_and_what_lifts_it(tmp_path: Path, scope: Scope, said: str) -> None:
    lib = store_of(tmp_path, *ARTICLES)
    told = reach(scope, lib)
    assert told.ids == () and told.nothing.startswith(said) and "Ask again in all articles" in told.nothing
    fake, talk = FakeColloquy(), Conversation()
    fake.library = lib  # type: ignore[assignment]
    talk.scope = scope
    exchange = talk.ask("ferry")
    list(asking.progress(fake, talk, exchange))  # type: ignore[arg-type]
    assert exchange.phase == "done" and exchange.answer is not None and exchange.answer.abstained == told.nothing
    assert fake.asked == []  # the model is not troubled
    shown = answers.answer_html(exchange)
    assert "data-unlimited" in shown and "Only in:" in shown


def test_a_question_is_asked_in_its_scope_and_again_in_it() -> None:
    fake, talk = FakeColloquy(), Conversation()

    def answer() -> Any:
        assert talk.last is not None
        list(asking.progress(fake, talk, talk.last))  # type: ignore[arg-type]
        return talk.last

    talk.ask("ferry")
    assert answer().scope == Scope() and fake.limits == [()]
    talk.scope = Scope(("Marsk Courier",))
    talk.ask("ferry")
    answer()
    talk.scope = Scope()
    talk.ask_again(1)
    assert answer().scope.publishers == ("Marsk Courier",)
    talk.ask_again(1, "choir")
    answer()
    talk.ask_within(Window())
    assert answer().scope.publishers == ("Marsk Courier",) and fake.windows[-1] == Window()
    assert fake.limits[1:] == [(FERRY.id,)] * 4 and [e.question for e in talk.exchanges] == ["ferry", "choir"]


def test_asking_again_without_the_scope_replaces_the_newest_and_follows_an_older_one() -> None:
    fake, talk = FakeColloquy(), Conversation()
    talk.scope = Scope(("Marsk Courier",))
    for question in ("ferry", "choir"):
        list(asking.progress(fake, talk, talk.ask(question)))  # type: ignore[arg-type]
    assert asked_without(talk, {"turn": "2"})
    assert [(e.number, e.question, bool(e.scope)) for e in talk.exchanges] == [(1, "ferry", True), (3, "choir", False)]
    assert talk.scope.publishers == ("Marsk Courier",)  # of the page: the next question is limited as before
    list(asking.progress(fake, talk, talk.exchanges[-1]))  # type: ignore[arg-type]
    assert asked_without(talk, {"turn": "1"})
    assert [(e.number, bool(e.scope)) for e in talk.exchanges] == [(1, True), (3, False), (4, False)]
    assert talk.exchanges[-1].question == "ferry"


@pytest.mark.parametrize("asked", [None, [], {}, {"turn": "9"}, {"turn": None}, "1"])
def test_nothing_is_asked_for_what_the_page_does_not_offer(asked: Any) -> None:
    fake, talk = FakeColloquy(), Conversation()
    list(asking.progress(fake, talk, talk.ask("ferry")))  # type: ignore[arg-type]
    assert not asked_without(talk, asked) and not asked_without(talk, {"turn": "1"})  # it was not limited
    talk.scope = Scope(("Marsk Courier",))
    talk.ask("choir")
    assert not asked_without(talk, {"turn": "2"})  # it is still being answered
    assert [e.number for e in talk.exchanges] == [1, 2]


def test_the_scope_set_on_the_page_is_not_trusted() -> None:
    assert scope_asked(None, ("a",)) == scope_asked({"publishers": "x", "chosen": "yes"}, ("a",)) == Scope()
    asked = {"publishers": ["A", 3, ""], "first": "2024-01-01", "last": "2024-12-31", "chosen": True}
    assert scope_asked(asked, ("a", "b")) == Scope(("A", "3", ""), Y2024, ("a", "b"))
    assert scope_asked({"first": "2024-01-01"}, ()).window == Window(date(2024, 1, 1), None)
    for first, last, said in (("2024-02-02", "2024-02-01", "swap the two"), ("an impossible date", "", "first day")):
        with pytest.raises(QuestionError, match=said):
            scope_asked({"first": first, "last": last}, ())


def test_the_control_says_what_is_asked_in_and_offers_the_rest() -> None:
    assert "All articles" in control_html(Scope()) and "clear" not in control_html(Scope())
    closed = control_html(Scope((f"X {ATTACK}",), Y2024))
    assert "<script" not in closed and 'data-scope="clear"' in closed and "<form" not in closed
    shown = control_html(Scope(("A",), Y2024), [("A", 3), (f"B {ATTACK}", 1), ("", 2)], chosen=4, is_open=True)
    assert shown.count('name="publisher"') == 3 and shown.count(" checked") == 1 and "<script" not in shown
    assert 'value="2024-01-01"' in shown and 'value="2024-12-31"' in shown and "only the 4 articles chosen" in shown
    assert "publisher unknown" in shown and "choose them in the Articles tab" in control_html(Scope(), is_open=True)
    assert "cq-find" in control_html(Scope(), [(str(n), 1) for n in range(40)], is_open=True)


def test_an_answer_shows_its_scope_escaped_and_offers_to_lift_it() -> None:
    fake, talk = FakeColloquy(), Conversation()
    talk.scope = Scope((HOSTILE.publisher,))
    exchange = talk.ask("market")
    assert "data-unlimited" not in answers.answer_html(exchange)  # not while it is being answered
    list(asking.progress(fake, talk, exchange))  # type: ignore[arg-type]
    shown = answers.answer_html(exchange)
    assert "Only in:" in shown and 'data-unlimited="1"' in shown and "<script" not in shown
    assert "data-unlimited" in answers.answer_html(exchange, last=False)
    exchange.missing = 2
    assert "2 of them left the library" in answers.answer_html(exchange)


def test_what_is_shown_follows_the_library(tmp_path: Path) -> None:
    lib = store_of(tmp_path, *ARTICLES)
    fake, talk = FakeColloquy(), Conversation()
    for question in ("ferry", "compared", "regatta", "choir"):
        list(asking.progress(fake, talk, talk.ask(question)))  # type: ignore[arg-type]
    running = talk.ask("ferry, again")
    assert not renew(talk, lib)
    lib.correct_date(FERRY.id, Window(date(2019, 7, 1), date(2019, 7, 2)))
    assert renew(talk, lib) and not renew(talk, lib)
    shown = panel.panel_html(talk.exchanges[:-1])
    assert "1 July 2019" in shown and "11 March 2024 <" not in shown and "11 March 2024</time>" not in shown
    assert "1 July 2019" in answers.answer_html(talk.exchanges[2])  # among the nearest articles
    assert talk.exchanges[0].citations[0].article == replace(FERRY, published=date(2019, 7, 1), published_from="user")
    lib.remove_all([FERRY.id])
    assert renew(talk, lib)
    assert talk.exchanges[0].gone == {FERRY.id} and running.gone == frozenset()
    shown = panel.panel_html(talk.exchanges[:1])
    assert shown.count("has left the library") == 3 and f'data-article="{FERRY.id}"' not in shown
    assert FERRY.title not in answers.answer_html(talk.exchanges[2])
    assert "Engineer Tove Lind led the" in answers.answer_html(talk.exchanges[0])


def test_an_empty_conversation_asks_nothing_of_the_library() -> None:
    assert not renew(Conversation(), FakeLibrary(()))
