"""The users of a chat with a login, in a file of their own beside the settings.

Not in settings.toml: that one is written by people and shown to others; this one is written by the program, and only
its owner may read it.
"""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
import threading
import unicodedata
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SettingsError
from rag.settings import settings_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

HEADER = "Users of `colloquy chat --auth`, made by `colloquy users`. Holds no passwords, only what checks them."
SHORTEST, LONGEST = 8, 1000  # characters of a password
# scrypt's cost: 32 MiB and about 0.2 s for a password, one of the settings that OWASP's cheat sheet names.
COST = (2**15, 8, 3)
_NAME = re.compile(r"[\w.@-]{1,40}")


def users_file() -> Path:
    """users.toml beside the settings file."""
    return settings_file().with_name("users.toml")


class Users:
    """Names and what checks their passwords. Safe to use from several threads; a changed file is read anew.

    All methods raise SettingsError where the file cannot be read or written.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or users_file()
        self._lock = threading.Lock()
        self._read: tuple[object, dict[str, str]] = (None, {})
        # Checked for a name that is not there, so that the time taken does not tell which names are.
        self._nobody = hashed(secrets.token_urlsafe(16))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._entries()))

    def entry(self, name: str) -> str:
        """What is stored for a name; "" for none. It changes with the password."""
        return self._entries().get(normal(name), "")

    def check(self, name: str, password: str) -> bool:
        """Whether this is the password of that user; takes as long for a name that is not there."""
        entry = self.entry(name)
        return fits(password, entry or self._nobody) and bool(entry)

    def add(self, name: str, password: str) -> None:
        """Raises SettingsError for a name that is taken or cannot be one, and for a password too short or too long."""
        name = normal(name)
        if not _NAME.fullmatch(name):
            raise SettingsError(f"{name[:60]!r} is no user's name; expected up to 40 letters, digits and . _ - @")
        check_password(password)
        with self._lock:
            document = self._document()
            users = document.setdefault("users", {})
            if name in users:
                raise SettingsError(f"{name} is a user already; `colloquy users remove {name}` first")
            users[name] = hashed(password)
            self._write(document)

    def remove(self, name: str) -> None:
        """Raises SettingsError where there is no such user."""
        with self._lock:
            document = self._document()
            users = document.get("users", {})
            if normal(name) not in users:
                known = ", ".join(sorted(users)) or "none"
                raise SettingsError(f"there is no user {name[:60]!r} in {self.file}; there are: {known}")
            del users[normal(name)]
            self._write(document)

    def _entries(self) -> dict[str, str]:
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unreadable(error) from error
        state = (status.st_mtime_ns, status.st_size, status.st_ino)
        with self._lock:
            if self._read[0] != state:
                self._read = (state, {str(k): str(v) for k, v in self._document().get("users", {}).items()})
            return self._read[1]

    def _document(self) -> "TOMLDocument":
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            document = tomlkit.parse(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            document = tomlkit.document()
            document.add(tomlkit.comment(HEADER))
            document.add("users", tomlkit.table())
            return document
        except (OSError, ValueError, TOMLKitError) as error:
            raise self._unreadable(error) from error
        if not isinstance(document.get("users", {}), dict):
            raise self._unreadable("'users' is no table")
        return document

    def _write(self, document: "TOMLDocument") -> None:
        """All or nothing, and readable by its owner only from the first byte on."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.file.parent, prefix=".users-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(document.as_string())
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.file)
        except OSError as error:
            raise SettingsError(f"{self.file} cannot be written ({error.strerror}); check its folder") from error

    def _unreadable(self, why: object) -> SettingsError:
        told = " ".join(str(why).split())
        return SettingsError(f"the list of users {self.file} cannot be read ({told}); mend it or move it away")


def check_password(password: str) -> None:
    """Raises SettingsError for a password too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingsError(
            f"the password has {len(password)} characters, expected {SHORTEST} to {LONGEST}; choose another"
        )


def hashed(password: str) -> str:
    """``scrypt:n:r:p:salt:key`` with a salt of its own (RFC 7914)."""
    salt = secrets.token_bytes(16)
    return ":".join(["scrypt", *map(str, COST), _text(salt), _text(_key(password, salt, *COST))])


def fits(password: str, entry: str) -> bool:
    """Whether a password is the one that was hashed; False for what is no such entry. In constant time."""
    try:
        kind, n, r, p, salt, key = entry.split(":")
        found = _key(password, b64decode(salt), int(n), int(r), int(p))
    except (ValueError, MemoryError):
        return False
    return kind == "scrypt" and hmac.compare_digest(found, b64decode(key))


def _key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    words = normal(password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(words, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r + 2**20, dklen=32)


def normal(text: str) -> str:
    """A name or password: the same letters, however the keyboard wrote them."""
    return unicodedata.normalize("NFC", text)


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
