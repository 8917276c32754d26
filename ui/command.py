"""``colloquy chat``. Light at the top: ``colloquy --help`` imports it."""

from pathlib import Path

import click

from rag.terminal import base_url_option, library_option, model_option, note


@click.command()
@library_option
@model_option
@base_url_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
def chat(library: Path | None, model: str | None, base_url: str | None, host: str, port: int) -> None:
    """Serve the chat. An empty library starts with the articles that ship with the project."""
    from rag.opening import fill_empty, open_colloquy
    from rag.settings import load_settings
    from ui.serving import serve

    settings = load_settings(library=library, model=model, base_url=base_url)
    fill_empty(settings, note)
    serve(open_colloquy(settings, note=note), host=host, port=port, upload_mb=settings.upload_mb)
