"""The tab that shows the library in order of time: a drawing, and a list in which each entry opens its article."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.periods_words import window_of_fields, window_words
from rag.records import ColloquyError, Window
from rag.timeline import Entry, timeline, within
from ui import render
from ui.exchange import Conversation

if TYPE_CHECKING:
    import gradio as gr

log = logging.getLogger(__name__)

# Entries listed at once: more would only be scrolled past.
LISTED = 300
ALSO = 3
NAME = "Timeline"
HERE = Path(__file__).parent
FORM = (
    f"<h2>{NAME}</h2><p>The articles at the day they were published, and the events they tell at theirs. What the last "
    "answer cites is marked.</p>"
    '<form class="cq-dates cq-span" novalidate>'
    '<label>from <input type="date" name="first" min="0001-01-01" max="9999-12-31"></label>'
    '<label>to <input type="date" name="last" min="0001-01-01" max="9999-12-31"></label>'
    '<button type="submit" class="cq-chip">Show</button><button type="reset" class="cq-chip">all</button></form>'
)

# Matplotlib's settings are those of the whole process; two drawings at a time would undo each other's.
_DRAWING = threading.Lock()


def add_tab(
    library: Any, tab: "gr.Tab", tabs: "gr.Tabs", conversation: "gr.State"
) -> Callable[["gr.events.Dependency"], Any]:
    """Fills the tab, inside whose context it is called, and connects it. Nothing of it enters the API.

    Returns what is to be called with the event of an answer, after which the drawing is renewed where it is seen.
    """
    import gradio as gr

    seen, period = gr.State(""), gr.State(Window())
    with gr.Column(elem_id="cq-times"):
        script = (HERE / "timeline.js").read_text(encoding="utf-8")
        form = gr.HTML(FORM, elem_id="cq-times-ask", apply_default_css=False, js_on_load=script)
        page = gr.HTML("", elem_id="cq-times-page", apply_default_css=False, js_on_load=None)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}

    def painted(talk: Conversation, window: Window) -> str:
        cited = {c.article.id for c in talk.last.citations} if talk.last else set()
        return page_html(library, cited, window)

    def on_period(talk: Conversation, event: gr.EventData) -> tuple[Any, str]:
        try:
            window = chosen_window(event._data)
        except ColloquyError as error:
            return gr.skip(), render.notice_html(str(error))
        return window, painted(talk, window)

    def on_select(event: gr.SelectData) -> str:
        return str(event.value)

    def after_answer(talk: Conversation, window: Window, selected: str) -> Any:
        return painted(talk, window) if selected == NAME else gr.skip()

    tabs.select(on_select, None, seen, **quiet)
    # Painted at each visit: articles come and go while the page is served.
    tab.select(painted, [conversation, period], page, **quiet)
    form.select(on_period, conversation, [period, page], trigger_mode="multiple", **quiet)
    return lambda answered: answered.then(after_answer, [conversation, period, seen], page, **quiet)


def chosen_window(chosen: Any) -> Window:
    """The period that was chosen on the page, which is not trusted; open for all. Raises QuestionError."""
    chosen = chosen if isinstance(chosen, dict) else {}
    if chosen.get("all"):
        return Window()
    return window_of_fields(*(str(chosen.get(side) or "")[:40] for side in ("first", "last")))


def page_html(library: Any, cited: Collection[str] = (), window: Window | None = None) -> str:
    """What lies in ``window``, drawn and listed. Never raises: what went wrong is said in it."""
    try:
        entries = within(timeline(library, cited), window or Window())
        return _intro_html(entries, window or Window()) + plot_html(entries) + list_html(entries)
    except ColloquyError as error:
        return f'<p class="cq-note" role="alert">{render.escape(str(error))}</p>'
    except Exception as error:
        log.exception("the timeline failed")
        words = f"Something went wrong here ({type(error).__name__}: {error})."
        return f'<p class="cq-note" role="alert">{render.escape(words)}</p>'


def _intro_html(entries: Sequence[Entry], window: Window) -> str:
    if window:
        words = render.escape(window_words(window))
        return f'<p role="status">Shown: {words}.{"" if entries else " Nothing has a date in this period."}</p>'
    if not entries:
        return "<p>No articles yet. Add some with <code>colloquy index FOLDER</code>, then reload this page.</p>"
    return ""


def plot_html(entries: Sequence[Entry]) -> str:
    """The drawing twice, for a wide and for a narrow page; the style sheet shows one of them."""
    from eval.inline_svg import drawing, inline_svg
    from rag.timeline_plot import NARROW, WIDE, described, draw_timeline

    if not any(e.period for e in entries):
        return ""
    label = described(entries)
    with _DRAWING, drawing():
        drawn = [
            f'<div class="cq-plot cq-{name}">{inline_svg(draw_timeline(entries, width), f"times-{name}", label)}</div>'
            for name, width in (("wide", WIDE), ("narrow", NARROW))
        ]
    return "".join(drawn)


def list_html(entries: Sequence[Entry]) -> str:
    """What the last answer cites first, then all, newest first, as many as can be read, then those of unknown date."""
    titles = {e.article_ids[0]: e.label for e in entries if e.kind == "article"}
    cited = [e for e in entries if e.cited]
    dated = [e for e in entries if e.period]
    unknown = [e for e in entries if not e.period]
    return (
        _section_html("Cited in the last answer", cited, titles)
        + _section_html("Newest first", dated, titles)
        + _section_html("Date unknown", unknown, titles)
    )


def _section_html(heading: str, entries: Sequence[Entry], titles: dict[str, str]) -> str:
    if not entries:
        return ""
    rows = "".join(f"<li>{_entry_html(e, titles)}</li>" for e in entries[:LISTED])
    more = ""
    if len(entries) > LISTED:
        more = f'<p class="cq-note">{len(entries) - LISTED:,} more; choose a shorter period.</p>'
    return f'<h3>{heading}</h3><ol class="cq-entries">{rows}</ol>{more}'


def _entry_html(entry: Entry, titles: dict[str, str]) -> str:
    spans = (entry.span,) if entry.span else ()
    mark = ' <span class="cq-cited">cited</span>' if entry.cited else ""
    kind = "Article" if entry.kind == "article" else "Event"
    label = (
        f'<span class="cq-meta">{render.escape(entry.when)} · {kind}{mark}</span>'
        f'<span class="cq-title" dir="auto">{render.escape(entry.label)}</span>'
    )
    if entry.kind == "event":
        told = render.escape(titles.get(entry.article_ids[0], ""))
        label += f'<span class="cq-meta" dir="auto">{told}</span>'
    css = f"cq-row cq-entry cq-{entry.kind}"
    return render.open_button(entry.article_ids[0], spans, entry.span, label, css) + _also_html(entry, titles)


def _also_html(entry: Entry, titles: dict[str, str]) -> str:
    """The other articles that tell the event, a few of them to open."""
    others = entry.article_ids[1:]
    if not others:
        return ""
    shown = ", ".join(
        render.open_button(id, (), None, render.escape(titles.get(id, "Untitled article")), "cq-copy")
        for id in others[:ALSO]
    )
    more = f" and {render.count(len(others) - ALSO, 'more article')}" if len(others) > ALSO else ""
    return f'<p class="cq-also" dir="auto">Also told in: {shown}{more}</p>'
