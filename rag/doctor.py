"""What works on this machine and what does not: plain records for ``colloquy doctor`` to print."""

import importlib
import importlib.metadata
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ColloquyError

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
WEIGHTS = Path(__file__).resolve().parent / "weights"
EMBEDDING_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SETUP = "run `make setup`"
PORT = 7860

# Distribution and the module to import for it: what the ways from a file to an answer need.
LIBRARIES = (
    ("numpy", "numpy"),
    ("torch", "torch"),
    ("transformers", "transformers"),
    ("tokenizers", "tokenizers"),
    ("safetensors", "safetensors"),
    ("gguf", "gguf"),
    ("accelerate", "accelerate"),
    ("sentence-transformers", "sentence_transformers"),
    ("faiss-cpu", "faiss"),
    ("langchain", "langchain"),
    ("langchain-core", "langchain_core"),
    ("gradio", "gradio"),
    ("pydantic", "pydantic"),
    ("pydantic-settings", "pydantic_settings"),
    ("trafilatura", "trafilatura"),
    ("pypdf", "pypdf"),
    ("python-docx", "docx"),
    ("python-frontmatter", "frontmatter"),
    ("ftfy", "ftfy"),
    ("charset-normalizer", "charset_normalizer"),
    ("dateparser", "dateparser"),
    ("sentencex", "sentencex"),
    ("snowballstemmer", "snowballstemmer"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``fix`` is what to do where it is not ``ok``; ``note`` marks what nothing depends on."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    note: bool = False


def checks(home: Path | None = None, cache: Path | None = None, port: int = PORT) -> Iterator[Check]:
    """Looks at everything, one check at a time, in order; takes about 15 seconds, most of it imports.

    ``home`` is the data folder and ``cache`` the folder of the converted model; the user's own where None. Nothing is
    written, made or repaired. Raises nothing: what fails is a ``Check`` that is not ``ok``.
    """
    from platformdirs import user_data_path

    home = home or user_data_path("colloquy")
    yield python_version()
    versions = locked_versions(LOCK)
    for distribution, module in LIBRARIES:
        yield library(distribution, module, versions.get(distribution, ""))
    for name, look in (
        ("embedding model", embedding_model),
        ("language model", language_model),
        ("converted language model", lambda: converted_model(cache)),
        ("trained weights", lambda: trained_weights(WEIGHTS)),
        ("computing", computing),
        ("data folder", lambda: data_folder(home)),
        ("library", lambda: article_library(home)),
        ("port", lambda: free_port(port)),
        ("Chromium", chromium),
    ):
        yield _looked(name, look)


def _looked(name: str, look: Callable[[], Check]) -> Check:
    """The check, or a failed one in its place: the doctor goes on whatever it finds."""
    try:
        return look()
    except ColloquyError as error:
        return Check(name, False, str(error))
    except Exception as error:  # a broken library can raise anything
        return Check(name, False, f"{type(error).__name__}: {' '.join(str(error).split())}", SETUP)


def python_version() -> Check:
    """3.11 or 3.12."""
    found = ".".join(map(str, sys.version_info[:3]))
    ok = (3, 11) <= sys.version_info[:2] <= (3, 12)
    return Check("Python", ok, found, "" if ok else "install Python 3.11, delete .venv and run `make setup`")


def locked_versions(lock: Path) -> dict[str, str]:
    """Version by distribution, as pinned in the lock file; empty where there is none, as in an installed wheel."""
    if not lock.is_file():
        return {}
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {name: version for name, equals, version in (line.partition("==") for line in lines) if equals}


def library(distribution: str, module: str, locked: str) -> Check:
    """Whether the module can be imported, and whether it has the version ``locked``, if that is not ""."""
    try:
        importlib.import_module(module)
        found = importlib.metadata.version(distribution).partition("+")[0]
    except Exception as error:  # an import runs foreign code
        detail = f"cannot be imported: {type(error).__name__}: {' '.join(str(error).split())}"
        return Check(distribution, False, detail, SETUP)
    if locked and found != locked:
        return Check(distribution, False, f"{found}, expected {locked}", SETUP, note=True)
    return Check(distribution, True, found)


def _model_file(name: str, file: Path, expected: str) -> Check:
    from rag.embedded import file_sha256

    found = file_sha256(file)
    if found != expected:
        detail = f"{file} has SHA-256 {found[:16]}…, expected {expected[:16]}…"
        return Check(name, False, detail, "delete .venv and run `make setup`")
    return Check(name, True, f"{file.name}, {_megabytes(file)} MB, SHA-256 as expected")


def embedding_model() -> Check:
    """The file of the embedding model, against its SHA-256. Raises ModelError where it is missing."""
    from index.embed import embedding_folder

    return _model_file("embedding model", embedding_folder() / "model.safetensors", EMBEDDING_SHA256)


def language_model() -> Check:
    """The file of the embedded language model, against its SHA-256. Raises ModelError where it is missing."""
    from rag.embedded import SHA256, gguf_file

    return _model_file("language model", gguf_file(), SHA256)


def converted_model(cache: Path | None) -> Check:
    """The converted language model in the cache; it is made at the first use, so that its absence is a note."""
    from rag.embedded import converted_folder, is_whole

    name, folder = "converted language model", converted_folder(cache)
    if not folder.is_dir():
        return Check(name, False, f"not in {folder.parent} yet", "none needed: the first answer makes it", note=True)
    if not is_whole(folder):
        return Check(name, False, f"{folder} is damaged", "none needed: the next answer makes it anew", note=True)
    return Check(name, True, f"{_megabytes(*folder.iterdir())} MB in {folder}")


def trained_weights(weights: Path) -> Check:
    """The trained weights that come with the project."""
    files = sorted(weights.rglob("*.safetensors"))
    if not files:
        return Check("trained weights", False, f"no weights in {weights}", "check the project out again")
    return Check("trained weights", True, f"{len(files)} file(s) of weights, {_megabytes(*files)} MB")


def computing() -> Check:
    """Threads and number format that the language model will use."""
    import torch

    from index.device import best_device, compute_dtype

    device = best_device("auto")
    threads = f", {torch.get_num_threads()} threads" if device == "cpu" else ""
    return Check("computing", True, f"torch on {device}{threads}, {compute_dtype(device)}")


def data_folder(home: Path) -> Check:
    """Whether the data folder can be written, or made where it does not exist yet."""
    place = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
    fix = "make it writable, or name another folder with --into and --from"
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Check("data folder", False, f"{place} cannot be written: {error.strerror}", fix)
    free = shutil.disk_usage(place).free // 1_000_000
    return Check("data folder", True, f"{home}{'' if place == home.absolute() else ', to be made'}, {free} MB free")


def article_library(home: Path) -> Check:
    """How much the library holds; none yet is a note. Raises StoreError where it is damaged."""
    from index.library import LIBRARY_FILE, Library

    if not (home / LIBRARY_FILE).exists():
        return Check("library", False, f"none in {home} yet", "run `colloquy index FOLDER_OR_FILES`", note=True)

    opened = Library(home)
    try:
        articles, chunks = opened.counts()
    finally:
        opened.close()
    if not articles:
        return Check("library", False, f"{home} holds no articles", "run `colloquy index FOLDER_OR_FILES`", note=True)
    return Check("library", True, f"{articles} articles, {chunks} chunks in {home}")


def free_port(port: int) -> Check:
    """Whether the chat's port is free on 127.0.0.1."""
    with socket.socket() as listener:
        # As servers do: a connection that has just ended does not count as taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            detail = f"{port} is taken ({error.strerror}), perhaps by a chat that runs already"
            return Check("port", False, detail, "stop what listens there, or choose another port", note=True)
    return Check("port", True, f"{port} is free")


def chromium() -> Check:
    """Chromium, which only the browser tests use."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        return Check("Chromium", False, "not found", "install the package chromium to run the browser tests", note=True)
    return Check("Chromium", True, os.fspath(found))


def _megabytes(*files: Path) -> int:
    return round(sum(file.stat().st_size for file in files) / 1_000_000)
