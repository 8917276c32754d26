"""Cold processes: the help, the first passages of a search, the first answer, the page.

python benchmarks/start.py [--rounds 5]
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from statistics import median

from common import ROOT, in_turn, told

COLLOQUY = [sys.executable, "-m", "rag.cli"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = {**os.environ, "COLLOQUY_SETTINGS": f"{folder}/settings.toml", "COLLOQUY_LIBRARY": f"{folder}/library"}

        def run(*words: str) -> None:
            subprocess.run([*COLLOQUY, *words], cwd=ROOT, env=home, check=True, capture_output=True)

        run("index", str(ROOT / "index" / "articles"))
        seconds = in_turn(
            {
                "help": lambda: run("--help"),
                "search": lambda: run("search", "ferry"),
                "ask": lambda: run("ask", "Who led the delegation of Pakistan?"),
                "imports": lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True),
                "page": lambda: page(home),
            },
            given.rounds,
        )
    told(
        "start: cold processes",
        {
            "help, median s (asked: 0.3)": median(seconds["help"]),
            "search, median s (asked: 5)": median(seconds["search"]),
            "first answer, median s (asked: 12)": median(seconds["ask"]),
            "page served, median s (asked: 6)": median(seconds["page"]),
            "import of torch alone, median s": median(seconds["imports"]),
        },
    )


def page(home: dict[str, str]) -> None:
    """Until the page has come whole; the process is ended then."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COLLOQUY, "chat", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60).read()
                    return
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.05)
            raise RuntimeError(f"the chat ended with {server.returncode}")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
