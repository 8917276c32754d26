"""With the network cut, the chat is whole: the server with its models, and the browser, without a way out."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import CHROMIUM
from tests.network_cut import TABS, name_of

ROOT = Path(__file__).parents[1]
NAMESPACE = ["unshare", "--map-root-user", "--net", "--mount"]


def test_the_name_of_a_query() -> None:
    query = b"\0\1\1\0\0\1\0\0\0\0\0\0\5paper\7example\0\0\1\0\1"
    assert name_of(query) == "paper.example" and name_of(query[:16]) and name_of(b"") == ""


@pytest.mark.browser
@pytest.mark.models
def test_the_chat_works_without_a_network_and_asks_for_nothing_elsewhere() -> None:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian package chromium); COLLOQUY_CHROMIUM can name one")
    pytest.importorskip("playwright.sync_api")
    if not shutil.which("unshare"):
        pytest.skip("unshare is not installed (Debian package util-linux), so no network can be cut")
    allowed = subprocess.run([*NAMESPACE, "true"], capture_output=True, text=True, check=False)
    if allowed.returncode:
        pytest.skip(f"network namespaces are not allowed here: {allowed.stderr.strip()}")
    run = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "tests.network_cut"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    seen = json.loads(run.stdout.splitlines()[-1])
    assert seen["no way out"] and seen["heard"]
    assert "Richard" in seen["answer"] and "Richard" in seen["marked"] and seen["tabs"] == list(TABS)
    assert len(seen["requests"]) > 10 and seen["faults"] == []
    elsewhere = [u for u in seen["requests"] if urlsplit(u).hostname not in ("127.0.0.1", None)]
    elsewhere += [u for u in seen["requests"] if urlsplit(u).scheme not in ("http", "ws", "data", "blob")]
    assert elsewhere == [] and seen["names"] == []
