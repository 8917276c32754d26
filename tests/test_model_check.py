"""What a chat model needs, looked at without opening it: folders, packages, keys, and servers of this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag import model_check
from rag.doctor import Check
from rag.model_check import check_model, free_memory


@contextmanager
def server(path: str, answer: Any, status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the keys that it was sent."""
    keys: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers.get("Authorization") or "")
            self.send_response(status if self.path == path else 404)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    made = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}", keys
    made.shutdown()
    made.server_close()


def by_name(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.name.split()[0]: check for check in checks}


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for _, variable in model_check.PROVIDERS.values():
        monkeypatch.delenv(variable or "NONE", raising=False)
    monkeypatch.delenv("OLLAMA_HOST", raising=False)


def chat_model(folder: Path, weights: int = 1000) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text('{"dtype": "bfloat16"}')
    (folder / "tokenizer_config.json").write_text("{}")
    with (folder / "model.safetensors").open("wb") as file:
        file.truncate(weights)
    return folder


def test_a_folder_is_there_with_all_it_needs_or_says_what_is_missing(tmp_path: Path) -> None:
    assert all(c.ok for c in check_model(f"hf:{chat_model(tmp_path / 'whole')}"))
    (absent,) = check_model(f"hf:{tmp_path}/absent")
    assert not absent.ok and "is not there" in absent.detail and absent.fix
    (tmp_path / "empty").mkdir()
    (empty,) = check_model(f"hf:{tmp_path}/empty")
    assert not empty.ok and "config.json" in empty.detail and "weights" in empty.detail


def test_a_model_that_is_too_large_is_told_before_it_is_opened(tmp_path: Path) -> None:
    free = free_memory()
    if free is None:
        pytest.skip("this system does not tell its free memory")
    large = by_name(check_model(f"hf:{chat_model(tmp_path / 'large', 2 * free)}"))
    assert large["folder"].ok and not large["memory"].ok and "GB free" in large["memory"].detail


def test_a_model_of_the_hub_is_never_fetched_by_looking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *a: pytest.fail("nothing may be fetched"))
    (check,) = check_model("hf:nobody/no-such-model")
    assert not check.ok and "`hf download nobody/no-such-model`" in check.fix
    (check,) = check_model("hf:not/an/id/at all")
    assert not check.ok


def test_a_missing_package_is_named_with_the_way_to_it() -> None:
    found = by_name(check_model("no_such:model"))
    assert not found["package"].ok and "pip install langchain-no-such" in found["package"].fix


def test_a_model_on_a_server_of_ollama() -> None:
    with server("/api/tags", {"models": [{"name": "llama3.2:latest"}, {"name": "qwen:4b"}]}) as (address, _):
        for name, there in (("llama3.2", True), ("qwen:4b", True), ("qwen", False)):
            found = by_name(check_model(f"ollama:{name}", address))
            assert found["server"].ok and found["model"].ok is there
        assert "ollama pull qwen" in found["model"].fix
    found = by_name(check_model("ollama:llama3.2", address, patience=0.5))
    assert not found["server"].ok and "cannot be reached" in found["server"].detail and "model" not in found


def test_a_key_is_asked_for_and_sent_to_the_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "OPENAI_API_KEY" in by_name(check_model("openai:x"))["key"].fix
    monkeypatch.setenv("OPENAI_API_KEY", "sk-word")
    with server("/v1/models", {"data": [{"id": "mine"}]}) as (address, keys):
        found = by_name(check_model("openai:mine", f"{address}/v1"))
        assert found["key"].ok and found["server"].ok and found["model"].ok and keys == ["Bearer sk-word"]
        other = by_name(check_model("openai:other", f"{address}/v1/"))["model"]
        assert not other.ok and "mine" in other.fix
    assert not any("sk-word" in c.detail + c.fix for c in found.values())
    with server("/v1/models", {}, 401) as (address, _):
        assert "refuses the key" in by_name(check_model("openai:mine", f"{address}/v1"))["server"].detail


def test_a_server_of_ones_own_may_ask_for_no_key_and_list_no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with server("/v1/models", {"data": []}) as (address, keys):
        found = by_name(check_model("openai:/models/mine", f"{address}/v1"))
    assert found["server"].ok and keys == [""]
    assert [(found[name].ok, found[name].note) for name in ("key", "model")] == [(False, True)] * 2
    assert not by_name(check_model("openai:mine"))["key"].note


@pytest.mark.parametrize("answer", [b"\xff no JSON", b"[]", {"models": 7}, {"models": [7]}, b""])
def test_a_server_that_answers_anything_breaks_nothing(answer: Any) -> None:
    with server("/api/tags", answer) as (address, _):
        assert not all(c.ok for c in check_model("ollama:llama3.2", address))
