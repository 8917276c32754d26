"""The page, served: its theme and style sheets, its port, and how it ends."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.model_choice import model_choice
from rag.records import ColloquyError
from rag.uploads import MEGABYTE
from rag.users import Users
from ui import openai_api
from ui.app import build
from ui.command import is_own_machine
from ui.gate import Gate
from ui.limits import Limits
from ui.line import Line
from ui.login import Login, username
from ui.mcp_server import McpServer
from ui.own_host import OwnHostOnly
from ui.programs import Programs

if TYPE_CHECKING:
    import gradio as gr

    from rag.pipeline import Colloquy

HERE = Path(__file__).parent
SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
MONO_FONTS = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
# Events of the page beside answers, such as drafting questions.
OTHERS_AT_ONCE = 2
THREADS = 40
STYLES = (
    "theme.css",
    "page.css",
    "colloquy.css",
    "text.css",
    "sources.css",
    "answers.css",
    "tabs.css",
    "timeline.css",
    "articles.css",
    "scope.css",
    "evaluation.css",
    "history.css",
    "login.css",
    "preferences.css",
    "runs.css",
)


def launch(
    colloquy: "Colloquy",
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    *,
    line: Line | None = None,
    users: Users | None = None,
    upload_mb: int = 50,
    mcp: bool = False,
    models: Sequence[str] | None = None,
) -> "gr.Blocks":
    """Serve in the background; ``.local_url`` of the result is the address, ``.close()`` ends it.

    ``line`` says how many are answered at once and how many may wait, ``users`` who may log in, None for everybody,
    ``upload_mb`` how large a file or a request may be, ``mcp`` whether tools are offered under /mcp, ``models`` which
    other models users may choose, None for any where only this machine is served and none elsewhere. Raises
    ColloquyError where the port is taken.
    """
    programs = Programs(colloquy, line or Line())
    choice = model_choice(models, alone=users is None and is_own_machine(host))
    page = build(colloquy, upload_mb=upload_mb, programs=programs, choice=choice)
    import gradio as gr
    from starlette.middleware import Middleware

    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        font=SYSTEM_FONTS,
        font_mono=MONO_FONTS,
        radius_size=gr.themes.sizes.radius_md,
    )
    middleware = [Middleware(OwnHostOnly)]
    if users is not None:
        middleware.append(Middleware(Login, gate=Gate(users)))
    middleware.append(Middleware(Limits, line=programs.line, megabytes=upload_mb))
    routes: list[Any] = openai_api.routes(programs)
    options: dict[str, Any] = {}
    if mcp:
        server = McpServer(programs, local=is_own_machine(host))
        routes.insert(0, server.route)
        options["lifespan"] = server.lifespan
    page.queue(default_concurrency_limit=OTHERS_AT_ONCE)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            pwa=False,
            ssr_mode=False,
            mcp_server=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            theme=theme,
            head=f"<style>{''.join((HERE / sheet).read_text(encoding='utf-8') for sheet in STYLES)}</style>",
            # One who waits in the line holds a thread; there must be others left for all else.
            max_threads=programs.line.at_once + programs.line.longest + THREADS,
            # Before Gradio's own routes, which take every path.
            app_kwargs={"middleware": middleware, "routes": routes, **options},
            auth_dependency=None if users is None else username,
            max_file_size=upload_mb * MEGABYTE,
        )
    except OSError as error:
        raise ColloquyError(
            f"port {port} on {host} cannot be used, another program may be listening there; "
            f"stop it or choose another port, for example --port {port + 1 if port < 65535 else 7860}"
        ) from error
    return page


def serve(
    colloquy: "Colloquy",
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    *,
    then: Callable[[], None] = lambda: None,
    **options: Any,
) -> None:
    """Serve the chat until Ctrl+C, printing its address; ``options`` are those of ``launch``. ``then`` is called once
    the page is served: it may load what questions need.

    Raises ColloquyError where the port is taken, and what ``then`` raises; the page is closed then.
    """
    page = launch(colloquy, host, port, open_browser, **options)
    print(f"Colloquy is ready on http://{host}:{port} (Ctrl+C stops it)", flush=True)
    if options.get("mcp"):
        print(f"Its tools for MCP are on http://{host}:{port}/mcp", flush=True)
    try:
        then()
        threading.Event().wait()
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    finally:
        # A second Ctrl+C while the server winds down is no reason for a traceback.
        with contextlib.suppress(KeyboardInterrupt):
            page.close(verbose=False)
