"""docs/api.md: its Python and its curl are run as they stand there, against a served chat with the real models."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.opening import open_colloquy, open_library, shipped_articles
from rag.settings import Settings, load_settings
from rag.users import Users
from tests.fake_colloquy import FakeColloquy
from tests.served import served

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "127.0.0.1:7860"


def examples(heading: str, language: str) -> list[str]:
    section = DOCUMENT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", section, re.S)
    assert found, f"{heading} has no example in {language}"
    return found


def run(code: str, language: str, address: str) -> str:
    """What an example prints, asked of the served page instead of the usual address."""
    assert ADDRESS in code
    code = code.replace(ADDRESS, address.split("//")[1].rstrip("/"))
    command = [sys.executable, "-c", code] if language == "python" else ["/bin/sh", "-ec", code]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(library=tmp_path_factory.mktemp("api") / "library")
    library = open_library(settings, create=True)
    library.add([shipped_articles()])
    library.close()
    with served(open_colloquy(settings), mcp=True) as page:  # type: ignore[arg-type]
        yield page.local_url


def needs_curl() -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")


@pytest.mark.models
def test_the_form_of_openai(address: str) -> None:
    pytest.importorskip("openai")
    (code,) = examples("As a model of OpenAI", "python")
    printed = run(code, "python", address)
    assert printed.count("\nSources:\n[1] ") == 2 and "Haider Shah" in printed


@pytest.mark.models
def test_the_form_of_openai_by_curl(address: str) -> None:
    needs_curl()
    (code,) = examples("As a model of OpenAI", "sh")
    completion = json.loads(run(code, "sh", address))
    message = completion["choices"][0]["message"]
    assert completion["object"] == "chat.completion" and "Haider Shah" in message["content"]
    assert any("Haider Shah" in citation["quote"] for citation in message["citations"])


@pytest.mark.models
def test_the_names(address: str) -> None:
    (code,) = examples("By name", "python")
    added, answer, passage, titles = run(code, "python", address).strip().splitlines()
    assert re.fullmatch(r"[0-9a-f]{16} False \[\]", added)
    assert "Tove Lind" in answer and "[1]" in answer and "Tove Lind" in passage
    assert "Ferry returns after repairs" in titles and titles.count("', '") == 5


@pytest.mark.models
def test_the_names_by_curl(address: str) -> None:
    needs_curl()
    (code,) = examples("By name", "sh")
    printed = run(code, "sh", address)
    assert printed.startswith("event: complete\ndata: [[{") and '"dense_rank": ' in printed


@pytest.mark.models
def test_the_tools(address: str) -> None:
    pytest.importorskip("mcp")
    (code,) = examples("As tools (MCP)", "python")
    assert "Haider Shah" in run(code, "python", address)


def test_the_login(tmp_path: Path) -> None:
    pytest.importorskip("openai")
    needs_curl()
    users = Users(tmp_path / "users.toml")
    users.add("ida", "a long password")
    (code,) = examples("Login", "python")
    curl = examples("Login", "sh")[1]
    from index.library import Library
    from tests.fakes import BagEmbedder

    fake = FakeColloquy(Library(tmp_path / "library", BagEmbedder(), create=True))  # type: ignore[arg-type]
    with served(fake, users=users) as page:
        run(code, "python", page.local_url)
        assert '"id":"colloquy"' in run(curl, "sh", page.local_url)
        with pytest.raises(AssertionError, match="AuthenticationError"):
            run(code.replace("a long password", "another password"), "python", page.local_url)


def test_the_commands_of_the_login_are_there() -> None:
    from click.testing import CliRunner

    from rag.cli import main

    for line in examples("Login", "sh")[0].splitlines():
        words = line.partition("#")[0].split()
        options = [word for word in words if word.startswith("--")]
        help = CliRunner().invoke(main, [*[w for w in words[1:3] if not w.startswith("--")], "--help"])
        assert help.exit_code == 0 and all(option in help.output for option in options), line


def test_the_limits_have_their_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_SETTINGS", str(tmp_path / "settings.toml"))
    settings = load_settings()
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", DOCUMENT.partition("## Limits")[2], re.M)
    assert len(rows) == 4
    for name, default in rows:
        assert getattr(settings, name) == int(default)
