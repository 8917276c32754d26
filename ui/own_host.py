"""What the page may load, and from where; and whose pages may send anything here."""

from typing import Any

from ui.refusal import refusal


class OwnHostOnly:
    """ASGI middleware: tells the browser to load nothing from, and send nothing to, any other host.

    A second wall behind the escaping. 'unsafe-eval' and inline scripts are needed by Gradio's own page. What the page
    of another site sends here through a user's browser, to add an article or to log in under another name, is refused.
    """

    POLICY = (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
    HEADERS = (
        (b"content-security-policy", POLICY.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
    )

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD") and _from_another_site(scope):
            await refusal(scope["path"], "this was sent by the page of another site", 403)(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self.HEADERS]}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _from_another_site(scope: Any) -> bool:
    # Set by browsers and out of reach of scripts; programs that are none do not send it.
    return dict(scope["headers"]).get(b"sec-fetch-site") == b"cross-site"
