"""The list of kept conversations beside the chat: search, open, rename, delete, export; and the votes."""

import base64
import logging
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.conversation_record import Listed
from rag.periods_words import day_words
from rag.records import ColloquyError, QuestionError
from ui import render
from ui.exchange import Conversation
from ui.export import file_name, to_json, to_markdown
from ui.keeping import Keeping

if TYPE_CHECKING:
    import gradio as gr

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
# Conversations listed at once: more would only be scrolled past.
LISTED = 200
LONGEST_SEARCH = 200
EXPORTS = {"markdown": (to_markdown, "md", "text/markdown"), "json": (to_json, "json", "application/json")}
BAR = (
    '<button type="button" class="cq-fold" aria-expanded="false" aria-controls="cq-drawer"'
    ' aria-label="Conversations" title="Conversations"><svg viewBox="0 0 24 24" width="20" height="20"'
    ' aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round">'
    '<path d="M4 7h16M4 12h16M4 17h10"/></svg><span>Conversations</span></button>'
)
FORM = (
    '<div class="cq-drawer-bar"><h2>Conversations</h2>'
    '<button type="button" class="cq-close cq-drawer-close" aria-label="Close the conversations">Close</button></div>'
    '<button type="button" class="cq-new">New conversation</button>'
    '<input type="search" class="cq-search" placeholder="Search" autocomplete="off" spellcheck="false"'
    f' aria-label="Search questions and answers" maxlength="{LONGEST_SEARCH}">'
)


