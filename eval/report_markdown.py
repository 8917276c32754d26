"""A report as Markdown, with everything that came from outside shown as text."""

import re
from collections.abc import Sequence

from eval.figures import Summary
from eval.notation import one_line
from eval.report_tables import (
    Table,
    figures_table,
    lost,
    notes,
    runs_table,
    settings_table,
    slices_table,
    stages_table,
)

FAILURES_SHOWN = 20
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# What can begin a code span, emphasis, link, table cell, heading, strike-through or formula inside a line.
_MARKS = re.compile(r"([\\`*_\[\]|#~$])")


def markdown_report(summaries: Sequence[Summary], page: str) -> str:
    """The tables of a report and the first failures of its main run; ``page`` is the name of the page with the rest."""
    main = summaries[0]
    parts = [f"# Evaluation of {_text(main.run.system, 60)} over {_text(main.run.data, 60)}"]
    parts += [_text(note, 400) for note in notes(summaries)]
    parts += ["## What was measured", _table(runs_table(summaries), "run")]
    if (settings := settings_table(summaries)).rows:
        parts += ["Settings:", _table(settings, "setting")]
    parts += ["## Figures", "With 95 % bootstrap intervals; n questions counted.", _table(figures_table(summaries))]
    if (slices := slices_table(summaries)).rows:
        parts += ["## By kind of question", "Share answered as it should be.", _table(slices, "kind")]
    parts += ["## Where answers were lost", _table(stages_table(summaries), "stage")]
    parts += _failures(main)
    parts.append(f"Plots and more failures: {_text(page, 200)}.")
    return "\n\n".join(parts) + "\n"


def _failures(main: Summary) -> list[str]:
    if not main.failures:
        return []
    parts = [f"## Failures of {_text(main.run.system, 60)}"]
    left_out = len(main.failures) - FAILURES_SHOWN
    if left_out > 0:
        parts.append(f"{FAILURES_SHOWN} of {len(main.failures)} are shown; {left_out} are left out.")
    for stage in lost(main, FAILURES_SHOWN):
        if not stage.shown:
            continue
        parts.append(f"### {_text(stage.stage, 60)}: {stage.total}")
        parts += [
            "\n".join(
                (
                    f"- Question ({_text(failure.id, 80)}, {_text(failure.kind, 40)}): {_text(failure.question, 400)}",
                    f"  - Expected: {_text(failure.expected, 300)}",
                    f"  - Answer: {_text(failure.answer, 400) or 'none'}",
                    *(f"  - Evidence: {_text(sentence, 300)}" for sentence in failure.evidence),
                )
            )
            for failure in stage.shown
        ]
    return parts


def _table(table: Table, name: str = "figure") -> str:
    head = [name, *(_text(run, 60) for run in table.head), *(["n"] if table.counted else [])]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    for row in table.rows:
        name = f"{_text(row.name, 60)} ({row.note})" if row.note else _text(row.name, 60)
        lines.append([name, *(_text(str(cell), 120) for cell in row.cells), *([row.count] if table.counted else [])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(text: str, most: int) -> str:
    """One line of at most ``most`` characters that Markdown shows as it stands, whatever is in it."""
    return _MARKS.sub(r"\\\1", one_line(text, most).translate(_ENTITIES))
