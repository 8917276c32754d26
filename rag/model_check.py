"""What a chat model needs and whether it is there, without opening it: packages, files, memory, keys, servers."""

import importlib.util
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.doctor import Check, converted_model, language_model
from rag.models import one_line

# Seconds to wait for a server. One of this machine answers in milliseconds.
PATIENCE = 4.0
OLLAMA = "http://127.0.0.1:11434"
OPENAI = "https://api.openai.com/v1"
# Package and variable with the key, by provider of LangChain. Others are found out about when they are opened.
PROVIDERS = {
    "ollama": ("langchain-ollama", ""),
    "openai": ("langchain-openai", "OPENAI_API_KEY"),
    "anthropic": ("langchain-anthropic", "ANTHROPIC_API_KEY"),
    "google_genai": ("langchain-google-genai", "GOOGLE_API_KEY"),
    "mistralai": ("langchain-mistralai", "MISTRAL_API_KEY"),
    "groq": ("langchain-groq", "GROQ_API_KEY"),
}
WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
# Of the free memory what a model may take: questions need some too.
ROOM = 0.9


def check_model(name: str, base_url: str = "", patience: float = PATIENCE) -> tuple[Check, ...]:
    """What the model needs, each thing looked at: those that are not ``ok`` say what to do. Takes up to ``patience``
    seconds, for a server; nothing is loaded or fetched. Raises nothing."""
    kind, _, rest = name.partition(":")
    if name == "embedded":
        looks = _embedded()
    elif kind == "hf":
        looks = _transformers(rest)
    else:
        looks = _provider(kind, rest, base_url, patience)
    found: list[Check] = []
    try:
        found.extend(looks)
    except Exception as error:  # a file or server can hold anything
        found.append(Check(name, False, f"{type(error).__name__}: {one_line(error)}", "choose another model"))
    return tuple(found)


def _embedded() -> Iterator[Check]:
    yield language_model()
    yield converted_model(None)
    yield _memory(600_000_000)


def _transformers(place: str) -> Iterator[Check]:
    folder = Path(place).expanduser()
    if not folder.is_dir():
        if place[0] in "./~":
            fix = "check the name of the folder"
            yield Check("folder", False, f"{folder} is not there", fix)
            return
        cached = _cached(place)
        if cached is None:
            detail = f"{place} has not been fetched from the hub to this machine"
            yield Check("folder", False, detail, f"fetch it with `hf download {place}`, then check again")
            return
        folder = cached
    missing = [file for file in ("config.json", "tokenizer_config.json") if not (folder / file).is_file()]
    weights = [file for pattern in WEIGHTS for file in folder.glob(pattern)]
    missing += [] if weights else ["weights (model.safetensors)"]
    if missing:
        fix = "choose the folder of a transformers chat model"
        yield Check("folder", False, f"{folder} has no {' and no '.join(missing)}", fix)
        return
    yield Check("folder", True, str(folder))
    size = sum(file.stat().st_size for file in {file.resolve() for file in weights})
    yield _memory(size * _growth(folder))


def _cached(id: str) -> Path | None:
    """The folder in which the hub's client keeps a model; None where it has not been fetched."""
    from huggingface_hub import try_to_load_from_cache

    try:
        found = try_to_load_from_cache(id, "config.json")
    except ValueError:  # not the form of an id
        return None
    return Path(found).parent if isinstance(found, str) else None


def _growth(folder: Path) -> int:
    """How much larger the weights are in memory than on disk: on a processor without bfloat16 they are widened."""
    from index.device import best_device, compute_dtype

    stored = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    narrow = str(stored.get("dtype") or stored.get("torch_dtype") or "") in ("float16", "bfloat16")
    return 2 if narrow and "32" in compute_dtype(best_device("auto")) else 1


def _memory(needed: float) -> Check:
    free = free_memory()
    if free is None:
        return Check("memory", True, f"about {needed / 1e9:.1f} GB needed")
    told = f"about {needed / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free"
    return Check("memory", needed <= free * ROOM, told, "close other programs, or choose a smaller model")


def free_memory() -> int | None:
    """Bytes that programs can still get, as Linux tells; None elsewhere."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return None


def _provider(kind: str, model: str, base_url: str, patience: float) -> Iterator[Check]:
    package, variable = PROVIDERS.get(kind, (f"langchain-{kind.replace('_', '-')}", ""))
    there = importlib.util.find_spec(package.replace("-", "_")) is not None
    detail = "installed" if there else "not installed"
    yield Check(f"package {package}", there, detail, f"run `.venv/bin/pip install {package}` and start the chat again")
    key = os.environ.get(variable, "") if variable else ""
    if variable:
        said, fix = "set" if key else "not set", f"set {variable} where the chat is started"
        own = kind == "openai" and bool(base_url)
        yield Check(
            f"key in {variable}", bool(key), said, f"{fix}, if your server asks for one" if own else fix, note=own
        )
    if kind == "ollama":
        address = base_url or os.environ.get("OLLAMA_HOST", "") or OLLAMA
        yield from _ollama(address if "://" in address else f"http://{address}", model, patience)
    elif kind == "openai" and (key or base_url):
        yield from _openai(base_url or OPENAI, model, key, patience)


def _ollama(address: str, model: str, patience: float) -> Iterator[Check]:
    reached, listed = _fetched(f"{address.rstrip('/')}/api/tags", "", patience)
    yield Check(f"server {address}", reached.ok, reached.detail, "start it with `ollama serve`, or give its address")
    if not reached.ok:
        return
    models = listed.get("models") if isinstance(listed, dict) else None
    names = {str(m.get("name")) for m in models if isinstance(m, dict)} if isinstance(models, list) else set()
    there = model in names or f"{model}:latest" in names
    yield Check(f"model {model}", there, "there" if there else "not on the server", f"run `ollama pull {model}`")


def _openai(address: str, model: str, key: str, patience: float) -> Iterator[Check]:
    reached, listed = _fetched(f"{address.rstrip('/')}/models", key, patience)
    fix = "start the server, or mend its address; it ends in /v1 for most"
    yield Check(f"server {address}", reached.ok, reached.detail, fix)
    models = listed.get("data") if isinstance(listed, dict) else None
    if not reached.ok or not isinstance(models, list):
        return
    names = sorted(str(m.get("id")) for m in models if isinstance(m, dict))
    if not names:
        # Such as one that opens a model when it is first asked for.
        yield Check(f"model {model}", False, "the server lists no models", "ask a question to see", note=True)
        return
    there = model in names
    some = f"choose one of those: {', '.join(names[:5])}"
    yield Check(f"model {model}", there, "there" if there else "not on the server", some)


def _fetched(url: str, key: str, patience: float) -> tuple[Check, Any]:
    """Whether the server answers, and what; a list of models is at most one megabyte."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return Check(url, True, "answers"), json.loads(answer.read(1_000_000))
    except urllib.error.HTTPError as error:
        if error.code in (401, 403):
            return Check(url, False, f"answers, but refuses the key ({error.code})"), None
        # It is there, and may not list its models.
        return Check(url, True, f"answers ({error.code})"), None
    except ValueError:
        return Check(url, False, "answers with something else than a list of models"), None
    except OSError as error:
        reason = getattr(error, "reason", error)
        told = one_line(reason if isinstance(reason, Exception) else error)
        return Check(url, False, f"cannot be reached: {told}"), None
