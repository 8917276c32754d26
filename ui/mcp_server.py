"""Tools for the Model Context Protocol: answer, search, articles. Nothing of the page is among them.

Not Gradio's own MCP server: it would offer every handler of the page, and its package wants an older pydantic.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from rag.answer import answer_json
from rag.periods_words import given_day, window_of_days
from rag.preferences import asked_preferences
from rag.question import check_question
from rag.records import ColloquyError
from ui.openai_api import answered, sources_text
from ui.programs import Programs, parse_history, question_text, without_paths
from ui.threads import in_thread

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from starlette.routing import Route

PATH = "/mcp"
INSTRUCTIONS = (
    "Questions about a collection of news articles. `answer` gives sentences with [1] marks and the exact words that "
    "each rests on, or says that the articles do not say. `search` gives passages, `articles` lists what there is."
)


class McpServer:
    """The tools over HTTP. ``route`` and ``lifespan`` are for the application that serves the page."""

    def __init__(self, programs: Programs, local: bool) -> None:
        from mcp.server.transport_security import TransportSecuritySettings

        self._server = tools(programs)
        # Where only this machine is served, the names it goes by are known: a page of another host that had its name
        # point here is refused. Elsewhere the names are not known, and the login stands in its place.
        safe = None if local else TransportSecuritySettings(enable_dns_rebinding_protection=False)
        # Without sessions: no tool remembers anything, and a restart of the chat breaks nobody's connection.
        app = self._server.streamable_http_app(
            streamable_http_path=PATH, json_response=True, stateless_http=True, transport_security=safe
        )
        self.route: Route = next(r for r in app.routes if getattr(r, "path", "") == PATH)  # type: ignore[assignment]

    @asynccontextmanager
    async def lifespan(self, app: Any) -> AsyncIterator[None]:
        async with self._server.session_manager.run():
            yield


def tools(programs: Programs) -> "MCPServer":
    """The server with its tools, not yet connected to anything."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import CallToolResult, TextContent, ToolAnnotations

    server = MCPServer("colloquy", title="Colloquy", instructions=INSTRUCTIONS, log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    def result(text: str, form: dict[str, Any]) -> CallToolResult:
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=form)

    @server.tool(annotations=reads)
    async def answer(
        question: str,
        history: list[str] | None = None,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
        length: str = "normal",
        caution: str = "normal",
        passages: int = 0,
    ) -> CallToolResult:
        """Answer one question from the articles, every sentence with the exact words that it rests on.

        history: the earlier questions, oldest first. asked: ISO date that is "today" for the question. after, before:
        ISO dates of a period, after <= day < before, in place of the one that the question names. length: short, normal
        or long. caution: bold (answers more, errs more), normal or strict. passages: how many to read, 0 for the
        default. The text has [1] marks and ends in its sources; the structured result is the JSON form with citations.
        """
        stop = threading.Event()
        try:
            check_question(question)
            window, day = window_of_days(after, before), given_day(asked, "asked")
            turns, options = parse_history(history), programs.options(asked_preferences(length, caution, passages))
            ticket = programs.line.join()
            events = programs.events(ticket, question, turns, day, window, stop, options)
            told = await answered(in_thread(events, stop, _still_there))
        except ColloquyError as error:
            raise ToolError(str(error)) from error
        if told is None:
            raise ToolError("the question was taken back before it was answered")
        return result(told.text + sources_text(told), without_paths(answer_json(told)))

    @server.tool(annotations=reads)
    def search(
        words: str,
        limit: int = 5,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> CallToolResult:
        """The passages of the articles that retrieval finds, best first, each with its article, place and ranks.

        limit: from 1 to 50. asked, after, before: as for answer; what is surely outside the period is left out.
        """
        try:
            found = programs.search(question_text(words), limit, asked, after, before)
        except ColloquyError as error:
            raise ToolError(str(error)) from error
        lines = [f"{n}. {hit['article']['title']}: {' '.join(hit['text'].split())}" for n, hit in enumerate(found, 1)]
        return result("\n".join(lines) or "Nothing was found.", {"passages": found})

    @server.tool(annotations=reads)
    def articles() -> CallToolResult:
        """All articles, newest first, with publisher, dates, how those are known, and the number of passages."""
        try:
            listed = programs.articles()
        except ColloquyError as error:
            raise ToolError(str(error)) from error
        lines = [f"{a['published'] or 'date unknown'}  {a['title']}  {a['publisher'] or ''}".rstrip() for a in listed]
        return result("\n".join(lines) or "There are no articles.", {"articles": listed})

    return server


async def _still_there() -> bool:
    # A call that its client takes back is cancelled by the protocol itself.
    return False
