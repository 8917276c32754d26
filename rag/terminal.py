"""What the commands of all packages share: options, notes, progress bars. Light: ``colloquy --help`` imports it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

library_option = click.option("--from", "library", type=click.Path(path_type=Path), help="Folder of the library.")
model_option = click.option("--model", help="embedded, hf:FOLDER_OR_ID, or provider:model such as ollama:llama3.2.")
base_url_option = click.option("--base-url", help="Address of the model's server.")


def note(text: str) -> None:
    """A line on standard error."""
    click.echo(f"colloquy: {text}", err=True)


@contextmanager
def progress_bar(title: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left on standard error, where that is a terminal. Gives a function that is told how many
    are done and how many there are."""
    from tqdm import tqdm

    with tqdm(desc=title, unit=f" {unit}", file=sys.stderr, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
