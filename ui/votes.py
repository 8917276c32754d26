"""Thumbs up and down under an answer, and the remark that may go with one. Pure functions, all escaped."""

from ui import render
from ui.exchange import Exchange

LONGEST_REMARK = 500  # characters


def vote_html(exchange: Exchange) -> str:
    """The two buttons of a finished answer; once one is pressed, a remark can be added."""
    if exchange.phase != "done":
        return ""
    buttons = _button(exchange, 1, "Right answer") + _button(exchange, -1, "Wrong answer")
    if not exchange.vote:
        return f'<div class="cq-votes" role="group" aria-label="Vote">{buttons}</div>'
    remark = render.escape(exchange.remark)
    said = f'<span class="cq-said" dir="auto">{remark}</span>' if remark else ""
    return (
        f'<div class="cq-votes" role="group" aria-label="Vote">{buttons}{said}'
        f'<details><summary class="cq-chip">{"change" if remark else "add"} remark</summary>'
        f'<form class="cq-remarked" data-voted="{exchange.number}" data-vote="{exchange.vote}">'
        f'<label>Remark <input name="remark" maxlength="{LONGEST_REMARK}" value="{remark}" autocomplete="off"></label>'
        '<button type="submit" class="cq-chip">Save</button></form></details></div>'
    )


def _button(exchange: Exchange, vote: int, label: str) -> str:
    pressed = exchange.vote == vote
    told = f"{label}; press again to take the vote back" if pressed else label
    return (
        f'<button type="button" class="cq-icon cq-vote{" cq-down" if vote < 0 else ""}" data-vote="{vote}"'
        f' data-voted="{exchange.number}" aria-pressed="{str(pressed).lower()}" aria-label="{label}" title="{told}">'
        '<span class="cq-sign cq-thumb"></span></button>'
    )
