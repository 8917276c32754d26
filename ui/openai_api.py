"""The answers in the form of OpenAI's chat completions, so that programs made for those can ask here.

The text carries [1] marks and ends in a list of the sources; ``citations`` beside it holds them as JSON.
"""

import json
import logging
import threading
import time
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from rag.answer import Answer, answer_json, told
from rag.events import Finished, Verified
from rag.periods_words import published_words
from rag.records import ColloquyError, QuestionError
from ui.line import LineFullError, place_words
from ui.openai_request import asked_of
from ui.programs import Programs, without_paths
from ui.refusal import refusal
from ui.threads import in_thread

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

    from rag.events import Event

log = logging.getLogger(__name__)

MODEL = "colloquy"
SOURCES = "\n\nSources:\n"


def routes(programs: Programs) -> list["Route"]:
    """``/v1/chat/completions`` and ``/v1/models``; every other path under ``/v1`` is an error in the same form."""
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    async def completions(request: Request) -> Response:
        try:
            asked = asked_of(await request.body())
            options = programs.options(asked.preferences)
            ticket = programs.line.join()
        except ColloquyError as error:
            return error_response(error)
        stop = threading.Event()
        events = programs.events(ticket, asked.question, asked.history, asked.day, asked.window, stop, options)
        try:
            run = in_thread(events, stop, request.is_disconnected)
            if asked.stream:
                return StreamingResponse(_streamed(run), media_type="text/event-stream", headers=_UNBUFFERED)
            answer = await answered(run)
            if answer is None:
                return Response(status_code=499)  # nobody is there to read it
            # In ASCII: half a surrogate pair in a question is a text that JSON can carry and UTF-8 cannot.
            return Response(json.dumps(completion(answer)), media_type="application/json")
        except Exception as error:
            return error_response(error)

    async def models(request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [_MODEL]})

    async def model(request: Request) -> Response:
        name = request.path_params["name"]
        if name == MODEL:
            return JSONResponse(_MODEL)
        return refusal(request.url.path, f"there is no model {name[:80]!r} here; it is called {MODEL!r}", 404)

    async def other(request: Request) -> Response:
        known = "POST /v1/chat/completions and GET /v1/models"
        said = f"{request.method} {request.url.path[:200]} is not offered; there are {known}"
        return refusal(request.url.path, said, 404)

    return [
        Route("/v1/chat/completions", completions, methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
        Route("/v1/models/{name}", model, methods=["GET"]),
        Route("/v1/{path:path}", other, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": "you"}
_UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def answered(run: AsyncIterator["int | Event"]) -> Answer | None:
    """The answer, once the run has come to its end: who has it has left the line, and may ask again at once.

    None where nobody was there to wait for it.
    """
    answer = None
    async for event in run:
        if isinstance(event, Finished):
            answer = event.answer
    return answer


def sources_text(answer: Answer) -> str:
    """The list at the end of a text: number, headline, publisher, date, the words, the address; "" without any."""
    lines = []
    for c in answer.citations:
        article = c.article
        known = ", ".join(
            word
            for word in (article.title.strip() or "Untitled", article.publisher, published_words(article, True))
            if word
        )
        quote = " ".join(c.quote.split())
        lines.append(f"[{c.number}] {known}: “{quote}”" + (f" {article.url}" if article.url else ""))
    return SOURCES + "\n".join(lines) if lines else ""


def completion(answer: Answer) -> dict[str, Any]:
    """The answer as one ``chat.completion``."""
    message = {"role": "assistant", "content": answer.text + sources_text(answer), "refusal": None, **_extra(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**_head("chat.completion"), "choices": [choice]}


def _extra(answer: Answer) -> dict[str, Any]:
    """What stands beside the text: fields that OpenAI's own messages do not have."""
    form = without_paths(answer_json(answer))
    return {"citations": form["citations"], "abstained": form["abstained"], "short": form["short"]}


def _head(kind: str, id: str = "") -> dict[str, Any]:
    return {
        "id": id or f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
    }


async def _streamed(run: AsyncIterator["int | Event"]) -> AsyncIterator[str]:
    """Server-sent events: each verified sentence as it comes, what is known only at the end, the sources, the end."""
    head = _head("chat.completion.chunk")

    def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "choices": [choice]})

    said = ""
    try:
        yield chunk({"role": "assistant", "content": ""})
        async for event in run:
            if isinstance(event, int):
                yield f": {place_words(event)}\n\n"  # a comment: programs pass it over, people see it
            elif isinstance(event, Verified):
                piece = told(event.sentence) if said else told(event.sentence).lstrip()
                said += piece
                yield chunk({"content": piece})
            elif isinstance(event, Finished):
                rest = remainder(event.answer, said) + sources_text(event.answer)
                yield chunk({"content": rest, **_extra(event.answer)})
                yield chunk({}, "stop")
                yield "data: [DONE]\n\n"
    except Exception as error:
        yield _event({"error": _form(error)})


def remainder(answer: Answer, said: str) -> str:
    """What the text of an answer has beyond the sentences that were sent: tables, what is left unanswered; a remark,
    which stands before them in the text, is put after them."""
    text, remark = answer.text, ""
    if said and answer.remark and text.startswith(answer.remark):
        text, remark = text.removeprefix(answer.remark).lstrip(), f"\n\n{answer.remark}"
    if text.startswith(said):
        return text.removeprefix(said) + remark
    return f"\n\n{answer.text}"


def _event(form: dict[str, Any]) -> str:
    return f"data: {json.dumps(form)}\n\n"


def _form(error: Exception) -> dict[str, Any]:
    kind = "server_error"
    if isinstance(error, QuestionError):
        kind = "invalid_request_error"
    elif isinstance(error, LineFullError):
        kind = "rate_limit_error"
    elif not isinstance(error, ColloquyError):
        log.error("a question could not be answered", exc_info=error)
    said = str(error) if isinstance(error, ColloquyError) else f"something went wrong ({type(error).__name__}: {error})"
    return {"message": said, "type": kind, "param": None, "code": None}


def error_response(error: Exception) -> "Response":
    """The error in OpenAI's form: 400 for a question that cannot be asked, 429 for a full line, else 500."""
    form = _form(error)
    status = {"invalid_request_error": 400, "rate_limit_error": 429}.get(form["type"], 500)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, LineFullError) else None
    return refusal("/v1/", form["message"], status, headers)
