"""The plots of a report, all runs beside each other in each; a plot that no run has values for is left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.figures import Figure, Summary
from eval.inline_svg import INK, drawing, inline_svg
from eval.notation import one_line, run_names, value_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Blue, vermilion, green and purple near Okabe and Ito's set for all eyes, and grey: each has a contrast of 3 and more
# with the light page and with the dark one. More runs than these begin again; lines differ by dashes and marks too.
COLOURS = ("#2486c4", "#d55e00", "#0f8f68", "#b3599a", "#808080")
_DASHES = ("-", "--", "-.", ":")
_MARKS = "os^Dv"
_WIDTH = 4.9  # inches of 72 units: 353 wide, so that text of 10 units stays 9 pixels on a screen of 360
_KINDS = 24


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing, what it is called and how it is read. ``svg`` is an element that a page can take in as it stands."""

    title: str
    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One run's points in a plot of lines."""

    name: str
    place: int
    points: tuple[tuple[float, float], ...]


def plots(summaries: Sequence[Summary]) -> tuple[Plot, ...]:
    """All plots that any of the runs has values for: figures, hits by k, risk by coverage, latencies, slices."""
    # Matplotlib leaves names that begin with "_" out of a legend.
    names = [f" {name}" if name.startswith("_") else name for name in run_names(summaries)]
    with drawing():
        drawn = [draw(names, summaries) for draw in (_figures, _hits, _risk, _latency, _slices)]
    return tuple(plot for plot in drawn if plot is not None)


def _hits(names: Sequence[str], summaries: Sequence[Summary]) -> Plot | None:
    lines = _lines(names, [tuple(sorted((float(k), share) for k, share in s.hits.items())) for s in summaries])
    if not lines:
        return None
    ks = sorted({k for line in lines for k, _ in line.points})

    def draw(axes: "Axes") -> None:
        for line in lines:
            axes.plot(*zip(*line.points, strict=True), label=line.name, marker=_MARKS[line.place % 5], **_look(line))
        axes.set(ylim=(0, 1.03), xlabel="articles looked at, k", ylabel="share of questions")
        axes.set_xticks(_apart(ks), labels=[f"{k:.0f}" for k in _apart(ks)])

    told = _told(lines, lambda line: ", ".join(f"{share:.3f} at {k:.0f}" for k, share in line.points))
    caption = "Share of questions with a right article among the first k."
    return Plot(
        "Right article found", caption, _svg("hits", 3.1, draw, len(lines), f"Right article found, by k. {told}")
    )


def _risk(names: Sequence[str], summaries: Sequence[Summary]) -> Plot | None:
    lines = _lines(names, [_thinned(s.curve) for s in summaries])
    if not lines:
        return None

    def draw(axes: "Axes") -> None:
        for line in lines:
            axes.plot(*zip(*line.points, strict=True), label=line.name, **_look(line))
        axes.set(xlim=(0, 1.03), xlabel="coverage: share of questions answered", ylabel="risk: share of them wrong")
        axes.set_ylim(0, min(1.03, 1.15 * max(risk for line in lines for _, risk in line.points) or 1.03))

    told = _told(lines, lambda line: ", ".join(f"{risk:.3f} at {coverage:.2f}" for coverage, risk in _quarters(line)))
    caption = "The surest answers come first: how often they are wrong, the more of the questions are answered."
    return Plot("Risk and coverage", caption, _svg("risk", 3.1, draw, len(lines), f"Risk by coverage. {told}"))


def _latency(names: Sequence[str], summaries: Sequence[Summary]) -> Plot | None:
    import numpy as np

    measures = list(dict.fromkeys(name for s in summaries for name, seconds in s.seconds.items() if seconds))
    if not measures:
        return None
    spread = {
        (measure, place): tuple(float(q) for q in np.percentile(summary.seconds[measure], (5, 25, 50, 75, 95)))
        for measure in measures
        for place, summary in enumerate(summaries)
        if summary.seconds.get(measure)
    }
    shown = [place for place in range(len(summaries)) if any(place == at for _, at in spread)]

    def draw(axes: "Axes") -> None:
        rows = _rows(axes, measures, shown)
        for (measure, place), (least, low, middle, high, most) in spread.items():
            y, height = rows[measure, place]
            colour = COLOURS[place % len(COLOURS)]
            axes.hlines(y, least, most, color=colour, linewidth=1.5)
            box = axes.barh(y, high - low, height, left=low, color=colour, alpha=0.85)
            axes.vlines(middle, y - height / 2, y + height / 2, color=INK, linewidth=2)
            if measure == next(m for m, at in spread if at == place):
                box.set_label(names[place])
        axes.set(xlabel="seconds")
        axes.set_xlim(left=0)
        axes.set_ymargin(0.02)

    told = "; ".join(
        f"{names[place]}, {one_line(measure, 40)}: median {value_text(middle, 's')}, 95 % in {value_text(most, 's')}"
        for (measure, place), (_, _, middle, _, most) in spread.items()
    )
    caption = "Boxes hold the middle half of the questions, lines reach from 5 % to 95 %, the mark is the median."
    height = 0.9 + len(measures) * max(0.45, 0.28 * len(shown))
    return Plot("Latency", caption, _svg("latency", height, draw, len(shown), f"Latency in seconds. {told}"))


