"""Says whether one run did better than another over the same questions.

Each figure is compared by the paired bootstrap: the differences B - A of single questions are resampled, which keeps
what both runs found easy or hard together (Efron and Tibshirani 1993, "An Introduction to the Bootstrap"; for comparing
language systems Berg-Kirkpatrick et al. 2012, "An Empirical Investigation of Statistical Significance in NLP").
"""

import math
from collections.abc import Mapping, Sequence

from eval.differences import Comparison, Difference, counted
from eval.figures import Figure, Summary
from eval.intervals import interval
from eval.notation import one_line, setting_text
from eval.verdict import DECLINED, PASSED
from rag.records import DataError

# What "passed" means, the first that both runs have; a share of half and more passes.
_PASSING = (PASSED, "F1 with no-answers", "F1", "f1")


def compare(a: Summary, b: Summary, seed: int = 0) -> Comparison:
    """The paired differences B - A of every measure that both runs have, over the questions that both runs have.

    Raises DataError where the runs are over different sets or have no question in common.
    """
    if a.run.digest != b.run.digest:
        raise DataError(
            f"the runs are over different data: A {a.run.data} ({a.run.digest[:12]}), B {b.run.data} "
            f"({b.run.digest[:12]}); run both over the same version of one set"
        )
    asked_a, asked_b = _ids(a), _ids(b)
    if not asked_a & asked_b:
        raise DataError(
            f"no question of {a.run.data} is in both runs: A has {len(asked_a)} (limit {a.run.limit}, seed "
            f"{a.run.seed}), B {len(asked_b)} (limit {b.run.limit}, seed {b.run.seed}); run both to the end, with the "
            "same limit and seed"
        )
    known = {name: figure for name in a.values if name in b.values and (figure := _figure(name, a, b))}
    order = [f.name for f in (*a.figures, *b.figures)]
    names = sorted(known, key=lambda name: order.index(known[name].name))
    passed_by, passed_a, passed_b = _passed(a, b, [name for name in names if known[name].unit == "share"], known)
    return Comparison(
        a=_title(a),
        b=_title(b),
        common=len(asked_a & asked_b),
        only_a=len(asked_a - asked_b),
        only_b=len(asked_b - asked_a),
        differences=tuple(d for name in names if (d := _difference(name, known[name], a, b, seed))),
        passed_by=passed_by,
        passed_only_a=tuple(id for id in passed_a if passed_a[id] and not passed_b.get(id, True)),
        passed_only_b=tuple(id for id in passed_b if passed_b[id] and not passed_a.get(id, True)),
        settings=_differing(a, b),
    )


def _ids(summary: Summary) -> frozenset[str]:
    return frozenset(id for values in summary.values.values() for id in values)


def _figure(name: str, a: Summary, b: Summary) -> Figure | None:
    """The figure made of these values: that of their name, or "NAME, p50" for latencies; their means are compared."""
    figures = (*a.figures, *b.figures)
    exact = (figure for figure in figures if figure.name == name)
    return next(exact, next((figure for figure in figures if figure.name.startswith(f"{name}, ")), None))


def _difference(name: str, figure: Figure, a: Summary, b: Summary, seed: int) -> Difference | None:
    """None where no question has the measure in both runs."""
    before, after = a.values[name], b.values[name]
    ids = [id for id in before if id in after and math.isfinite(before[id]) and math.isfinite(after[id])]
    if not ids:
        return None
    changes = [after[id] - before[id] for id in ids]
    low, high = interval(changes, seed)
    up, down = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    improved, worsened = (up, down) if figure.better == "higher" else (down, up)
    return Difference(
        name=name if figure.name == name else f"{name}, mean",
        unit=figure.unit,
        better=figure.better,
        a=math.fsum(before[id] for id in ids) / len(ids),
        b=math.fsum(after[id] for id in ids) / len(ids),
        change=math.fsum(changes) / len(ids),
        low=low,
        high=high,
        pairs=len(ids),
        improved=improved,
        worsened=worsened,
    )


def _passed(
    a: Summary, b: Summary, shares: Sequence[str], known: Mapping[str, Figure]
) -> tuple[str, dict[str, bool], dict[str, bool]]:
    """By which measure questions passed, and which of A and of B did. Those without an answer pass by ``DECLINED``."""
    name = next((name for name in (*_PASSING, *shares) if name in a.values and name in b.values), "")
    if not name:
        return "", {}, {}
    higher = name not in known or known[name].better == "higher"

    def passed(summary: Summary) -> dict[str, bool]:
        own = {id: (value >= 0.5) == higher for id, value in summary.values[name].items()}
        if name != PASSED:
            return own
        return own | {id: value >= 0.5 for id, value in summary.values.get(DECLINED, {}).items()}

    return name, passed(a), passed(b)


def _differing(a: Summary, b: Summary) -> tuple[tuple[str, str, str], ...]:
    before, after = a.run.settings, b.run.settings
    told = [
        (name, *(setting_text(of[name]) if name in of else "not set" for of in (before, after)))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]
    return tuple((one_line(name, 40), one_line(was, 60), one_line(now, 60)) for name, was, now in told)


def _title(summary: Summary) -> str:
    return one_line(f"{summary.run.system} over {summary.run.data}, {counted(summary.answered, 'question')}", 100)
