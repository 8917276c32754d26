"""One file, one article: text, Markdown, HTML, PDF and DOCX to a draft."""

import html
import io
import re
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

from index.clean import clean, first_sentence
from index.errors import ReadError
from index.page_dates import page_dates
from index.read_bytes import decode
from index.read_text import normalise, paragraphs

# No article is as long: one citation into such a text would help nobody. Cleaning two million took 7 to 25 s.
MAX_TEXT_CHARACTERS = 2_000_000
# YAML is read by slow pure Python; front matter is a handful of lines.
MAX_FRONT_MATTER_CHARACTERS = 50_000
# Pages are at most a few MB; the extractor holds several copies of the tree in memory.
MAX_HTML_BYTES = 16 * 1024 * 1024
MAX_PDF_SECONDS = 120.0
MAX_PDF_PAGES = 3_000
# The XML of 2,000,000 characters of text, generously formatted; more is a decompression bomb.
MAX_DOCX_XML_BYTES = 128 * 1024 * 1024

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


@dataclass(slots=True)
class Draft:
    """What one document says of itself, before dates are weighed. Dates are strings as found, "" where absent.

    ``place`` says where in a file of many articles it stands ("line 3").
    """

    text: str
    title: str = ""
    front_matter: str = ""
    json: str = ""
    meta: str = ""
    byline: str = ""
    ticker: str = ""
    publisher: str = ""
    url: str = ""
    event: str = ""
    place: str = ""


def sized(text: str) -> str:
    """The text as it is. Raises ReadError where it is too long for one article, before any time goes into it."""
    if len(text) > MAX_TEXT_CHARACTERS:
        raise ReadError(
            f"text of {len(text):,} characters, expected one article of at most {MAX_TEXT_CHARACTERS:,}; split it"
        )
    return text


def read_plain(content: bytes) -> Draft:
    """Plain text, page furniture taken out."""
    return cleaned_draft(normalise(sized(decode(content))))


def cleaned_draft(text: str, extracted: bool = False) -> Draft:
    """A draft of normalised plain text, page furniture taken out; only the sure kind from an ``extracted`` one."""
    found = clean(text, extracted=extracted)
    return Draft(found.text, found.title, byline=found.published, ticker=found.ticker, publisher=found.publisher)


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


def read_html(content: bytes) -> Draft:
    """The article of a web page with what the page says of it. Raises ReadError where no article is found."""
    import trafilatura

    if len(content) > MAX_HTML_BYTES:
        raise ReadError(f"page larger than {MAX_HTML_BYTES // (1024 * 1024)} MB; save the article alone, as text")
    page = decode(content)
    # Precision: token F1 0.965 on the article extraction benchmark, 0.958 by default; where it finds nothing, recall.
    for precise in (True, False):
        found: Any = trafilatura.bare_extraction(
            page,
            include_comments=False,
            with_metadata=True,
            favor_precision=precise,
            favor_recall=not precise,
        )
        text = normalise(found.text or "") if found else ""
        if text:
            break
    if not text:
        raise ReadError("no article text found in the page, expected prose; save the page again or as text")
    text = "\n\n".join(line.removeprefix("- ") for line in text.split("\n") if line)
    start = clean(text[:20_000])
    title = " ".join(normalise(found.title or "").split())
    dates = page_dates(page)
    return Draft(
        text,
        title or start.title,
        meta=dates.stated,
        byline=dates.shown or start.published,
        ticker=dates.guess,
        publisher=" ".join(normalise(found.sitename or "").split()),
        url=found.url or "",
    )


