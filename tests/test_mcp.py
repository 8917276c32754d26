"""The tools for MCP, called with the real client: in the process, over HTTP, over standard input and output."""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.library import Library
from rag.options import Options
from rag.users import Users
from tests.fake_colloquy import FERRY, FakeColloquy
from tests.fakes import BagEmbedder
from tests.served import served
from tests.test_line import until
from tests.test_programs import NO_PREFERENCES
from ui.line import Line
from ui.mcp_server import tools
from ui.programs import Programs

mcp = pytest.importorskip("mcp")

TEXT = "The ferry to Olen sails again from Monday.\n\nEngineer Tove Lind led the repairs of the pier for eleven weeks."
TOOLS = ["answer", "articles", "search"]


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    programs = Programs(FakeColloquy(Library(tmp_path / "library", BagEmbedder(), create=True)), Line(1, 1))  # type: ignore[arg-type]
    programs.add(TEXT, "Ferry returns", "2024-03-11", "Marsk Courier")
    return programs


def call(server: Any, name: str, **arguments: Any) -> Any:
    async def called() -> Any:
        async with mcp.Client(server) as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(called())


def refused(server: Any, name: str, **arguments: Any) -> str:
    """What is said of a call that cannot be made: by the tool, or by the protocol."""
    try:
        got = call(server, name, **arguments)
    except mcp.MCPError as error:
        return str(error)
    return str(got.content[0].text) if got.is_error else "nothing was refused"


def listed(server: Any) -> list[str]:
    async def asked() -> list[str]:
        async with mcp.Client(server) as client:
            return sorted(tool.name for tool in (await client.list_tools()).tools)

    return asyncio.run(asked())


def test_only_the_tools_for_programs_are_there_and_each_says_what_it_does(programs: Programs) -> None:
    async def asked() -> Any:
        async with mcp.Client(tools(programs)) as client:
            return (await client.list_tools()).tools

    found = asyncio.run(asked())
    assert sorted(t.name for t in found) == TOOLS
    assert all(t.description and t.annotations.read_only_hint for t in found)
    assert next(t for t in found if t.name == "answer").input_schema["required"] == ["question"]


def test_an_answer_comes_with_its_citations(programs: Programs) -> None:
    got = call(tools(programs), "answer", question="ferry", history=["Before?"], after="2024-03-01")
    assert got.content[0].text.startswith("Engineer Tove Lind led the repairs. [1] They took")
    assert "\n\nSources:\n[1] Island ferry returns" in got.content[0].text
    cited = got.structured_content["citations"][0]
    assert FERRY.text[cited["start"] : cited["end"]] == cited["quote"] and cited["article"]["path"] is None
    assert programs.line.counts() == (0, 0)
    assert programs.colloquy.asked[-1][1][0].question == "Before?"  # type: ignore[attr-defined]


def test_passages_and_articles(programs: Programs) -> None:
    found = call(tools(programs), "search", words="ferry repairs", limit=1)
    assert "Tove Lind" in found.content[0].text and found.structured_content == {
        "passages": programs.search("ferry repairs", 1)
    }
    got = call(tools(programs), "articles")
    assert got.content[0].text == "2024-03-11  Ferry returns  Marsk Courier"
    assert got.structured_content == {"articles": programs.articles()}


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("answer", {"question": " "}, "the question is empty"),
        ("answer", {"question": "ferry", "asked": "soon"}, "asked is 'soon'"),
        ("search", {"words": "ferry", "limit": 99}, "limit is '99'"),
        ("answer", {}, "question"),
        ("answer", {"question": "boom"}, "answer"),
        ("add", {"text": "x"}, "add"),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_the_tool(
    programs: Programs, name: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in refused(tools(programs), name, **arguments)
    assert programs.line.counts() == (0, 0)


def test_how_to_answer_is_asked_for_as_by_name(programs: Programs) -> None:
    call(tools(programs), "answer", question="ferry", length="short", caution="bold", passages=20)
    fake = programs.colloquy
    assert fake.asked_with[-1] == Options(threshold=0.3, passages=20, sentences=1)  # type: ignore[attr-defined]
    call(tools(programs), "answer", question="ferry")
    assert fake.asked_with[-1] == Options()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("more", "said"), [(m, s) for m, s in NO_PREFERENCES if not isinstance(m.get("passages"), str)]
)
def test_how_not_to_answer_is_an_error_of_the_tool(programs: Programs, more: dict[str, Any], said: str) -> None:
    assert said in refused(tools(programs), "answer", question="ferry", **more)
    assert not programs.colloquy.asked  # type: ignore[attr-defined]


