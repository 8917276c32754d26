"""Ten people at the chat at once, five questions each, with the real models over the briefs, in Chromium.

    python benchmarks/ten_users.py [--users 10] [--questions 5] [--alone 10] [--out FILE.json]

Each asks the next question as soon as the last one is answered. Prints median and worst seconds from Enter to the first
line that says what goes on, to the first passages, to the first checked sentence and to the end, the longest place in
the line, how many waited there and how many of these saw their passages meanwhile, and errors. Afterwards the
conversations of the first --alone are asked again, each alone, and the answers are compared: what differs went to the
wrong place, or depends on who else is asking.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
ORDINALS = "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth".split()
LONGEST_WAIT = 900_000  # milliseconds
# Notes, from Enter on, when something of answer `number` is seen for the first time, and each line of its steps.
WATCH = """number => {
  const seen = window.seen = { said: [] };
  const now = () => performance.now() - seen.start;
  const first = (name, selector) => {
    if (!(name in seen) && document.querySelector(selector)) seen[name] = now();
  };
  document.addEventListener("keydown", () => (seen.start ??= performance.now()), { once: true, capture: true });
  const look = () => {
    if (seen.start === undefined) return;
    const said = document.querySelector(`#a${number} .cq-steps`)?.innerText ?? "";
    if (said && said !== seen.said.at(-1)) seen.said.push(said);
    if (said) seen.told ??= now();
    first("evidence", `#panel-a${number} .cq-row, #panel-a${number} .cq-card`);
    if ("evidence" in seen) seen.early ??= said.includes("in line");
    first("sentence", `#a${number} .cq-sentence, #a${number}.cq-declined .cq-text, #a${number} table`);
    const failed = [...document.querySelectorAll("#cq-chat .cq-failed, #cq-notice [role=alert]")].at(-1);
    if (failed) seen.failed = failed.innerText;
    if (failed || document.querySelector(`#a${number}:not(.cq-running)`)) {
      seen.end ??= now();
      observer.disconnect();
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def place_of(said: str) -> int:
    """The place in the line that a status line tells, 0 where it tells none."""
    word, _, rest = said.partition(" ")
    if not rest.startswith("in line"):
        return 0
    return ORDINALS.index(word) + 1 if word in ORDINALS else int("".join(filter(str.isdigit, word)))


def summary(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Median and worst seconds to each step, the longest place, and what went wrong."""
    figures: dict[str, Any] = {}
    for step in ("told", "evidence", "sentence", "end"):
        seconds = [a[step] / 1000 for a in answers if step in a]
        figures[step] = {"median": round(median(seconds), 2), "worst": round(max(seconds), 2)} if seconds else None
    figures["longest place"] = max((place_of(line) for a in answers for line in a["said"]), default=0)
    waited = [a for a in answers if any(map(place_of, a["said"]))]
    figures["waited"] = len(waited)
    figures["passages in line"] = sum(a.get("early", False) for a in waited)
    figures["waited untold"] = sum("told" not in a for a in answers)
    figures["errors"] = [a["failed"] for a in answers if "failed" in a]
    figures["astray"] = [a["question"] for a in answers if not a["own"]]
    return figures


async def use(browser: Any, address: str, questions: list[str], faults: list[str]) -> list[dict[str, Any]]:
    """One person: a browser context of their own, the questions one after the other. Returns what was seen of each."""
    from playwright.async_api import TimeoutError

    # Without motion: ten pages of moving dots, which are drawn without a graphics card here, would take half of this
    # machine; users bring machines of their own.
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(LONGEST_WAIT)
    page.on("pageerror", lambda error: faults.append(str(error)))
    # Aborted: streams that are still open when the page is left.
    page.on("requestfailed", lambda r: "ABORTED" in str(r.failure) or faults.append(f"{r.url}: {r.failure}"))
    await page.goto(address)
    box = page.locator("#cq-question textarea")
    await box.wait_for()
    answers = []
    for number, question in enumerate(questions, 1):
        await page.evaluate(WATCH, number)
        await box.fill(question)
        await box.press("Enter")
        try:
            await page.wait_for_function("seen.end", polling=250, timeout=LONGEST_WAIT)
        except TimeoutError:
            await page.evaluate("seen.failed ??= 'it has not ended'")
        seen = await page.evaluate("seen")
        shown = page.locator(f"#a{number}")
        seen["question"] = question
        seen["text"] = await shown.locator(".cq-text").all_inner_texts() if await shown.count() else []
        asked = await page.locator("#cq-chat .user-row").all_inner_texts()
        about = await page.locator(f"#panel-a{number} .cq-for").all_text_contents()
        seen["own"] = [q.strip() for q in asked] == questions[:number] and about == [question]
        answers.append(seen)
    await context.close()
    return answers


async def all_at_once(
    chromium: str, address: str, scripts: list[list[str]], faults: list[str], flags: Sequence[str] = FLAGS
) -> list[list[dict[str, Any]]]:
    """All of them in one browser. ``faults`` takes what went wrong in the pages."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(flags))
        try:
            return await asyncio.gather(*(use(browser, address, script, faults) for script in scripts))
        finally:
            await browser.close()


def scripts_of(users: int, questions: int) -> list[list[str]]:
    """Different questions for each as far as the set of the briefs goes; those that stand for themselves."""
    from eval.datasets import load_dataset

    asked = [e.question for e in load_dataset("briefs").examples if not e.history]
    return [[asked[(u * questions + q) % len(asked)] for q in range(questions)] for u in range(users)]


def alone(colloquy: Any, script: list[str]) -> list[list[str]]:
    """What one who asks alone is shown: the paragraphs of each answer."""
    from rag.question import Turn

    turns: list[Turn] = []
    shown = []
    for question in script:
        answer = colloquy.ask(question, turns)
        turns.append(Turn(question, answer.text))
        shown.append([s.text for s in answer.sentences] or ([answer.abstained] if answer.abstained else []))
    return shown


def main() -> None:
    from rag.opening import fill_empty, open_colloquy
    from rag.settings import load_settings
    from ui.serving import launch

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--users", type=int, default=10)
    options.add_argument("--questions", type=int, default=5)
    options.add_argument("--alone", type=int, default=10, help="users whose answers are compared")
    options.add_argument("--out", type=Path, help="every answer with what was seen of it, as JSON")
    given = options.parse_args()
    chromium = os.environ.get("COLLOQUY_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("Chromium was not found; install it, or name it in COLLOQUY_CHROMIUM")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scripts = scripts_of(given.users, given.questions)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(library=Path(home))
        fill_empty(settings)
        colloquy = open_colloquy(settings)
        colloquy.ask("Who took part?")  # the models are loaded once, not by the first of the ten
        page = launch(colloquy, port=port)
        started = time.monotonic()
        users = asyncio.run(all_at_once(chromium, page.local_url, scripts, faults))
        took = time.monotonic() - started
        page.close(verbose=False)
        answers = [answer for user in users for answer in user]
        figures = {"users": given.users, "answers": len(answers), "seconds": round(took, 1), **summary(answers)}
        print(json.dumps(figures | {"faults of the page": faults}, ensure_ascii=False, indent=2), flush=True)
        if given.out:
            given.out.write_text(json.dumps(answers, ensure_ascii=False, indent=1), encoding="utf-8")
        different, compared = [], users[: given.alone]
        for script, shown in zip(scripts, compared, strict=False):
            for answer, expected in zip(shown, alone(colloquy, script), strict=True):
                text = " ".join(" ".join(answer["text"]).split())
                if not all(_in(sentence, text) for sentence in expected):
                    different.append({"question": answer["question"], "shown": text, "alone": expected})
    count = sum(map(len, compared))
    print(json.dumps({"asked again alone": count, "different": different}, ensure_ascii=False, indent=2))


def _in(sentence: str, shown: str) -> bool:
    """Whether the sentence stands in what was shown, whatever blanks and marks were set between the words."""
    return "".join(sentence.split()) in "".join(shown.split())


if __name__ == "__main__":
    main()
