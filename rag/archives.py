"""ZIP archives from strangers, unpacked within limits. Nothing in an archive decides where anything is written."""

import mmap
import re
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from index.errors import ReadError
from index.read_bytes import CHUNK_BYTES, MAX_EXPANSION, MEGABYTE

# A year of a daily paper, an article a file; unpacking more belongs to the command line.
MOST_FILES = 10_000
# Of a file that unpacks to less, no ratio does harm.
HARMLESS_BYTES = MEGABYTE
# File systems take names of 255 bytes; what is put before or after one must fit, too.
LONGEST_NAME = 150
NESTED = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar", ".bz2", ".zst")

_ENTRY = b"PK\x01\x02"  # begins each entry of the directory of a ZIP archive
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that lies at ``path`` to be read; ``name`` is what it is called for people."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read, with the reason in words."""

    name: str
    reason: str


@dataclass(slots=True)
class Stage:
    """A folder in which files are laid out, those of one origin side by side, so that each finds its sidecar."""

    home: Path
    _folders: dict[str, Path] = field(default_factory=dict)

    def path(self, origin: str, name: str) -> Path:
        """Where a file of this name and origin is to be written: a path that is not taken, inside ``home``."""
        folder = self._folders.get(origin)
        if folder is None:
            folder = self._folders[origin] = self.home / str(len(self._folders))
            folder.mkdir()
        clean = safe_name(name)
        path, number = folder / clean, 2
        while path.exists():
            stem, dot, end = clean.partition(".")
            path, number = folder / f"{stem} ({number}){dot}{end}", number + 1
        return path


def safe_name(name: str) -> str:
    """A file name that no file system reads as anything else: no folder, no control character, not hidden."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    name = _UNSAFE.sub("_", name).strip(" .") or "file"
    if _DEVICE.match(name):
        name = f"_{name}"
    while len(name.encode()) > LONGEST_NAME:
        stem, dot, end = name.partition(".")
        name = f"{stem[:-1]}{dot}{end}" if stem[1:] else name[:1] + name[-40:]
    return name


def unpack(
    archive: Path, shown: str, stage: Stage, limit: int, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Staged | Refused]:
    """The files of a ZIP archive, one after the other, each staged or refused; folders and hidden files left out.

    ``shown`` is the archive's name for people; ``limit`` is the most bytes that all its files may have together. What
    concerns the whole archive is one Refused with its name.
    """
    try:
        with archive.open("rb") as handle:
            _check_size(handle.fileno())
            handle.seek(0)
            with zipfile.ZipFile(handle) as opened:
                yield from _members(opened, shown, stage, limit, stopped)
    except ReadError as error:
        yield Refused(shown, str(error))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        yield Refused(shown, f"damaged ZIP archive ({_one_line(error)}); copy or download it again")
    except OSError as error:
        yield Refused(shown, f"cannot be unpacked ({error.strerror or error}); is the disk full?")


def _check_size(descriptor: int) -> None:
    """Counts the entries before zipfile reads them: a directory of millions would fill the memory. Raises ReadError."""
    try:
        mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    except ValueError:
        raise ReadError("empty file, expected a ZIP archive; choose another") from None
    with mapped:
        at, found = mapped.find(_ENTRY), 0
        while at >= 0:
            found += 1
            if found > MOST_FILES:
                raise ReadError(
                    f"more than {MOST_FILES:,} files in it; split it, or unpack it and run `colloquy index FOLDER`"
                )
            at = mapped.find(_ENTRY, at + 4)


def _members(
    opened: zipfile.ZipFile, shown: str, stage: Stage, limit: int, stopped: Callable[[], bool]
) -> Iterator[Staged | Refused]:
    files = [info for info in opened.infolist() if not info.is_dir()]
    total = sum(info.file_size for info in files)
    if total > limit:
        raise ReadError(
            f"it unpacks to {_megabytes(total)}, {_megabytes(limit)} are allowed; "
            "split it, or unpack it and run `colloquy index FOLDER`"
        )
    named = [(info, name) for info in files if not _hidden(name := member_name(info))]
    if not named:
        raise ReadError("no file in it, expected articles; choose another")
    used = 0
    for info, name in named:
        if stopped():
            return
        path = PurePosixPath(name.replace("\\", "/"))
        told = f"{shown}: {name}"
        if reason := _refusal(info, path):
            yield Refused(told, reason)
            continue
        target = stage.path(f"{shown}/{path.parent}", path.name)
        try:
            used += _copy(opened, info, target, limit - used)
        except ReadError as error:
            target.unlink(missing_ok=True)
            yield Refused(told, str(error))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
            target.unlink(missing_ok=True)
            yield Refused(told, f"damaged in the archive ({_one_line(error)}); pack or download it again")
        else:
            yield Staged(told, target)


def _hidden(name: str) -> bool:
    """As in folders, what a system notes beside the files is left out."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)


def _refusal(info: zipfile.ZipInfo, path: PurePosixPath) -> str:
    """Why a file of an archive is not unpacked; "" where it is."""
    if info.flag_bits & _ENCRYPTED:
        return "encrypted, expected a file without a password; unpack it yourself and add what is in it"
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", str(path)):
        return "its path leads out of the archive, expected one inside; unpack it yourself if it can be trusted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, expected a file; add the file that it names"
    if path.name.lower().endswith(NESTED):
        return "an archive in an archive, expected an article; unpack it and add what is in it"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        method = zipfile.compressor_names.get(info.compress_type, f"method {info.compress_type}")  # type: ignore[attr-defined]
        return f"packed with {method}, expected deflate; pack it again as an ordinary ZIP archive"
    if info.file_size > max(HARMLESS_BYTES, MAX_EXPANSION * info.compress_size):
        return (
            f"it expands from {info.compress_size:,} to {info.file_size:,} bytes, expected at most {MAX_EXPANSION} "
            "times; unpack it yourself if it can be trusted"
        )
    return ""


def _copy(opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, limit: int) -> int:
    """Unpacks one file and returns its bytes. What the archive says of its size is not believed."""
    written = 0
    most = min(limit, max(HARMLESS_BYTES, MAX_EXPANSION * info.compress_size))
    with opened.open(info) as source, target.open("xb") as out:
        while piece := source.read(CHUNK_BYTES):
            written += len(piece)
            if written > most:
                raise ReadError(
                    f"it expands to more than {most:,} bytes, the archive says {info.file_size:,}; do not trust it"
                )
            out.write(piece)
    return written


def member_name(info: zipfile.ZipInfo) -> str:
    """The path of a file in the archive. Names that are not marked as UTF-8 may be so all the same, or be of any code
    page; zipfile takes them for that of the first IBM PC."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    if raw.isascii():
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(raw).best()
        # A guess on so few bytes may be wild; one that loses the suffix would also lose the file.
        fits = best is not None and PurePosixPath(str(best)).suffix == PurePosixPath(info.filename).suffix
        return str(best) if fits else info.filename


def copy_in(file: Path, stage: Stage) -> Staged:
    """A file that was dropped by itself, staged beside the others of its kind."""
    target = stage.path("", file.name)
    shutil.copyfile(file, target)
    return Staged(file.name, target)


def _megabytes(n: int) -> str:
    return f"{n / MEGABYTE:,.0f} MB"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
