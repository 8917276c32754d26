"""A request that is refused before it is looked into: its status, and words in the form that the caller reads."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

# OpenAI's names for kinds of errors; what is none of these is the fault of the request below 500, ours from there on.
KINDS = {401: "authentication_error", 429: "rate_limit_error"}


def refusal(path: str, said: str, status: int, headers: dict[str, str] | None = None) -> "Response":
    """JSON: in OpenAI's form for a path under /v1, in Gradio's elsewhere."""
    from starlette.responses import JSONResponse

    if not path.startswith("/v1/"):
        return JSONResponse({"detail": said}, status_code=status, headers=headers)
    kind = KINDS.get(status, "invalid_request_error" if status < 500 else "server_error")
    form = {"error": {"message": said, "type": kind, "param": None, "code": None}}
    return JSONResponse(form, status_code=status, headers=headers)