class History:
    """The list and its events, for one page. Call ``build`` where the list is to stand, then ``connect``."""

    def __init__(self, folder: Path) -> None:
        self.keeping = Keeping(folder)

    def build(self) -> None:
        """Adds the column, inside whose row it is called. Nothing of it enters the API."""
        import gradio as gr

        script = (HERE / "history.js").read_text(encoding="utf-8")
        plain: dict[str, Any] = {"apply_default_css": False, "js_on_load": None}
        self._search = gr.State(None)
        with gr.Column(elem_id="cq-history", scale=0, min_width=44):
            gr.HTML(BAR, elem_id="cq-history-bar", **plain)
            with gr.Column(elem_id="cq-drawer"):
                gr.HTML(FORM, elem_id="cq-history-form", **plain)
                self._list = gr.HTML("", elem_id="cq-history-list", apply_default_css=False, js_on_load=script)
                self._file = gr.HTML("", elem_id="cq-history-file", **plain)

    def connect(
        self,
        page: "gr.Blocks",
        conversation: "gr.State",
        outputs: Sequence[Any],
        painted: Callable[[Conversation], tuple[Any, ...]],
    ) -> None:
        """``outputs`` are chat, sources, notice and buttons, in this order; ``painted`` gives the updates for them."""
        import gradio as gr

        self._conversation, self._notice = conversation, outputs[2]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
        skipped = tuple(gr.skip() for _ in outputs)

        def act(talk: Conversation, search: str | None, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
            user, chosen = user_of(request), event._data if isinstance(event._data, dict) else {}
            shown: tuple[Any, ...] = skipped
            sent: Any = gr.skip()
            try:
                match chosen.get("do"):
                    case "search":
                        search = str(chosen.get("words") or "").strip()[:LONGEST_SEARCH] or None
                    case "open":
                        self.keeping.open(talk, user, chosen.get("id"))
                        shown = painted(talk)
                    case "rename":
                        self.keeping.rename(user, chosen.get("id"), chosen.get("title"))
                    case "delete":
                        if self.keeping.delete(talk, user, chosen.get("id")):
                            shown = painted(talk)
                    case "export":
                        sent = self._exported(user, chosen)
                    case "vote":
                        names = ("turn", "vote", "remark")
                        if self.keeping.vote(talk, user, *(chosen.get(name) for name in names)):
                            shown = painted(talk)
            except ColloquyError as error:
                shown = _told(skipped, str(error))
            except Exception as error:
                log.exception("the list of conversations failed")
                shown = _told(skipped, _unforeseen(error))
            return *shown, search, self.page_html(talk, search, user), sent

        self._list.select(
            act,
            [conversation, self._search],
            [*outputs, self._search, self._list, self._file],
            trigger_mode="multiple",
            **quiet,
        )
        page.load(self._painted(), [conversation, self._search], self._list, **quiet)

    def keep(self, talk: Conversation, request: Any) -> None:
        """Keeps what has ended of the conversation. Never raises."""
        try:
            self.keeping.keep(talk, user_of(request))
        except Exception as error:
            log.exception("a conversation could not be kept")
            talk.fault = f"This conversation is not kept ({type(error).__name__}: {error})."

    def repaint(self, event: "gr.events.Dependency") -> None:
        """Paints the list anew after the event of an answer, and says where that could not be kept."""
        import gradio as gr

        painted = self._painted()

        def after(talk: Conversation, search: str | None, request: gr.Request) -> tuple[Any, Any]:
            # Told once, not under every answer: the list goes on saying it.
            news, talk.told = talk.fault != talk.told and talk.fault, talk.fault
            return painted(talk, search, request), render.notice_html(news) if news else gr.skip()

        event.then(
            after,
            [self._conversation, self._search],
            [self._list, self._notice],
            show_progress="hidden",
            api_visibility="private",
            queue=False,
        )

    def page_html(self, talk: Conversation, search: str | None, user: str) -> str:
        """The list; where nothing can be kept, why. Never raises."""
        try:
            self.keeping.store.check()
            return list_html(self.keeping.store.listed(user, search), talk.id, search, date.today())
        except ColloquyError as error:
            words = f"Conversations are not kept: {error}"
        except Exception as error:
            log.exception("the list of conversations failed")
            words = _unforeseen(error)
        return f'<p class="cq-note" role="alert">{render.escape(words)}</p>'

    def _painted(self) -> Callable[..., str]:
        import gradio as gr

        def painted(talk: Conversation, search: str | None, request: gr.Request) -> str:
            return self.page_html(talk, search, user_of(request))

        return painted

    def _exported(self, user: str, chosen: dict[str, Any]) -> str:
        if chosen.get("form") not in EXPORTS:
            raise QuestionError("a conversation is exported as Markdown or as JSON; choose one of them")
        written, ending, kind = EXPORTS[chosen["form"]]
        kept = self.keeping.read(user, chosen.get("id"))
        return file_html(file_name(kept, ending), kind, written(kept))


def user_of(request: Any) -> str:
    """Name of the login, "" without one."""
    return str(getattr(request, "username", None) or "")


def _unforeseen(error: Exception) -> str:
    return f"Something went wrong here ({type(error).__name__}: {error})."


def _told(skipped: tuple[Any, ...], line: str) -> tuple[Any, ...]:
    """No change but the line, in the place of the notice."""
    return (*skipped[:2], render.notice_html(line), *skipped[3:])


def file_html(name: str, kind: str, text: str) -> str:
    """A file for the browser to save, written so that every character of it arrives; new each time, so that the page
    sees that it was asked for twice."""
    held = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    return (
        f'<div hidden data-name="{render.escape(name)}" data-kind="{kind}" data-made="{time.time_ns()}"'
        f' data-file="{held}"></div>'
    )


def list_html(listed: Sequence[Listed], opened: int, search: str | None, today: date) -> str:
    """The conversations under the days on which they were last gone on with; ``opened`` is the id of the one on the
    page, 0 for none."""
    if not listed and search is None:
        return (
            '<p class="cq-note">No conversations yet. What you ask is kept here with its answers, to be found and gone '
            "on with later.</p>"
        )
    if not listed:
        return f'<p class="cq-note" role="status">No conversation holds “{render.escape(search or "")}”.</p>'
    found = render.count(len(listed), "conversation")
    status = f'<p class="cq-note" role="status">{found} found</p>' if search is not None else ""
    days = groupby(listed[:LISTED], key=lambda c: c.updated.astimezone().date())
    sections = "".join(
        f"<section><h3>{_day(day, today)}</h3><ol>{''.join(_row_html(c, c.id == opened) for c in of)}</ol></section>"
        for day, of in days
    )
    more = ""
    if len(listed) > LISTED:
        more = f'<p class="cq-note">{len(listed) - LISTED:,} older ones; search to find them.</p>'
    return f"{status}{sections}{more}"


def _day(day: date, today: date) -> str:
    if day >= today:
        return "Today"
    return "Yesterday" if day == today - timedelta(days=1) else day_words(day)


def _row_html(listed: Listed, opened: bool) -> str:
    title = render.escape(listed.title)
    current = ' aria-current="true"' if opened else ""

    def button(do: str, label: str, told: str, extra: str = "") -> str:
        return (
            f'<button type="button" class="cq-chip" data-kept="{do}" data-id="{listed.id}" data-title="{title}"{extra}'
            f' aria-label="{told}: {title}">{label}</button>'
        )

    return (
        f'<li class="cq-kept"><button type="button" class="cq-kept-open" data-kept="open" data-id="{listed.id}"'
        f'{current} title="{title}"><span dir="auto">{title}</span></button>'
        f'<button type="button" class="cq-kept-more" data-kept="more" data-id="{listed.id}" aria-expanded="false"'
        f' aria-controls="cq-kept-{listed.id}" aria-label="More: {title}" title="Rename, export, delete">⋯</button>'
        f'<div class="cq-kept-acts" id="cq-kept-{listed.id}" role="group" aria-label="{title}" hidden>'
        + button("rename", "Rename", "Rename")
        + button("export", "Markdown", "Save as Markdown", ' data-form="markdown"')
        + button("export", "JSON", "Save as JSON", ' data-form="json"')
        + button("delete", "Delete", "Delete")
        + "</div></li>"
    )
