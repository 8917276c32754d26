"""What is set for threads and memory, and that what a user set stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.runtime import SPINS, tune


def test_a_wait_spins_only_shortly_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    tune()
    assert os.environ["GOMP_SPINCOUNT"] == SPINS
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    tune()
    assert os.environ["GOMP_SPINCOUNT"] == "7"
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    tune()
    assert "GOMP_SPINCOUNT" not in os.environ


def test_it_is_set_before_torch_is_loaded(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from rag.opening import open_library\n"
        "from rag.settings import Settings\n"
        "open_library(Settings(library=Path(sys.argv[1])), create=True)\n"
        "assert 'torch' not in sys.modules and 'faiss' not in sys.modules, 'loaded too early'\n"
        "print(os.environ['GOMP_SPINCOUNT'])\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    environment["COLLOQUY_SETTINGS"] = str(tmp_path / "settings.toml")
    command = [sys.executable, "-c", code, str(tmp_path / "library")]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == SPINS
