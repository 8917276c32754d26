"""The page that asks for name and password: whole in itself, without a script."""

from pathlib import Path

from ui import render

HERE = Path(__file__).parent


def login_html(said: str = "") -> str:
    """``said`` is what was wrong, told to screen readers too."""
    wrong = f'<p class="wrong" role="alert">{render.escape(render.sentence_case(said))}</p>' if said else ""
    style = "".join((HERE / sheet).read_text(encoding="utf-8") for sheet in ("theme.css", "login_page.css"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log in to Colloquy</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><style>{style}</style></head><body><main>'
        f'<h1>Colloquy</h1><p>Log in to ask about the articles.</p>{wrong}<form method="post" action="login">'
        '<label>Name <input name="username" autocomplete="username" autocapitalize="none" required autofocus></label>'
        '<label>Password <input name="password" type="password" autocomplete="current-password" required></label>'
        "<button>Log in</button></form></main></body></html>"
    )


def who_html(name: str | None) -> str:
    """Who is logged in, with the way out; "" where nobody needs to."""
    if not name:
        return ""
    return (
        f'<form class="cq-who" method="post" action="logout"><span dir="auto">{render.escape(name)}</span>'
        '<button class="cq-chip">Log out</button></form>'
    )
