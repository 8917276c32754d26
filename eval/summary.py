"""From the records of a run to its figures."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.examples import Dataset
from eval.figures import Figure, Slice, Summary
from eval.intervals import interval
from eval.metrics_refusal import area_under, risk_coverage
from eval.metrics_retrieval import CUTOFFS
from eval.run import Run, read_run
from eval.stages import STAGES
from eval.verdict import DECLINED, MIXED, PASSED, RIGHT_EVENT, Verdict, failure, judge
from rag.records import DataError

SECONDS = ("first evidence", "first word", "last word")
# Means over the questions for which they are defined, in the order in which they are shown.
_MEANS = (
    PASSED,
    "right",
    "rightly cited where answered",
    "short answer right",
    "exact match",
    "F1",
    "F1 with no-answers",
    "contains",
    "wrong event",
    RIGHT_EVENT,
    MIXED,
    DECLINED,
    "wrongly declined",
    *(f"hits at {k}" for k in CUTOFFS),
    "recall at 5",
    "recall at 10",
    "MRR",
    "nDCG at 10",
    "citation precision",
    "citation recall",
)
_LOWER = frozenset({"wrong event", MIXED, "wrongly declined", *SECONDS})


def summarise(folder: Path, dataset: Dataset) -> Summary:
    """The figures of a run. Raises DataError where the folder holds no run, or one over other questions."""
    description, records = read_run(folder)
    if description.digest != dataset.digest:
        raise DataError(
            f"the run in {folder} was made with another version of {description.data} "
            f"({description.digest[:12]}, here {dataset.digest[:12]}); run it again"
        )
    return summary_of(description, dataset, records)


def summary_of(description: Run, dataset: Dataset, records: Mapping[str, Mapping[str, Any]]) -> Summary:
    """The figures of the records of a run, by id of the question. Raises DataError where none is answered yet."""
    verdicts = [judge(e, records[e.id]) for e in dataset.examples if e.id in records]
    if not verdicts:
        raise DataError(f"the run over {description.data} has no answer yet; go on with `colloquy eval run`")
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for verdict in verdicts:
        for name, value in verdict.measures.items():
            values[name][verdict.example.id] = value
    seed = description.seed
    lost = Counter(v.stage for v in verdicts if v.stage)
    sure = [
        (float(confidence), v)
        for v in verdicts
        if not v.declined and (confidence := records[v.example.id].get("confidence")) is not None
    ]
    curve = _curve(sure, len(verdicts))
    figures = [_mean(name, list(values[name].values()), seed) for name in _MEANS if name in values]
    figures += _refusal_precision(verdicts, seed)
    if curve:
        figures.append(_area(sure, seed))
    seconds = {name: tuple(values[name].values()) for name in SECONDS if name in values}
    figures += [_quantile(name, share, found, seed) for name, found in seconds.items() for share in (0.5, 0.95)]
    figures.append(_memory(records))
    means = {f.name: f.value for f in figures}
    return Summary(
        run=description,
        figures=tuple(figures),
        slices=_slices(verdicts, seed),
        failures=tuple(failure(v, records[v.example.id]) for v in verdicts if v.stage),
        stages={stage: lost[stage] for stage in STAGES if lost[stage]},
        values={name: dict(of) for name, of in values.items()},
        curve=curve,
        hits={k: means[f"hits at {k}"] for k in CUTOFFS if f"hits at {k}" in means},
        seconds=seconds,
        answered=len(verdicts),
        missing=len(dataset.examples) - len(verdicts),
    )


def figure(summary: Summary, name: str) -> Figure:
    """The figure of that name. Raises DataError where the run has none."""
    for found in summary.figures:
        if found.name == name:
            return found
    raise DataError(
        f"the run over {summary.run.data} has no figure {name!r}; it has {', '.join(f.name for f in summary.figures)}"
    )


def _mean(name: str, values: Sequence[float], seed: int) -> Figure:
    low, high = interval(values, seed)
    better = "lower" if name in _LOWER else "higher"
    return Figure(name, sum(values) / len(values), low, high, len(values), better=better)


def _quantile(name: str, share: float, values: Sequence[float], seed: int) -> Figure:
    import numpy as np

    def quantile(sample: Sequence[float]) -> float:
        return float(np.quantile(sample, share))

    low, high = interval(values, seed, quantile)
    return Figure(f"{name}, p{round(share * 100)}", quantile(values), low, high, len(values), unit="s", better="lower")


def _refusal_precision(verdicts: Sequence[Verdict], seed: int) -> list[Figure]:
    """Of the questions declined, the share that have no answer; its recall is the figure ``DECLINED``."""
    declined = [float(not v.example.answerable) for v in verdicts if v.declined]
    both = {v.example.answerable for v in verdicts} == {True, False}
    return [_mean("refusal precision", declined, seed)] if declined and both else []


def _curve(sure: Sequence[tuple[float, Verdict]], asked: int) -> tuple[tuple[float, float], ...]:
    """Risk by coverage of what was answered; the run's own threshold is where it ends. A run with ``--threshold 0``
    answers everything and so draws the whole curve."""
    return risk_coverage([c for c, _ in sure], [v.passed for _, v in sure], asked) if sure else ()


def _area(sure: Sequence[tuple[float, Verdict]], seed: int) -> Figure:
    confidences, right = [c for c, _ in sure], [v.passed for _, v in sure]

    def area(sample: Sequence[float]) -> float:
        """Of the answers at these places: a resample draws whole answers, confidence and outcome together."""
        places = [int(place) for place in sample]
        return area_under(risk_coverage([confidences[p] for p in places], [right[p] for p in places]))

    low, high = interval(list(range(len(sure))), seed, area)
    value = area(list(range(len(sure))))
    return Figure("area under risk-coverage", value, low, high, len(sure), better="lower")


def _memory(records: Mapping[str, Mapping[str, Any]]) -> Figure:
    peak = max((int(r.get("memory") or 0) for r in records.values()), default=0)
    return Figure("memory", peak, peak, peak, len(records), unit="MB", better="lower")


def _slices(verdicts: Sequence[Verdict], seed: int) -> tuple[Slice, ...]:
    kinds: dict[str, list[float]] = defaultdict(list)
    for verdict in verdicts:
        kinds[verdict.example.kind].append(float(verdict.passed))
    return tuple(Slice(kind, _mean("as it should be", kinds[kind], seed)) for kind in sorted(kinds))
