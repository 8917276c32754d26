"""Who asks: the session of a browser, or name and password with each request; wrong passwords are slowed down."""

import asyncio
import binascii
import hashlib
import hmac
import secrets
import time
from base64 import b64decode
from collections import OrderedDict
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

from rag.records import ColloquyError
from rag.users import Users, normal

# Seconds before the next try after the first wrong password of a name, twice that after each more, and at most.
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 8.0
FORGIVEN = 900  # seconds without a try, after which a name starts anew
SESSION = 7 * 24 * 3600  # seconds
# Tries that may wait for the one before them under one name; names, sessions and passwords kept in mind.
MOST_WAITING = 4
MOST_KEPT = 1000


class TooManyTriesError(ColloquyError):
    """So many wait for a try under one name that this one is not even looked at."""


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last: float = 0.0
    waiting: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class _Session:
    """``entry`` is what was stored for the user at the time: with another password the session ends."""

    name: str
    entry: str
    until: float


class Gate:
    """Sessions, and who may have one. Lives in the server's event loop."""

    def __init__(self, users: Users, first_pause: float = FIRST_PAUSE) -> None:
        self.users = users
        self.first_pause = first_pause
        self._secret = secrets.token_bytes(32)
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()
        self._basic: OrderedDict[bytes, _Session] = OrderedDict()

    async def user(self, scope: Any) -> str:
        """The user of a request; "" for nobody. Raises TooManyTriesError, SettingsError."""
        headers = dict(reversed(scope.get("headers", [])))
        given = headers.get(b"authorization", b"").decode("latin-1")
        if given[:6].lower() == "basic ":
            return await self._of_basic(given[6:])
        token = _cookie(headers.get(b"cookie", b"").decode("latin-1"), cookie_name(scope))
        return self._valid(self._sessions, hashlib.sha256(token.encode()).digest()) if token else ""

    async def check(self, name: str, password: str) -> bool:
        """Whether this is that user's password, after the pause that earlier wrong ones have earned.

        Tries under one name follow one another. Raises TooManyTriesError, SettingsError.
        """
        tries = self._tries_of(name)
        if tries.waiting >= MOST_WAITING:
            raise TooManyTriesError("too many wrong passwords for this name; wait a minute and try again")
        tries.waiting += 1
        try:
            async with tries.lock:
                if tries.wrong:
                    await asyncio.sleep(min(self.first_pause * 2 ** (tries.wrong - 1), LONGEST_PAUSE))
                right = await asyncio.to_thread(self.users.check, name, password)
                tries.wrong, tries.last = 0 if right else tries.wrong + 1, time.monotonic()
        finally:
            tries.waiting -= 1
        return right

    def begin(self, name: str) -> str:
        """A session for a user whose password was right: its token."""
        token = secrets.token_urlsafe(32)
        self._keep(self._sessions, hashlib.sha256(token.encode()).digest(), name)
        return token

    def end(self, scope: Any) -> None:
        headers = dict(reversed(scope.get("headers", [])))
        token = _cookie(headers.get(b"cookie", b"").decode("latin-1"), cookie_name(scope))
        self._sessions.pop(hashlib.sha256(token.encode()).digest(), None)

    async def _of_basic(self, encoded: str) -> str:
        """RFC 7617. A pair that was right is known again without hashing, which takes 0.2 s."""
        try:
            name, colon, password = b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        key = hmac.digest(self._secret, f"{name}\0{password}".encode(), "sha256")
        if user := self._valid(self._basic, key):
            return user
        if not colon or not await self.check(name, password):
            return ""
        return self._keep(self._basic, key, name)

    def _keep(self, kept: "OrderedDict[bytes, _Session]", key: bytes, name: str) -> str:
        kept[key] = _Session(normal(name), self.users.entry(name), time.monotonic() + SESSION)
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
        return normal(name)

    def _valid(self, kept: "OrderedDict[bytes, _Session]", key: bytes) -> str:
        found = kept.get(key)
        if found is None:
            return ""
        if time.monotonic() < found.until and self.users.entry(found.name) == found.entry:
            return found.name
        del kept[key]
        return ""

    def _tries_of(self, name: str) -> _Tries:
        tries = self._tries.setdefault(name[:100], _Tries())
        self._tries.move_to_end(name[:100])
        if tries.wrong and time.monotonic() - tries.last > FORGIVEN:
            tries.wrong = 0
        while len(self._tries) > MOST_KEPT:
            self._tries.popitem(last=False)
        return tries


def cookie_name(scope: Any) -> str:
    """Cookies are of a host, not of a port: two chats on one machine keep their sessions apart by name."""
    return f"colloquy-{(scope.get('server') or ('', 0))[1]}"


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
