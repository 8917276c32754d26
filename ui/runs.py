"""The evaluation runs of a library in the chat: one, or two beside each other, as tables and plots."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.records import ColloquyError
from ui import render

if TYPE_CHECKING:
    import gradio as gr

    from eval.figures import Summary
    from eval.report_tables import Table

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
FOLDER = "runs"
# Runs that can be chosen from: more would only be scrolled past.
LISTED = 100
# A run and those that `colloquy eval run` puts into its folder, to compare with.
BESIDE = ("plain", "timeless", "baseline")


class Runs:
    """The runs in the library's folder ``runs``, by name: "first", "first/baseline".

    A name from the page is not trusted: it is only looked up among those that are there.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def listed(self) -> tuple[str, ...]:
        """The names, newest run first."""
        if not self.folder.is_dir():
            return ()
        made = [f for f in self.folder.iterdir() if (f / "run.json").is_file()]
        made.sort(key=lambda f: (-(f / "run.json").stat().st_mtime, f.name))
        found: list[str] = []
        for folder in made:
            found += [folder.name, *(f"{folder.name}/{b}" for b in BESIDE if (folder / b / "run.json").is_file())]
        return tuple(found[:LISTED])

    def page(self, first: Any = "", second: Any = "") -> str:
        """HTML of the choice, and of the runs chosen, the newest where none is. Never raises."""
        names: tuple[str, ...] = ()
        try:
            names = self.listed()
            if not names:
                return _nothing_html(self.folder)
            first = first if first in names else names[0]
            second = second if second in names and second != first else ""
            return _choice_html(names, first, second) + self._report(first, second)
        except ColloquyError as error:
            return _choice_html(names, first, second) + render.notice_html(str(error))
        except Exception as error:
            log.exception("a run could not be shown")
            return render.notice_html(f"The run cannot be shown ({type(error).__name__}: {error}).")

    def _report(self, first: str, second: str) -> str:
        from eval.compare import compare
        from eval.compare_text import comparison_text
        from eval.plots import plots
        from eval.report_tables import figures_table, notes, runs_table, slices_table, stages_table

        summaries = [self._summary(name) for name in (first, second) if name]
        told = "".join(f'<p class="cq-note">{render.escape(note)}</p>' for note in notes(summaries))
        drawn = "".join(
            f'<figure class="cq-plot"><h4>{render.escape(plot.title)}</h4>{plot.svg}'
            f"<figcaption>{render.escape(plot.caption)}</figcaption></figure>"
            for plot in plots(summaries)
        )
        paired = ""
        if second:
            try:
                said = comparison_text(compare(*summaries))
            except ColloquyError as error:
                said = str(error)
            paired = (
                '<h4>What changed from the first to the second</h4><pre class="cq-compared" tabindex="0"'
                f' aria-label="Paired differences">{render.escape(said)}</pre>'
            )
        tables = (
            _table_html("Figure", figures_table(summaries), "Figures")
            + '<details class="cq-rest"><summary>By kind, lost where, and what was measured</summary>'
            f"{_table_html('Kind', slices_table(summaries), 'By kind of question')}"
            f"{_table_html('Stage', stages_table(summaries), 'Where questions were lost')}"
            f"{_table_html('Run', runs_table(summaries), 'What was measured')}</details>"
        )
        return f'{told}<div class="cq-plots">{drawn}</div>{paired}{tables}'

    def _summary(self, name: str) -> "Summary":
        from eval.command import dataset_of
        from eval.summary import summarise

        folder = self.folder / name
        summary = summarise(folder, dataset_of(folder, None, None))
        # Two runs of one system are told apart by the folders that they were given.
        return replace(summary, run=replace(summary.run, system=name))


def add_runs(library: Any, tab: "gr.Tab") -> None:
    """Adds the runs to the tab, inside whose context it is called. Nothing of it enters the API."""
    import gradio as gr

    runs = Runs(library.home)
    shown = gr.HTML(
        "", elem_id="cq-runs", apply_default_css=False, js_on_load=(HERE / "runs.js").read_text(encoding="utf-8")
    )

    def on_choice(event: gr.EventData) -> str:
        chosen = event._data if isinstance(event._data, dict) else {}
        return runs.page(chosen.get("first"), chosen.get("second"))

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    shown.select(on_choice, None, shown, trigger_mode="multiple", **quiet)
    # At each visit: a run may have been made, or have gone on, meanwhile.
    tab.select(lambda: runs.page(), None, shown, **quiet)


def _choice_html(names: tuple[str, ...], first: Any, second: Any) -> str:
    def options(chosen: Any, known: tuple[str, ...]) -> str:
        return "".join(
            f'<option value="{render.escape(name)}"{" selected" if name == chosen else ""}>'
            f"{render.escape(name or 'none')}</option>"
            for name in known
        )

    return (
        '<h3>Runs</h3><form class="cq-dates cq-run-choice" aria-label="Runs to show">'
        f'<label>run <select name="first">{options(first, names)}</select></label>'
        f'<label>beside it <select name="second">{options(second, ("", *names))}</select></label></form>'
    )


def _nothing_html(folder: Path) -> str:
    return (
        '<h3>Runs</h3><p class="cq-note">No runs yet. Those that <code>colloquy eval run</code> writes into '
        f"<code>{render.escape(str(folder))}</code> are shown here, one or two beside each other.</p>"
    )


def _table_html(heading: str, table: "Table", label: str) -> str:
    heads = "".join(f'<th scope="col" dir="auto">{render.escape(name)}</th>' for name in (heading, *table.head))
    heads += '<th scope="col">n</th>' if table.counted else ""
    rows = ""
    for row in table.rows:
        note = f' <small class="cq-meta">{render.escape(row.note)}</small>' if row.note else ""
        cells = "".join(
            f'<td dir="auto">{render.escape(c.value)}'
            + (f' <small class="cq-meta">{render.escape(c.interval)}</small>' if c.interval else "")
            + "</td>"
            for c in row.cells
        )
        cells += f"<td>{render.escape(row.count)}</td>" if table.counted else ""
        rows += f'<tr><th scope="row" dir="auto">{render.escape(row.name)}{note}</th>{cells}</tr>'
    return (
        f'<div class="cq-table" role="region" tabindex="0" aria-label="{label}"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
