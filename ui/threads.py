"""What a generator yields in a thread of its own, for code that must not wait."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

# Seconds between two looks at whether the client is still there.
LOOK = 0.2


def in_thread(
    items: Generator[T, None, None], stop: threading.Event, gone: Callable[[], Awaitable[bool]]
) -> AsyncIterator[T]:
    """What ``items`` yields, made in a thread of its own that starts at once; an exception of it is raised there.

    ``stop`` is set as soon as ``gone`` says so, and when this is closed or cancelled: the generator is to end then, and
    is closed in its thread. Not the server's pool of threads: one that waits there cannot be told to stop.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[_Item[T] | Exception | None] = asyncio.Queue()

    def put(told: _Item[T] | Exception | None) -> None:
        with suppress(RuntimeError):  # the server has ended meanwhile
            loop.call_soon_threadsafe(queue.put_nowait, told)

    def work() -> None:
        try:
            for item in items:
                if stop.is_set():
                    break
                put(_Item(item))
        except Exception as error:
            put(error)
        finally:
            items.close()
            put(None)

    threading.Thread(target=work, name="colloquy-answer", daemon=True).start()
    return _told(queue, stop, gone)


@dataclass(frozen=True, slots=True)
class _Item(Generic[T]):
    value: T


async def _told(
    queue: "asyncio.Queue[_Item[T] | Exception | None]", stop: threading.Event, gone: Callable[[], Awaitable[bool]]
) -> AsyncIterator[T]:
    try:
        while True:
            try:
                told = await asyncio.wait_for(queue.get(), LOOK)
            except TimeoutError:
                if await gone():
                    return
                continue
            if told is None:
                return
            if isinstance(told, Exception):
                raise told
            yield told.value
    finally:
        stop.set()
