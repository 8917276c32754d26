"""The commands ``colloquy articles``: what is in the library, and the publication dates set by hand."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.terminal import library_option, note, say

if TYPE_CHECKING:
    from index.library import Library
    from index.records import Article


@click.group(invoke_without_command=True)
@library_option
@click.pass_context
def articles(ctx: click.Context, library: Path | None) -> None:
    """List what is in the library."""
    ctx.obj = library
    if ctx.invoked_subcommand is None:
        opened = _library(library)
        for article in opened.articles():
            say(f"{article.id}  {_line(article)}  {article.path}")
        say(f"{opened.counts()[0]} articles in {opened.home}", err=True)


@articles.command()
@click.argument("id")
@library_option
@click.pass_context
def remove(ctx: click.Context, id: str, library: Path | None) -> None:
    """Take an article out; the beginning of its ID is enough where it is the only one."""
    from rag import kept_files

    opened = _library(library or ctx.obj)
    gone = opened.only(id)
    kept_files.remove(opened, [gone.id])
    say(f"removed {gone.id}  {_line(gone)}")


@articles.command("date")
@click.argument("id")
@click.argument("when", required=False)
@library_option
@click.pass_context
def date_command(ctx: click.Context, id: str, when: str | None, library: Path | None) -> None:
    """Show or set the day of publication of an article.

    WHEN is a day (2014-01-27), a month (2014-01), a year (2014), a range (2014-01-01..2014-03-31; either end may be
    left out), `unknown`, or `found` to go back to what was found in the article. What is set here stays when the
    article is indexed again.
    """
    from rag.periods_words import corrected_period

    if when is None:
        _explain(_library(library or ctx.obj).only(id))
        return
    period = corrected_period(when)
    article = _library(library or ctx.obj).correct_date(id, period)
    say(f"{article.id}  {_line(article)}")


def _explain(article: "Article") -> None:
    from rag.periods_words import inferred_from

    say(f"{article.id}  {article.title}")
    say(f"published: {_dated(article)}")
    for sentence in inferred_from(article):
        say(textwrap.fill(sentence, 96, initial_indent="  ", subsequent_indent="  "))


def _line(article: "Article") -> str:
    """Title, publisher and date with its origin, in one line."""
    return f"{article.title} ({', '.join(known for known in (article.publisher, _dated(article)) if known)})"


def _dated(article: "Article") -> str:
    from index.dates import how_sure
    from rag.periods_words import known_words

    # Also for a date said to be unknown by hand, which has no other sign of it.
    return ", ".join(words for words in (known_words(article), how_sure(article.published_from)) if words)


def _library(folder: Path | None) -> "Library":
    from rag.opening import open_library
    from rag.settings import load_settings

    return open_library(load_settings(library=folder), note=note)
