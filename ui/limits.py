"""What is refused before it is read: requests that are too large, and questions that find the line full."""

from typing import Any

from rag.uploads import MEGABYTE
from ui.line import Line, LineFullError
from ui.refusal import refusal

# Gradio counts the files there one by one against the same limit.
UPLOAD = "/gradio_api/upload"
# The ways in which a program asks by name; each answers only after the request itself is done with.
ASKING = ("/gradio_api/call/chat", "/gradio_api/call/v2/chat")


class TooLargeError(Exception):
    """More has come than is allowed, of a request that had not said how much it would be."""


class Limits:
    """ASGI middleware: 413 for a body over ``megabytes``, 429 for a question by name while ``line`` is full."""

    def __init__(self, app: Any, line: Line, megabytes: int) -> None:
        self.app, self.line, self.megabytes = app, line, megabytes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/")
        if path in ASKING:
            try:
                self.line.check()
            except LineFullError as error:
                full = refusal(path, str(error), 429, {"Retry-After": str(error.retry_after)})
                await full(scope, receive, send)
                return
        length = dict(scope.get("headers", [])).get(b"content-length", b"")
        if path == UPLOAD:
            await self._uploaded(length, scope, receive, send)
            return
        if length.isdigit() and int(length) > self.megabytes * MEGABYTE:
            await self._refused(path, int(length))(scope, receive, send)
            return
        await self._counted(path, scope, receive, send)

    async def _counted(self, path: str, scope: Any, receive: Any, send: Any) -> None:
        """Handed on, and counted on the way: a request may keep its length to itself."""
        come, begun = 0, False

        async def counting() -> Any:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > self.megabytes * MEGABYTE:
                raise TooLargeError
            return message

        async def sending(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counting, sending)
        except TooLargeError:
            if not begun:
                await self._refused(path, come)(scope, receive, send)

    async def _uploaded(self, length: bytes, scope: Any, receive: Any, send: Any) -> None:
        """Gradio refuses a file that is too large; its words do not say what was found."""
        too_large = False

        async def sending(message: Any) -> None:
            nonlocal too_large
            if message["type"] == "http.response.start" and message["status"] == 413:
                too_large = True
            if not too_large:
                await send(message)

        await self.app(scope, receive, sending)
        if too_large:
            found = f" of these {int(length) / MEGABYTE:,.1f} MB" if length.isdigit() else ""
            said = f"a file{found} is larger than {self.megabytes:,} MB, the most that is taken; send a smaller one"
            await refusal(UPLOAD, said, 413)(scope, receive, send)

    def _refused(self, path: str, found: int) -> Any:
        said = f"the request has {found / MEGABYTE:,.1f} MB, at most {self.megabytes:,} MB are taken; send less at once"
        return refusal(path, said, 413)
