"""The chat models that are open: the one that the program was started with, and another that a user chose."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from index.errors import ColloquyError, ModelError
from rag.models import ChatModel, one_line
from rag.prompt import Style

# The first among them, which never closes. While one takes the place of another there are three for a moment: the old
# one answers until the new one is there.
MOST_OPEN = 2


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A chat model with the prompt that fits it, and the address of its server, "" for none of its own."""

    model: ChatModel
    style: Style
    base_url: str = ""

    @property
    def name(self) -> str:
        return self.model.name


Opener = Callable[[str, str], OpenModel]
Key = tuple[str, str]


class OpenModels:
    """At most ``MOST_OPEN`` models by name and address, those used last. Safe to use from several threads.

    ``opener`` takes both and raises ModelError; without one no other model can be opened. A model that closes while a
    question is answered with it lives until that is done.
    """

    def __init__(self, first: OpenModel, opener: Opener | None = None) -> None:
        self.first = first
        self._opener = opener
        self._lock = threading.Lock()
        # Loading is all memory and disk: two at once would only be slower, and may not fit.
        self._one_at_a_time = threading.Lock()
        self._open: OrderedDict[Key, OpenModel] = OrderedDict()
        self._opening: dict[Key, Future[OpenModel]] = {}
        self._faults: dict[Key, str] = {}

    @property
    def can_open(self) -> bool:
        return self._opener is not None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the models that are open, the first of all before those used longest ago."""
        with self._lock:
            return (self.first.name, *(m.name for m in self._open.values()))

    def is_first(self, name: str, base_url: str = "") -> bool:
        return name == self.first.name and base_url in ("", self.first.base_url)

    def find(self, name: str, base_url: str = "") -> OpenModel | None:
        """The model if it is open; None where it is not, or not yet."""
        if self.is_first(name, base_url):
            return self.first
        with self._lock:
            found = self._open.get((name, base_url))
            if found:
                self._open.move_to_end((name, base_url))
            return found

    def fault(self, name: str, base_url: str = "") -> str:
        """Why the model could not be opened when that was last tried; "" where it could, or was not tried."""
        with self._lock:
            return self._faults.get((name, base_url), "")

    def is_opening(self, name: str, base_url: str = "") -> bool:
        with self._lock:
            return (name, base_url) in self._opening

    def open(self, name: str, base_url: str = "") -> Future[OpenModel]:
        """Opens the model in the background, once for all who want it. The result raises ModelError."""
        done: Future[OpenModel] = Future()
        if (found := self.find(name, base_url)) is not None:
            done.set_result(found)
            return done
        key = (name, base_url)
        with self._lock:
            if key in self._opening:
                return self._opening[key]
            self._opening[key] = done
            self._faults.pop(key, None)
        threading.Thread(target=self._load, args=(key, done), name=f"open {name}", daemon=True).start()
        return done

    def _load(self, key: Key, done: Future[OpenModel]) -> None:
        try:
            if self._opener is None:
                raise ModelError(f"only {self.first.name} can be used here; start the chat with --model {key[0]}")
            with self._one_at_a_time:
                opened = self._opener(*key)
        except Exception as error:  # libraries of models raise anything; the page tells it in one line
            fault = error if isinstance(error, ColloquyError) else ModelError(_unforeseen(key[0], error))
            with self._lock:
                self._faults[key] = str(fault)
                self._opening.pop(key, None)
            done.set_exception(fault)
            return
        with self._lock:
            self._open[key] = opened
            while len(self._open) >= MOST_OPEN:
                self._open.popitem(last=False)
            self._opening.pop(key, None)
        done.set_result(opened)


def _unforeseen(name: str, error: Exception) -> str:
    return f"{name} cannot be opened ({type(error).__name__}: {one_line(error)}); choose another model"
