"""Limits: each refusal names what was found and what is allowed."""

import http.client
import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from index.errors import QuestionError, SettingsError
from index.library import Library
from rag.pipeline import Colloquy
from rag.settings import load_settings
from rag.uploads import MEGABYTE
from tests.fake_colloquy import FakeColloquy
from tests.fakes import BagEmbedder, ScriptedModel
from tests.served import served
from ui import serving
from ui.command import chat, is_own_machine
from ui.line import Line


@pytest.fixture(scope="module")
def line() -> Line:
    return Line(at_once=1, longest=0)


@pytest.fixture(scope="module")
def address(line: Line) -> Iterator[str]:
    with served(FakeColloquy(), line=line, upload_mb=2) as page:
        yield page.local_url


def post(address: str, path: str, body: Any, **headers: str) -> tuple[int, Any, Any]:
    where = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
    connection.request("POST", f"/{path}", body, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, json.loads(text) if text[:1] in ("{", "[") else text, response.headers


def test_a_request_that_is_too_large_is_refused_before_it_is_read(address: str) -> None:
    body = b" " * (3 * MEGABYTE)
    code, said, _ = post(address, "v1/chat/completions", body)
    assert code == 413 and said["error"]["type"] == "invalid_request_error"
    assert said["error"]["message"] == "the request has 3.0 MB, at most 2 MB are taken; send less at once"
    code, said, _ = post(address, "gradio_api/call/add", body)
    assert code == 413 and "3.0 MB, at most 2 MB" in said["detail"]


def test_a_request_that_hides_its_length_is_counted(address: str) -> None:
    code, said, _ = post(address, "v1/chat/completions", (b" " * 65_536 for _ in range(40)))
    assert code == 413 and "at most 2 MB" in said["error"]["message"]


def test_an_upload_is_limited_by_file(address: str) -> None:
    def upload(*sizes: int) -> tuple[int, Any]:
        parts = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' + b"x" * size + b"\r\n"
            for size in sizes
        )
        code, said, _ = post(
            address, "gradio_api/upload", parts + b"--b--\r\n", **{"Content-Type": "multipart/form-data; boundary=b"}
        )
        return code, said

    code, said = upload(3 * MEGABYTE)
    assert code == 413
    assert said["detail"] == "a file of these 3.0 MB is larger than 2 MB, the most that is taken; send a smaller one"
    code, said = upload(MEGABYTE, MEGABYTE, MEGABYTE)  # each of them is small enough
    assert code == 200 and len(said) == 3


def test_a_full_line_is_429_for_those_who_ask_by_name(address: str, line: Line) -> None:
    with line.join():
        for path, body in (("call/chat", b'{"data": []}'), ("call/v2/chat", b'{"question": "ferry"}')):
            code, said, headers = post(address, f"gradio_api/{path}", body)
            assert code == 429 and "0 questions wait, at most 0 may" in said["detail"]
            assert int(headers["Retry-After"]) >= 1
        assert post(address, "gradio_api/call/v2/articles", b"{}")[0] == 200
    assert post(address, "gradio_api/call/v2/chat", b'{"question": "ferry"}')[0] == 200


def test_the_longest_question_is_a_setting(tmp_path: Path) -> None:
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    colloquy = Colloquy(library, ScriptedModel("x"), longest=20)
    with pytest.raises(QuestionError, match="has 30 characters, at most 20 are read"):
        colloquy.ask("Who opened the harbour of Lorn")
    assert colloquy.ask("Who opened it now?").abstained


@pytest.mark.parametrize(
    ("name", "value"), [("at_once", 0), ("line", -1), ("upload_mb", 0), ("question", 5000), ("upload_mb", "many")]
)
def test_a_limit_that_limits_nothing_is_refused(tmp_path: Path, name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"setting '{name}'"):
        load_settings(**{name: value})


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.0.1", True), ("0.0.0.0", False)]
    + [("::", False), ("192.168.1.5", False), ("paper.example", False)],
)
def test_which_hosts_are_this_machine(host: str, own: bool) -> None:
    assert is_own_machine(host) == own


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_the_command_hands_on_the_settings_and_warns_of_an_open_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, warned: bool
) -> None:
    from rag import opening

    (tmp_path / "settings.toml").write_text("at_once = 3\nline = 7\nupload_mb = 9\nquestion = 100\n")
    monkeypatch.setenv("COLLOQUY_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setattr(opening, "fill_empty", lambda settings, note: None)
    monkeypatch.setattr(opening, "open_later", lambda settings, note: (settings.question, len))
    given: list[Any] = []
    monkeypatch.setattr(serving, "serve", lambda colloquy, **options: given.append((colloquy, options)))
    result = CliRunner().invoke(chat, ["--host", host, "--mcp"])
    assert result.exit_code == 0
    colloquy, options = given[0]
    assert (
        colloquy == 100
        and options["then"] is len
        and options["upload_mb"] == 9
        and options["mcp"]
        and options["users"] is None
    )
    assert (options["line"].at_once, options["line"].longest) == (3, 7)
    assert ("--auth asks for a password" in result.stderr) == warned
