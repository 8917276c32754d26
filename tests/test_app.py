"""The page and its API without a browser: a real server, a fake pipeline."""

import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from index.errors import ColloquyError, QuestionError
from index.records import Window
from rag.question import Turn
from tests.fake_colloquy import ARTICLES, FERRY, HOSTILE, MARCH, SCRIPT, FakeColloquy, FakeLibrary, article
from ui import app, asking, endpoints, programs, serving
from ui.exchange import Conversation

gradio_client = pytest.importorskip("gradio_client")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="module")
def fake() -> FakeColloquy:
    return FakeColloquy()


@pytest.fixture(scope="module")
def page(fake: FakeColloquy) -> Iterator[Any]:
    served = serving.launch(fake, port=free_port())  # type: ignore[arg-type]
    yield served
    served.close(verbose=False)


@pytest.fixture(scope="module")
def client(page: Any) -> Any:
    return gradio_client.Client(page.local_url, verbose=False, analytics_enabled=False)


def test_chat_gives_the_one_json_form(client: Any, fake: FakeColloquy) -> None:
    answer = client.predict("About the ferry?", ["Earlier one", "Earlier two"], "2024-05-31", api_name="/chat")
    assert answer["answer"].startswith("Engineer Tove Lind led the repairs. [1]")
    assert answer["citations"][0]["article"]["id"] == FERRY.id
    cited = answer["citations"][0]
    assert cited["article"]["path"] is None and cited["article"]["publisher"] == "Marsk Courier"
    assert FERRY.text[cited["start"] : cited["end"]] == cited["quote"] == "Engineer Tove Lind led the work"
    assert fake.asked[-1] == ("About the ferry?", (Turn("Earlier one"), Turn("Earlier two")), date(2024, 5, 31))


def test_chat_takes_a_history_in_json_and_none_at_all(client: Any, fake: FakeColloquy) -> None:
    client.predict("choir", json.dumps([{"question": "a", "answer": "b"}]), None, api_name="/chat")
    assert fake.asked[-1][1] == (Turn("a", "b"),)
    # An article with a path must not make the client fetch that path as a file.
    assert client.predict("choir", api_name="/chat")["citations"][0]["article"]["title"].startswith("Choir")
    assert client.predict("nothing known", api_name="/chat")["abstained"]
    assert fake.asked[-1][1:] == ((), None)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (("x" * 3000, [], None), "2000 are allowed"),
        (("choir", {"not": "a list"}, None), "list of earlier questions"),
        (("choir", "[broken", None), "list of earlier questions"),
        (("choir", [], "yesterday"), "expected a day such as"),
        (("choir", [], None, "soon"), "after is 'soon'"),
        (("choir", [], None, "2024-03-02", "2024-03-01"), "swap the two"),
    ],
)
def test_chat_says_what_is_wrong(client: Any, sent: tuple[Any, ...], said: str) -> None:
    with pytest.raises(gradio_client.exceptions.AppError, match=re.escape(said)):
        client.predict(*sent, api_name="/chat")


def test_chat_takes_a_period(client: Any, fake: FakeColloquy) -> None:
    answer = client.predict("ferry", after="2024-03-01", before="2024-04-01", api_name="/chat")
    assert fake.windows[-1] == MARCH and answer["window"] == {"after": "2024-03-01", "before": "2024-04-01"}
    client.predict("ferry in March", [], None, "", "2024-04-01", api_name="/chat")
    assert fake.windows[-1] == Window(None, date(2024, 4, 1))
    client.predict("ferry in March", api_name="/chat")
    assert fake.windows[-1] is None


def test_nothing_of_the_page_is_in_the_api(client: Any) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert list(named) == ["/chat", "/search", "/articles", "/add"]
    assert not client.view_api(return_format="dict")["unnamed_endpoints"]


def test_the_page_may_load_from_its_own_host_only(page: Any) -> None:
    with urllib.request.urlopen(page.local_url) as response:
        policy = response.headers["content-security-policy"]
        source = response.read().decode()
    assert "default-src 'self'" in policy and "http" not in policy
    for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", source):
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//(?!127\.0\.0\.1)""", tag), tag


@pytest.mark.parametrize("path", ["gradio_api/call/v2/add", "v1/chat/completions", "gradio_api/queue/join"])
def test_the_page_of_another_site_may_send_nothing_here(page: Any, path: str) -> None:
    headers = {"Content-Type": "text/plain", "Sec-Fetch-Site": "cross-site"}
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(f"{page.local_url}{path}", b"{}", headers))


def test_a_taken_port_is_one_line_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ColloquyError, match=rf"port {port} .* choose another port") as caught:
            serving.launch(FakeColloquy(), port=port)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_progress_ends_in_words_whatever_happens() -> None:
    talk = Conversation()
    for question, said in (("boom", "a fault of the model"), ("y" * 3000, "2000 are allowed")):
        exchange = talk.ask(question)
        list(asking.progress(FakeColloquy(), talk, exchange))  # type: ignore[arg-type]
        assert exchange.phase == "failed" and said in exchange.error
    exchange = talk.ask("ferry")
    list(asking.progress(FakeColloquy(), talk, exchange))  # type: ignore[arg-type]
    assert exchange.phase == "done"


