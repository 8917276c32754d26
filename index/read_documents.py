"""One file, one article: text, HTML, PDF and DOCX to a draft."""

import io
import re
import time
import zipfile
from collections import Counter
from typing import Any

from index.clean import clean
from index.draft import Draft, sized
from index.errors import ReadError
from index.page_dates import page_dates
from index.read_bytes import MEGABYTE, decode
from index.read_text import normalise, paragraphs

# Pages are at most a few MB; the extractor holds several copies of the tree in memory.
MAX_HTML_BYTES = 16 * MEGABYTE
MAX_PDF_SECONDS = 120.0
MAX_PDF_PAGES = 3_000
# The XML of 2,000,000 characters of text, generously formatted; more is a decompression bomb.
MAX_DOCX_XML_BYTES = 128 * MEGABYTE


def read_plain(content: bytes) -> Draft:
    """Plain text, page furniture taken out."""
    return cleaned_draft(normalise(sized(decode(content))))


def cleaned_draft(text: str, extracted: bool = False) -> Draft:
    """A draft of normalised plain text, page furniture taken out; only the sure kind from an ``extracted`` one."""
    found = clean(text, extracted=extracted)
    return Draft(found.text, found.title, byline=found.published, ticker=found.ticker, publisher=found.publisher)


def read_html(content: bytes) -> Draft:
    """The article of a web page with what the page says of it. Raises ReadError where no article is found."""
    import trafilatura

    if len(content) > MAX_HTML_BYTES:
        raise ReadError(f"page larger than {MAX_HTML_BYTES // MEGABYTE} MB; save the article alone, as text")
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
