"""The whole chat where no network is: run inside a network namespace of its own, it prints as JSON what was seen.

    unshare -rnm python -m tests.network_cut [FOLDER FOR SCREENSHOTS]

Only the loopback device is there. A name server of its own listens on it, so that whoever asks for a name is seen.
"""

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.conftest import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[1]
QUESTION = "Who chaired the Washington dialogue for the United States?"
TABS = {
    "Articles": "#cq-shelf .cq-item",
    "Timeline": "#cq-times svg >> visible=true",
    "Evaluation": "#cq-eval-propose",
}
# Chromium looks for its own updates whatever the page does; only the names of others are to be heard. What the page
# asks for, prefetched or not, is told by the browser itself.
OWN_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PATIENCE = 240.0  # seconds for the server to start, and for an answer


def loopback_up() -> None:
    """What ``ip link set lo up`` does. Raises OSError where that is not allowed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        # SIOCSIFFLAGS with IFF_UP | IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14s", b"lo", 0x1 | 0x40, b""))


def name_server(asked: list[str]) -> None:
    """Answers no name, notes each; from now on the only name server of this process and its children."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    with tempfile.NamedTemporaryFile("w", prefix="resolv", delete=False) as conf:
        conf.write("nameserver 127.0.0.1\n")
    subprocess.run(["mount", "--bind", conf.name, os.path.realpath("/etc/resolv.conf")], check=True)

    def serve() -> None:
        while True:
            query, sender = server.recvfrom(4096)
            asked.append(name_of(query))
            # The same header with "no such name" (RFC 1035, RCODE 3).
            server.sendto(query[:2] + b"\x81\x83" + query[4:6] + bytes(6) + query[12:], sender)

    threading.Thread(target=serve, daemon=True).start()


def name_of(query: bytes) -> str:
    """The first name that a DNS query asks for."""
    parts, at = [], 12
    while at < len(query) and query[at]:
        parts.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    return ".".join(parts)


def no_way_out() -> bool:
    """Whether neither an address of the documentation's network nor one of a name server can be reached."""
    for address in (("192.0.2.1", 80), ("8.8.8.8", 53)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as out:
            out.settimeout(2)
            if out.connect_ex(address) == 0:
                return False
    return True


def started(folder: str, port: int) -> subprocess.Popen[str]:
    """``colloquy chat`` over a new library, once it is ready."""
    environment = os.environ | {"COLLOQUY_SETTINGS": f"{folder}/settings.toml", "HOME": os.environ.get("HOME", folder)}
    command = [sys.executable, "-m", "rag.cli", "chat", "--from", f"{folder}/library", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    timer = threading.Timer(PATIENCE, server.kill)
    timer.start()
    for line in server.stdout:
        if "ready" in line:
            timer.cancel()
            return server
    raise SystemExit("colloquy chat ended before it was ready")


def used(address: str, shots: str) -> dict[str, Any]:
    """What was asked for and shown: a question answered, an article opened, all tabs opened."""
    from playwright.sync_api import sync_playwright

    seen: dict[str, Any] = {"requests": [], "faults": [], "tabs": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, OWN_NAMES])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE * 1000)
        page.on("request", lambda request: seen["requests"].append(request.url))
        page.on("websocket", lambda web_socket: seen["requests"].append(web_socket.url))
        page.on("pageerror", lambda error: seen["faults"].append(str(error)))
        page.goto(address)

        def shot(name: str) -> None:
            if shots:
                page.screenshot(path=f"{shots}/cut-{name}.png")

        page.fill("#cq-question textarea", QUESTION)
        page.press("#cq-question textarea", "Enter")
        page.wait_for_selector("#a1:not(.cq-running)")
        seen["answer"] = page.inner_text("#a1 .cq-text")
        page.click("#a1 .cq-cite >> nth=0")
        page.wait_for_selector("#a1-c1.cq-lit mark")
        shot("answer")
        page.click("#a1-c1 .cq-open")
        page.wait_for_selector("#cq-article mark.cq-focus")
        seen["marked"] = page.inner_text("#cq-article mark.cq-focus")
        shot("article")
        page.keyboard.press("Escape")
        for tab, shown in TABS.items():
            page.click(f"role=tab[name={tab}]")
            page.wait_for_selector(shown)
            seen["tabs"].append(tab)
            shot(tab.lower())
        # Links that only look up a name or open a connection are no requests.
        seen["requests"] += page.evaluate("[...document.querySelectorAll('link[href]')].map(e => e.href)")
        browser.close()
    return seen


def main() -> None:
    loopback_up()
    asked: list[str] = []
    name_server(asked)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        before = time.monotonic()
        server = started(folder, port)
        try:
            seen = used(f"http://127.0.0.1:{port}", sys.argv[1] if len(sys.argv) > 1 else "")
        finally:
            server.terminate()
            server.wait(30)
    seen |= {"names": asked, "no way out": no_way_out(), "seconds": round(time.monotonic() - before, 1)}
    # Last: that the listener hears a name at all.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0\5probe\7invalid\0\0\1\0\1", ("127.0.0.1", 53))
        client.recv(512)
    seen["heard"] = asked.pop() == "probe.invalid"
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
