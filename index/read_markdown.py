"""Markdown to a draft: front matter, the leading heading, the text without its syntax."""

import html
import re
from typing import Any

from index.draft import Draft, sized
from index.errors import ReadError
from index.page_facts import first_sentence
from index.read_bytes import decode
from index.read_text import normalise

# YAML is read by slow pure Python; front matter is a handful of lines.
MAX_FRONT_MATTER_CHARACTERS = 50_000

_FIELDS = ("title", "published", "date", "publisher", "source", "url", "link", "event")
_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_RULE = re.compile(r"^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|=+)$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*$")
# An address may hold one pair of parentheses; lengths are bounded so that no input takes quadratic time.
_TARGET = r"(?:\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)|\[[^\]\n]{0,200}\])"
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\]" + _TARGET)
_LINK = re.compile(r"\[([^\[\]\n]{0,2000})\]" + _TARGET)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]{1,200}\]:\s+\S.*$")
_EMPHASIS = (
    re.compile(r"(\*{1,3})(?=\S)([^*\n]{1,3000}?)(?<=\S)\1"),
    re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_\n]{1,3000}?)(?<=\S)\1(?!\w)"),
    re.compile(r"(~~)(?=\S)([^~\n]{1,3000}?)(?<=\S)\1"),
    re.compile(r"(`{1,2})([^`\n]{1,3000}?)\1"),
)


def read_markdown(content: bytes) -> Draft:
    """Markdown with or without front matter; the syntax goes, a leading heading is the title where no key is."""
    fields, body = _front_matter(sized(decode(content)).replace("\r\n", "\n"))
    heading, blocks = _markdown_blocks(body)
    text = "\n\n".join(blocks)
    title = " ".join(normalise(fields.get("title", "")).split())
    if heading and title and heading != title:
        text = f"{heading}\n\n{text}"
    return Draft(
        text,
        title or heading or first_sentence(text),
        front_matter=fields.get("published") or fields.get("date", ""),
        publisher=fields.get("publisher") or fields.get("source", ""),
        url=fields.get("url") or fields.get("link", ""),
        event=fields.get("event", ""),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Known keys as strings, and the body. Values that YAML refuses ("title: A: b") are read line by line."""
    import frontmatter
    import yaml

    text = text.lstrip("\ufeff\n")
    parts = re.split(r"^-{3,}[ \t]*$", text, maxsplit=2, flags=re.M) if text.startswith("---") else []
    if len(parts) < 3 or parts[0].strip():
        return {}, text
    if len(parts[1]) > MAX_FRONT_MATTER_CHARACTERS:
        raise ReadError(f"front matter over {MAX_FRONT_MATTER_CHARACTERS:,} characters; shorten or close it with ---")

    class Strings(frontmatter.default_handlers.YAMLHandler):
        """Every value as written: an impossible date is then a date not found, no error."""

        def load(self, fm: str, **options: Any) -> Any:
            return yaml.load(fm, Loader=yaml.BaseLoader)

    try:
        found: Any = frontmatter.loads(text, handler=Strings()).metadata
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError):
        pairs = re.findall(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*)$", parts[1], flags=re.M)
        found = {key: value.strip().strip("\"'") for key, value in pairs}
    values = {str(k).lower(): v for k, v in found.items() if isinstance(v, str)}
    known = {key: values[key].strip() for key in _FIELDS if key in values}
    # Prose between two rules is no front matter.
    return (known, parts[2]) if found else ({}, text)


def _markdown_blocks(body: str) -> tuple[str, list[str]]:
    """The leading heading ("" where none) and the paragraphs as plain text."""
    body = re.sub(r"<!--.*?(?:-->|\Z)", "", body, flags=re.S)
    lines = body.split("\n")
    blocks: list[list[str]] = [[]]
    heading = ""
    in_fence = False
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            in_fence = not in_fence
            blocks.append([])
            continue
        if in_fence:
            blocks.append([line])
            continue
        line = re.sub(r"^(?: {0,3}>\s?)+", "", line)
        match = _HEADING.match(line)
        underlined = i + 1 < len(lines) and re.fullmatch(r" {0,3}(?:={3,}|-{3,})\s*", lines[i + 1]) and line.strip()
        if match or underlined and (not blocks[-1]):
            title = _inline(match[1] if match else line)
            if not heading and not any(blocks) and (lines[i + 1].lstrip().startswith("=") if underlined else True):
                heading = title
            elif title:
                blocks.extend([[title], []])
        elif not line.strip() or _RULE.match(line) or _TABLE_RULE.match(line) or _DEFINITION.match(line):
            blocks.append([])
        elif _ITEM.match(line):
            blocks.append([_ITEM.sub("", line)])
        elif line.lstrip().startswith("|"):
            blocks.extend([[line.strip().strip("|").strip()], []])
        else:
            blocks[-1].append(line)
    plain = [_inline(" ".join(part.strip().rstrip("\\") for part in block)) for block in blocks if block]
    return " ".join(normalise(heading).split()), [block for block in plain if block]


def _inline(text: str) -> str:
    """One paragraph without inline syntax. The words of a picture stay where they are a sentence: a caption."""
    escaped = re.sub(r"\\([!-/:-@\[-`{-~])", lambda m: f"\ue000{ord(m[1]):04x}\ue001", text)
    escaped = _IMAGE.sub(lambda m: m[1] if m[1].rstrip().endswith((".", "!", "?", "。")) else "", escaped)
    escaped = _LINK.sub(r"\1", escaped)
    escaped = re.sub(r"\[\^[^\]\s]{1,40}\]:?", "", escaped)
    escaped = re.sub(r"<((?:https?|mailto):[^<>\s]{1,2000})>", r"\1", escaped)
    escaped = re.sub(r"</?[A-Za-z][^<>\n]{0,2000}>", " ", escaped)
    for pattern in _EMPHASIS:
        escaped = pattern.sub(r"\2", escaped)
    escaped = re.sub("\ue000([0-9a-f]{4})\ue001", lambda m: chr(int(m[1], 16)), escaped)
    return " ".join(normalise(html.unescape(escaped)).split())