def test_a_full_line_is_told(programs: Programs) -> None:
    with programs.line.join(), programs.line.join():
        got = call(tools(programs), "answer", question="ferry")
    assert got.is_error and "the line is full" in got.content[0].text


def test_a_call_that_is_taken_back_stops_the_model(programs: Programs) -> None:
    fake = programs.colloquy

    async def taken_back() -> None:
        async with mcp.Client(tools(programs)) as client:
            with pytest.raises((TimeoutError, mcp.MCPError)):
                await asyncio.wait_for(client.call_tool("answer", {"question": "endless ferry"}), 1)
            for _ in range(100):
                if programs.line.counts() == (0, 0):
                    break
                await asyncio.sleep(0.05)

    asyncio.run(taken_back())
    assert fake.stopped.is_set() and programs.line.counts() == (0, 0)  # type: ignore[attr-defined]


# -- over HTTP ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def line() -> Line:
    return Line(at_once=1, longest=1)


@pytest.fixture(scope="module")
def address(line: Line) -> Iterator[str]:
    with served(FakeColloquy(), line=line, mcp=True) as page:
        yield f"{page.local_url}mcp"


def test_the_tools_over_http(address: str, line: Line) -> None:
    assert listed(address) == TOOLS
    got = call(address, "answer", question="ferry")
    assert got.structured_content["citations"][0]["quote"] == "Engineer Tove Lind led the work"
    assert line.counts() == (0, 0)


def test_several_call_at_once(address: str, line: Line) -> None:
    got: list[Any] = []
    threads = [threading.Thread(target=lambda: got.append(call(address, "answer", question="ferry"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(got) == 2 and not any(g.is_error for g in got)
    until(lambda: line.counts() == (0, 0))


def test_a_page_of_another_host_does_not_reach_the_tools(address: str) -> None:
    import urllib.error
    import urllib.request

    headers = {"Content-Type": "application/json", "Accept": "application/json", "Origin": "http://elsewhere.example"}
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    for more in ({}, {"Host": "elsewhere.example"}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(address, body, {**headers, **more}))
        assert caught.value.code in (403, 421)


def test_there_are_no_tools_unless_they_are_asked_for() -> None:
    import urllib.error
    import urllib.request

    with served(FakeColloquy()) as page, pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(f"{page.local_url}mcp", b"{}"))
    assert caught.value.code in (404, 405)


def test_the_tools_ask_for_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag import users as module

    monkeypatch.setattr(module, "COST", (2, 8, 1))
    users = Users(tmp_path / "users.toml")
    users.add("ida", "a long harbour wall")
    with served(FakeColloquy(), users=users, mcp=True) as page:
        with pytest.raises(Exception):  # noqa: B017, PT011  a group of what the client met
            listed(f"{page.local_url}mcp")
        where = page.local_url.replace("://", "://ida:a%20long%20harbour%20wall@")
        assert listed(f"{where}mcp") == TOOLS


# -- over standard input and output ---------------------------------------------------------------------------------


@pytest.mark.models
def test_the_command_speaks_over_standard_input_and_output(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    environment = {**os.environ, "COLLOQUY_LIBRARY": str(tmp_path / "library"), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment["COLLOQUY_SETTINGS"] = str(tmp_path / "settings.toml")
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "rag.cli", "mcp"], env=environment, cwd=root
    )
    got = call(command, "answer", question="Who chaired the Washington dialogue for the United States?")
    assert not got.is_error and "Elizabeth Richard" in got.content[0].text
    assert "Elizabeth Richard" in " ".join(c["quote"] for c in got.structured_content["citations"])
