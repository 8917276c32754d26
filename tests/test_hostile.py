"""What hostile articles, questions, names and remarks become in every place that shows them: text, and nothing else."""

import asyncio
import json
import re
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner, Result

from eval.proposals import Proposal
from index.library import Library
from rag.answer import Answer
from rag.cli import main
from rag.conversation_record import KeptConversation, KeptTurn, Listed
from rag.records import Article, Span
from rag.records import Listed as ListedArticle
from tests.fake_colloquy import FakeLibrary
from tests.fakes import BagEmbedder
from tests.hostile import ATTACKS, HOST, KEPT, HostileColloquy, hostile_answer, hostile_library, raw_articles
from tests.served import served
from ui import answers, articles_html, evaluation, history, panel, render, scope_control, timeline
from ui.exchange import Exchange
from ui.export import file_name, to_json, to_markdown
from ui.line import Line
from ui.programs import Programs
from ui.scope import Scope
from ui.shelf import Shelf

ALL = " ".join(ATTACKS.values())
# All that the page is made of; what an article brings along is none of it.
TAGS = frozenset(
    "article aside b blockquote button code dd details div dl dt fieldset footer form h1 h2 h3 header i input label "
    "legend li mark nav ol option p pre progress section select span summary svg table tbody td th thead time tr ul em "
    "strong small a".split()
)
DRAWN = frozenset("svg g path rect text tspan use defs clippath line circle style title desc metadata".split())
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Checked(HTMLParser):
    """Collects the text of a page and fails on whatever might run, fetch or break out."""

    def __init__(self, known: frozenset[str] = TAGS) -> None:
        super().__init__(convert_charrefs=True)
        self.known, self.text, self.open = known, "", []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.known, f"<{tag}> came out of an article"
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "srcdoc", "srcset", "style", "action"), name
            assert re.fullmatch(r"[a-z][a-zA-Z:-]*", name), f"an attribute {name!r} came out of an article"
            if name in ("href", "xlink:href"):
                assert value and value.startswith(("http://", "https://", "#")), value
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment came out of an article: {data[:40]}")

    handle_decl = handle_pi = unknown_decl = handle_comment

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(html: str, known: frozenset[str] = TAGS) -> str:
    """The text of a piece of the page, which is checked."""
    html.encode("utf-8")
    parser = Checked(known)
    parser.feed(html)
    parser.close()
    assert parser.open == [], "something is left open"
    return parser.text


RAW = raw_articles()
ANSWER = hostile_answer(ALL, RAW)


def exchange(**fields: Any) -> Exchange:
    filled = {"answer": ANSWER, "sentences": ANSWER.sentences, "hits": ANSWER.hits, "phase": "done", **fields}
    return Exchange(3, ALL, **filled)


PIECES: dict[str, Callable[[], str]] = {
    "answer": lambda: answers.answer_html(exchange(vote=1, remark=ALL)),
    "limited answer": lambda: answers.answer_html(exchange(scope=Scope((ALL, "b"), chosen=("c",)))),
    "declined": lambda: answers.answer_html(exchange(answer=Answer(ALL, abstained=ALL, nearest=RAW), sentences=())),
    "instead": lambda: answers.answer_html(exchange(answer=replace(ANSWER, abstained=ALL))),
    "failed": lambda: answers.answer_html(exchange(phase="failed", error=ALL)),
    "running": lambda: answers.answer_html(exchange(phase="writing", answer=None)),
    "sources": lambda: panel.panel_html([exchange(gone=frozenset([RAW[0].id])), exchange(answer=None)]),
    "articles read": lambda: "".join(render.article_html(a, (Span(2, 9),), Span(2, 9)) for a in RAW),
    "list of articles": lambda: articles_html.list_html(Shelf(), [ListedArticle(a, 2) for a in RAW], 500),
    "filter": lambda: articles_html.form_html(_filtered(), [(a.publisher, 1) for a in RAW]),
    "timeline list": lambda: timeline.list_html(_entries()),
    "evaluation": lambda: _proposals(),
    "history": lambda: history.list_html([Listed(n, a.title, _now()) for n, a in enumerate(RAW)], 1, ALL, date.max),
    "nothing found": lambda: history.list_html([], 0, ALL, date.max),
    "notice": lambda: render.notice_html(ALL),
    "control": lambda: scope_control.control_html(
        Scope((RAW[0].publisher,)), [(a.publisher, 1) for a in RAW], 2, is_open=True
    ),
    "reasons": lambda: articles_html.reason_html(ALL),
}


