"""The timeline as a figure: a row each while that can be read, else how many there are in each month or year."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import DataError
from rag.periods_words import day_words
from rag.timeline import Entry
from rag.timeline_axis import FIRST, LAST, Bins, bins, limits, middle_range, ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Blue and green near Okabe and Ito's set for all eyes, vermilion for what is cited, which has a mark of its own too.
ARTICLE, EVENT, CITED = "#2486c4", "#0f8f68", "#d55e00"
# More rows than these are scrolled past, not read.
MOST_ROWS = 60
WIDE, NARROW = 9.6, 4.9  # inches of 72 units: text of 10 units stays 9 pixels on a screen of 720 and of 360 pixels
SUFFIXES = (".svg", ".png")

_TEXT = 10.0  # units
_ROW = 0.27  # inches


def draw_timeline(entries: Sequence[Entry], width: float = WIDE) -> "Figure":
    """The figure, ``width`` inches wide, as high as it must be. Text has Matplotlib's colour of text."""
    from matplotlib.figure import Figure

    dated = [e for e in entries if e.period]
    rows = _rows(dated)
    figure = Figure(figsize=(width, 1.0), layout="constrained")
    if not dated:
        figure.text(0.5, 0.5, caption(entries), ha="center", va="center", fontsize=_TEXT, wrap=True)
        return figure
    if len(rows) <= MOST_ROWS:
        figure.set_figheight(1.15 + _ROW * len(rows))
        axes = figure.add_subplot()
        _draw_rows(axes, rows, width)
    else:
        figure.set_figheight(4.2)
        axes = _draw_bins(figure, dated, width)
    axes.set_xlabel(_wrapped(caption(entries), width), fontsize=_TEXT, loc="left")
    handles = _legend(rows)
    figure.legend(handles=handles, loc="outside upper left", ncols=3, frameon=False, fontsize=_TEXT, borderpad=0)
    return figure


def caption(entries: Sequence[Entry]) -> str:
    """What is drawn and what is not, in a line."""
    articles = [e for e in entries if e.kind == "article"]
    if not entries:
        return "No articles here."
    dated = [e for e in entries if e.period]
    rows = _rows(dated)
    unknown = sum(not e.period for e in articles)
    if not dated:
        return f"{_count(unknown, 'article')} of unknown date; no dates to draw."
    notes = []
    if len(rows) > MOST_ROWS:
        scale, _, outside = _binned(dated)
        notes.append(f"Per {scale.unit}; an event counts once for each article that tells it.")
        if outside:
            notes.append(f"{outside:,} of wider or outlying periods are not drawn.")
    elif len(rows) < len(dated):
        notes.append(f"{_count(len(dated) - len(rows), 'event')} dated only roughly are not drawn.")
    if unknown:
        notes.append(f"{_count(unknown, 'article')} of unknown date.")
    return " ".join(notes)


def described(entries: Sequence[Entry]) -> str:
    """The text alternative: how many articles and events, and from when to when."""
    dated = [e for e in entries if e.period]
    articles, events = (sum(e.kind == kind for e in dated) for kind in ("article", "event"))
    cited = sum(e.cited for e in dated)
    if not dated:
        return f"Timeline. {caption(entries)}"
    told = f"Timeline of {_count(articles, 'dated article')} and {_count(events, 'event')}"
    days = _known(dated)
    told += f", from {day_words(date.fromordinal(min(days)))} to {day_words(date.fromordinal(max(days)))}"
    return f"{told}; {cited:,} cited. {caption(entries)}".strip() if cited else f"{told}. {caption(entries)}".strip()


def check_plot(file: Path) -> None:
    """Raises DataError for a name that does not end in .svg or .png."""
    if file.suffix.lower() not in SUFFIXES:
        raise DataError(f"the plot is to be written to {file}; expected a name that ends in .svg or .png")


