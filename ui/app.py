"""The chat in the browser: Gradio blocks around the pipeline."""

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.model_choice import ModelChoice
from rag.records import Article, ColloquyError
from ui import answers, articles_tab, panel, preferences, render, scope_control, timeline
from ui.asking import period_asked, progress
from ui.endpoints import article_opener, endpoints
from ui.evaluation import add_tab
from ui.exchange import Conversation
from ui.history import History, user_of
from ui.line import Line
from ui.login_page import who_html
from ui.programs import Programs
from ui.shelf import Shelf

if TYPE_CHECKING:
    import gradio as gr

    from rag.pipeline import Colloquy

HERE = Path(__file__).parent
# Files that were sent to the page are deleted within two hours, in seconds; the library has read and kept them by then.
KEPT = (3600, 3600)
EMPTY_QUESTION = "Type a question first, or choose one of the examples."


def build(
    colloquy: "Colloquy",
    examples: Sequence[str] | None = None,
    upload_mb: int = 50,
    programs: Programs | None = None,
    choice: ModelChoice = ModelChoice(),  # noqa: B008  # frozen
) -> "gr.Blocks":
    """The page, not yet served. ``examples`` are made from the articles in the library unless given.

    ``upload_mb``: the largest file that may be added to the library, in MB; ``programs`` brings the line in which page
    and programs wait; ``choice`` which other chat models may be chosen in the page.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    programs = programs or Programs(colloquy, Line())
    articles = colloquy.library.articles()
    if examples is None:
        examples = example_questions(articles)

    history, desk = History(colloquy.library.home), preferences.Desk(colloquy, choice)
    with gr.Blocks(
        title="Colloquy", analytics_enabled=False, fill_width=True, fill_height=True, delete_cache=KEPT
    ) as page:
        conversation, shelf = gr.State(Conversation()), gr.State(Shelf())
        header = gr.HTML(render.header_html(len(articles)), elem_id="cq-head", apply_default_css=False)
        with gr.Tabs(elem_id="cq-tabs") as tabs, gr.Tab("Chat", id="chat") as chat_tab, gr.Row(elem_id="cq-main"):
            history.build()
            with gr.Column(scale=3, min_width=280, elem_id="cq-talk"):
                chat = gr.Chatbot(
                    elem_id="cq-chat",
                    show_label=False,
                    label="Conversation",
                    height="100%",
                    buttons=[],
                    editable="user",
                    render_markdown=False,
                    latex_delimiters=[],
                    allow_tags=False,
                    feedback_options=None,
                    group_consecutive_messages=False,
                    layout="panel",
                    placeholder="<h2>Ask about the articles</h2><p>Every sentence of an answer carries a number. "
                    "Choose it to see the exact words it rests on.</p>",
                    examples=[{"text": e} for e in examples],
                )
                notice = gr.HTML("", elem_id="cq-notice", apply_default_css=False)
                settings, gear = preferences.add_panel()
                with gr.Row(elem_id="cq-controls"):
                    control, ask_without = scope_control.add_control(colloquy.library, conversation, shelf, notice)
                    gear.render()
                with gr.Row(elem_id="cq-ask"):
                    box = gr.Textbox(
                        elem_id="cq-question",
                        show_label=False,
                        label="Question",
                        placeholder="Ask a question",
                        lines=1,
                        max_lines=6,
                        container=False,
                        autofocus=True,
                        scale=1,
                    )
                    ask = gr.Button("Ask", variant="primary", elem_id="cq-send", scale=0, min_width=84)
                    stop = gr.Button("Stop", visible=False, elem_id="cq-stop", scale=0, min_width=84)
                    clear = gr.Button("New", elem_id="cq-clear", scale=0, min_width=72)
            with gr.Column(scale=2, min_width=280, elem_id="cq-side"):
                sources = gr.HTML(
                    panel.empty_panel_html(),
                    elem_id="cq-panel",
                    apply_default_css=False,
                    js_on_load=(HERE / "colloquy.js").read_text(encoding="utf-8"),
                    server_functions=[article_opener(colloquy)],
                )
        with tabs, gr.Tab("Articles", id="articles") as held:
            connect = articles_tab.add_tab(colloquy.library, held, tabs, conversation, shelf, upload_mb)
        with tabs, gr.Tab("Timeline", id="timeline") as times:
            repaint_times = timeline.add_tab(colloquy.library, times, tabs, conversation)
        with tabs, gr.Tab("Evaluation", id="evaluation") as evaluation:
            add_tab(colloquy.library, evaluation)

        def painted(talk: Conversation, *, panel_too: bool = True) -> tuple[Any, ...]:
            """Updates for chat, panel, notice and the three buttons."""
            busy = bool(talk.last and talk.last.running)
            if busy and talk.last:
                talk.last.come(behind=programs.line.busy())
            shown = panel.panel_html(talk.exchanges) if panel_too else gr.skip()
            return (
                messages(talk),
                shown,
                "",
                gr.update(visible=not busy),
                gr.update(visible=busy),
            )

        def begin(talk: Conversation, question: str) -> tuple[Any, ...]:
            talk.ask(question)
            return painted(talk)

        def on_ask(question: str, talk: Conversation) -> tuple[Any, ...]:
            if not question.strip():
                return gr.skip(), gr.skip(), render.notice_html(EMPTY_QUESTION), gr.skip(), gr.skip(), gr.skip()
            return *begin(talk, question.strip()), ""

        def on_example(talk: Conversation, event: gr.SelectData) -> tuple[Any, ...]:
            return begin(talk, str(event.value["text"]))

        def on_edit(talk: Conversation, event: gr.EditData) -> tuple[Any, ...]:
            question = render.question_from_text(str(event.value or "")).strip()
            # An edit to nothing is taken for a slip: the question is put back as it was.
            if question:
                talk.ask_again(_exchange_index(event.index), question)
            return painted(talk)

        def on_period(talk: Conversation, event: gr.EventData) -> tuple[Any, ...]:
            try:
                asked = period_asked(talk, event._data)
            except ColloquyError as error:
                return gr.skip(), gr.skip(), render.notice_html(str(error)), gr.skip(), gr.skip()
            return painted(talk) if asked else tuple(gr.skip() for _ in outputs)

        def on_stop(talk: Conversation) -> tuple[Any, ...]:
            talk.halt()
            return painted(talk)

        def on_clear(talk: Conversation, request: gr.Request) -> tuple[Any, ...]:
            talk.halt()
            history.keep(talk, request)
            talk.clear()
            return *painted(talk), ""

        open_pages: dict[str, Conversation] = {}

        def answer(talk: Conversation, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            open_pages[str(request.session_hash)] = talk
            exchange = talk.last
            if exchange is None or exchange.phase != "searching":
                yield tuple(gr.skip() for _ in outputs)
                return
            desk.take(exchange, user_of(request))
            try:
                for panel_changed in progress(colloquy, talk, exchange, programs.line):
                    yield painted(talk, panel_too=panel_changed)
            finally:
                history.keep(talk, request)

        def on_leave(request: gr.Request) -> None:
            # Gradio itself lets a running answer go on for a page that is gone.
            left = open_pages.pop(str(request.session_hash), None)
            if left is not None:
                left.halt()

        def on_visit(request: gr.Request) -> str:
            return render.header_html(colloquy.library.counts()[0], who_html(request.username))

        def messages(talk: Conversation) -> list[Any]:
            listed: list[Any] = []
            for e in talk.exchanges:
                listed.append({"role": "user", "content": render.question_text(e.question)})
                body = gr.HTML(
                    answers.answer_html(e, last=e is talk.last), apply_default_css=False, js_on_load=None, render=False
                )
                listed.append({"role": "assistant", "content": body})
            return listed

        outputs = [chat, sources, notice, ask, stop]
        history.connect(page, conversation, outputs, painted)
        preferences.connect(desk, page, settings, gear)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Not queued: the question is on the page at once, also while another one is being answered.
        at_once: dict[str, Any] = {**quiet, "queue": False}
        begun = [
            gr.on([box.submit, ask.click], on_ask, [box, conversation], [*outputs, box], **at_once),
            chat.example_select(on_example, conversation, outputs, **at_once),
            chat.edit(on_edit, conversation, outputs, **at_once),
            sources.select(on_period, conversation, outputs, trigger_mode="multiple", **at_once),
            ask_without(painted, outputs, **at_once),
        ]
        connect(painted, outputs, chat_tab, control, header)
        # Our own line says who is answered when; Gradio's would keep the place in it to itself.
        model: dict[str, Any] = {"concurrency_limit": None}
        for event in begun:
            # "multiple": a new question is taken while the last one is being answered, which then stops.
            answered = event.then(answer, conversation, outputs, trigger_mode="multiple", **quiet, **model)
            repaint_times(answered)
            history.repaint(answered)
        # Not Gradio's `cancels`: where it meets an answer that is just ending, it lays "Error" over the conversation.
        # The pipeline itself is stopped, the page is repainted at once, and the answering event ends by itself.
        stop.click(on_stop, conversation, outputs, **at_once)
        history.repaint(clear.click(on_clear, conversation, [*outputs, box], **at_once))
        # Counted at each visit: articles come and go while the page is served.
        page.load(on_visit, None, header, **at_once)
        page.unload(on_leave)
        for name, function in endpoints(programs).items():
            gr.events.api(function, api_name=name, **(model if name == "chat" else {}))
    return page  # type: ignore[no-any-return, unused-ignore]


def example_questions(articles: Sequence[Article], limit: int = 4) -> list[str]:
    """Questions that the library can speak to, made from what its newest articles are about."""
    newest = sorted(articles, key=lambda a: (a.published or date.min, a.id), reverse=True)
    topics = list(dict.fromkeys(t for a in newest if 0 < len(t := " ".join((a.event or a.title).split())) <= 80))
    forms = ["Who took part in {}?", "When and where was {}?", "What was said about {}?", "What is {} about?"]
    # One library article can carry all four forms; four or more carry one each.
    return [forms[i].format(topics[i % len(topics)]) for i in range(min(limit, len(forms)))] if topics else []


def _exchange_index(message_index: int | tuple[int, int] | list[int]) -> int:
    """Exchange of a chat message: each exchange is a question and an answer."""
    return (message_index if isinstance(message_index, int) else message_index[0]) // 2
