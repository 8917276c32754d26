"""``colloquy chat``. Light at the top: ``colloquy --help`` imports it."""

import ipaddress
from pathlib import Path

import click

from rag.terminal import base_url_option, library_option, model_option, note


@click.command()
@library_option
@model_option
@base_url_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
@click.option("--auth", is_flag=True, help="Only for the users of `colloquy users`, with their passwords.")
@click.option("--mcp", is_flag=True, help="Offer the tools answer, search and articles under /mcp, too.")
def chat(
    library: Path | None, model: str | None, base_url: str | None, host: str, port: int, auth: bool, mcp: bool
) -> None:
    """Serve the chat. An empty library starts with the articles that ship with the project."""
    from rag.opening import fill_empty, open_later
    from rag.records import SettingsError
    from rag.settings import load_settings
    from rag.users import Users, users_file
    from ui.line import Line
    from ui.serving import serve

    settings = load_settings(library=library, model=model, base_url=base_url)
    users = Users() if auth else None
    if users and not users.names():
        raise SettingsError(f"--auth lets in users only, and {users_file()} has none; run `colloquy users add NAME`")
    if not auth and not is_own_machine(host):
        note(
            f"whoever reaches {host}:{port} may ask, read the articles and add some; --auth asks for a password, "
            "without --host only this machine is served"
        )
    fill_empty(settings, note)
    colloquy, load = open_later(settings, note)
    serve(
        colloquy,
        then=load,
        host=host,
        port=port,
        line=Line(settings.at_once, settings.line),
        users=users,
        upload_mb=settings.upload_mb,
        models=settings.models,
        mcp=mcp,
    )


@click.command()
@library_option
@model_option
@base_url_option
def mcp(library: Path | None, model: str | None, base_url: str | None) -> None:
    """Offer the tools answer, search and articles over standard input and output (MCP)."""
    import asyncio
    import contextlib
    import sys

    from rag.opening import fill_empty, open_colloquy
    from rag.settings import load_settings
    from ui.line import Line
    from ui.mcp_server import tools
    from ui.programs import Programs

    settings = load_settings(library=library, model=model, base_url=base_url)
    # Standard output belongs to the protocol: nothing that a library may print while it loads must get there.
    with contextlib.redirect_stdout(sys.stderr):
        fill_empty(settings, note)
        colloquy = open_colloquy(settings, note=note)
    asyncio.run(tools(Programs(colloquy, Line(settings.at_once, settings.line))).run_stdio_async())


def is_own_machine(host: str) -> bool:
    """Whether only programs of this machine reach a server on this host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