def read_pdf(content: bytes) -> Draft:
    """The text of a PDF, page headers and footers left out. The day the file was made is no publication date."""
    import pypdf

    if not content.lstrip()[:1024].count(b"%PDF-"):
        raise ReadError("no PDF inside, expected a file that starts with %PDF; save it again as PDF")
    deadline = time.monotonic() + MAX_PDF_SECONDS
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("encrypted PDF; save a copy without a password")
        if len(reader.pages) > MAX_PDF_PAGES:
            raise ReadError(f"PDF of more than {MAX_PDF_PAGES:,} pages; split it")
        pages = []
        for page in reader.pages:
            if time.monotonic() > deadline:
                raise ReadError(f"PDF takes longer than {MAX_PDF_SECONDS:.0f} s to read; save it again or as text")
            pages.append(normalise(page.extract_text()).split("\n"))
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except ReadError:
        raise
    # A damaged PDF raises nearly anything from within pypdf: KeyError, RecursionError, struct.error, ...
    except Exception as error:
        if type(error).__name__ == "DependencyError":
            raise ReadError("encrypted PDF; save a copy without a password") from error
        raise ReadError("broken PDF; save or download it again") from error
    text = "\n\n".join(paragraphs(_join_hyphens("\n".join(_without_running_lines(pages)))))
    if not text:
        raise ReadError("PDF without text, perhaps a scan; run text recognition (OCR) on it first")
    found = clean(text)
    return Draft(text, _document_title(title) or found.title, byline=found.published)


def _without_running_lines(pages: list[list[str]]) -> list[str]:
    """All lines but headers, footers and page numbers: first or last lines that return on half of the pages."""
    pages = [[line for line in page if line] for page in pages]
    if len(pages) < 3:
        return [line for page in pages for line in page]
    places = [(page, at) for page in pages for at in {0, len(page) - 1} if page]
    shapes = Counter(re.sub(r"\d+", "0", page[at]) for page, at in places)
    running = {shape for shape, count in shapes.items() if count >= max(2, len(pages) / 2)}
    kept = []
    for page in pages:
        for at, line in enumerate(page):
            if at not in (0, len(page) - 1) or re.sub(r"\d+", "0", line) not in running:
                kept.append(line)
    return kept


def _join_hyphens(text: str) -> str:
    """Words cut at a line end joined; the hyphen goes only where the text has the word whole elsewhere."""
    known = {w.lower() for w in re.findall(r"\w+", text)}

    def join(match: re.Match[str]) -> str:
        whole = match[1] + match[2]
        return whole if whole.lower() in known else f"{match[1]}-{match[2]}"

    return re.sub(r"(\w+)-\n([a-z]\w*)", join, text)


def _document_title(title: str) -> str:
    """The title that a word processor stored, "" where it is a file name or a default."""
    title = " ".join(normalise(title).split())
    file_name = r"\.(?:docx?|pdf|indd|qxd|odt|rtf|tmp)$"
    default = re.search(file_name + r"|^(?:untitled|microsoft word|document\d*$|word document$)", title, re.I)
    return "" if default else title


def read_docx(content: bytes) -> Draft:
    """Paragraphs and tables of a DOCX. The day the file was made is no publication date."""
    import docx
    from docx.text.paragraph import Paragraph

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            xml_bytes = sum(part.file_size for part in package.infolist() if part.filename.endswith((".xml", ".rels")))
            if xml_bytes > MAX_DOCX_XML_BYTES:
                raise ReadError(f"DOCX of {xml_bytes:,} bytes of XML, expected an article; split it or save it as text")
        document = docx.Document(io.BytesIO(content))
        blocks: list[str] = []
        title = _document_title(document.core_properties.title or "")
        for block in document.iter_inner_content():
            if isinstance(block, Paragraph):
                rows, style = [[block.text]], str(block.style.name if block.style else "")
            else:
                rows, style = [[cell.text for cell in row.cells] for row in block.rows], ""
            for row in rows:
                words = " ".join(" ".join(row).split())
                if words and not blocks and style in ("Title", "Heading 1"):
                    title = title or words
                    if title == words:
                        continue
                blocks.append(words)
    except ReadError:
        raise
    # python-docx raises KeyError, ValueError, lxml and zip errors alike on a damaged package.
    except Exception as error:
        raise ReadError("broken DOCX, expected a Word document; save it again") from error
    text = "\n\n".join(" ".join(normalise(block).split()) for block in blocks if block)
    if not text:
        raise ReadError("DOCX without text; remove it or save it again")
    found = clean(text)
    return Draft(text, title or found.title, byline=found.published)
