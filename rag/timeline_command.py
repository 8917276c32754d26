"""``colloquy timeline``. Light at the top: ``colloquy --help`` imports it."""

from pathlib import Path

import click

from index.records import Window
from rag.period_options import after_option, before_option, given_window
from rag.periods_words import window_words
from rag.terminal import json_line, library_option, note, say


@click.command()
@library_option
@after_option
@before_option
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw it into this .svg or .png file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the list 'entries'.")
def timeline(library: Path | None, after: str | None, before: str | None, plot: Path | None, as_json: bool) -> None:
    """Show the articles and the events that they tell in order of time, newest first."""
    from rag.opening import open_library
    from rag.settings import load_settings
    from rag.timeline import entry_json, timeline, timeline_lines, within
    from rag.timeline_plot import check_plot, write_plot

    window = given_window(after, before) or Window()
    if plot is not None:
        check_plot(plot)  # before the library is read
    opened = open_library(load_settings(library=library), note=note)
    entries = within(timeline(opened), window)
    if as_json:
        click.echo(json_line({"entries": [entry_json(e) for e in entries]}))
    else:
        for line in timeline_lines(entries):
            say(line)
        if not entries and window:
            note(f"nothing has a date in this period: {window_words(window)}")
        elif not entries:
            note(f"the library in {opened.home} holds no articles; add some with `colloquy index FOLDER`")
    if plot is not None:
        write_plot(entries, plot)
        note(f"the timeline is drawn in {plot}")
