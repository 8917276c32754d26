"""``colloquy chat``. Light at the top: ``colloquy --help`` imports it."""

from pathlib import Path

import click


@click.command()
@click.option("--from", "library", type=click.Path(path_type=Path), help="Folder of the library.")
@click.option("--model", help="embedded, hf:FOLDER_OR_ID, or provider:model such as ollama:llama3.2.")
@click.option("--base-url", help="Address of the model's server.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
def chat(library: Path | None, model: str | None, base_url: str | None, host: str, port: int) -> None:
    """Serve the chat. An empty library starts with the articles that ship with the project."""
    from rag.opening import fill_empty, open_colloquy
    from rag.settings import load_settings
    from ui.app import serve

    def note(text: str) -> None:
        click.echo(f"colloquy: {text}", err=True)

    settings = load_settings(library=library, model=model, base_url=base_url)
    fill_empty(settings, note)
    serve(open_colloquy(settings, note=note), host=host, port=port)
