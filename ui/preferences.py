"""The settings of the chat: kept for each user, taken into the next question; another model opened meanwhile."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.conversation_record import KeptOptions
from rag.conversations import Conversations
from rag.model_check import check_model
from rag.model_choice import ModelChoice, read_model, written_model
from rag.open_models import OpenModel
from rag.preferences import Preferences
from rag.records import ColloquyError, SettingsError
from ui import render
from ui.exchange import Exchange
from ui.history import user_of
from ui.preferences_html import Panel, fields_of, gear_html, panel_html, short_model

if TYPE_CHECKING:
    import gradio as gr

    from rag.pipeline import Colloquy

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
# How long the page waits for a model that opens; it goes on opening, and is there at the next question.
PATIENCE = 900.0  # seconds
Painted = tuple[str, str]


class Desk:
    """The settings of all users of one page server. ``choice``: which other models they may choose.

    What comes from the page is not trusted.
    """

    def __init__(self, colloquy: "Colloquy", choice: ModelChoice) -> None:
        self.models, self.defaults = colloquy.models, colloquy.options
        self.store = Conversations(colloquy.library.home)
        self.choice = choice if self.models.can_open else ModelChoice()

    def of(self, user: str) -> Preferences:
        """What the user has set; the defaults where that cannot be read. Never raises."""
        try:
            found = self.store.preferences(user)
        except Exception:
            log.exception("the settings of a user could not be read")
            return Preferences()
        # What was kept may no longer be allowed.
        return found if self.choice.allows(found.model, found.base_url) else replace(found, model="", base_url="")

    def take(self, exchange: Exchange, user: str) -> None:
        """Puts the settings of the user into a question that is about to be asked. A model that is not open yet is
        opened for those to come; this one is answered by that of the start, and says so."""
        preferences = self.of(user)
        if preferences == Preferences():
            return
        chosen = (preferences.model, preferences.base_url)
        model = self.models.find(*chosen) if preferences.model else None
        if preferences.model and model is None and not self.models.fault(*chosen):
            self.models.open(*chosen)
        exchange.preferences = preferences
        exchange.options = replace(preferences.options(self.defaults), model=model)
        exchange.used = KeptOptions.of(exchange.options, self.models.first.name)

    def visited(self, user: str) -> None:
        """Opens the model of a user who comes to the page, so that it is there when asked; also one that failed."""
        preferences = self.of(user)
        if preferences.model:
            self.models.open(preferences.model, preferences.base_url)

    def gear(self, user: str, line: str = "", is_open: bool = False) -> str:
        preferences = self.of(user)
        return gear_html(preferences, line or self._model_line(preferences), is_open)

    def panel(self, fields: dict[str, Any], **more: Any) -> str:
        return panel_html(Panel(fields, self.models.first.name, self.defaults.passages, self.choice, **more))

    def opened(self, user: str) -> Painted:
        return self.panel(fields_of(self.of(user))), self.gear(user, is_open=True)

    def closed(self, user: str, line: str = "") -> Painted:
        return "", self.gear(user, line)

    def check(self, user: str, sent: Any) -> Painted:
        """Says whether the model named in the panel is there; nothing is kept."""
        fields = _fields(sent)
        try:
            wanted = self._wanted(fields)
            if not wanted.model:
                raise SettingsError("name the model to look for, such as ollama:llama3.2")
            checks = check_model(wanted.model, wanted.base_url)
        except ColloquyError as error:
            return self.panel(fields, line=str(error)), self.gear(user, is_open=True)
        return self.panel(fields, checks=checks), self.gear(user, is_open=True)

    def reset(self, user: str) -> Painted:
        try:
            self.store.prefer(user, lambda before: Preferences())
        except ColloquyError as error:
            return self.panel(fields_of(self.of(user)), line=str(error)), self.gear(user, is_open=True)
        return self.closed(user)

    def save(self, user: str, sent: Any) -> Iterator[Painted]:
        """Keeps what the panel says, in steps to paint: at once, but for a model, which is checked and opened first.
        Whatever of it cannot be had is told in the panel, and nothing is kept."""
        fields = _fields(sent)
        try:
            wanted, before = self._wanted(fields), self.of(user)
            new = bool(wanted.model) and self.models.find(wanted.model, wanted.base_url) is None
            if new:
                yield (
                    self.panel(fields, busy=f"Looking whether {short_model(wanted.model)} is there …"),
                    self.gear(user, is_open=True),
                )
                checks = check_model(wanted.model, wanted.base_url)
                if any(not c.ok and not c.note for c in checks):
                    line = f"the model {short_model(wanted.model)} is not there; nothing was changed"
                    yield self.panel(fields, checks=checks, line=line), self.gear(user, is_open=True)
                    return
                self.store.prefer(user, lambda _: replace(wanted, model=before.model, base_url=before.base_url))
            else:
                self.store.prefer(user, lambda _: wanted)
        except ColloquyError as error:
            yield self.panel(fields, line=str(error)), self.gear(user, is_open=True)
            return
        if not new:
            yield self.closed(user)
            return
        opening = self.models.open(wanted.model, wanted.base_url)
        # Waited for in place of the model itself: what waits for that may go on before it is kept.
        kept = threading.Event()

        def keep(done: "Future[OpenModel]") -> None:
            self._keep_model(user, wanted, done)
            kept.set()

        opening.add_done_callback(keep)
        answers = (self.models.find(before.model, before.base_url) if before.model else None) or self.models.first
        yield self.closed(
            user, f"Opening {short_model(wanted.model)}; {short_model(answers.name)} answers until it is there"
        )
        if not kept.wait(PATIENCE):
            yield self.closed(user)
        elif error := opening.exception():
            yield self.closed(
                user, f"{render.sentence_case(str(error))}. {short_model(answers.name)} goes on answering."
            )
        else:
            yield self.closed(user, f"{short_model(wanted.model)} answers from now on")

    def _keep_model(self, user: str, wanted: Preferences, done: "Future[OpenModel]") -> None:
        """Also reached when the page has gone meanwhile: the model was wanted, and is there."""
        if done.exception() is None:
            try:
                self.store.prefer(user, lambda now: replace(now, model=wanted.model, base_url=wanted.base_url))
            except ColloquyError:
                log.exception("the choice of a model could not be kept")

    def _wanted(self, fields: dict[str, Any]) -> Preferences:
        """Raises SettingsError."""
        passages = fields["passages"].strip()
        if passages and not (passages.isascii() and passages.isdigit() and int(passages[:9])):
            raise SettingsError(f"the number of passages is {passages[:40]!r}; expected a whole number from 1 to 50")
        model, address = fields["model"].strip(), fields["address"].strip()
        if not fields["other"]:
            model = address = ""
        elif not model:
            raise SettingsError("no model is named; give its name, such as ollama:llama3.2, or choose the other one")
        if model and self.choice.listed:
            model, address = read_model(written_model(model, address))
        if model and self.models.is_first(model, address):
            model = address = ""
        if model:
            self.choice.check(model, address)
        return Preferences(fields["length"], fields["caution"], int(passages[:9] or 0), model, address)

    def _model_line(self, preferences: Preferences) -> str:
        chosen = (preferences.model, preferences.base_url)
        if not preferences.model or self.models.find(*chosen):
            return ""
        first = short_model(self.models.first.name)
        if fault := self.models.fault(*chosen):
            return f"{render.sentence_case(render.clipped(fault, 240))}. {first} answers."
        return f"Opening {short_model(preferences.model)}; {first} answers until it is there"


def add_panel() -> tuple["gr.HTML", "gr.HTML"]:
    """The place of the panel, empty as long as it is closed, inside whose context it is called; and the button, to be
    rendered where it is to stand."""
    import gradio as gr

    script = (HERE / "preferences.js").read_text(encoding="utf-8")
    panel = gr.HTML("", elem_id="cq-preferences", apply_default_css=False, js_on_load=script)
    start = gear_html(Preferences())
    gear = gr.HTML(start, elem_id="cq-gear", apply_default_css=False, js_on_load=None, render=False)
    return panel, gear


def connect(desk: Desk, page: "gr.Blocks", panel: "gr.HTML", gear: "gr.HTML") -> None:
    """Wires the events of the panel. Nothing of it enters the API."""
    import gradio as gr

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    at_once: dict[str, Any] = {**quiet, "queue": False}
    outputs = [panel, gear]

    def on_open(request: gr.Request) -> Painted:
        return desk.opened(user_of(request))

    def on_close(request: gr.Request) -> Painted:
        return desk.closed(user_of(request))

    def on_check(event: gr.EventData, request: gr.Request) -> Painted:
        return desk.check(user_of(request), event._data)

    def on_defaults(request: gr.Request) -> Painted:
        return desk.reset(user_of(request))

    def on_save(event: gr.EventData, request: gr.Request) -> Iterator[Painted]:
        yield from desk.save(user_of(request), event._data)

    def on_visit(request: gr.Request) -> str:
        desk.visited(user_of(request))
        return desk.gear(user_of(request))

    panel.expand(on_open, None, outputs, **at_once)
    panel.collapse(on_close, None, outputs, **at_once)
    panel.select(on_check, None, outputs, **at_once)
    panel.clear(on_defaults, None, outputs, **at_once)
    panel.submit(on_save, None, outputs, trigger_mode="multiple", concurrency_limit=None, **quiet)
    page.load(on_visit, None, gear, **at_once)


def _fields(sent: Any) -> dict[str, Any]:
    sent = sent if isinstance(sent, dict) else {}
    texts = {name: str(sent.get(name) or "")[:1000] for name in ("length", "caution", "passages", "model", "address")}
    return texts | {"other": sent.get("other") is True}