def test_a_follow_up_gets_the_turns_before_it_but_not_the_failed_ones() -> None:
    fake, talk = FakeColloquy(), Conversation()
    for question in ("choir", "boom", "ferry"):
        list(asking.progress(fake, talk, talk.ask(question)))  # type: ignore[arg-type]
    assert [t.question for t in fake.asked[-1][1]] == ["choir"]
    assert fake.asked[-1][1][0].answer == "Ilse Brandt conducted the choir. [1]"


def test_stop_reaches_the_pipeline_and_keeps_what_was_checked() -> None:
    fake, talk = FakeColloquy(), Conversation()
    exchange = talk.ask("endless ferry")
    running = threading.Thread(target=lambda: list(asking.progress(fake, talk, exchange)))  # type: ignore[arg-type]
    running.start()
    while not exchange.sentences:
        time.sleep(0.01)
    talk.halt()
    running.join(5)
    assert not running.is_alive() and fake.stopped.is_set()
    assert exchange.phase == "stopped" and exchange.sentences == SCRIPT["ferry"][:1]


def test_a_page_that_is_closed_stops_the_pipeline() -> None:
    fake, talk = FakeColloquy(), Conversation()
    exchange = talk.ask("ferry")
    painting = asking.progress(fake, talk, exchange)  # type: ignore[arg-type]
    next(painting)
    painting.close()  # type: ignore[attr-defined]
    assert exchange.stop.is_set()


def test_the_article_opener_trusts_nothing() -> None:
    open_article = endpoints.article_opener(FakeColloquy())  # type: ignore[arg-type]
    source = open_article({"id": FERRY.id, "spans": "0-9 9-3 5-99999999 x -1-2", "focus": "0-9"})
    assert source.count("<mark") == 1 and '<mark class="cq-focus">The ferry</mark>' in source
    for nonsense in (None, [], {"id": 3}, {"id": "../../etc"}, "x"):
        assert "Not there any more" in open_article(nonsense)
    assert "<script" not in open_article({"id": HOSTILE.id})


def test_examples_come_from_the_articles() -> None:
    examples = app.example_questions(ARTICLES[:2])
    assert len(examples) == 4 and len(set(examples)) == 4
    assert examples[0] == "Who took part in Olen ferry repairs 2024?"
    assert app.example_questions([]) == []
    assert app.example_questions([article("long " * 40, "text")]) == []


def test_an_empty_library_is_served_too() -> None:
    assert app.build(FakeColloquy(FakeLibrary(()))) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("history", [5, [5], [{"answer": "x"}], '"text"', "{}"])
def test_a_history_of_another_form_is_refused(history: Any) -> None:
    with pytest.raises(QuestionError):
        programs.parse_history(history)


def test_a_period_chosen_on_the_page_is_asked_about() -> None:
    fake, talk = FakeColloquy(), Conversation()
    list(asking.progress(fake, talk, talk.ask("ferry in March")))  # type: ignore[arg-type]
    for chosen, window in (
        ({"period": "any"}, Window()),
        ({"period": "asked"}, None),
        ({"period": "set", "first": "2024-03-01", "last": "2024-03-31"}, MARCH),
    ):
        assert talk.last is not None
        assert asking.period_asked(talk, {"turn": str(talk.last.number), **chosen})
        list(asking.progress(fake, talk, talk.last))  # type: ignore[arg-type]
        assert fake.windows[-1] == window and fake.asked[-1][0] == "ferry in March" and len(talk.exchanges) == 1


@pytest.mark.parametrize(
    "chosen",
    [None, [], "any", {}, {"turn": "9", "period": "any"}, {"turn": "1"}, {"turn": "1", "period": {"x": 1}}],
)
def test_nothing_is_asked_for_what_the_page_does_not_offer(chosen: Any) -> None:
    fake, talk = FakeColloquy(), Conversation()
    assert not asking.period_asked(talk, chosen)
    list(asking.progress(fake, talk, talk.ask("ferry")))  # type: ignore[arg-type]
    assert not asking.period_asked(talk, chosen) and [e.number for e in talk.exchanges] == [1]


def test_days_that_make_no_period_are_told_and_nothing_is_asked() -> None:
    fake, talk = FakeColloquy(), Conversation()
    list(asking.progress(fake, talk, talk.ask("ferry")))  # type: ignore[arg-type]
    for first, last, said in (("2024-03-02", "2024-03-01", "swap the two"), ("", "", "empty"), ("x", "", "'x'")):
        with pytest.raises(QuestionError, match=said):
            asking.period_asked(talk, {"turn": 1, "period": "set", "first": first, "last": last})
    assert [e.number for e in talk.exchanges] == [1] and talk.exchanges[0].phase == "done"
