"""What several test modules use."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fake_colloquy import FakeColloquy

CHROMIUM = os.environ.get("COLLOQUY_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Iterator[Any]:
    """A worker sends its reports as UTF-8, which half a surrogate pair in what a hostile article printed is not."""
    return _utf8((yield))


def _utf8(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_utf8(key): _utf8(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_utf8(inner) for inner in value)
    return value


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian package chromium); COLLOQUY_CHROMIUM can name one")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Folder of the converted language model; the tests of it are skipped where its package is absent."""
    from index.errors import ModelError
    from rag.embedded import converted

    try:
        return converted()
    except ModelError as error:
        pytest.skip(f"language model absent: {error}")


@pytest.fixture(scope="module")
def fake() -> "FakeColloquy":
    from tests.fake_colloquy import FakeColloquy

    return FakeColloquy()


@pytest.fixture(scope="module")
def address(fake: "FakeColloquy") -> Iterator[str]:
    """Where a chat of ``fake`` is served."""
    from tests.served import served

    with served(fake) as page:
        yield page.local_url


@pytest.fixture
def page(browser: Any, address: str, fake: "FakeColloquy") -> Iterator[Any]:
    """That chat, opened."""
    from tests.pages import visited

    with visited(browser, address, fake) as opened:
        yield opened
