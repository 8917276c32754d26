"""The tables and lists of a report, the same for the page and for the Markdown summary."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.figures import Failure, Figure, Summary
from eval.notation import ABSENT, Cell, figure_cell, one_line, run_names, setting_text
from eval.stages import STAGES

# What a reader needs to know of a stage; a stage that is not here is shown by its name alone.
_STAGE_NOTES = {
    "not read": "the articles as they were read do not hold the answer",
    "not retrieved": "no passage found holds it",
    "not selected": "it was found, but no evidence sentence holds it",
    "wrongly refused": "the evidence held it and the question was declined",
    "wrongly drafted": "the evidence held it and the answer does not",
    "wrongly dropped": "the draft held it and the checked answer does not",
    "wrongly cited": "the right words, but not from the right articles",
    "wrongly answered": "the question has no answer and was answered",
    "failed": "the question could not be asked",
}


@dataclass(frozen=True, slots=True)
class Row:
    """``count`` is the number of questions, one for all runs where they agree; ``note`` says more about the name."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` holds a heading for each run; ``counted`` says whether the rows have counts."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The failures of one stage that are shown; ``total`` is how many there are."""

    stage: str
    note: str
    total: int
    shown: tuple[Failure, ...]


def runs_table(summaries: Sequence[Summary]) -> Table:
    """What was measured: one row for each thing that describes a run."""
    rows = {
        "system": [s.run.system for s in summaries],
        "set": [s.run.data for s in summaries],
        "form": [s.run.form for s in summaries],
        "digest": [s.run.digest[:12] for s in summaries],
        "questions": [str(s.run.questions) for s in summaries],
        "limit": [str(s.run.limit or "none") for s in summaries],
        "seed": [str(s.run.seed) for s in summaries],
        "asked so far": [f"{s.answered} of {s.answered + s.missing}" for s in summaries],
        "machine": [s.run.machine for s in summaries],
    }
    if not any(s.missing for s in summaries):
        del rows["asked so far"]
    return Table(run_names(summaries), tuple(Row(name, _cells(texts)) for name, texts in rows.items()))


def settings_table(summaries: Sequence[Summary]) -> Table:
    """The settings of all runs; a dash where a run has no such setting."""
    names = dict.fromkeys(name for s in summaries for name in s.run.settings)
    rows = (
        Row(name, _cells(setting_text(s.run.settings[name]) if name in s.run.settings else ABSENT for s in summaries))
        for name in names
    )
    return Table(run_names(summaries), tuple(rows))


def figures_table(summaries: Sequence[Summary]) -> Table:
    """All figures, matched by name, in the order of the first run that has them."""
    return _figures(summaries, [{f.name: f for f in s.figures} for s in summaries])


def slices_table(summaries: Sequence[Summary]) -> Table:
    """The share of each kind of question that was answered as it should be."""
    return _figures(summaries, [{s.kind: s.passed for s in summary.slices} for summary in summaries])


def stages_table(summaries: Sequence[Summary]) -> Table:
    """How many questions each stage lost, first stage first, and how many were lost in all."""
    stages = _ordered(stage for s in summaries for stage, count in s.stages.items() if count)
    rows = [
        Row(one_line(stage, 60), _cells(str(s.stages.get(stage, 0)) for s in summaries), _STAGE_NOTES.get(stage, ""))
        for stage in stages
    ]
    total = Row("all stages", _cells(f"{sum(s.stages.values())} of {s.answered}" for s in summaries))
    return Table(run_names(summaries), (*rows, total))


def lost(summary: Summary, most: int) -> tuple[Lost, ...]:
    """The failures of a run by stage; of more than ``most``, the stages take turns, so that each has its share."""
    stages: Mapping[str, list[Failure]] = defaultdict(list)
    for failure in summary.failures:
        stages[failure.stage].append(failure)
    order = _ordered(stages)
    turns = sorted((turn, place) for place, stage in enumerate(order) for turn in range(len(stages[stage])))[:most]
    shown = [sum(at == place for _, at in turns) for place in range(len(order))]
    return tuple(
        Lost(stage, _STAGE_NOTES.get(stage, ""), len(stages[stage]), tuple(stages[stage][:count]))
        for stage, count in zip(order, shown, strict=True)
    )


def notes(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """What a reader must know before reading the figures."""
    names = run_names(summaries)
    told = [
        f"The run of {name} is not complete: {s.missing} of {s.answered + s.missing} questions have not been asked."
        for name, s in zip(names, summaries, strict=True)
        if s.missing
    ]
    # A seed that draws nothing makes no difference.
    if len({(s.run.digest, s.run.limit, s.run.seed if s.run.limit else 0) for s in summaries}) > 1:
        told.append("The runs were not asked the same questions; their figures cannot be set against each other.")
    return tuple(told)


def _figures(summaries: Sequence[Summary], by_run: Sequence[Mapping[str, Figure]]) -> Table:
    rows = []
    for name in dict.fromkeys(name for figures in by_run for name in figures):
        own = [figures.get(name) for figures in by_run]
        known = [figure for figure in own if figure is not None]
        counts = [str(figure.n) if figure else ABSENT for figure in own]
        same = {str(figure.n) for figure in known}
        rows.append(
            Row(
                one_line(name, 60),
                tuple(figure_cell(figure) for figure in own),
                "lower is better" if known[0].better == "lower" else "",
                same.pop() if len(same) == 1 else " / ".join(counts),
            )
        )
    return Table(run_names(summaries), tuple(rows), counted=True)


def _cells(texts: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(one_line(text, 120)) for text in texts)


def _ordered(stages: Iterable[str]) -> list[str]:
    """Each once, in the order of the pipeline; unknown ones last."""
    found = set(stages)
    return [stage for stage in STAGES if stage in found] + sorted(found - set(STAGES))
