"""The login: nothing of the program is reached without it, whichever way it is asked for."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from rag.records import ColloquyError
from ui.gate import SESSION, Gate, TooManyTriesError, cookie_name
from ui.login_page import login_html
from ui.refusal import refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

# Asked by the server itself while it starts; tells nothing.
OPEN = ("/gradio_api/startup-events",)
WRONG = "That name and password do not belong together."
REFUSED = "log in first, or send name and password with the request (HTTP Basic)"
LONGEST_FORM = 10_000  # bytes


class Login:
    """ASGI middleware: lets through who is known, and offers the rest ``/login``.

    Known is a browser by its session, a program by HTTP Basic. ``username(request)`` gives the name behind it.
    """

    def __init__(self, app: Any, gate: Gate) -> None:
        self.app, self.gate = app, gate

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        from starlette.requests import Request

        request = Request(scope, receive)
        try:
            response = await self._answered(request)
        except TooManyTriesError as error:
            response = _refusal(request, str(error), 429)
        except ColloquyError:
            # What is wrong with the file is for those who run this, not for those who knock.
            response = _refusal(request, "the list of users cannot be read; tell whoever runs this chat", 503)
        await (response or self.app)(scope, receive, send)

    async def _answered(self, request: "Request") -> "Response | None":
        """The response, or None for one to be let through."""
        path = request.url.path.rstrip("/") or "/"
        if path == "/login":
            return await self._login(request)
        if path == "/logout" and request.method == "POST":
            from starlette.responses import RedirectResponse

            self.gate.end(request.scope)
            gone = RedirectResponse("login", 303)
            gone.delete_cookie(cookie_name(request.scope), httponly=True, samesite="lax")
            return gone
        if user := await self.gate.user(request.scope):
            request.scope["colloquy.user"] = user
            return None
        return _refusal(request, REFUSED, 401)

    async def _login(self, request: "Request") -> "Response":
        from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

        if request.method in ("GET", "HEAD"):
            return HTMLResponse(login_html(), headers=_NOT_KEPT)
        if request.method != "POST":
            return Response(status_code=405)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_FORM:
                return _refusal(request, f"the form is longer than {LONGEST_FORM} bytes; send username, password", 413)
        fields = parse_qs(body.decode("utf-8", "replace"))
        name, password = (fields.get(key, [""])[0] for key in ("username", "password"))
        if not await self.gate.check(name.strip(), password):
            return _refusal(request, WRONG, 401)
        welcome = RedirectResponse("./", 303) if _is_browser(request) else JSONResponse({"success": True})
        token = self.gate.begin(name.strip())
        secure = request.url.scheme == "https"
        welcome.set_cookie(cookie_name(request.scope), token, SESSION, httponly=True, samesite="lax", secure=secure)
        return welcome


_NOT_KEPT = {"Cache-Control": "no-store"}


def username(request: "Request") -> str | None:
    """Gradio's ``auth_dependency``: who was let through."""
    return request.scope.get("colloquy.user")


def _is_browser(request: "Request") -> bool:
    return "text/html" in request.headers.get("accept", "")


def _refusal(request: "Request", said: str, status: int) -> "Response":
    """A page for people, JSON for programs, each in the form that they read."""
    from starlette.responses import HTMLResponse, RedirectResponse

    headers = dict(_NOT_KEPT)
    if _is_browser(request):
        if status == 401 and said == REFUSED:
            return RedirectResponse(f"{request.scope.get('root_path', '')}/login", 303, headers)
        return HTMLResponse(login_html(said), status_code=status, headers=headers)
    # A browser that is told of Basic opens a window of its own over the page.
    if status == 401 and not request.headers.get("user-agent", "").startswith("Mozilla/"):
        headers["WWW-Authenticate"] = 'Basic realm="Colloquy", charset="UTF-8"'
    if status == 429:
        headers["Retry-After"] = "60"
    return refusal(request.url.path, said, status, headers)