def _filtered() -> Shelf:
    shelf = Shelf()
    shelf.take_filter({"words": ALL, "publisher": f"={RAW[3].publisher}"})
    return shelf


def _now() -> datetime:
    return datetime(2024, 5, 1, tzinfo=UTC)


def _entries() -> Any:
    from rag.timeline import timeline as entries_of

    return entries_of(FakeLibrary(_storable()), [a.id for a in RAW[:3]])  # type: ignore[arg-type]


def _storable() -> tuple[Article, ...]:
    """Without the article of many lines, whose sentences are no news here."""
    return RAW[:-1]


def _proposals() -> str:
    found = [Proposal(a.id, a.title, (ALL,), a.text[:200], "hostile.jsonl", a.title) for a in RAW]
    found += [replace(p, id=f"{p.id}-", state="dropped") for p in found]
    return evaluation.proposals_html(found, {"hostile.jsonl": RAW[2]}, Path(f"/{ALL}"), Path(f"/{ALL}"))


@pytest.mark.parametrize("place", PIECES)
def test_every_place_shows_it_as_text(place: str) -> None:
    # Names that the page gives to its own parts are none that an article could take.
    shown = harmless(PIECES[place]())
    if place not in ("filter", "control", "reasons", "nothing found"):
        assert ATTACKS["script"] in shown


def test_the_drawing_is_xml_with_the_words_as_text() -> None:
    drawn = timeline.plot_html(_entries())
    drawings = [part.split("</div>")[0] for part in re.split(r'<div class="cq-plot[^>]*>', drawn)[1:]]
    assert len(drawings) == 2
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        tags = {element.tag.rpartition("}")[2].lower() for element in root.iter()}
        assert tags <= DRAWN, tags - DRAWN
        names = {name.rpartition("}")[2] for element in root.iter() for name in element.attrib}
        assert not any(name.startswith("on") for name in names)
        links = [v for e in root.iter() for n, v in e.attrib.items() if n.endswith("href")]
        assert all(link.startswith("#") for link in links) and HOST not in " ".join(links)
        assert not CONTROLS.search("".join(root.itertext()))
        assert "<script>" in "".join(root.itertext())


def kept() -> KeptConversation:
    turns = [
        KeptTurn(1, ALL, ANSWER, remark=ALL, vote=-1),
        KeptTurn(2, "declined", Answer(ALL, abstained=ALL, nearest=RAW)),
        KeptTurn(3, "failed", Answer(ALL), phase="failed", error=ALL),
    ]
    return KeptConversation(1, ALL, _now(), _now(), 1, tuple(turns))


def test_markdown_of_a_conversation_is_text_to_a_renderer() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    renderer = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    written = to_markdown(kept()).encode("utf-8", "replace").decode("utf-8")  # as it is sent
    html = renderer.render(written)
    plain = frozenset("h1 h2 p ul ol li em strong table thead tbody tr th td code a".split())
    shown = harmless(html, plain)
    assert "<script>window.harmed=1</script>" in shown and "![d](http" in shown
    # The only links are those to the pages of the articles that have one that can be.
    pages = {unquote(render.safe_url(a.url)) for a in RAW} - {""}
    links = {unquote(unescape(link)) for link in re.findall(r'href="([^"]*)"', html)}
    assert links and links <= pages


def test_json_of_a_conversation_is_read_back() -> None:
    told = json.loads(to_json(kept()))
    assert told["title"] == ALL and told["turns"][0]["question"] == ALL and told["turns"][0]["vote_remark"] == ALL
    assert told["turns"][0]["citations"][0]["article"]["title"] == RAW[0].title
    for ending in ("md", "json"):
        name = file_name(kept(), ending)
        assert re.fullmatch(r"[\w.-]+", name) and len(name) < 80


