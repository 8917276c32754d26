"""The control above the question box that limits questions to part of the library, and the limit on an answer."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.periods_words import window_of_fields
from rag.records import ColloquyError
from ui import render
from ui.exchange import Conversation
from ui.scope import Scope
from ui.shelf import Shelf

if TYPE_CHECKING:
    import gradio as gr

HERE = Path(__file__).parent
# Publishers among which one is looked for by typing rather than by eye.
MANY = 12
MOST_PUBLISHERS = 2_000


def add_control(
    library: Any, conversation: "gr.State", shelf: "gr.State", notice: "gr.HTML"
) -> tuple["gr.HTML", Callable[..., Any]]:
    """The control, inside whose context it is called, connected. Nothing of it enters the API.

    Returns it, and what connects the buttons on answers that ask again without the limit: called with the function that
    paints the page, its outputs and the keywords of an event that is not queued, it returns that event.
    """
    import gradio as gr

    script = (HERE / "scope.js").read_text(encoding="utf-8")
    control = gr.HTML(control_html(Scope()), elem_id="cq-scope", apply_default_css=False, js_on_load=script)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}

    def on_open(talk: Conversation, looked_at: Shelf) -> str:
        looked_at.forget_gone(library)
        return control_html(talk.scope, library.listing.publishers(), len(looked_at.chosen), is_open=True)

    def on_close(talk: Conversation) -> tuple[str, str]:
        return control_html(talk.scope), ""

    def on_submit(talk: Conversation, looked_at: Shelf, event: gr.EventData) -> tuple[Any, str]:
        try:
            talk.scope = scope_asked(event._data, tuple(looked_at.chosen) or talk.scope.chosen)
        except ColloquyError as error:
            return gr.skip(), render.notice_html(str(error))
        return on_close(talk)

    def on_clear(talk: Conversation) -> tuple[str, str]:
        talk.scope = Scope()
        return on_close(talk)

    control.expand(on_open, [conversation, shelf], control, **quiet)
    control.collapse(on_close, conversation, [control, notice], **quiet)
    control.submit(on_submit, [conversation, shelf], [control, notice], trigger_mode="multiple", **quiet)
    control.clear(on_clear, conversation, [control, notice], **quiet)

    def ask_without(painted: Callable[[Conversation], tuple[Any, ...]], outputs: list[Any], **keywords: Any) -> Any:
        def on_unlimited(talk: Conversation, event: gr.EventData) -> tuple[Any, ...]:
            return painted(talk) if asked_without(talk, event._data) else tuple(gr.skip() for _ in outputs)

        return control.select(on_unlimited, conversation, outputs, trigger_mode="multiple", **keywords)

    return control, ask_without


def scope_asked(asked: Any, chosen: tuple[str, ...]) -> Scope:
    """The scope that was set on the page, which is not trusted; ``chosen`` are the articles chosen in the Articles tab.

    Raises QuestionError for days that make no period.
    """
    asked = asked if isinstance(asked, dict) else {}
    names = asked.get("publishers")
    names = names if isinstance(names, list) else []
    first, last = (str(asked.get(side) or "")[:40] for side in ("first", "last"))
    return Scope(
        publishers=tuple(str(name)[:1000] for name in names[:MOST_PUBLISHERS]),
        window=window_of_fields(first, last) if first or last else None,
        chosen=chosen if asked.get("chosen") is True else (),
    )


def asked_without(talk: Conversation, chosen: Any) -> bool:
    """Asks the question of the answer that was ``chosen`` on the page, which is not trusted, in all articles.

    The newest takes the place of its answer; an older one is asked again at the end. Returns whether it did.
    """
    turn = str(chosen.get("turn")) if isinstance(chosen, dict) else ""
    exchange = next((e for e in talk.exchanges if str(e.number) == turn), None)
    if exchange is None or exchange.running or not exchange.scope:
        return False
    if exchange is talk.last:
        exchange.scope = Scope()
        talk.ask_again(len(talk.exchanges) - 1)
    else:
        talk.ask(exchange.question, exchange.window, Scope())
    return True


def control_html(
    scope: Scope, publishers: Sequence[tuple[str, int]] = (), chosen: int = 0, is_open: bool = False
) -> str:
    """The button that says what is asked in; ``is_open``: with the panel in which that is changed."""
    words = render.escape(render.clipped(scope.words, 80))
    does, expanded = ("close", "true") if is_open else ("open", "false")
    button = (
        f'<button type="button" class="cq-chip{" cq-limited" if scope else ""}" data-scope="{does}"'
        f' aria-expanded="{expanded}" aria-controls="cq-scope-panel">Ask in: <b dir="auto">{words}</b></button>'
    )
    clear = '<button type="button" class="cq-chip" data-scope="clear">all articles</button>' if scope else ""
    panel = _panel_html(scope, publishers, chosen) if is_open else ""
    return f'{panel}<div class="cq-scope-line">{button}{clear}</div>'


def _panel_html(scope: Scope, publishers: Sequence[tuple[str, int]], chosen: int) -> str:
    boxes = "".join(
        f'<label class="cq-tick"><input type="checkbox" name="publisher" value="{render.escape(name)}"'
        f'{" checked" if name in scope.publishers else ""}> <span dir="auto">'
        f'{render.escape(name or "publisher unknown")}</span> <span class="cq-count">{n:,}</span></label>'
        for name, n in publishers[:MOST_PUBLISHERS]
    )
    find = ""
    if len(publishers) > MANY:
        find = '<input type="search" class="cq-find" placeholder="find a publisher" aria-label="Find a publisher">'
    window = scope.window
    first = window.after.isoformat() if window and window.after else ""
    final = (window.before - timedelta(days=1)).isoformat() if window and window.before else ""
    n = chosen or len(scope.chosen)
    if n:
        which = render.count(n, "article")
        only = (
            f'<label class="cq-tick"><input type="checkbox" name="chosen"{" checked" if scope.chosen else ""}>'
            f" only the {which} chosen in the Articles tab</label>"
        )
    else:
        only = '<p class="cq-help">To ask in single articles, choose them in the Articles tab.</p>'
    return (
        '<form id="cq-scope-panel" class="cq-scope-panel" aria-label="Ask only in" novalidate>'
        f'<fieldset><legend>Publishers</legend>{find}<div class="cq-boxes">{boxes}</div></fieldset>'
        '<fieldset class="cq-dates"><legend>Period</legend>'
        f'<label>from <input type="date" name="first" value="{first}" min="0001-01-01" max="9999-12-31"></label>'
        f'<label>to <input type="date" name="last" value="{final}" min="0001-01-01" max="9999-12-31"></label>'
        "</fieldset>"
        f'{only}<div class="cq-scope-line"><button type="submit" class="cq-chip cq-main">Ask only in these</button>'
        '<button type="button" class="cq-chip" data-scope="close">cancel</button></div></form>'
    )
