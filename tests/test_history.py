"""Kept conversations on the page: what is kept when, what an untrusted page may do, and who sees what."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index.errors import ColloquyError
from rag.conversation_record import Listed
from rag.conversations import FILE, Conversations
from tests.fake_colloquy import ATTACK, HITS, SCRIPT, FakeColloquy, FakeLibrary
from tests.test_app import free_port
from tests.test_render import harmless
from ui import answers, app, asking, panel
from ui.exchange import Conversation
from ui.history import History, file_html, list_html
from ui.keeping import Keeping, exchange_of, turn_of
from ui.steps import Steps

IDA = SimpleNamespace(username="ida")


def answer(talk: Conversation, question: str, fake: FakeColloquy | None = None) -> None:
    list(asking.progress(fake or FakeColloquy(), talk, talk.ask(question)))  # type: ignore[arg-type]


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path)


def shown(talk: Conversation) -> list[str]:
    # Of a kept answer only the seconds of the whole are known, not those of each step on the page.
    kept = [replace(e, steps=Steps()) for e in talk.exchanges]
    return [answers.answer_html(e) for e in kept] + [panel.panel_html(talk.exchanges)]


def test_what_was_kept_is_painted_the_same(keeping: Keeping) -> None:
    talk = Conversation()
    for question in ("ferry in March", "compared", "regatta", "boom", f"market {ATTACK}"):
        answer(talk, question)
    asking.period_asked(talk, {"turn": talk.last.number, "period": "any"})  # type: ignore[union-attr]
    answer(talk, "choir")
    keeping.keep(talk, "ida")
    assert talk.fault == ""
    again = Conversation()
    keeping.open(again, "ida", str(talk.id))
    assert shown(again) == shown(talk)
    assert [e.text for e in again.exchanges] == [e.text for e in talk.exchanges]
    assert [e.asked for e in again.exchanges] == [date.today()] * 6
    # It goes on with numbers of its own, in the same kept conversation.
    answer(again, "ferry")
    assert again.last is not None and again.last.number == max(e.number for e in talk.exchanges) + 1
    keeping.keep(again, "ida")
    assert again.id == talk.id and len(keeping.store.listed("ida")) == 1


def test_a_stopped_answer_is_kept_with_what_was_checked(keeping: Keeping) -> None:
    talk, fake = Conversation(), FakeColloquy()
    exchange = talk.ask("endless ferry")
    running = threading.Thread(target=lambda: list(asking.progress(fake, talk, exchange)))  # type: ignore[arg-type]
    running.start()
    while not exchange.sentences:
        time.sleep(0.01)
    keeping.keep(talk, "")
    assert keeping.store.listed("") == ()  # nothing has ended yet
    talk.halt()
    running.join(5)
    keeping.keep(talk, "")
    again = Conversation()
    keeping.open(again, "", talk.id)
    assert shown(again) == shown(talk) and again.exchanges[0].phase == "stopped"
    assert again.exchanges[0].sentences == () or again.exchanges[0].sentences[0].text == SCRIPT["ferry"][0].text
    assert len(again.exchanges[0].hits) == len(HITS)


def test_nothing_is_written_where_nothing_is_new(keeping: Keeping) -> None:
    talk = Conversation()
    keeping.keep(talk, "")
    assert not keeping.store.file.exists()
    answer(talk, "ferry")
    keeping.keep(talk, "")
    revision = talk.revision
    keeping.keep(talk, "")
    assert talk.revision == revision == 1


def test_an_answer_that_still_runs_is_not_kept() -> None:
    talk = Conversation()
    with pytest.raises(ValueError, match="still searching"):
        turn_of(talk.ask("ferry"), talk)


def test_deleted_elsewhere_it_is_not_brought_back(keeping: Keeping) -> None:
    talk, other = Conversation(), Conversation()
    answer(talk, "ferry")
    keeping.keep(talk, "")
    assert not keeping.delete(other, "", talk.id)
    answer(talk, "choir")
    keeping.keep(talk, "")
    assert talk.fault == "" and [e.question for e in talk.exchanges] == ["choir"]
    (entry,) = keeping.store.listed("")
    assert entry.title == "choir" and entry.id == talk.id
    # The one on the page is emptied; deleted while its answer runs, the answer stops and is not kept.
    exchange = talk.ask("ferry")
    assert keeping.delete(talk, "", str(talk.id)) and talk.exchanges == [] and exchange.stop.is_set()
    keeping.keep(talk, "")
    assert keeping.store.listed("") == ()


def test_what_is_on_the_page_is_kept_before_another_is_opened(keeping: Keeping) -> None:
    talk = Conversation()
    answer(talk, "ferry")
    keeping.keep(talk, "")
    first = talk.id
    talk.clear()
    answer(talk, "choir")
    running = talk.ask("regatta")
    keeping.open(talk, "", first)
    assert running.phase == "stopped" and [e.question for e in talk.exchanges] == ["ferry"]
    assert [c.title for c in keeping.store.listed("")] == ["choir", "ferry"]
    assert len(keeping.read("", 2).turns) == 2


def test_asked_again_takes_the_place_of_the_answer(keeping: Keeping) -> None:
    talk = Conversation()
    answer(talk, "ferry")
    keeping.keep(talk, "")
    exchange = talk.ask_again(0, "choir")
    assert exchange is not None
    list(asking.progress(FakeColloquy(), talk, exchange))  # type: ignore[arg-type]
    keeping.keep(talk, "")
    assert [t.question for t in keeping.read("", talk.id).turns] == ["choir"]
    assert [c.title for c in keeping.store.listed("")] == ["choir"]


def test_a_vote_is_kept_changed_and_taken_back(keeping: Keeping) -> None:
    talk = Conversation()
    answer(talk, "ferry")
    keeping.keep(talk, "")

    def stored() -> tuple[int, str]:
        (turn,) = keeping.read("", talk.id).turns
        exchange = talk.exchanges[0]
        assert (exchange.vote, exchange.remark) == (turn.vote, turn.remark)
        return turn.vote, turn.remark

    assert keeping.vote(talk, "", "1", "1") and stored() == (1, "")
    assert keeping.vote(talk, "", "1", "1", f" so\n it is {ATTACK}") and stored() == (1, f"so it is {ATTACK}")
    harmless(answers.answer_html(talk.exchanges[0]))
    # The other thumb keeps the remark; the same one again takes both back.
    assert keeping.vote(talk, "", 1, -1) and stored() == (-1, f"so it is {ATTACK}")
    assert keeping.vote(talk, "", 1, -1) and stored() == (0, "")
    assert keeping.vote(talk, "", 1, 1, "x" * 5000) and stored() == (1, "x" * 500)


@pytest.mark.parametrize(
    ("turn", "vote"),
    [(9, 1), (None, 1), ("1; DROP TABLE turns", 1), (1, 0), (1, 7), (1, None), (1, "up"), (2, 1), ({}, [])],
)
def test_no_vote_is_taken_that_the_page_does_not_offer(keeping: Keeping, turn: Any, vote: Any) -> None:
    talk = Conversation()
    answer(talk, "ferry")
    answer(talk, "boom")
    keeping.keep(talk, "")
    assert not keeping.vote(talk, "", turn, vote)
    assert keeping.store.voted() == ()


def test_a_vote_that_cannot_be_kept_is_not_shown(tmp_path: Path) -> None:
    keeping, talk = Keeping(tmp_path / "absent"), Conversation()
    answer(talk, "ferry")
    with pytest.raises(ColloquyError, match="not kept"):
        keeping.vote(talk, "", 1, 1)
    assert talk.exchanges[0].vote == 0


@pytest.mark.parametrize("id", [None, "", "x", "-1", "1.0", "²", "9" * 40, {}, [], "1 OR 1=1", 7])
def test_an_id_that_is_none_finds_nothing(keeping: Keeping, id: Any) -> None:
    talk = Conversation()
    answer(talk, "ferry")
    keeping.keep(talk, "")
    with pytest.raises(ColloquyError, match="deleted elsewhere"):
        keeping.open(talk, "", id)
    with pytest.raises(ColloquyError, match="deleted elsewhere"):
        keeping.rename("", id, "x")
    assert not keeping.delete(talk, "", id)
    assert [e.question for e in talk.exchanges] == ["ferry"] and len(keeping.store.listed("")) == 1


def test_an_answer_goes_on_and_tells_where_it_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, " * 300)
    history, talk = History(tmp_path), Conversation()
    answer(talk, "ferry")
    history.keep(talk, IDA)
    assert "not kept" in talk.fault and str(tmp_path / FILE) in talk.fault and talk.exchanges[0].phase == "done"
    assert 'role="alert"' in history.page_html(talk, None, "ida")
    (tmp_path / FILE).unlink()
    history.keep(talk, IDA)
    assert talk.fault == "" and "ferry" in history.page_html(talk, None, "ida")
    assert "ferry" not in history.page_html(talk, None, "otto")


def test_two_answers_that_end_at_once_are_both_kept(keeping: Keeping) -> None:
    talk = Conversation()
    for question in ("ferry", "choir", "regatta"):
        answer(talk, question)
    threads = [threading.Thread(target=keeping.keep, args=(talk, "")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keeping.store.listed("")) == 1 and len(keeping.read("", talk.id).turns) == 3


# -- the list ----------------------------------------------------------------------------------------------------------

TODAY = date(2024, 5, 10)


def entry(id: int, title: str, days: int) -> Listed:
    noon = datetime(2024, 5, 10, 12).astimezone()
    return Listed(id, title, (noon - timedelta(days=days)).astimezone(UTC))


def test_the_list_has_its_days_and_marks_the_open_one() -> None:
    page = harmless(list_html([entry(3, "C", 0), entry(2, "B", 1), entry(1, "A", 40)], 2, None, TODAY))
    assert page.text.replace("⋯RenameMarkdownJSONDelete", " ") == "TodayC YesterdayB 31 March 2024A "
    current = [a["data-id"] for tag, a in page.tags if tag == "button" and a.get("aria-current")]
    assert current == ["2"]
    for tag, attributes in page.tags:
        if tag == "button" and attributes["data-kept"] != "open":
            assert attributes["aria-label"].split(": ")[1] in "ABC"


def test_hostile_titles_and_searches_stay_text() -> None:
    page = harmless(list_html([entry(1, ATTACK, 0)], 1, ATTACK, TODAY))
    assert ATTACK in page.text and "1 conversation found" in page.text
    assert ATTACK in harmless(list_html([], 0, ATTACK, TODAY)).text
    assert "No conversations yet" in list_html([], 0, None, TODAY)


def test_a_long_list_is_cut_and_says_so() -> None:
    source = list_html([entry(n, "x", 0) for n in range(1203)], 0, None, TODAY)
    assert source.count('<li class="cq-kept">') == 200 and "1,003 older ones" in source


def test_a_file_arrives_whole_and_anew_each_time() -> None:
    import base64
    import re

    text = "a\r\n\0 <b>é</b> \ud800"
    sources = {file_html("x.md", "text/markdown", text) for _ in range(2)}
    assert len(sources) == 2
    for source in sources:
        held = re.search(r'data-file="([^"]*)"', source)
        assert held is not None and base64.b64decode(held[1]).decode() == "a\r\n\0 <b>é</b> ?"


def test_an_exchange_and_its_turn_are_each_others() -> None:
    talk = Conversation()
    for question in ("ferry in March", "boom", "regatta"):
        answer(talk, question)
    for exchange in talk.exchanges:
        turn = turn_of(exchange, talk)
        assert turn_of(exchange_of(turn), talk) == turn
        assert replace(turn, history=()) == turn or turn.number > 1
    assert turn_of(talk.exchanges[2], talk).history == ("ferry in March",)


# -- two users, through the page ---------------------------------------------------------------------------------------


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    page = app.build(FakeColloquy(FakeLibrary(home=tmp_path)))  # type: ignore[arg-type]
    page.launch(
        server_port=free_port(),
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        auth=[("ida", "one"), ("otto", "two")],
    )
    yield str(page.local_url)
    page.close(verbose=False)


@pytest.mark.browser
def test_users_never_see_each_others_conversations(browser: Any, address: str, tmp_path: Path) -> None:
    def logged_in(user: str, password: str) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.set_default_timeout(8000)
        assert context.request.post(f"{address}login", form={"username": user, "password": password}).ok
        page.goto(address)
        page.wait_for_selector("#cq-question textarea")
        return page

    def ask(page: Any, question: str) -> None:
        page.fill("#cq-question textarea", question)
        page.press("#cq-question textarea", "Enter")
        page.wait_for_selector("#a1:not(.cq-running)")
        page.wait_for_selector(".cq-kept")

    ida, otto = logged_in("ida", "one"), logged_in("otto", "two")
    ask(ida, "Who led the ferry repairs?")
    ask(otto, "Who conducted the choir?")
    kept = Conversations(tmp_path)
    assert [[c.id for c in kept.listed(user)] for user in ("ida", "otto", "")] == [[1], [2], []]
    otto.reload()
    otto.wait_for_selector(".cq-kept")
    assert otto.locator(".cq-kept-open").all_inner_texts() == ["Who conducted the choir?"]
    otto.fill(".cq-search", "ferry")
    otto.wait_for_selector("text=No conversation holds “ferry”.")
    otto.fill(".cq-search", "")
    otto.wait_for_selector(".cq-kept")
    # The page itself is turned: each act on Otto's own row is sent with the id of Ida's conversation.
    turned = "document.querySelectorAll('[data-id]').forEach(e => e.dataset.id = '1')"
    for act in ("open", "export", "rename", "delete"):
        otto.evaluate(turned)
        if act == "rename":
            otto.evaluate("document.querySelector('[data-kept=rename]').click()")
            otto.fill("#cq-kept-dialog input", "mine now")
            otto.click("#cq-kept-dialog .cq-sure")
        elif act == "delete":
            otto.evaluate("document.querySelector('[data-kept=delete]').click()")
            otto.click("#cq-kept-dialog .cq-sure")
        else:
            otto.evaluate(f"document.querySelector('[data-kept={act}]').click()")
        otto.wait_for_timeout(600)
        assert otto.locator("#cq-chat >> text=Tove Lind").count() == 0
        assert otto.locator("[data-file]").count() == 0
        if act != "delete":
            assert "deleted elsewhere" in otto.inner_text("#cq-notice")
    (own,) = kept.listed("ida")
    assert own.title == "Who led the ferry repairs?"
    # What Otto asks on is his, whatever his page believes.
    assert [c.title for c in kept.listed("otto")] == ["Who conducted the choir?"]
    ida.context.close()
    otto.context.close()