# -- what the index lets in -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return hostile_library(tmp_path_factory.mktemp("hostile"))


def test_every_article_is_stored_and_only_what_is_no_text_is_left_out(library: Library) -> None:
    held = library.articles()
    assert len(held) == len(RAW)
    for name in KEPT:
        mine = [a for a in held if a.title.endswith(ATTACKS[name]) and not a.title.startswith("Case 22")]
        assert len(mine) == 1, name
        whole = library.article(mine[0].id)
        assert whole is not None and ATTACKS[name] in whole.text and whole.publisher.endswith(ATTACKS[name])
    for article in held:
        whole = library.article(article.id)
        assert whole is not None
        for text in (whole.title, whole.text, whole.publisher, whole.url, whole.event):
            assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text)


@pytest.mark.parametrize("kind", ["front matter", "sidecar in YAML", "sidecar in JSON", "CSV", "JSON Lines"])
def test_no_field_of_any_kind_of_file_breaks_the_adding(tmp_path: Path, kind: str) -> None:
    fields = {
        "title": "T \ud800 \x1b[31m",
        "publisher": "P \udfff \0",
        "url": "http://a.example/\ud800\x1b",
        "event": "E \ud800",
    }
    lines = "\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items())
    words = "The harbour opened.\n\nIt was fine."
    match kind:
        case "front matter":
            (tmp_path / "a.md").write_text(f"---\n{lines}\n---\n\n{words}")
        case "sidecar in YAML":
            (tmp_path / "a.txt").write_text(words)
            (tmp_path / "a.yaml").write_text(lines)
        case "sidecar in JSON":
            (tmp_path / "a.txt").write_text(words)
            (tmp_path / "a.json").write_text(json.dumps(fields))
        case "CSV":
            # A half of a pair makes the bytes no text at all, and such a line is refused as a whole.
            plain = {name: value.encode("ascii", "ignore").decode().replace("\0", "") for name, value in fields.items()}
            (tmp_path / "a.csv").write_text(f"text,{','.join(plain)}\n{words.split()[1]},{','.join(plain.values())}\n")
        case _:
            (tmp_path / "a.jsonl").write_text(json.dumps({**fields, "text": words}))
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    report = library.add([f for f in tmp_path.iterdir() if f.suffix in (".md", ".txt", ".csv", ".jsonl")])
    assert report.added == 1, report
    (article,) = library.articles()
    assert article.publisher.startswith("P") and article.url.startswith("http://a.example/")
    assert not CONTROLS.search(article.title + article.publisher + article.url + article.event)


def test_a_file_whose_name_is_no_text_is_read_found_again_and_taken_out(tmp_path: Path) -> None:
    try:
        file = Path(str(tmp_path / "harbour ") + "\udce9 \x1b[31m.txt")
        file.write_text("The harbour opened.\n\nIt was fine.")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    assert library.add([tmp_path]).added == 1
    again = library.add([tmp_path])
    assert (again.added, again.unchanged) == (0, 1)
    assert len(library.articles_of(file)) == 1
    file.write_text("The harbour closed.\n\nIt was sad.")
    assert library.add([tmp_path]).removed == 1
    (article,) = library.articles()
    assert article.title.startswith("The harbour closed") and "harbour" in article.path
    library.remove(article.id)
    assert library.counts()[0] == 0


# -- in the terminal --------------------------------------------------------------------------------------------------


