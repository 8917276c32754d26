"""What the commands of all packages share: options, notes, progress bars. Light: ``colloquy --help`` imports it."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

library_option = click.option("--from", "library", type=click.Path(path_type=Path), help="Folder of the library.")
model_option = click.option("--model", help="embedded, hf:FOLDER_OR_ID, or provider:model such as ollama:llama3.2.")
base_url_option = click.option("--base-url", help="Address of the model's server.")


# What moves the cursor, colours, renames the window or turns around the words beside it, and halves of surrogate pairs,
# which no output can carry.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def note(text: str) -> None:
    """A line on standard error."""
    say(f"colloquy: {text}", err=True)


def say(text: str, err: bool = False) -> None:
    """Prints words, whoever wrote them: what is no text to a terminal is shown as U+FFFD."""
    click.echo(_UNPRINTABLE.sub("\ufffd", text), err=err)


def json_line(form: Any) -> str:
    """JSON on one line that every terminal and file can hold: what is no text is written as its escape."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(form, ensure_ascii=False))


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
