"""The tab in which questions are proposed from the user's own articles, and accepted or dropped one by one."""

import logging
import shlex
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.records import Article, ColloquyError, Span
from ui import render
from ui.runs import FOLDER, add_runs

if TYPE_CHECKING:
    import gradio as gr

    from eval.proposals import Proposal

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
FILE = "questions.jsonl"
# Open questions on the page at once: more would only be scrolled past.
SHOWN = 20
MOST = 100  # questions proposed at a time

INTRO = (
    "<h2>How well does Colloquy answer about your articles?</h2>"
    "<p>Questions are proposed here from the sentences of your own articles, by rule, without a model. Some have no "
    "answer in them, to see whether Colloquy declines. Accept those that you would ask yourself and drop the others: "
    "<code>colloquy eval run</code> measures answers, citations and refusals on the accepted ones.</p>"
)


class Desk:
    """The proposed questions of one library, as a browser works on them.

    Every method gives back a line for the user, "" where there is nothing to say; none raises.
    """

    def __init__(self, library: Any) -> None:
        self._library = library
        self.file: Path = library.home / FILE
        # Two browser tabs may decide at once, and each decision rewrites the file.
        self._lock = threading.Lock()

    def propose(self, count: Any) -> str:
        """Adds at most ``count`` questions that the file does not hold yet."""
        return self._told(lambda: self._propose(count))

    def decide(self, id: Any, state: Any) -> str:
        """Puts a question into a state; both come from the browser and are not trusted."""
        return self._told(lambda: self._decide(str(id), state))

    def page(self) -> tuple[str, str]:
        """The HTML of counts, questions and file, and a line: what is wrong with the file, if anything is."""
        found: list[Proposal] = []
        line = self._told(lambda: self._read(found))
        return proposals_html(found, self._shown_in(found), self.file, self._library.home), line

    def _propose(self, count: Any) -> str:
        from eval.draft import draft_questions
        from eval.proposals import read_proposals, write_proposals

        if not isinstance(count, int | float) or not 1 <= count <= MOST:
            return f"Choose how many questions to propose, from 1 to {MOST}."
        if not self._library.articles():
            return "There are no articles yet. Add some with colloquy index FOLDER."
        with self._lock:
            known = {p.id for p in read_proposals(self.file)}
            # Each press goes on where the one before stopped: the order is the same, what is known is passed over.
            made = draft_questions(self._library, int(count), seed=0, skip=known)
            added = write_proposals(self.file, made)
        if added < int(count):
            return f"{_questions(added)} proposed; the articles give no others that read well."
        return f"{_questions(added)} proposed."

    def _decide(self, id: str, state: Any) -> str:
        from eval.proposals import decide

        with self._lock:
            decide(self.file, id, state)
        return ""

    def _read(self, found: "list[Proposal]") -> str:
        from eval.proposals import read_proposals

        found += read_proposals(self.file)
        return ""

    def _shown_in(self, proposals: "Sequence[Proposal]") -> dict[str, Article]:
        """The articles of the questions that are shown, by the name under which the file knows them."""
        from eval.systems import names_of

        wanted = {p.article for p in [p for p in proposals if p.state == "open"][:SHOWN]}
        ids = {name: a.id for a in self._library.articles() for name in names_of(a) & wanted} if wanted else {}
        return {name: whole for name, id in ids.items() if (whole := self._library.article(id))}

    def _told(self, work: Callable[[], str]) -> str:
        try:
            return work()
        except ColloquyError as error:
            return str(error)
        except Exception as error:
            log.exception("the evaluation tab failed")
            return f"Something went wrong here ({type(error).__name__}: {error})."


def add_tab(library: Any, tab: "gr.Tab") -> None:
    """Fills the tab, inside whose context it is called, and connects it. Nothing of it enters the API."""
    import gradio as gr

    desk = Desk(library)
    with gr.Column(elem_id="cq-eval"):
        gr.HTML(INTRO, elem_id="cq-eval-intro", apply_default_css=False)
        with gr.Row(elem_id="cq-eval-ask"):
            count = gr.Number(
                10, label="How many", minimum=1, maximum=MOST, precision=0, elem_id="cq-eval-count", scale=0
            )
            propose = gr.Button("Propose questions", variant="primary", elem_id="cq-eval-propose", scale=0)
        notice = gr.HTML("", elem_id="cq-eval-notice", apply_default_css=False)
        listing = gr.HTML(
            "",
            elem_id="cq-eval-list",
            apply_default_css=False,
            js_on_load=(HERE / "evaluation.js").read_text(encoding="utf-8"),
        )
        add_runs(library, tab)

    def painted(line: str, busy: bool = False) -> tuple[Any, Any, Any]:
        page, wrong = desk.page()
        return page, notice_html(wrong or line), gr.update(interactive=not busy)

    def on_propose(wanted: float | None) -> Iterator[tuple[Any, Any, Any]]:
        yield gr.skip(), notice_html("Reading the articles …"), gr.update(interactive=False)
        yield painted(desk.propose(wanted))

    def on_decide(event: gr.EventData) -> tuple[Any, Any, Any]:
        chosen = event._data if isinstance(event._data, dict) else {}
        return painted(desk.decide(chosen.get("id"), chosen.get("state")))

    outputs = [listing, notice, propose]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    propose.click(on_propose, count, outputs, concurrency_limit=1, **quiet)
    listing.select(on_decide, None, outputs, queue=False, trigger_mode="multiple", **quiet)
    # Painted at each visit: the file may have been edited by hand.
    tab.select(lambda: painted(""), None, outputs, queue=False, **quiet)


