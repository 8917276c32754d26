"""Puts the parts together as the settings say."""

import os
from collections.abc import Callable
from pathlib import Path

from index.library import Library
from rag.pipeline import Colloquy
from rag.settings import Settings


def shipped_articles() -> Path:
    """Folder of the articles that come with the project."""
    import index

    return Path(index.__file__).parent / "articles"


def open_library(
    settings: Settings, create: bool = False, note: Callable[[str], None] = lambda text: None
) -> Library:
    """The library of the settings. Raises StoreError."""
    return Library(settings.library, create=create, note=note)


def open_colloquy(settings: Settings, note: Callable[[str], None] = lambda text: None) -> Colloquy:
    """Library, reader and chat model of the settings. Raises StoreError, ModelError."""
    # glibc hands large blocks back to the system at every free; torch asks for them again at once. Read at the next
    # allocation of a new process only, so the launcher sets them too (see Makefile); harmless where unknown.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from rag.models import open_model
    from rag.reader import Reader

    library = open_library(settings, note=note)
    model = open_model(settings.model, base_url=settings.base_url, device=settings.device)
    return Colloquy(
        library,
        model,
        reader=Reader.open(),
        threshold=settings.threshold,
        passages=settings.passages,
        max_tokens=settings.max_tokens,
        small_model=settings.model == "embedded",
    )
