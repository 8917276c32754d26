"""Writes the report of one or more runs: a page that needs nothing else, and a Markdown summary."""

from collections.abc import Sequence
from pathlib import Path

from eval.figures import Summary
from eval.notation import one_line
from eval.plots import plots
from eval.report_markdown import markdown_report
from eval.report_tables import figures_table, lost, notes, runs_table, settings_table, slices_table, stages_table
from rag.records import DataError

TEMPLATES = Path(__file__).parent / "templates"
FAILURES_SHOWN = 200


def write_report(summaries: Sequence[Summary], html: Path, markdown: Path) -> None:
    """Writes both files; the first run is the main one, the others stand beside it. The same runs give the same bytes.

    Raises DataError where a file cannot be written, ValueError without a run.
    """
    if not summaries:
        raise ValueError("a report needs at least one run")
    _write(html, html_report(summaries))
    _write(markdown, markdown_report(summaries, html.name))


def html_report(summaries: Sequence[Summary]) -> str:
    """The page: styles and plots inside it, no script, and a policy that forbids every request."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["one_line"] = one_line
    main = summaries[0]
    return environment.get_template("report.html").render(
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        main=main,
        notes=notes(summaries),
        runs=runs_table(summaries),
        settings=settings_table(summaries),
        figures=figures_table(summaries),
        slices=slices_table(summaries),
        stages=stages_table(summaries),
        # Markup: Matplotlib and ElementTree have escaped every name that stands in a drawing.
        plots=[(plot.title, plot.caption, Markup(plot.svg)) for plot in plots(summaries)],
        lost=lost(main, FAILURES_SHOWN),
        left_out=max(0, len(main.failures) - FAILURES_SHOWN),
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise DataError(f"the report {path} cannot be written ({error.strerror}); choose another place") from error