def write_plot(entries: Sequence[Entry], file: Path) -> None:
    """Writes the figure as SVG or PNG. Raises DataError for another suffix and where the file cannot be written."""
    import warnings

    import matplotlib

    check_plot(file)
    with matplotlib.rc_context(), warnings.catch_warnings():
        # Known settings, not the user's matplotlibrc. Letters that Matplotlib's own font lacks the viewer has.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "colloquy", "text.parse_math": False})
        warnings.filterwarnings("ignore", message="Glyph")
        try:
            draw_timeline(entries).savefig(file, dpi=160, metadata={"Date": None} if file.suffix == ".svg" else None)
        except OSError as error:
            raise DataError(f"the plot {file} cannot be written ({error.strerror}); choose another place") from error


def _rows(dated: Sequence[Entry]) -> list[Entry]:
    """What gets a row: all, or all but the events dated only roughly where there are too many."""
    if len(dated) <= MOST_ROWS:
        return list(dated)
    return [e for e in dated if e.kind == "article" or not e.vague]


def _days(entry: Entry, low: float = FIRST, high: float = LAST + 1.0) -> tuple[float, float]:
    after, before = entry.period.after, entry.period.before
    return (after.toordinal() if after else low), (before.toordinal() if before else high)


def _known(entries: Sequence[Entry]) -> list[int]:
    """The first and the last day of each period, as far as it has them."""
    ends = [max(FIRST, e.period.before.toordinal() - 1) for e in entries if e.period.before]
    return [e.period.after.toordinal() for e in entries if e.period.after] + ends


def _draw_rows(axes: "Axes", rows: Sequence[Entry], width: float) -> None:
    known = _known(rows)
    low, high = limits(min(known), max(known) + 1)
    _axis(axes, low, high, width)
    for row, entry in enumerate(rows):
        start, end = _days(entry, low, high)
        colour = CITED if entry.cited else ARTICLE if entry.kind == "article" else EVENT
        alpha = 0.45 if entry.vague else 1.0
        # A day is a point; so is what would be too short to be seen.
        if end - start <= max(1, 0.012 * (high - low)):
            start = end = (start + end) / 2
            axes.plot(
                [start], [row], color=colour, marker=_mark(entry), markersize=7 if entry.cited else 5, alpha=alpha
            )
        else:
            thick = 0.34 if entry.kind == "article" else 0.62
            edge = {"edgecolor": CITED, "linewidth": 1.5} if entry.cited else {"linewidth": 0.0}
            axes.barh(row, end - start, thick, left=start, color=colour, alpha=0.3 if entry.vague else 0.6, **edge)
            _open_ends(axes, entry, row, low, high, colour)
        _write(axes, entry, row, ((start - low) / (high - low), (end - low) / (high - low)), width)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _open_ends(axes: "Axes", entry: Entry, row: int, low: float, high: float, colour: str) -> None:
    """An arrow where a period goes on past the drawing."""
    if entry.period.before is None:
        axes.plot([high], [row], color=colour, marker=">", markersize=6, clip_on=False)
    if entry.period.after is None:
        axes.plot([low], [row], color=colour, marker="<", markersize=6, clip_on=False)


def _write(axes: "Axes", entry: Entry, row: int, place: tuple[float, float], width: float) -> None:
    """The date and the label on the side of the mark that has more room, cut to it; over a bar that leaves none."""
    start, end = place
    right, left = 1 - end, start
    gap = 0.12 / width
    at, align, room = (end + gap, "left", right) if right >= left else (start - gap, "right", left)
    if room < 0.3:
        at, align, room = start + gap, "left", 1 - start
        if room < 0.5:
            at, align, room = 1.0, "right", 1.0
    # Letters of Matplotlib's font are about 0.56 as wide as their size.
    letters = int((room - gap) * 72 * width * 0.94 / (0.56 * _TEXT))
    # What cannot be printed no drawing can hold, neither in a font nor in XML.
    text = "".join(c if c.isprintable() else " " for c in f"{entry.when} · {entry.label}")
    text = text if len(text) <= letters else text[: max(1, letters - 1)].rstrip() + "…"
    weight = "bold" if entry.cited else "normal"
    written = axes.text(at, row, text, ha=align, va="center", fontsize=_TEXT, fontweight=weight)
    written.set(transform=axes.get_yaxis_transform(), in_layout=False)


