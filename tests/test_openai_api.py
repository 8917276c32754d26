"""The OpenAI form, asked with the real client of OpenAI against a served page."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from rag.answer import Answer
from rag.options import Options
from rag.question import Turn
from rag.records import ModelError, QuestionError
from tests.fake_colloquy import FERRY, HITS, MARCH, SCRIPT, TABLE, FakeColloquy
from tests.served import served
from tests.test_line import until
from tests.test_programs import NO_PREFERENCES
from ui import openai_api
from ui.line import Line, Ticket
from ui.openai_request import Asked, asked_of

openai = pytest.importorskip("openai")

FERRY_TEXT = (
    "Engineer Tove Lind led the repairs. [1] They took eleven weeks, and the ticket price stays. [2] [3]\n\nSources:\n"
    "[1] Island ferry returns after storm repairs, Marsk Courier, 11 March 2024: “Engineer Tove Lind led the work” "
    "https://courier.example/ferry\n"
)


@pytest.fixture(scope="module")
def fake() -> FakeColloquy:
    return FakeColloquy()


@pytest.fixture(scope="module")
def line() -> Line:
    return Line(at_once=1, longest=1)


@pytest.fixture(scope="module")
def address(fake: FakeColloquy, line: Line) -> Iterator[str]:
    with served(fake, line=line) as page:
        yield page.local_url


@pytest.fixture(scope="module")
def client(address: str) -> Any:
    return openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0)


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_an_answer_with_its_sources(client: Any, line: Line) -> None:
    got = client.chat.completions.create(model="gpt-any", messages=[user("Who led the ferry repairs?")])
    message = got.choices[0].message
    assert message.content.startswith(FERRY_TEXT) and message.role == "assistant"
    assert "[3] Island ferry" in message.content.splitlines()[-1]
    assert (got.object, got.model, got.choices[0].finish_reason) == ("chat.completion", "colloquy", "stop")
    assert [c["number"] for c in message.citations] == [1, 2, 3] and message.abstained is None
    cited = message.citations[0]
    assert FERRY.text[cited["start"] : cited["end"]] == cited["quote"] == "Engineer Tove Lind led the work"
    assert cited["article"]["id"] == FERRY.id and cited["article"]["path"] is None
    assert line.counts() == (0, 0)


def test_who_has_an_answer_has_left_the_line(client: Any, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = line.leave

    def slowly(ticket: Ticket) -> None:
        time.sleep(0.3)
        leave(ticket)

    monkeypatch.setattr(line, "leave", slowly)
    assert client.chat.completions.create(model="x", messages=[user("ferry")]).choices[0].message.citations
    assert line.counts() == (0, 0)


def test_a_stream_sends_each_sentence_and_ends_as_the_whole_does(client: Any) -> None:
    chunks = list(client.chat.completions.create(model="x", messages=[user("ferry")], stream=True))
    pieces = [c.choices[0].delta.content for c in chunks if c.choices[0].delta.content]
    assert pieces[:2] == [
        "Engineer Tove Lind led the repairs. [1]",
        " They took eleven weeks, and the ticket price stays. [2] [3]",
    ]
    whole = client.chat.completions.create(model="x", messages=[user("ferry")]).choices[0].message
    assert "".join(pieces) == whole.content
    assert chunks[0].choices[0].delta.role == "assistant" and chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-2].choices[0].delta.citations == whole.citations and len({c.id for c in chunks}) == 1


@pytest.mark.parametrize("question", ["compared", "regatta"])
def test_tables_and_refusals_are_the_same_streamed_or_not(client: Any, question: str) -> None:
    whole = client.chat.completions.create(model="x", messages=[user(question)]).choices[0].message
    chunks = list(client.chat.completions.create(model="x", messages=[user(question)], stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == whole.content
    if question == "compared":
        assert "cost of the repairs" in whole.content and "\n\nSources:\n[1]" in whole.content
    else:
        assert whole.abstained == "The articles do not say who won the regatta." and whole.citations == []
        assert "Sources:" not in whole.content


def test_earlier_messages_become_the_history(client: Any, fake: FakeColloquy) -> None:
    first = client.chat.completions.create(model="x", messages=[user("choir")]).choices[0].message
    messages = [
        {"role": "system", "content": "Answer as a pirate."},
        user("choir"),
        {"role": "assistant", "content": first.content},
        {"role": "tool", "content": "5", "tool_call_id": "7"},
        {"role": "user", "content": [{"type": "text", "text": "And the"}, {"type": "text", "text": "ferry?"}]},
    ]
    more = {"asked": "2024-05-31", "after": "2024-03-01", "before": "2024-04-01", "never_heard_of": 1}
    client.chat.completions.create(
        model="x", messages=messages, temperature=2, n=3, tools=[], max_tokens=5, extra_body=more
    )
    # The list of sources is no part of the answer: a follow-up must not refer to a name in it.
    assert fake.asked[-1] == (
        "And the ferry?",
        (Turn("choir", "Ilse Brandt conducted the choir. [1]"),),
        date(2024, 5, 31),
    )
    assert fake.windows[-1] == MARCH


def test_how_to_answer_is_asked_for_as_by_name(client: Any, fake: FakeColloquy) -> None:
    more = {"length": "long", "caution": "strict", "passages": 3}
    for stream in (False, True):
        got = client.chat.completions.create(model="x", messages=[user("ferry")], stream=stream, extra_body=more)
        assert not stream or list(got)
        assert fake.asked_with[-1] == Options(threshold=0.6, passages=3, max_tokens=96, sentences=5)
    left_out = {"length": None, "caution": None, "passages": None}
    client.chat.completions.create(model="x", messages=[user("ferry")], extra_body=left_out)
    assert fake.asked_with[-1] == fake.options


@pytest.mark.parametrize(("more", "said"), NO_PREFERENCES)
def test_how_not_to_answer_is_a_bad_request(client: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(openai.BadRequestError, match=said):
        client.chat.completions.create(model="x", messages=[user("ferry")], extra_body=more)


def test_the_models(client: Any) -> None:
    assert [m.id for m in client.models.list()] == ["colloquy"]
    assert client.models.retrieve("colloquy").object == "model"
    with pytest.raises(openai.NotFoundError, match="it is called 'colloquy'"):
        client.models.retrieve("gpt-5")
    with pytest.raises(openai.NotFoundError, match="is not offered"):
        client.embeddings.create(model="x", input="y")


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "'messages' is not a list"),
        ([{"role": "system", "content": "x"}], "is not of the user"),
        ([user("ferry"), {"role": "assistant", "content": "x"}], "is not of the user"),
        ([user("  ")], "the question is empty"),
        ([user("x" * 2001)], "has 2,001 characters, at most 2,000"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}], "not text"),
        ([{"role": "user", "content": 5}], "is a int"),
        (["ferry"], "is not an object"),
    ],
)
def test_what_cannot_be_asked_is_a_bad_request(client: Any, messages: list[Any], said: str) -> None:
    with pytest.raises(openai.BadRequestError, match=said) as caught:
        client.chat.completions.create(model="x", messages=messages)
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b"[" * 100_000])
def test_a_bad_body_is_an_error_in_the_same_form(address: str, body: bytes) -> None:
    request = urllib.request.Request(f"{address}v1/chat/completions", body, {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    error = json.load(caught.value)["error"]
    assert caught.value.code == 400 and error["type"] == "invalid_request_error" and error["message"]
    assert "default-src 'self'" in caught.value.headers["content-security-policy"]


def test_a_day_that_cannot_be_is_named(client: Any) -> None:
    for field in ("asked", "after"):
        with pytest.raises(openai.BadRequestError, match=f"{field} is 'soon'"):
            client.chat.completions.create(model="x", messages=[user("ferry")], extra_body={field: "soon"})


def test_a_fault_inside_is_told_and_gives_the_turn_back(client: Any, line: Line) -> None:
    with pytest.raises(openai.InternalServerError, match="a fault of the model"):
        client.chat.completions.create(model="x", messages=[user("boom")])
    with pytest.raises(openai.APIError, match="a fault of the model"):
        list(client.chat.completions.create(model="x", messages=[user("boom")], stream=True))
    until(lambda: line.counts() == (0, 0))


def test_a_client_that_goes_away_stops_the_model(client: Any, fake: FakeColloquy, line: Line) -> None:
    fake.stopped.clear()
    stream = client.chat.completions.create(model="x", messages=[user("endless ferry")], stream=True)
    assert next(c for c in stream if c.choices[0].delta.content)
    assert line.counts() == (1, 0)
    stream.close()
    assert fake.stopped.wait(5)
    until(lambda: line.counts() == (0, 0))


def test_a_client_that_gives_up_before_the_answer_stops_the_model(address: str, fake: FakeColloquy, line: Line) -> None:
    fake.stopped.clear()
    hasty = openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0, timeout=0.5)
    with pytest.raises(openai.APITimeoutError):
        hasty.chat.completions.create(model="x", messages=[user("endless ferry")])
    assert fake.stopped.wait(5)
    until(lambda: line.counts() == (0, 0))


def test_a_full_line_is_429_and_says_when_to_come_back(client: Any, fake: FakeColloquy, line: Line) -> None:
    fake.gate = threading.Event()
    got: list[str] = []

    def ask() -> None:
        got.append(client.chat.completions.create(model="x", messages=[user("ferry")]).choices[0].message.content)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    try:
        until(lambda: line.counts() == (1, 1))
        with pytest.raises(openai.RateLimitError, match="1 question waits, at most 1 may") as caught:
            client.chat.completions.create(model="x", messages=[user("ferry")])
        assert int(caught.value.response.headers["retry-after"]) >= 1
        assert caught.value.type == "rate_limit_error"
    finally:
        fake.gate.set()
        fake.gate = None
    for thread in asking:
        thread.join(10)
    assert len(got) == 2 and line.counts() == (0, 0)


def test_one_who_waits_is_told_the_place_and_leaves_with_the_connection(
    address: str, fake: FakeColloquy, line: Line
) -> None:
    before = len(fake.asked)
    with line.join():
        body = json.dumps({"messages": [user("ferry")], "stream": True}).encode()
        request = urllib.request.Request(f"{address}v1/chat/completions", body)
        with urllib.request.urlopen(request) as response:
            lines = [response.readline() for _ in range(3)]
            assert b": First in line\n" in lines and line.counts() == (1, 1)
        until(lambda: line.counts() == (1, 0))
    assert len(fake.asked) == before


# -- pure -----------------------------------------------------------------------------------------------------------


def test_a_remark_is_said_after_the_sentences_that_were_sent() -> None:
    said = "Engineer Tove Lind led the repairs. [1] They took eleven weeks, and the ticket price stays. [2] [3]"
    answer = Answer("q", SCRIPT["ferry"], remark="The articles differ.", unanswered=("who paid?",))
    assert openai_api.remainder(answer, said) == " The articles do not say: who paid?\n\nThe articles differ."
    assert openai_api.remainder(answer, "") == answer.text
    assert openai_api.remainder(Answer("q", remark="R", table=TABLE, hits=HITS), "").startswith("R\n- Ferry repairs")
    # What was sent does not stand in the answer: the whole of it follows, rather than a wrong half.
    assert openai_api.remainder(answer, "Something else. [1]") == f"\n\n{answer.text}"


def test_errors_have_their_kinds() -> None:
    assert openai_api.error_response(QuestionError("x")).status_code == 400
    assert openai_api.error_response(ModelError("x")).status_code == 500


def test_earlier_answers_without_a_question_are_passed_over() -> None:
    messages = [{"role": "assistant", "content": "Welcome."}, user("a"), user("b"), {"role": "assistant"}, user("c")]
    assert asked_of(json.dumps({"messages": messages}).encode()) == Asked("c", (Turn("a"), Turn("b")))