def _figures(names: Sequence[str], summaries: Sequence[Summary]) -> Plot | None:
    # Hits have a plot of their own.
    known = {
        (f.name, place): f
        for place, summary in enumerate(summaries)
        for f in summary.figures
        if f.unit == "share" and f.n and not f.name.startswith("hits at ")
    }
    lower = {name for (name, _), figure in known.items() if figure.better == "lower"}
    caption = "All figures that are shares of questions, or means of 0 to 1; lines are 95 % intervals."
    caption += f" Lower is better for: {', '.join(sorted(lower))}." if lower else ""
    return _bars("figures", "Figures", caption, "share", names, known)


def _slices(names: Sequence[str], summaries: Sequence[Summary]) -> Plot | None:
    passed = {
        (s.kind, place): s.passed for place, summary in enumerate(summaries) for s in summary.slices if s.passed.n
    }
    caption = "Share of the questions of each kind that were answered as they should be; lines are 95 % intervals."
    return _bars("slices", "By kind of question", caption, "share of questions passed", names, passed)


def _bars(
    name: str,
    title: str,
    caption: str,
    xlabel: str,
    names: Sequence[str],
    known: Mapping[tuple[str, int], Figure],
) -> Plot | None:
    """A bar with its interval for each group and run; of more groups than fit those with the most questions."""
    asked: dict[str, int] = {}
    for (group, _), figure in known.items():
        asked[group] = max(asked.get(group, 0), figure.n)
    if not asked:
        return None
    most = sorted(asked, key=lambda group: -asked[group])[:_KINDS]
    groups = [group for group in asked if group in most]
    shown = sorted({place for _, place in known})

    def draw(axes: "Axes") -> None:
        rows = _rows(axes, groups, shown)
        for place in shown:
            own = [(rows[group, place], known[group, place]) for group in groups if (group, place) in known]
            axes.barh(
                [y for (y, _), _ in own],
                [figure.value for _, figure in own],
                [height for (_, height), _ in own],
                xerr=[
                    [max(0.0, figure.value - figure.low) for _, figure in own],
                    [max(0.0, figure.high - figure.value) for _, figure in own],
                ],
                error_kw={"ecolor": INK, "elinewidth": 1.1, "capsize": 2},
                color=COLOURS[place % len(COLOURS)],
                alpha=0.85,
                label=names[place],
            )
        axes.set(xlim=(0, 1.03), xlabel=xlabel)
        axes.set_ymargin(0.02)

    told = "; ".join(
        f"{names[place]}, {one_line(group, 40)}: {figure.value:.3f} of {figure.n}"
        for (group, place), figure in known.items()
        if group in groups
    )
    left_out = f" The {_KINDS} with the most questions are shown." if len(asked) > _KINDS else ""
    height = 0.9 + len(groups) * max(0.3, 0.2 * len(shown) + 0.08)
    return Plot(title, caption + left_out, _svg(name, height, draw, len(shown), f"{title}. {told}"))


def _svg(name: str, height: float, draw: Callable[["Axes"], None], runs: int, label: str) -> str:
    """Draws on axes of their own, with the legend above them; ``height`` in inches without the legend."""
    from matplotlib.figure import Figure as Drawing

    drawing_of_all = Drawing(figsize=(_WIDTH, height + 0.2 * runs + 0.1), layout="constrained")
    axes = drawing_of_all.add_subplot()
    axes.grid(True)
    axes.tick_params(length=0, pad=5)
    draw(axes)
    drawing_of_all.legend(*axes.get_legend_handles_labels(), loc="outside upper left", borderpad=0, handlelength=2.4)
    return inline_svg(drawing_of_all, f"plot-{name}", label)


def _lines(names: Sequence[str], points: Sequence[tuple[tuple[float, float], ...]]) -> list[_Line]:
    """The lines of the runs that have points."""
    return [_Line(name, place, own) for place, (name, own) in enumerate(zip(names, points, strict=True)) if own]


def _look(line: _Line) -> dict[str, Any]:
    return {"color": COLOURS[line.place % len(COLOURS)], "linestyle": _DASHES[line.place % len(_DASHES)]}


def _rows(axes: "Axes", groups: Sequence[str], places: Sequence[int]) -> Mapping[tuple[str, int], tuple[float, float]]:
    """Where bars lie, by group and run, as (middle, height): a group takes one unit, the first group is uppermost."""
    height = 0.8 / len(places)
    axes.set_yticks(range(len(groups)), labels=[one_line(group, 22) for group in groups])
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    return {
        (group, place): (row - 0.4 + height * (at + 0.5), height * 0.86)
        for row, group in enumerate(groups)
        for at, place in enumerate(places)
    }


def _apart(ks: Sequence[float]) -> list[float]:
    """Those of the values whose labels do not run into each other."""
    kept = [ks[0]]
    for k in ks[1:]:
        if k - kept[-1] >= (ks[-1] - ks[0]) / 20:
            kept.append(k)
    return kept


def _thinned(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """At most about 400 points, as many as the drawing can show, the first and the last among them."""
    step = max(1, len(points) // 400)
    return points[:-1:step] + points[-1:]


def _quarters(line: _Line) -> list[tuple[float, float]]:
    """The points of a risk curve nearest to coverage 0.25, 0.5, 0.75 and 1."""
    nearest = [min(line.points, key=lambda point: abs(point[0] - coverage)) for coverage in (0.25, 0.5, 0.75, 1.0)]
    return list(dict.fromkeys(nearest))


def _told(lines: Sequence[_Line], of: Callable[[_Line], str]) -> str:
    return "; ".join(f"{line.name}: {of(line)}" for line in lines)
