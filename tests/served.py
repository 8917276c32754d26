"""A page of the fake pipeline, served, with a line that a test can fill."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fake_colloquy import FakeColloquy
from tests.test_app import free_port
from ui import serving


@contextmanager
def served(fake: FakeColloquy, **options: Any) -> Iterator[Any]:
    page = serving.launch(fake, port=free_port(), **options)  # type: ignore[arg-type]
    try:
        yield page
    finally:
        page.close(verbose=False)
