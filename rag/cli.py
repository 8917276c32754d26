"""The command line. Imports what is heavy inside the commands, so that --help answers at once."""

import importlib
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import ColloquyError, SettingsError
from index.records import Window
from rag.articles import articles
from rag.period_options import given_window, note_period, period_options
from rag.terminal import base_url_option, json_line, library_option, model_option, note, progress_bar, say
from rag.timeline_command import timeline
from rag.users_command import users

if TYPE_CHECKING:
    from index.records import Article
    from rag.answer import Answer
    from rag.settings import Settings


# Commands of the packages above this one. They are named, not imported: imports run downwards only.
_ABOVE = {"chat": "ui.command:chat", "mcp": "ui.command:mcp", "eval": "eval.command:evaluation"}


class _Commands(click.Group):
    """Turns a ColloquyError into one line on standard error and exit status 2; finds the commands of ``_ABOVE``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ABOVE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ABOVE:
            return super().get_command(ctx, cmd_name)
        module, name = _ABOVE[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ColloquyError as error:
            note(str(error))
            ctx.exit(2)
        except BrokenPipeError:
            # The reader of our output has gone (`| head`); nothing is left to say.
            sys.stderr.close()
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="colloquy")
def main() -> None:
    """Ask questions about a collection of news articles; every sentence of an answer is cited."""


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--into", "library", type=click.Path(path_type=Path), help="Folder of the library.")
@click.option(
    "--published", help="When these articles were published: 2014-01-27, 2014-01, 2014, 2014-01-01..2014-03-31."
)
def index(paths: tuple[Path, ...], library: Path | None, published: str | None) -> None:
    """Add articles: files and folders of text, Markdown, HTML, PDF, DOCX, JSON Lines or CSV."""
    from index.periods import parse_period
    from rag.opening import open_library

    period = parse_period(published) if published is not None else None
    opened = open_library(_settings(library=library), create=True, note=note)
    with progress_bar("indexing", "articles") as progress:
        report = opened.add(paths, progress, period)
    articles, passages = opened.counts()
    for path, reason in report.skipped:
        say(f"skipped {path}: {reason}", err=True)
    for path, reason in report.notes:
        say(f"passed over in {path}: {reason}", err=True)
    parts = [f"{report.added} added", f"{report.unchanged} unchanged"]
    parts += [f"{report.removed} replaced"] if report.removed else []
    parts += [f"{len(report.skipped)} skipped"] if report.skipped else []
    click.echo(f"{', '.join(parts)}; the library in {opened.home} holds {articles} articles, {passages} passages")
    if not report.added and not report.unchanged:
        raise ColloquyError(
            "no article was read; give a file or folder with .txt, .md, .html, .pdf, .docx, .jsonl or .csv in it"
        )


@main.command()
@click.argument("question", required=False)
@library_option
@model_option
@base_url_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object, in the form of the README.")
@click.option(
    "--batch",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="JSON Lines of questions; - for standard input.",
)
@click.option("--asked", help='The day that counts as "today" for the question, such as 2024-05-12.')
@period_options
def ask(
    question: str | None,
    library: Path | None,
    model: str | None,
    base_url: str | None,
    as_json: bool,
    batch: Any,
    asked: str | None,
    after: str | None,
    before: str | None,
    any_time: bool,
) -> None:
    """Answer one question, or with --batch a file of questions."""
    from rag.answer import answer_json
    from rag.batch import answer_lines
    from rag.opening import open_colloquy
    from rag.periods_words import given_day
    from rag.question import check_question

    if (question is None) == (batch is None):
        raise click.UsageError("give one question, or --batch FILE")
    if batch is not None and (after or before or any_time):
        raise SettingsError("--after, --before and --any-time go with one question; a line of --batch has its 'window'")
    if question is not None:
        check_question(question)  # before the models load
    day, window = given_day(asked, "--asked"), given_window(after, before, any_time)
    colloquy = open_colloquy(_settings(library=library, model=model, base_url=base_url), note=note)
    if question is not None:
        answer = colloquy.ask(question, asked=day, window=window)
        if as_json:
            click.echo(json_line(answer_json(answer)))
        else:
            note_period(answer.window, given=window is not None)
            say(_printed(answer))
        return
    errors = 0
    for record in answer_lines(colloquy, batch):
        errors += "error" in record
        click.echo(json_line(record))
    if errors:
        raise SystemExit(1)


@main.command()
@click.argument("words")
@library_option
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50), help="Passages to show.")
@click.option("--asked", help='The day that counts as "today".')
@period_options
def search(
    words: str,
    library: Path | None,
    limit: int,
    asked: str | None,
    after: str | None,
    before: str | None,
    any_time: bool,
) -> None:
    """Show the passages that retrieval finds, with their ranks."""
    from rag.opening import open_library
    from rag.periods_words import given_day
    from rag.question import understand

    window = given_window(after, before, any_time)
    query = understand(words, asked=given_day(asked, "--asked"), limit=limit)[0].query
    if window is not None:
        query = query.of_period(window)
    note_period(Window(query.after, query.before), given=window is not None)
    hits = open_library(_settings(library=library), note=note).search(query)
    if not hits:
        click.echo("nothing was found")
    for number, hit in enumerate(hits, 1):
        say(f"{number}. {_heading(hit.article)}")
        click.echo(f"   dense rank {hit.dense_rank or '-'}, BM25 rank {hit.bm25_rank or '-'}, score {hit.score:.4f}")
        say(textwrap.indent(textwrap.fill(hit.chunk.span.of(hit.article.text), 96), "   "))


main.add_command(articles)
main.add_command(timeline)
main.add_command(users)


@main.command()
@library_option
def doctor(library: Path | None) -> None:
    """Say what works on this machine and what does not. Exit status 2 where something needed is missing."""
    from rag.doctor import checks

    failed = 0
    for check in checks(_settings(library=library).library):
        mark = "ok  " if check.ok else "note" if check.note else "FAIL"
        click.echo(f"{mark}  {check.name}: {check.detail}")
        if not check.ok:
            failed += not check.note
            click.echo(f"      {check.fix or 'see the README'}")
    if failed:
        raise ColloquyError(f"{failed} checks failed; what to do stands under each")
    click.echo("all that is needed works")


def _settings(**flags: Any) -> "Settings":
    from rag.settings import load_settings

    return load_settings(**flags)


def _heading(article: "Article") -> str:
    from rag.periods_words import published_words

    known = [article.publisher, published_words(article, bracketed=True)]
    return f"{article.title} ({', '.join(k for k in known if k)})"


def _printed(answer: "Answer") -> str:
    """The answer for a terminal: the text, then each citation with its article and its words."""
    fill: Callable[[str], str] = lambda text: textwrap.fill(text, 96)  # noqa: E731
    lines = [fill(line) for line in answer.text.split("\n")]
    for c in answer.citations:
        lines += ["", f"[{c.number}] {_heading(c.article)}", textwrap.indent(fill(c.quote), "    ")]
        lines += [f"    {where}" for where in (c.article.url or c.article.path,) if where]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
