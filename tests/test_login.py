"""A chat with a login: nothing is reached without it, by a browser or by a program."""

import asyncio
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import users as users_module
from rag.users import Users
from tests.fake_colloquy import FakeColloquy
from tests.served import served
from ui.gate import MOST_WAITING, Gate, TooManyTriesError

gradio_client = pytest.importorskip("gradio_client")
openai = pytest.importorskip("openai")

NAME, PASSWORD = "ida", "a long harbour wall"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users_module, "COST", (2, 8, 1))
        known = Users(tmp_path_factory.mktemp("users") / "users.toml")
        known.add(NAME, PASSWORD)
        yield known


@pytest.fixture(scope="module")
def page(users: Users) -> Iterator[Any]:
    with served(FakeColloquy(), users=users, mcp=True) as page:
        yield page


@pytest.fixture(scope="module")
def address(page: Any) -> str:
    return str(page.local_url)


def basic(name: str = NAME, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def status(url: str, headers: dict[str, str] | None = None, body: bytes | None = None, method: str = "") -> Any:
    """Status, headers and body, redirects not followed."""

    class Still(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    request = urllib.request.Request(url, body, headers or {}, method=method or None)
    try:
        with urllib.request.build_opener(Still).open(request, timeout=20) as response:
            return response.status, response.headers, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode("utf-8", "replace")


def test_no_route_of_the_program_is_open(page: Any, address: str) -> None:
    """Whatever Gradio adds: a path that is not the login answers nobody who is not known."""
    tried = set()

    def paths(routes: Any) -> Iterator[tuple[str, str]]:
        for route in routes:
            for method in getattr(route, "methods", None) or ("GET",):
                yield getattr(route, "path", ""), method
            yield from paths(getattr(getattr(route, "original_router", None), "routes", ()))

    for path, method in paths(page.app.routes):
        path = path.replace("{path:path}", "x").replace("{", "").replace("}", "")
        if path.rstrip("/") in ("/login", "/logout", "/gradio_api/startup-events") or method == "OPTIONS":
            continue
        tried.add(path)
        code, headers, body = status(f"{address.rstrip('/')}{path}", method=method)
        assert code == 401, f"{method} {path} gave {code}"
        assert method == "HEAD" or "log in first" in body, path
        assert headers["www-authenticate"].startswith("Basic") and "default-src" in headers["content-security-policy"]
    assert {"/", "/config", "/v1/chat/completions", "/v1/models", "/mcp"} <= tried
    for path in ("gradio_api/call/chat", "gradio_api/upload", "gradio_api/queue/join", "gradio_api/component_server"):
        assert status(f"{address}{path}", body=b"{}")[0] == 401


def test_a_browser_is_led_to_the_login_and_from_there_to_the_page(address: str) -> None:
    asks = {"Accept": "text/html,application/xhtml+xml", "User-Agent": "Mozilla/5.0"}
    code, headers, _ = status(address, asks)
    assert code == 303 and headers["location"] == "/login" and headers["www-authenticate"] is None
    code, headers, body = status(f"{address}login", asks)
    assert code == 200 and 'name="password"' in body and headers["cache-control"] == "no-store"
    assert "<script" not in body and "http://" not in body
    form = urllib.parse.urlencode({"username": NAME, "password": "wrong"}).encode()
    code, headers, body = status(f"{address}login", asks, form)
    assert code == 401 and 'role="alert"' in body and "do not belong together" in body
    assert headers["set-cookie"] is None and "wrong" not in body.partition('role="alert"')[2].partition("<form")[2]
    form = urllib.parse.urlencode({"username": f" {NAME} ", "password": PASSWORD}).encode()
    code, headers, _ = status(f"{address}login", asks, form)
    assert code == 303 and headers["location"] == "./"
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    session = {**asks, "Cookie": cookie.partition(";")[0]}
    assert status(address, session)[0] == 200
    assert json.loads(status(f"{address}gradio_api/user", session)[2]) == NAME
    code, headers, _ = status(f"{address}logout", session, b"")
    assert code == 303 and "Max-Age=0" in headers["set-cookie"]
    assert status(address, session)[0] == 303


@pytest.mark.parametrize(
    "cookie", ["", "x", "colloquy-{port}=", "colloquy-{port}=x", 'colloquy-{port}="', "access-token=x", "=;=;\x01"]
)
def test_an_invented_session_opens_nothing(address: str, cookie: str) -> None:
    port = urllib.parse.urlsplit(address).port
    assert status(f"{address}config", {"Cookie": cookie.replace("{port}", str(port))})[0] == 401


@pytest.mark.parametrize(
    "value",
    ["Basic", "Basic !", "Basic aWRh", "Basic /w==", "Bearer x", "Basic aWRhOg==", "Digest x", f"Bearer {NAME}"],
)
def test_what_is_no_name_and_password_opens_nothing(address: str, value: str) -> None:
    assert status(f"{address}v1/models", {"Authorization": value})[0] == 401


def test_programs_name_themselves_with_each_request(address: str) -> None:
    assert status(f"{address}v1/models", basic())[0] == 200
    code, _, body = status(f"{address}v1/models")
    assert code == 401 and json.loads(body)["error"]["type"] == "authentication_error"
    assert status(f"{address}gradio_api/call/chat", basic(), b'{"data": ["ferry"]}')[0] in (200, 422)
    assert status(f"{address}config", basic(password="wrong"))[0] == 401


def test_the_clients_of_openai_and_gradio_log_in(address: str) -> None:
    where = address.replace("://", f"://{NAME}:{urllib.parse.quote(PASSWORD)}@")
    asked = [{"role": "user", "content": "ferry"}]
    client = openai.OpenAI(base_url=f"{where}v1", api_key="none", max_retries=0)
    assert client.chat.completions.create(model="x", messages=asked).choices[0].message.citations
    stranger = openai.OpenAI(base_url=f"{address}v1", api_key=PASSWORD, max_retries=0)
    with pytest.raises(openai.AuthenticationError, match="log in first"):
        stranger.chat.completions.create(model="x", messages=asked)

    quiet = {"verbose": False, "analytics_enabled": False}
    for way in ({"auth": (NAME, PASSWORD)}, {"httpx_kwargs": {"auth": (NAME, PASSWORD)}}):
        answer = gradio_client.Client(address, **way, **quiet).predict("ferry", api_name="/chat")
        assert answer["answer"].startswith("Engineer Tove Lind")
    with pytest.raises(gradio_client.exceptions.AuthenticationError):
        gradio_client.Client(address, auth=(NAME, "wrong"), **quiet)
    with pytest.raises(ValueError, match="credentials were not provided"):
        gradio_client.Client(address, **quiet)


def test_who_is_taken_out_or_has_another_password_is_logged_out(users: Users, address: str) -> None:
    users.add("tove", "another long one")
    form = urllib.parse.urlencode({"username": "tove", "password": "another long one"}).encode()
    session = {"Cookie": status(f"{address}login", body=form)[1]["set-cookie"].partition(";")[0]}
    assert status(f"{address}config", session)[0] == 200
    assert status(f"{address}config", basic("tove", "another long one"))[0] == 200
    users.remove("tove")
    assert status(f"{address}config", session)[0] == 401
    assert status(f"{address}config", basic("tove", "another long one"))[0] == 401
    users.add("tove", "a third long one")
    assert status(f"{address}config", session)[0] == 401


def test_a_damaged_list_lets_nobody_in_and_says_no_more_than_it_must(users: Users, address: str) -> None:
    content = users.file.read_bytes()
    try:
        users.file.write_bytes(b"[users")
        code, _, body = status(f"{address}v1/models", basic("other"))
        assert code == 503 and "cannot be read" in body and str(users.file) not in body
    finally:
        users.file.write_bytes(content)
    assert status(f"{address}v1/models", basic())[0] == 200


def test_a_form_without_end_is_refused(address: str) -> None:
    assert status(f"{address}login", body=b"username=" + b"x" * 20_000)[0] == 413


# -- the pauses -----------------------------------------------------------------------------------------------------


class SlowUsers(Users):
    """Knows one password."""

    def check(self, name: str, password: str) -> bool:
        return password == PASSWORD


def test_wrong_passwords_are_slowed_down_more_and_more_by_name(tmp_path: Path) -> None:
    gate = Gate(SlowUsers(tmp_path / "none"), first_pause=0.05)

    async def took(name: str, password: str) -> float:
        begun = time.perf_counter()
        await gate.check(name, password)
        return time.perf_counter() - begun

    async def tries() -> None:
        times = [await took("ida", "wrong") for _ in range(4)]
        assert times[0] < 0.05 <= times[1] < 0.1 <= times[2] < 0.2 <= times[3]
        assert await took("tove", "wrong") < 0.05  # another name is not made to wait
        assert await took("ida", PASSWORD) >= 0.4  # nor does the right one jump the pause
        assert await took("ida", "wrong") < 0.05  # and is forgiven after it

    asyncio.run(tries())


def test_tries_under_one_name_follow_one_another_and_no_more_than_a_few_wait(tmp_path: Path) -> None:
    gate = Gate(SlowUsers(tmp_path / "none"), first_pause=0.02)

    async def tries() -> None:
        found = await asyncio.gather(
            *(gate.check("ida", "wrong") for _ in range(MOST_WAITING + 3)), return_exceptions=True
        )
        assert found.count(False) == MOST_WAITING
        assert sum(isinstance(f, TooManyTriesError) for f in found) == 3
        assert await gate.check("ida", PASSWORD)

    asyncio.run(tries())


def test_names_without_end_are_not_all_kept(tmp_path: Path) -> None:
    gate = Gate(SlowUsers(tmp_path / "none"))

    async def tries() -> None:
        for n in range(1500):
            gate._tries_of(f"name{n}")
        assert len(gate._tries) == 1000 and "name1499" in gate._tries

    asyncio.run(tries())