def notice_html(line: str) -> str:
    """A line that screen readers speak; nothing where there is none."""
    return f'<p role="status">{render.escape(line)}</p>' if line else ""


def proposals_html(proposals: "Sequence[Proposal]", articles: dict[str, Article], file: Path, home: Path) -> str:
    """Counts, the open questions one after the other, those decided folded away, and where the file lies."""
    by_state = {state: [p for p in proposals if p.state == state] for state in ("open", "accepted", "dropped")}
    if not proposals:
        return '<p class="cq-note">No questions yet.</p>'
    counts = "".join(f"<li><b>{len(found):,}</b> {state}</li>" for state, found in by_state.items())
    waiting = by_state["open"]
    cards = "".join(card_html(p, articles.get(p.article)) for p in waiting[:SHOWN])
    if len(waiting) > SHOWN:
        cards += f'<p class="cq-note">{len(waiting) - SHOWN:,} more when these are decided.</p>'
    decided = "".join(_decided_html(state, by_state[state]) for state in ("accepted", "dropped"))
    return f'<ul class="cq-counts" aria-label="Questions">{counts}</ul>{cards}{decided}{_file_html(file, home)}'


def card_html(proposal: "Proposal", article: Article | None) -> str:
    """A question with its answer, and the sentence it rests on, marked in its article."""
    if proposal.unanswerable:
        answer = '<p class="cq-answers cq-none">No article answers this. Made from another question:</p>'
    else:
        given = render.escape(" or ".join(proposal.answers))
        answer = f'<p class="cq-answers" dir="auto"><span>Answer</span> {given}</p>'
    return (
        f'<article class="cq-card cq-proposal"><h3 dir="auto">{render.escape(proposal.question)}</h3>{answer}'
        f"{_source_html(proposal, article)}<footer>{_button(proposal.id, 'accepted', 'Accept', proposal.question)}"
        f"{_button(proposal.id, 'dropped', 'Drop', proposal.question)}{_open_html(proposal, article)}</footer>"
        "</article>"
    )


def _source_html(proposal: "Proposal", article: Article | None) -> str:
    span = _span(proposal, article)
    if article is None or span is None:
        title = f'<p class="cq-title" dir="auto">{render.escape(proposal.title)}</p>' if proposal.title else ""
        return f'{title}<blockquote class="cq-passage" dir="auto">{render.escape(proposal.quote)}</blockquote>'
    return (
        f'<p class="cq-title" dir="auto">{render.escape(render.title_of(article))}</p>'
        f'<p class="cq-meta">{render.meta_html(article)}</p>'
        f'<blockquote class="cq-passage" dir="auto">{render.passage_html(article, span)}</blockquote>'
    )


def _open_html(proposal: "Proposal", article: Article | None) -> str:
    span = _span(proposal, article)
    return render.open_button(article.id, (span,), span, "Open article") if article and span else ""


def _span(proposal: "Proposal", article: Article | None) -> Span | None:
    """Where the quote stands in the article; None where it does not, or not any more."""
    start = article.text.find(proposal.quote) if article and proposal.quote else -1
    return Span(start, start + len(proposal.quote)) if start >= 0 else None


def _decided_html(state: str, proposals: "Sequence[Proposal]") -> str:
    if not proposals:
        return ""
    rows = "".join(
        f'<li><span dir="auto">{render.escape(p.question)}</span>{_button(p.id, "open", "Undo", p.question)}</li>'
        for p in proposals
    )
    return (
        f'<details class="cq-rest" data-state="{state}"><summary>{state.capitalize()} '
        f'<span class="cq-count">{len(proposals):,}</span></summary><ul class="cq-decided">{rows}</ul></details>'
    )


def _button(id: str, state: str, label: str, question: str) -> str:
    return (
        f'<button type="button" class="cq-decide" data-id="{render.escape(id)}" data-decide="{state}"'
        f' aria-label="{label}: {render.escape(question)}">{label}</button>'
    )


def _file_html(file: Path, home: Path) -> str:
    data, library = shlex.quote(str(file)), shlex.quote(str(home))
    out = shlex.quote(str(home / FOLDER / "my-run"))
    command = f"colloquy eval run --data {data} --from {library} --out {out}"
    return (
        f'<p class="cq-note cq-file">The questions lie in <code>{render.escape(str(file))}</code>, where they can be '
        "edited by hand. This measures the accepted ones, and is then shown below:</p>"
        f"<pre><code>{render.escape(command)}</code></pre>"
    )


def _questions(n: int) -> str:
    return f"{n:,} question{'' if n == 1 else 's'}" if n else "No questions"
