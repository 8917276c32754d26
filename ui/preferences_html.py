"""The settings of the chat to HTML: their button, the panel, a word under an answer. Pure functions, all escaped."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.doctor import Check
from rag.model_choice import ModelChoice, shown_model, written_model
from rag.preferences import LEAST_PASSAGES, LONGEST_ADDRESS, LONGEST_NAME, MOST_PASSAGES, Preferences
from ui import render
from ui.exchange import Exchange

GEAR = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor"'
    ' stroke-width="1.8" stroke-linecap="round"><path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/>'
    '<circle cx="9" cy="17" r="2"/></svg>'
)
LENGTHS = {
    "short": ("Short", "the best sentence alone; lists stay whole"),
    "normal": ("Normal", "with the few that are nearly as good"),
    "long": ("Long", "with more of them, less near to the question"),
}
CAUTIONS = {
    "bold": ("Answer more", "answers more, errs more"),
    "normal": ("Balanced", "chosen on questions with known answers"),
    "strict": ("Only when sure", "errs less, declines more that it could have answered"),
}
NEEDS = (
    ("embedded", "comes with the project: nothing, and 0.6 GB of memory"),
    ("hf:FOLDER", "a folder with a transformers chat model, and memory for all of its weights"),
    ("ollama:NAME", "the package langchain-ollama and a running Ollama that has the model, such as ollama:llama3.2"),
    ("openai:NAME", "the package langchain-openai and OPENAI_API_KEY; with an address a server of your own"),
    ("PROVIDER:NAME", "the provider's package of LangChain and its key; questions and the passages found go there"),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows. ``fields`` are as they stand on the page, ``first`` is the model that the chat was started
    with, ``passages`` the default number. ``checks`` are those of the model named, ``line`` says what is wrong."""

    fields: Mapping[str, Any]
    first: str
    passages: int
    choice: ModelChoice
    checks: Sequence[Check] = ()
    line: str = ""
    busy: str = ""


def fields_of(preferences: Preferences) -> dict[str, Any]:
    return {
        "length": preferences.length,
        "caution": preferences.caution,
        "passages": str(preferences.passages or ""),
        "other": bool(preferences.model),
        "model": preferences.model,
        "address": preferences.base_url,
    }


def short_model(name: str, limit: int = 40) -> str:
    """The name in at most ``limit`` characters, for lines that share their place: of a path or id its last part."""
    kind, colon, rest = name.partition(":")
    if len(name) > limit and "/" in rest.rstrip("/"):
        name = f"{kind}{colon}{rest.rstrip('/').rpartition('/')[2]}"
    return render.clipped(name, limit)


def gear_html(preferences: Preferences, model_line: str = "", is_open: bool = False) -> str:
    """The button that opens the panel, with what is other than the default; ``model_line`` is news of a model."""
    words = ", ".join(part for part in (preferences.words, short_model(preferences.model)) if part)
    whole = ", ".join(part for part in (preferences.words, preferences.model) if part)
    title = f' title="{render.escape(whole)}"' if whole != words else ""
    set_html = f' <b dir="auto"{title}>{render.escape(render.clipped(words, 80))}</b>' if words else ""
    line = f'<span class="cq-said" role="status" dir="auto">{render.escape(model_line)}</span>' if model_line else ""
    return (
        f'<div class="cq-scope-line cq-gear-line">{line}<button type="button"'
        f' class="cq-chip cq-gear{" cq-limited" if words else ""}" data-preferences="{"close" if is_open else "open"}"'
        f' aria-expanded="{str(is_open).lower()}" aria-controls="cq-preferences-panel">{GEAR} Settings{set_html}'
        "</button></div>"
    )


def panel_html(panel: Panel) -> str:
    fields = panel.fields
    value = render.escape(str(fields.get("passages") or ""))
    line = render.notice_html(panel.line) if panel.line else ""
    busy = " disabled" if panel.busy else ""
    wait = f'<span class="cq-said" role="status">{render.escape(panel.busy)}</span>' if panel.busy else ""
    return (
        '<form id="cq-preferences-panel" class="cq-scope-panel cq-preferences" aria-label="Settings" novalidate>'
        f"{_choices('Length of answers', 'length', LENGTHS, fields)}"
        f"{_choices('How sure to be', 'caution', CAUTIONS, fields)}"
        '<fieldset><legend>Passages to read</legend><label class="cq-tick"><input type="number" name="passages"'
        f' value="{value}" placeholder="{panel.passages}" min="{LEAST_PASSAGES}" max="{MOST_PASSAGES}"'
        f' inputmode="numeric" aria-label="Passages to read"> <span>{panel.passages} unless set; more take longer, and'
        f" bring in what only seems to answer</span></label></fieldset>{_model_html(panel)}"
        f'<div class="cq-scope-line">{line}{wait}<button type="submit" class="cq-chip cq-main"{busy}>Save</button>'
        f'<button type="button" class="cq-chip" data-preferences="defaults"{busy}>Back to the defaults</button>'
        f'<button type="button" class="cq-chip" data-preferences="close">Cancel</button></div></form>'
    )