def _binned(dated: Sequence[Entry]) -> tuple[Bins, dict[tuple[str, bool], Counter[int]], int]:
    """Bins; for each kind and whether cited how many lie in each bin, by its place; how many entries lie in none.

    An event counts once for each article that tells it.
    """
    drawn = [e for e in dated if e.kind == "article" or not e.vague]
    known = [d.toordinal() for e in drawn if (d := e.period.after or e.period.before)]
    start, end = middle_range(known)
    scale = bins(start, end + 1)
    counts: dict[tuple[str, bool], Counter[int]] = {
        (kind, cited): Counter() for kind in ("article", "event") for cited in (False, True)
    }
    placed = 0
    for entry in drawn:
        first, last = _days(entry)
        if (place := scale.place(int(first), int(last))) is not None:
            counts[entry.kind, entry.cited][place] += len(entry.article_ids)
            placed += 1
    return scale, counts, len(dated) - placed


def _draw_bins(figure: "Figure", dated: Sequence[Entry], width: float) -> "Axes":
    """Two panels over one axis of time, articles above events; gives the lower one."""
    scale, counts, _ = _binned(dated)
    panels = figure.subplots(2, 1, sharex=True)
    starts, ends = scale.edges[:-1], scale.edges[1:]
    for axes, kind, colour in zip(panels, ("article", "event"), (ARTICLE, EVENT), strict=True):
        plain, cited = counts[kind, False], counts[kind, True]
        _axis(axes, *limits(scale.edges[0], scale.edges[-1]), width)
        for counted, below, paint in ((cited, Counter[int](), CITED), (plain, cited, colour)):
            at = sorted(counted)
            axes.bar(
                [starts[n] for n in at],
                [counted[n] for n in at],
                [0.92 * (ends[n] - starts[n]) for n in at],
                bottom=[below[n] for n in at],
                align="edge",
                color=paint,
            )
        if cited:
            # A few cited among hundreds would not be seen in the bar alone.
            middles = [(starts[n] + ends[n]) / 2 for n in cited]
            axes.plot(middles, [plain[n] + cited[n] for n in cited], "v", color=CITED, markersize=7, clip_on=False)
        axes.set_ylabel("articles" if kind == "article" else "events told", fontsize=_TEXT)
        axes.set_ylim(0, 1.12 * max((plain + cited).values(), default=1))
        axes.yaxis.get_major_locator().set_params(integer=True)
    panels[0].tick_params(labelbottom=False)
    lower: Axes = panels[1]
    return lower


def _axis(axes: "Axes", low: float, high: float, width: float) -> None:
    import matplotlib

    at, labels = ticks(low, high, 9 if width > 6 else 4)
    axes.set_xlim(low, high)
    axes.set_xticks(at, labels=labels)
    axes.tick_params(length=0, pad=5, labelsize=_TEXT, labelcolor=matplotlib.rcParams["text.color"])
    axes.grid(True, axis="x", color="#80808040")
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("bottom", "left"))
        spine.set_edgecolor("#8080808c")


def _mark(entry: Entry) -> str:
    return "D" if entry.cited else "o" if entry.kind == "article" else "s"


def _legend(rows: Sequence[Entry]) -> list[Any]:
    from matplotlib.lines import Line2D

    known = {e.kind for e in rows}
    shown = [("article", ARTICLE, "o")] if "article" in known else []
    shown += [("event told", EVENT, "s")] if "event" in known else []
    shown += [("cited", CITED, "D")] if any(e.cited for e in rows) else []
    return [Line2D([], [], color=c, marker=m, linestyle="", markersize=6, label=name) for name, c, m in shown]


def _wrapped(text: str, width: float) -> str:
    import textwrap

    return textwrap.fill(text, int(width * 72 / (0.56 * _TEXT)))


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
