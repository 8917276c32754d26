"""Puts the parts together as the settings say."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import SentenceTransformerEmbedder
from index.embed import embedding_folder as embedding_folder
from index.library import Library
from rag.pipeline import Colloquy
from rag.prompt import Style
from rag.runtime import tune
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.judging import PassageJudge
    from rag.models import ChatModel


def shipped_articles() -> Path:
    """Folder of the articles that come with the project."""
    import index

    return Path(index.__file__).parent / "articles"


def open_library(settings: Settings, create: bool = False, note: Callable[[str], None] = lambda text: None) -> Library:
    """The library of the settings. Raises StoreError, ModelError."""
    tune()
    embedder = SentenceTransformerEmbedder(settings.embedding) if settings.embedding else None
    return Library(settings.library, embedder, create=create, note=note)


def fill_empty(settings: Settings, note: Callable[[str], None] = lambda text: None) -> None:
    """Adds the articles that ship with the project where the library is empty or not there yet."""
    library = open_library(settings, create=True, note=note)
    if library.counts()[0] == 0:
        note(f"the library is empty; adding the articles that ship with the project to {settings.library}")
        library.add([shipped_articles()])
    library.close()


def open_colloquy(settings: Settings, note: Callable[[str], None] = lambda text: None) -> Colloquy:
    """Library, judge and chat model of the settings. Raises StoreError, ModelError."""
    colloquy, load = open_later(settings, note)
    load()
    return colloquy


def open_later(
    settings: Settings, note: Callable[[str], None] = lambda text: None
) -> tuple[Colloquy, Callable[[], None]]:
    """The same before its models are loaded, and a function that loads them; a question that comes first loads what it
    needs itself. Raises StoreError, and ModelError where the package of a model is missing; the function raises
    ModelError."""
    from rag.later import Later, LaterJudge, LaterModel
    from rag.open_models import OpenModel
    from rag.spelling import common_words

    library = open_library(settings, note=note)
    model = Later(lambda: _model(settings, settings.model, settings.base_url, note))
    judge = Later(_judge)

    def opened(name: str, base_url: str) -> OpenModel:
        return OpenModel(_model(settings, name, base_url, note), _style(name, settings.trained), base_url)

    def load() -> None:
        model.get()
        if settings.trained:
            judge.get()

    colloquy = Colloquy(
        library,
        LaterModel(settings.model, model),
        judge=LaterJudge(judge) if settings.trained else None,
        threshold=settings.threshold,
        passages=settings.passages,
        max_tokens=settings.max_tokens,
        style=_style(settings.model, settings.trained),
        common=common_words(embedding_folder()),
        time=settings.time,
        longest=settings.question,
        base_url=settings.base_url,
        opener=opened,
    )
    return colloquy, load


def _model(settings: Settings, name: str, base_url: str, note: Callable[[str], None]) -> "ChatModel":
    from rag.embedded import converted_folder
    from rag.models import open_model

    if name == "embedded" and not converted_folder().exists():
        note("preparing the language model; this happens once and takes about 20 seconds")
    return open_model(name, base_url=base_url, device=settings.device, trained=settings.trained)


def _judge() -> "PassageJudge":
    from rag.judge import Judge

    return Judge.open()


def _style(model: str, trained: bool) -> Style:
    if model != "embedded":
        return "large"
    return "trained" if trained else "untrained"