@pytest.fixture
def run(library: Library, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    import rag.opening

    monkeypatch.setattr(rag.opening, "open_colloquy", lambda *given, **named: HostileColloquy(library))  # type: ignore[arg-type]
    monkeypatch.setattr(rag.opening, "open_library", lambda *given, **named: library)

    def called(*arguments: str, input: str | None = None) -> Result:
        # In colour: nothing is stripped, as on a terminal.
        result = CliRunner().invoke(main, arguments, input=input, color=True)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return called


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "harbour"],
        ["ask", "decline harbour"],
        ["ask", "--json", "harbour"],
        ["search", "harbour mayor spoke", "--limit", "50"],
        ["articles"],
        ["timeline"],
        ["timeline", "--json"],
    ],
    ids=" ".join,
)
def test_a_terminal_is_sent_nothing_but_text(run: Callable[..., Result], command: list[str]) -> None:
    result = run(*command)
    assert result.exit_code == 0, result.stderr
    assert not CONTROLS.search(result.stdout) and not CONTROLS.search(result.stderr)
    assert len(result.stdout) > 1000
    if "--json" in command:
        json.loads(result.stdout)


def test_what_an_older_library_holds_and_what_is_asked_is_text_too(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    import rag.opening

    old = HostileColloquy(FakeLibrary(RAW))
    monkeypatch.setattr(rag.opening, "open_colloquy", lambda *given, **named: old)
    monkeypatch.setattr(rag.opening, "open_library", lambda *given, **named: old.library)
    for command in (["ask", ALL], ["ask", f"decline {ALL}"], ["ask", "--json", ALL], ["articles"], ["timeline"]):
        result = run(*command)
        assert result.exit_code == 0 and not CONTROLS.search(result.stdout), command
    lines = json.dumps({"id": "\ud800\x9b", "question": ALL}) + "\n" + json.dumps({"id": 2, "question": f"boom {ALL}"})
    result = run("ask", "--batch", "-", input=lines)
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert told[0]["id"] == "\ud800\x9b" and told[0]["sentences"] and "ZeroDivisionError" in told[1]["error"]
    assert not CONTROLS.search(result.stdout)


# -- for programs -----------------------------------------------------------------------------------------------------


def test_mcp_sends_it_as_text(library: Library) -> None:
    mcp = pytest.importorskip("mcp")
    from ui.mcp_server import tools

    async def called(server: Any, name: str, **arguments: Any) -> Any:
        async with mcp.Client(server) as client:
            return await client.call_tool(name, arguments)

    for held in (library, FakeLibrary(RAW)):
        server = tools(Programs(HostileColloquy(held), Line()))  # type: ignore[arg-type]
        for asked in ("harbour", "decline harbour"):
            got = asyncio.run(called(server, "answer", question=f"{asked} {ATTACKS['script']}"))
            assert not got.is_error and ATTACKS["script"] in got.content[0].text
    server = tools(Programs(HostileColloquy(library), Line()))  # type: ignore[arg-type]
    found = asyncio.run(called(server, "search", words=f"mayor {ATTACKS['script']}", limit=50))
    assert not found.is_error and ATTACKS["script"] in json.dumps(found.structured_content)
    listed = asyncio.run(called(server, "articles"))
    assert ATTACKS["script"] in listed.content[0].text and len(listed.structured_content["articles"]) == len(RAW)


def test_v1_sends_it_as_text_whole_and_streamed(library: Library) -> None:
    pytest.importorskip("gradio")
    question = f"harbour {ATTACKS['script']} \ud800 {ATTACKS['nulls']}"
    with served(HostileColloquy(library)) as page:  # type: ignore[arg-type]
        for stream in (False, True):
            body = json.dumps({"messages": [{"role": "user", "content": question}], "stream": stream}).encode()
            headers = {"Content-Type": "application/json"}
            asked = urllib.request.Request(f"{page.local_url}v1/chat/completions", body, headers)
            with urllib.request.urlopen(asked, timeout=60) as response:
                kind, told = response.headers["Content-Type"], response.read().decode("utf-8")
            # Never a page: what is in it is not run even where a browser is led to open it.
            assert kind.startswith("text/event-stream" if stream else "application/json")
            lines = [line.removeprefix("data: ") for line in told.split("\n") if line.startswith("data: {")]
            forms = [json.loads(line) for line in lines] if stream else [json.loads(told)]
            said = json.dumps(forms)
            assert "error" not in forms[-1] and ATTACKS["script"] in said and ATTACKS["templates"] in said