def _choices(legend: str, name: str, known: Mapping[str, tuple[str, str]], fields: Mapping[str, Any]) -> str:
    chosen = fields.get(name) if fields.get(name) in known else "normal"
    rows = "".join(
        f'<label class="cq-tick"><input type="radio" name="{name}" value="{step}"'
        f"{' checked' if step == chosen else ''}> <span><b>{label}</b> {told}</span></label>"
        for step, (label, told) in known.items()
    )
    return f'<fieldset><legend>{legend}</legend><div class="cq-steps">{rows}</div></fieldset>'


def _model_html(panel: Panel) -> str:
    first = render.escape(panel.first)
    if not panel.choice:
        return (
            f'<fieldset><legend>Model</legend><p class="cq-help">Answers come from <b dir="auto">{first}</b>. Where '
            "others can reach this page, the model is chosen where the chat is started: "
            "<code>colloquy chat --model NAME</code>; <code>models</code> in its settings names others that users may "
            "choose.</p></fieldset>"
        )
    other = bool(panel.fields.get("other"))
    forms = "".join(f"<dt><code>{form}</code></dt><dd>{render.escape(told)}</dd>" for form, told in NEEDS)
    needs = f'<details><summary class="cq-said">What each needs</summary><dl class="cq-needs">{forms}</dl></details>'
    needs = "" if panel.choice.listed else needs
    checks = "".join(
        f'<li class="{"cq-there" if c.ok else "cq-note" if c.note else "cq-missing"}"><b dir="auto">'
        f'{render.escape(c.name)}</b>: <span dir="auto">{render.escape(c.detail)}</span>'
        + (f'<br><span dir="auto">{_with_code(c.fix)}</span>' if not c.ok and c.fix else "")
        + "</li>"
        for c in panel.checks
    )
    listed = f'<ul class="cq-checks" role="status" aria-label="What the model needs">{checks}</ul>' if checks else ""
    return (
        '<fieldset><legend>Model</legend><div class="cq-steps">'
        f'<label class="cq-tick"><input type="radio" name="other" value=""{"" if other else " checked"}>'
        f' <span><b dir="auto">{first}</b> the one that this chat was started with</span></label>'
        f'<label class="cq-tick"><input type="radio" name="other" value="yes"{" checked" if other else ""}>'
        " <span><b>Another</b> opened beside it, in the background</span></label></div>"
        f'<div class="cq-other">{_named_html(panel)}'
        f'<button type="button" class="cq-chip" data-preferences="check"{" disabled" if panel.busy else ""}>'
        f"Is it there?</button>{listed}{needs}</div></fieldset>"
    )


def _named_html(panel: Panel) -> str:
    """Where another model is named: one of those that may be chosen, or any by its name."""
    name, address = (str(panel.fields.get(field) or "") for field in ("model", "address"))
    if panel.choice.listed:
        chosen = written_model(name, address)
        options = "".join(
            f'<option value="{render.escape(written_model(*model))}"'
            f"{' selected' if written_model(*model) == chosen else ''}>{render.escape(shown_model(*model))}</option>"
            for model in panel.choice.listed
        )
        return f'<label>One of those that may be chosen here <select name="model">{options}</select></label>'
    return (
        '<label>Name <input name="model" autocomplete="off" spellcheck="false"'
        f' maxlength="{LONGEST_NAME}" placeholder="ollama:llama3.2"'
        f' value="{render.escape(name)}"></label>'
        '<label>Address of its server, where it has one of its own <input name="address" inputmode="url"'
        f' autocomplete="off" spellcheck="false" maxlength="{LONGEST_ADDRESS}"'
        f' placeholder="http://localhost:8000/v1" value="{render.escape(address)}"></label>'
    )


def with_html(exchange: Exchange) -> str:
    """What an answer was made with, where that was other than the defaults."""
    if not exchange.asked_with:
        return ""
    words = render.clipped(exchange.asked_with, 200)
    return f'<p class="cq-with" dir="auto">With: {render.escape(words)}</p>'


def _with_code(line: str) -> str:
    """The line as a sentence, what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", render.escape(render.sentence_case(line)))
