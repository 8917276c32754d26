"""The chat model behind one small interface: the embedded one, a transformers model, or any LangChain chat model."""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from index.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CHARACTERS_PER_TOKEN = 4  # English text; how an answer is measured where the provider does not count for us


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation as the model sees it."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatModel(Protocol):
    """A model that continues a conversation. ``name`` is the name it was opened by."""

    name: str

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event | None = None
    ) -> Iterator[str]:
        """Yields the reply in pieces of text, decoded greedily, at most ``max_tokens`` tokens of it.

        Ends early, without an error, once ``stop`` is set. Raises ModelError where the prompt is too long or the model
        cannot be reached.
        """
        ...


class LangChainModel:
    """Any LangChain chat model as a ``ChatModel``."""

    def __init__(self, name: str, chat: "BaseChatModel") -> None:
        self.name = name
        self._chat = chat

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event | None = None
    ) -> Iterator[str]:
        """As ``ChatModel.stream``; every 4 characters count as a token, since providers name that limit differently."""
        stop = stop or threading.Event()
        over = threading.Event()
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        turns = [(message.role, message.content) for message in messages]

        # The provider may be silent for long before its first word; a thread waits for it, so that stop is obeyed now.
        def read() -> None:
            try:
                for chunk in self._chat.stream(turns):
                    if over.is_set():
                        break
                    pieces.put(str(chunk.text))
                pieces.put(None)
            except Exception as error:  # whatever a provider's client raises is told to the user in one line
                pieces.put(error)

        threading.Thread(target=read, name=f"stream {self.name}", daemon=True).start()
        budget = max_tokens * CHARACTERS_PER_TOKEN
        try:
            while budget > 0 and not stop.is_set():
                try:
                    piece = pieces.get(timeout=0.05)
                except queue.Empty:
                    continue
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    told = one_line(piece).rstrip(".")
                    raise ModelError(
                        f"{self.name} did not answer: {told}; check that it is running and reachable, "
                        "that the model exists there and that its key is set"
                    ) from piece
                piece = piece[:budget]
                budget -= len(piece)
                if piece:
                    yield piece
        finally:
            over.set()


def open_model(
    name: str,
    cache: Path | None = None,
    base_url: str = "",
    device: str = "auto",
    *,
    trained: bool = True,
    init_chat_model: "Callable[..., BaseChatModel] | None" = None,
) -> ChatModel:
    """Opens the chat model called ``name``.

    "embedded" is the model that comes with the project, converted once into ``cache`` (the user's cache folder if
    None), with the adapter trained for it unless ``trained`` is False; "hf:FOLDER_OR_ID" a local folder or a model of
    the hub, through transformers; "PROVIDER:MODEL" any LangChain chat model, at ``base_url`` if given. ``device`` is
    "auto", "cpu", "cuda" or another name torch knows, for the first two. ``init_chat_model`` stands in for LangChain's
    function of that name.

    Raises ModelError where the model, its package or its key is missing, or the name has none of these forms.
    """
    if name == "embedded":
        from index.device import best_device
        from rag.embedded import ADAPTER, converted_here

        adapter, folder = ADAPTER if trained else None, converted_here(cache)
        if best_device(device) == "cpu":
            from rag.embedded_model import open_embedded

            return open_embedded(name, folder, adapter)
        from rag.transformers_model import TransformersModel

        return TransformersModel(name, str(folder), device=device, local=True, adapter=adapter)
    kind, colon, rest = name.partition(":")
    if not (colon and kind.strip() and rest.strip()):
        raise ModelError(
            f"no model is called {name!r}; expected embedded, hf:FOLDER_OR_ID, or PROVIDER:MODEL such as "
            "ollama:llama3.2"
        )
    if kind == "hf":
        from rag.transformers_model import TransformersModel

        folder = Path(rest).expanduser()
        local = folder.is_dir() or rest[0] in "./~"  # what is written as a path is never looked for at the hub
        return TransformersModel(name, str(folder) if local else rest, device=device, local=local)
    return _open_provider(name, base_url, init_chat_model)


def _open_provider(name: str, base_url: str, init_chat_model: "Callable[..., BaseChatModel] | None") -> LangChainModel:
    if init_chat_model is None:
        from langchain.chat_models import init_chat_model as langchain_init

        init_chat_model = langchain_init
    address: dict[str, Any] = {"base_url": base_url} if base_url else {}
    if base_url and name.startswith("openai:") and not os.environ.get("OPENAI_API_KEY"):
        # Most servers of one's own ask for none, but OpenAI's client does not start without.
        address["api_key"] = "none"
    try:
        return LangChainModel(name, init_chat_model(name, temperature=0, **address))
    except ImportError as error:
        package = (error.name or f"langchain_{name.partition(':')[0]}").partition(".")[0].replace("_", "-")
        raise ModelError(f"{name} needs the package {package}; run `.venv/bin/pip install {package}`") from error
    except Exception as error:  # each provider raises its own errors for a missing key, a wrong name, a bad address
        raise ModelError(
            f"{name} cannot be opened: {one_line(error)}; expected PROVIDER:MODEL with the provider's key set in the "
            "environment, or --base-url for a server of your own"
        ) from error


def one_line(error: BaseException, limit: int = 300) -> str:
    """The message of ``error`` on one line of at most ``limit`` characters; its class where it has no message."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"
