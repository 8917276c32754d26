"""``colloquy eval``. Light at the top: ``colloquy --help`` imports it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.terminal import base_url_option, library_option, model_option, note

if TYPE_CHECKING:
    from eval.examples import Dataset
    from eval.figures import Summary

_folder = click.Path(path_type=Path)
_data = click.option(
    "--data", "data", required=True, help="Name of a set that ships, or a file or folder of questions."
)
_articles = click.option("--articles", type=_folder, help="Articles to ask over, where the set brings none.")


@click.group()
def evaluation() -> None:
    """Measure answers, citations, retrieval and refusals on a set of questions."""


@evaluation.command("run")
@_data
@_articles
@click.option(
    "--from", "library", type=_folder, help="Folder of a library to ask, in place of the articles of the set."
)
@click.option("--out", type=_folder, required=True, help="Folder for the answers; a run that was broken off goes on.")
@click.option("--baseline", is_flag=True, help="Run the LangChain tutorial too, into OUT/baseline.")
@click.option("--plain", is_flag=True, help="Run Colloquy without its trained parts too, into OUT/plain.")
@click.option("--timeless", is_flag=True, help="Run Colloquy with dates playing no part too, into OUT/timeless.")
@click.option("--limit", default=0, type=click.IntRange(0), help="Draw so many questions; 0 takes all.")
@click.option("--seed", default=0, show_default=True, help="Which questions are drawn, and the bootstrap.")
@model_option
@base_url_option
@click.option("--threshold", type=float, help="How sure to be before answering, 0 to 1.")
@click.option("--passages", type=int, help="Passages to retrieve for a question.")
def run_command(
    data: str,
    articles: Path | None,
    library: Path | None,
    out: Path,
    baseline: bool,
    plain: bool,
    timeless: bool,
    limit: int,
    seed: int,
    **flags: Any,
) -> None:
    """Ask every question of a set; print the figures and write OUT/report.html and OUT/report.md."""
    from eval.measuring import Job, measure, measure_baseline, measure_without

    given = tuple((name, value) for name, value in flags.items() if value is not None)
    job = Job(data, out, articles, library, limit, seed, given)
    dataset = job.dataset()  # before anything is made: a bad line stops everything
    measure(job, dataset, note)
    if plain:
        measure_without(replace(job, out=out / "plain"), "trained", note)
    if timeless:
        measure_without(replace(job, out=out / "timeless"), "time", note)
    if baseline:
        measure_baseline(replace(job, out=out / "baseline"), note)
    _report(out, _summaries(out, dataset))


@evaluation.command("report")
@click.argument("folder", type=_folder)
@_articles
@click.option("--data", help="The set, where it no longer lies where the run found it.")
def report_command(folder: Path, articles: Path | None, data: str | None) -> None:
    """Write FOLDER/report.html and FOLDER/report.md anew from the answers in FOLDER, the runs in it beside them."""
    _report(folder, _summaries(folder, dataset_of(folder, data, articles)))


@evaluation.command("compare")
@click.argument("a", type=_folder)
@click.argument("b", type=_folder)
@_articles
@click.option("--data", help="The set, where it no longer lies where the runs found it.")
@click.option("--seed", default=0, show_default=True, help="Of the bootstrap.")
def compare_command(a: Path, b: Path, articles: Path | None, data: str | None, seed: int) -> None:
    """Say what changed from run A to run B: paired differences with 95 % intervals, and a verdict."""
    from eval.compare import compare
    from eval.compare_text import comparison_text
    from eval.summary import summarise

    first, second = (summarise(folder, dataset_of(folder, data, articles)) for folder in (a, b))
    click.echo(comparison_text(compare(first, second, seed)))


@evaluation.command("gate")
@click.option("--out", type=_folder, help="Folder for the run; a new temporary one unless given.")
@click.option("--floors", type=_folder, help="The floors; those of the project unless given.")
def gate_command(out: Path | None, floors: Path | None) -> None:
    """Run the shipped set and fail, with exit status 1, where a figure lies under its floor."""
    from tempfile import TemporaryDirectory

    from eval.floors import FLOORS, below, read_floors

    file = floors or FLOORS
    wanted = read_floors(file)
    if out is None:
        with TemporaryDirectory(prefix="colloquy-gate-") as made:
            summary = _gated(wanted.data, Path(made))
    else:
        summary = _gated(wanted.data, out)
    failed = below(summary, wanted)
    for line in failed:
        click.echo(line)
    if failed:
        raise SystemExit(1)
    click.echo(f"all {len(wanted.floors)} floors of {file.name} hold on {wanted.data}")


@evaluation.command("draft")
@library_option
@click.option("--out", type=_folder, required=True, help="File of questions to write, or to add to.")
@click.option("--count", default=40, show_default=True, type=click.IntRange(1, 10_000), help="Questions to propose.")
@click.option("--seed", default=0, show_default=True, help="Which sentences are asked about.")
def draft_command(library: Path | None, out: Path, count: int, seed: int) -> None:
    """Propose questions with answers and quotes from your own articles, to be accepted or dropped."""
    from eval.draft import draft_questions
    from eval.proposals import read_proposals, write_proposals
    from rag.opening import open_library
    from rag.settings import load_settings

    opened = open_library(load_settings(library=library), note=note)
    known = {p.id for p in read_proposals(out)}
    added = write_proposals(out, draft_questions(opened, count, seed, skip=known))
    click.echo(
        f'{added} questions added to {out}; set "state" to "accepted" or "dropped" there or in the chat, '
        f"then run `colloquy eval run --data {out} --from {opened.home} --out FOLDER`"
    )


@evaluation.command("from-votes")
@click.option("--from", "--library", "library", type=_folder, help="Folder of the library whose chat was voted in.")
@click.option("--out", type=_folder, required=True, help="File of questions to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def from_votes_command(library: Path | None, out: Path, force: bool) -> None:
    """Make questions of the answers voted on in the chat: up is asked as it is, down waits for the right answer."""
    from eval.from_votes import voted_lines, write_lines
    from rag.conversations import Conversations
    from rag.opening import open_library
    from rag.settings import load_settings

    opened = open_library(load_settings(library=library), note=note)
    lines = voted_lines(Conversations(opened.home).voted(), opened.articles())
    write_lines(out, lines, force)
    accepted = sum(line["state"] == "accepted" for line in lines)
    click.echo(f"{len(lines)} questions written to {out}: {accepted} to ask, {len(lines) - accepted} open")
    if accepted:
        click.echo(f"`colloquy eval run --data {out} --from {opened.home} --out FOLDER` asks them")
    if accepted < len(lines):
        click.echo('give each open one its "answers" and set its "state" to "accepted", or to "dropped"')


def _gated(data: str, out: Path) -> "Summary":
    from eval.measuring import Job, measure
    from eval.summary import summarise

    job = Job(data, out)
    dataset = job.dataset()
    measure(job, dataset, note)
    return summarise(out, dataset)


def dataset_of(folder: Path, data: str | None, articles: Path | None) -> "Dataset":
    """The questions that the run in the folder asked, found where it found them unless ``data`` says otherwise."""
    from eval.datasets import load_dataset
    from eval.run import read_run

    description, _ = read_run(folder)
    where = articles or (Path(description.articles) if description.articles else None)
    return load_dataset(data or description.source, where, description.limit, description.seed)


def _summaries(folder: Path, dataset: "Dataset") -> "list[Summary]":
    from eval.run import RUN
    from eval.summary import summarise

    beside = [folder / name for name in ("plain", "timeless", "baseline")]
    return [summarise(f, dataset) for f in (folder, *(f for f in beside if (f / RUN).exists()))]


def _report(folder: Path, summaries: "list[Summary]") -> None:
    from eval.report import write_report

    html, markdown = folder / "report.html", folder / "report.md"
    write_report(summaries, html, markdown)
    click.echo(markdown.read_text(encoding="utf-8").split("\n## Failures")[0].rstrip())
    note(f"the whole report is in {html} and {markdown}")
