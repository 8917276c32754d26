"""What programs can ask for beside an answer: passages, the list of articles, adding one."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.errors import QuestionError, ReadError
from index.library import Library
from index.records import Window
from rag.adding import add_text
from rag.kept_files import FOLDER
from tests.fake_colloquy import FakeColloquy
from tests.fakes import BagEmbedder
from tests.served import served
from ui.line import Line, LineFullError
from ui.programs import Programs

gradio_client = pytest.importorskip("gradio_client")

TEXT = "The ferry to Olen sails again from Monday.\n\nEngineer Tove Lind led the repairs of the pier for eleven weeks."

# What no door takes, with the words in which all refuse it.
NO_PREFERENCES = [
    ({"length": "endless"}, "the length of answers is 'endless'; expected short, normal or long"),
    ({"caution": "reckless"}, "how sure to be is 'reckless'; expected bold, normal or strict"),
    ({"passages": 51}, "the number of passages is 51; expected 1 to 50"),
    ({"passages": -1}, "the number of passages is -1; expected 1 to 50"),
    ({"passages": "many"}, "the number of passages is 'many'; expected a whole number"),
]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", BagEmbedder(), create=True)


@pytest.fixture
def programs(library: Library) -> Programs:
    return Programs(FakeColloquy(library), Line())  # type: ignore[arg-type]


# -- adding ---------------------------------------------------------------------------------------------------------


def test_an_article_is_added_with_its_fields_and_found(programs: Programs, library: Library) -> None:
    added = programs.add(TEXT, "Ferry returns", "2024-03-11", "Marsk Courier", "https://courier.example/ferry")
    assert not added["known"] and added["notes"] == []
    assert added["article"] == {
        "id": library.articles()[0].id,
        "title": "Ferry returns",
        "published": "2024-03-11",
        "published_within": None,
        "published_from": "json",
        "publisher": "Marsk Courier",
        "url": "https://courier.example/ferry",
        "path": None,
        "passages": 1,
    }
    assert programs.articles() == [added["article"]]
    (hit,) = programs.search("who led the ferry repairs?")
    stored = library.article(added["article"]["id"])
    assert stored is not None and stored.text == TEXT
    assert stored.text[hit["start"] : hit["end"]] == hit["text"] and "Tove Lind" in hit["text"]
    assert (hit["dense_rank"], hit["bm25_rank"]) == (1, 1) and hit["article"]["path"] is None


@pytest.mark.parametrize(
    ("published", "day", "within", "origin"),
    [
        ("", None, None, ""),
        ("2014-01-27", date(2014, 1, 27), None, "json"),
        ("2014-01", None, Window(date(2014, 1, 1), date(2014, 2, 1)), "user"),
        ("2014", None, Window(date(2014, 1, 1), date(2015, 1, 1)), "user"),
        ("2014-01-01..2014-03-31", None, Window(date(2014, 1, 1), date(2014, 4, 1)), "user"),
    ],
)
def test_a_date_is_a_day_or_a_period(
    library: Library, published: str, day: date | None, within: Window | None, origin: str
) -> None:
    article = add_text(library, TEXT, published=published).article
    assert (article.published, article.published_within, article.published_from) == (day, within, origin)


def test_the_same_again_changes_nothing_and_comes_back_after_it_was_taken_out(library: Library) -> None:
    first = add_text(library, TEXT, "Ferry")
    again = add_text(library, TEXT, "  Ferry ")
    assert not first.known and again.known and first.article == again.article
    assert library.counts()[0] == 1 and len(list((library.home / FOLDER).iterdir())) == 1
    library.remove(first.article.id)
    assert not add_text(library, TEXT, "Ferry").known and library.counts()[0] == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "text is empty"),
        ({"text": " \n . "}, "text is empty"),
        ({"text": 5}, "text is a int; expected a text"),
        ({"title": ["x"]}, "title is a list"),
        ({"title": "x" * 501}, "title has 501 characters, at most 500"),
        ({"published": "soon"}, "published: 'soon' is no date; expected 2014-01-27"),
        ({"published": "2023-02-30"}, "published: 2023-02-30 does not exist"),
        ({"published": "2024-03-02..2024-03-01"}, "published: the range .* ends before it starts"),
        ({"published": "1066"}, "published: the year of 1066"),
        ({"url": "javascript:alert(1)"}, "url is 'javascript:alert\\(1\\)'; expected an address"),
        ({"url": "https://"}, "url is"),
        ({"url": "http://[x"}, "url is"),
        ({"text": "word " * 500_000}, "^text: text of 2,500,000 characters, expected one article of at most 2,000,000"),
    ],
)
def test_what_cannot_be_an_article_is_refused_and_nothing_is_stored(
    library: Library, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(ReadError, match=said):
        add_text(library, **{"text": TEXT, **fields})
    assert library.counts() == (0, 0)
    assert not list(library.home.glob(f"{FOLDER}/*"))


def test_any_text_that_json_can_carry_is_taken(library: Library) -> None:
    added = add_text(library, 'Half a pair \ud83d, a "quote",\u2028 and {"title": "x"}\x00.', "A \ud83d title")
    assert library.article(added.article.id) is not None


def test_several_may_add_at_the_same_time(programs: Programs, library: Library) -> None:
    threads = [threading.Thread(target=programs.add, args=(f"{TEXT} Boat {n} followed.",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.counts()[0] == 8 and len(programs.search("ferry boat", 50)) == 8


# -- searching ------------------------------------------------------------------------------------------------------


def test_a_period_that_is_given_keeps_the_rest_out(programs: Programs) -> None:
    programs.add(TEXT, "Old", "2014-03-11")
    new = programs.add(f"{TEXT} Again.", "New", "2024-03-11")["article"]["id"]
    assert len(programs.search("ferry")) == 2
    assert [hit["article"]["id"] for hit in programs.search("ferry", 5, None, "2024-01-01")] == [new]
    assert programs.search("ferry", 5, None, None, "2001-01-01") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("",), "the question is empty"),
        ((5,), "the question is a int"),
        (("x", 0), "limit is '0'; expected a whole number from 1 to 50"),
        (("x", True), "limit is"),
        (("x", "5"), "limit is"),
        (("x", 5, "soon"), "asked is 'soon'"),
        (("x", 5, None, "2024-02-30"), "after is '2024-02-30'"),
    ],
)
def test_a_search_that_cannot_be_made_says_why(programs: Programs, given: tuple[Any, ...], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        programs.search(*given)


# -- answering ------------------------------------------------------------------------------------------------------


def test_an_answer_waits_in_the_line_and_a_full_one_is_an_error(programs: Programs) -> None:
    assert programs.answer("ferry")["answer"].startswith("Engineer Tove Lind")
    full = Programs(programs.colloquy, Line(at_once=1, longest=0))
    with full.line.join(), pytest.raises(LineFullError):
        full.answer("ferry")
    with pytest.raises(ZeroDivisionError):
        full.answer("boom")
    with pytest.raises(QuestionError, match="the question is a NoneType"):
        full.answer(None)
    assert full.answer("ferry")["citations"] and full.line.counts() == (0, 0)


def test_a_question_that_is_taken_back_leaves_the_line(programs: Programs) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(QuestionError, match="taken back"):
        programs.answer("ferry", stop=stop)
    assert programs.line.counts() == (0, 0)


# -- over the wire --------------------------------------------------------------------------------------------------


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with served(FakeColloquy(library)) as page:  # type: ignore[arg-type]
        yield page.local_url


def test_the_endpoints_by_gradio_client(address: str) -> None:
    client = gradio_client.Client(address, verbose=False, analytics_enabled=False)
    added = client.predict(TEXT, "Ferry returns", "2024-03-11", api_name="/add")
    assert added["article"]["title"] == "Ferry returns" and not added["known"]
    assert client.predict(api_name="/articles") == [added["article"]]
    assert "Tove Lind" in client.predict("ferry repairs", limit=1, api_name="/search")[0]["text"]
    with pytest.raises(gradio_client.exceptions.AppError, match="published: 'soon' is no date"):
        client.predict(TEXT, published="soon", api_name="/add")
    with pytest.raises(gradio_client.exceptions.AppError, match="limit is '99'"):
        client.predict("ferry", 99, api_name="/search")


@pytest.mark.parametrize(("more", "said"), NO_PREFERENCES)
def test_how_not_to_answer_is_an_error_of_the_endpoint(address: str, more: dict[str, Any], said: str) -> None:
    client = gradio_client.Client(address, verbose=False, analytics_enabled=False)
    with pytest.raises(gradio_client.exceptions.AppError, match=said):
        client.predict("ferry", **more, api_name="/chat")


def test_the_endpoints_over_http(address: str) -> None:
    def call(name: str, **fields: Any) -> tuple[str, Any]:
        where = f"{address}gradio_api/call/v2/{name}"
        body = json.dumps(fields).encode()
        request = urllib.request.Request(where, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            event = json.load(response)["event_id"]
        with urllib.request.urlopen(f"{where}/{event}") as response:
            kind, told = response.read().decode().strip().split("\n")[-2:]
        return kind.removeprefix("event: "), json.loads(told.removeprefix("data: "))

    kind, (added,) = call("add", text=TEXT, title="Ferry returns")
    assert kind == "complete" and call("articles") == ("complete", [[added["article"]]])
    assert call("search", words="ferry repairs")[1][0][0]["article"]["id"] == added["article"]["id"]
    kind, told = call("add", text="")
    assert kind == "error" and "text is empty" in json.dumps(told)
