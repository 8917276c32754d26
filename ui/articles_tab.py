"""The tab with all articles of the library: looked through, corrected, removed, added to, chosen to ask in."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.kept_files import remove
from rag.periods_words import corrected_period
from rag.records import Article, ColloquyError
from rag.uploads import MEGABYTE, Adder, too_large
from ui import render
from ui.articles_html import adding_html, form_html, list_html, reason_html
from ui.exchange import Conversation
from ui.renewed import renew
from ui.scope import Scope
from ui.scope_control import control_html
from ui.shelf import Shelf, removed_words

if TYPE_CHECKING:
    import gradio as gr

HERE = Path(__file__).parent
# Seconds between two looks at an upload that is being read.
PACE = 0.3
# Articles taken out at once: the search index is built anew after each such group.
REMOVED_AT_ONCE = 200
# Uploads that are watched by their pages at the same time; they are read one after the other anyhow.
WATCHED = 12
UPLOADS_SHOWN = 3


def add_tab(
    library: Any, tab: "gr.Tab", tabs: "gr.Tabs", conversation: "gr.State", shelf: "gr.State", upload_mb: int
) -> Callable[..., None]:
    """Fills the tab, inside whose context it is called, and connects it. Nothing of it enters the API.

    Returns what connects it with the rest of the page: called with the function that paints the chat, its outputs, the
    tab of the chat, the control of the scope and the header.
    """
    import gradio as gr

    adder = Adder(library, upload_mb)

    def date(asked: Any) -> str:
        """Sets a date of publication as the browser asks, which is not trusted. Returns what was wrong, "" for
        nothing."""
        asked = asked if isinstance(asked, dict) else {}
        try:
            library.correct_date(str(asked.get("id") or ""), corrected_period(str(asked.get("when") or "")[:200]))
        except ColloquyError as error:
            return render.sentence_case(str(error))
        return ""

    with gr.Column(elem_id="cq-articles"):
        gr.HTML(
            f"<h2>Articles</h2><p>Add files or ZIP archives, up to {upload_mb:,} MB each: text, Markdown, HTML, PDF, "
            "DOCX, JSON Lines, CSV. Asking goes on meanwhile.</p>",
            elem_id="cq-articles-head",
            apply_default_css=False,
            js_on_load=None,
        )
        files = gr.File(
            label="Files to add",
            file_count="multiple",
            show_label=False,
            height=120,
            elem_id="cq-files",
            container=False,
        )
        progress = gr.HTML(
            "",
            elem_id="cq-adding",
            apply_default_css=False,
            js_on_load=(HERE / "adding.js")
            .read_text(encoding="utf-8")
            .replace("MOST_BYTES", str(upload_mb * MEGABYTE)),
        )
        script = (HERE / "articles.js").read_text(encoding="utf-8")
        form = gr.HTML("", elem_id="cq-filter", apply_default_css=False, js_on_load=script)
        notice = gr.HTML("", elem_id="cq-articles-notice", apply_default_css=False, js_on_load=None)
        listing = gr.HTML("", elem_id="cq-shelf", apply_default_css=False, js_on_load=script, server_functions=[date])
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    at_once: dict[str, Any] = {**quiet, "queue": False, "trigger_mode": "multiple"}

    def listed(looked_at: Shelf) -> str:
        try:
            return list_html(looked_at, *looked_at.page(library))
        except ColloquyError as error:
            return render.notice_html(str(error))

    def uploads(looked_at: Shelf) -> str:
        own = looked_at.adding
        return adding_html(own, sum(a not in own for a in adder.running))

    def on_visit(looked_at: Shelf) -> tuple[str, str, str, str]:
        looked_at.forget_gone(library)
        return listed(looked_at), form_html(looked_at, library.listing.publishers()), uploads(looked_at), ""

    def on_filter(looked_at: Shelf, event: gr.EventData) -> tuple[Any, str]:
        try:
            looked_at.take_filter(event._data)
        except ColloquyError as error:
            return gr.skip(), render.notice_html(str(error))
        return listed(looked_at), ""

    def on_reset(looked_at: Shelf) -> tuple[str, str, str]:
        looked_at.take_filter({"order": looked_at.order})
        return listed(looked_at), form_html(looked_at, library.listing.publishers()), ""

    def on_choose(looked_at: Shelf, event: gr.EventData) -> str:
        asked = event._data if isinstance(event._data, dict) else {}
        match asked.get("do"):
            case "page":
                looked_at.turn_to(asked.get("start"))
            case "choose":
                looked_at.choose(asked.get("id"), asked.get("on") is True)
            case "choose page":
                looked_at.choose([item.article.id for item in looked_at.page(library)[0]])
            case "choose all":
                looked_at.choose(library.listing.ids(looked_at.filter))
            case "choose none":
                looked_at.chosen.clear()
        return listed(looked_at)

    tab.select(on_visit, shelf, [listing, form, progress, notice], **at_once)
    form.select(on_filter, shelf, [listing, notice], **at_once)
    form.clear(on_reset, shelf, [listing, form, notice], **at_once)
    listing.select(on_choose, shelf, listing, **at_once)

    def connect(
        painted: Callable[[Conversation], tuple[Any, ...]],
        outputs: Sequence[Any],
        chat_tab: "gr.Tab",
        control: "gr.HTML",
        header: "gr.HTML",
    ) -> None:
        def chat_now(talk: Conversation) -> tuple[Any, ...]:
            """Updates for the outputs of the chat: where nothing of it has changed it is left in peace."""
            return painted(talk) if renew(talk, library) else tuple(gr.skip() for _ in outputs)

        def everywhere(talk: Conversation, looked_at: Shelf, line: str) -> tuple[Any, ...]:
            """Updates for all that shows articles, after some were added or removed."""
            shown, asked, _, _ = on_visit(looked_at)
            count = render.header_html(library.counts()[0])
            return shown, asked, _notice(line), count, control_html(talk.scope), *chat_now(talk)

        all_views = [listing, form, notice, header, control, *outputs]
        kept = tuple(gr.skip() for _ in all_views)

        def on_remove(talk: Conversation, looked_at: Shelf, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
            asked = event._data if isinstance(event._data, dict) else {}
            id = str(asked.get("id") or "")
            ids = [id] if id else list(looked_at.chosen)
            gone: list[Article] = []
            line = ""
            try:
                for start in range(0, len(ids), REMOVED_AT_ONCE):
                    gone += remove(library, ids[start : start + REMOVED_AT_ONCE])
                    if start + REMOVED_AT_ONCE < len(ids):
                        yield (*kept[:2], _notice(f"Removing: {len(gone):,} of {len(ids):,} articles."), *kept[3:])
            except ColloquyError as error:
                line = f" {render.sentence_case(str(error))}"
            yield everywhere(talk, looked_at, removed_words(gone) + line)

        def on_dated(talk: Conversation, looked_at: Shelf) -> tuple[Any, ...]:
            return listed(looked_at), _notice("The date is set; all views show it."), *chat_now(talk)

        def on_ask(talk: Conversation, looked_at: Shelf) -> tuple[Any, Any]:
            looked_at.forget_gone(library)
            talk.scope = Scope(chosen=tuple(looked_at.chosen))
            return gr.update(selected="chat"), control_html(talk.scope)

        def on_upload(given: list[str] | None, talk: Conversation, looked_at: Shelf) -> Iterator[tuple[Any, ...]]:
            if not given:
                yield (gr.skip(), gr.skip(), *kept)
                return
            adding = adder.start([Path(name) for name in given])
            looked_at.adding = [*looked_at.adding, adding][-UPLOADS_SHOWN:]
            yield (None, uploads(looked_at), *kept)
            seen = ""
            while adding.running:
                time.sleep(PACE)
                now = uploads(looked_at)
                if now != seen:
                    yield (gr.skip(), now, *kept)
                seen = now
            shown, asked, _, *others = everywhere(talk, looked_at, "")
            # What the notice says of files that were not sent stays.
            yield (gr.skip(), uploads(looked_at), shown, asked, gr.skip(), *others)

        def on_stop(looked_at: Shelf) -> str:
            for adding in looked_at.adding:
                adding.stop()
            return uploads(looked_at)

        def on_too_large(event: gr.EventData) -> str:
            return _notice(_too_large_words(event._data, upload_mb * MEGABYTE))

        watched: dict[str, Any] = {**quiet, "trigger_mode": "multiple", "concurrency_limit": WATCHED}
        listing.delete(on_remove, [conversation, shelf], all_views, concurrency_id="removing", **watched)
        listing.edit(on_dated, [conversation, shelf], [listing, notice, *outputs], **at_once)
        listing.apply(on_ask, [conversation, shelf], [tabs, control], **at_once)
        files.upload(
            on_upload, [files, conversation, shelf], [files, progress, *all_views], concurrency_id="adding", **watched
        )
        progress.stop(on_stop, shelf, progress, **at_once)
        progress.upload(on_too_large, None, notice, **at_once)
        chat_tab.select(chat_now, conversation, list(outputs), **at_once)

    return connect


def _notice(line: str) -> str:
    """A line that screen readers speak; nothing where there is none."""
    return f'<p class="cq-said-line" role="status">{reason_html(line)}</p>' if line else ""


def _too_large_words(asked: Any, limit: int) -> str:
    """The files that a page did not send, in words; what it says of them is not trusted."""
    files = asked.get("files") if isinstance(asked, dict) else None
    told = []
    for item in files[:10] if isinstance(files, list) else []:
        name, size = (item.get("name"), item.get("size")) if isinstance(item, dict) else ("", 0)
        if isinstance(size, int) and size > limit:
            told.append(f"{render.clipped(str(name), 80)}: {too_large(size, limit)}.")
    return " ".join(told)
