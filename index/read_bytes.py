"""Bytes to text: decompression, line by line or whole, and encodings. Every size is bounded."""

import codecs
import gzip
import lzma
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from index.errors import ReadError

MEGABYTE = 1024**2
CHUNK_BYTES = 1 << 18
# One article of 32 MB is a book or a mistake; parsing it whole would take minutes and gigabytes on a small machine.
MAX_DOCUMENT_BYTES = 32 * MEGABYTE
# 2,000,000 characters in JSON escapes take at most 12 bytes each; real text takes 1 to 3, so 16 MB holds any article.
MAX_LINE_BYTES = 16 * MEGABYTE
# Text compresses 3 to 30 times, repetitive exports up to about 100; more is a decompression bomb.
MAX_EXPANSION = 200
XZ_MEMORY_BYTES = 256 * MEGABYTE
ENCODING_SAMPLE_BYTES = 64 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I
)
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def chunks(path: Path) -> Iterator[bytes]:
    """The content of a file in pieces of at most 256 KB, ``.gz`` and ``.xz`` decompressed.

    Raises ReadError where the file cannot be opened, is damaged, or expands more than 200 times.
    """
    try:
        size = path.stat().st_size
        total = 0
        for piece in _raw_chunks(path):
            total += len(piece)
            if total > max(MAX_DOCUMENT_BYTES, MAX_EXPANSION * size):
                raise ReadError(
                    f"it expands from {size:,} to more than {total:,} bytes, expected at most {MAX_EXPANSION} times; "
                    "decompress it yourself if it can be trusted"
                )
            yield piece
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise ReadError(f"damaged {path.suffix} file ({_one_line(error)}); copy or download it again") from error
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror or error}); check the path and its permissions") from error


def _raw_chunks(path: Path) -> Iterator[bytes]:
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        if suffix == ".gz":
            with gzip.GzipFile(fileobj=file) as unzipped:
                while piece := unzipped.read(CHUNK_BYTES):
                    yield piece
        elif suffix == ".xz":
            # lzma.open sets no memory limit; a header may ask for a dictionary of 1.5 GB.
            decompressor = lzma.LZMADecompressor(memlimit=XZ_MEMORY_BYTES)
            rest = b""
            while True:
                if decompressor.eof:
                    rest = (decompressor.unused_data or file.read(CHUNK_BYTES)).lstrip(b"\0")
                    if not rest:
                        return
                    decompressor = lzma.LZMADecompressor(memlimit=XZ_MEMORY_BYTES)
                elif decompressor.needs_input and not rest:
                    rest = file.read(CHUNK_BYTES)
                    if not rest:
                        raise EOFError("it ends in the middle")
                piece = decompressor.decompress(rest, max_length=CHUNK_BYTES)
                rest = b""
                if piece:
                    yield piece
        else:
            while piece := file.read(CHUNK_BYTES):
                yield piece


def whole(path: Path, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """All bytes of one document, decompressed. Raises ReadError where it is empty or larger than ``limit`` bytes."""
    content = bytearray()
    for piece in chunks(path):
        content += piece
        if len(content) > limit:
            raise ReadError(
                f"larger than {limit // MEGABYTE} MB, expected one article; "
                "split it, or export many articles as JSON Lines (.jsonl)"
            )
    if not content.strip():
        raise ReadError("empty file, expected an article; remove it or fill it")
    return bytes(content)


def lines(path: Path) -> Iterator[bytes | ReadError]:
    """The lines of a file as UTF-8 (or the file's single-byte encoding), each with its line feed, one at a time.

    A line over 16 MB comes as a ReadError in its place, its bytes skipped; the lines after it follow.
    """
    kept = bytearray()
    too_long = False
    for piece in _narrow(chunks(path)):
        start = 0
        while start < len(piece):
            end = piece.find(b"\n", start) + 1 or len(piece)
            if not too_long:
                kept += piece[start:end]
                too_long = len(kept) > MAX_LINE_BYTES
            if piece[end - 1 : end] == b"\n":
                yield _line_too_long() if too_long else bytes(kept)
                kept, too_long = bytearray(), False
            elif too_long:
                kept = bytearray()
            start = end
    if too_long:
        yield _line_too_long()
    elif kept:
        yield bytes(kept)


def _line_too_long() -> ReadError:
    return ReadError(f"longer than {MAX_LINE_BYTES // MEGABYTE} MB, expected one article a line; split it")


def _narrow(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 and UTF-32 as UTF-8, because their line feeds cannot be found in bytes; all else as it is."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, piece in enumerate(pieces):
        if number == 0:
            encoding = next((name for mark, name in _BOMS if piece.startswith(mark)), "")
            if encoding == "utf-8-sig":
                piece = piece[len(codecs.BOM_UTF8) :]
            elif encoding:
                decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        yield decoder.decode(piece).encode("utf-8", "replace") if decoder else piece


def decode(content: bytes) -> str:
    """Bytes to text: byte order mark, then UTF-8, then the encoding that the file declares, then detection.

    Raises ReadError for binary content (NUL bytes, many control characters) and where no encoding fits.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            try:
                return _refuse_binary(content.decode(name))
            except UnicodeDecodeError:
                break
    if wide := _wide_encoding(content):
        try:
            return _refuse_binary(content.decode(wide))
        except UnicodeDecodeError:
            pass
    if b"\0" in content:
        raise _binary()
    try:
        return _refuse_binary(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        # A multi-byte character cut at the end, or one bad byte in much good UTF-8, is damage and no other encoding.
        good = content[: error.start]
        mostly_good = len(content) > 1000 and len(content.decode("utf-8", "ignore").encode()) > 0.999 * len(content)
        if mostly_good and (not good.isascii() or error.start >= len(content) - 4):
            return _refuse_binary(content.decode("utf-8", "replace").replace("\ufffd", ""))
    declared = _DECLARED.search(content[:4096])
    if declared:
        try:
            return _refuse_binary(content.decode(declared.group(1).decode("ascii")))
        except (LookupError, UnicodeDecodeError):
            pass
    return _refuse_binary(_detected(content))


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without a byte order mark: in mostly Latin text every other byte is NUL."""
    sample = content[:2000]
    half = len(sample) // 2
    if half < 4:
        return ""
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return ""


def _detected(content: bytes) -> str:
    from charset_normalizer import from_bytes

    # The part around the first non-ASCII byte tells more than the start, which may be plain ASCII.
    first = next((i for i in range(0, len(content), 4096) if not content[i : i + 4096].isascii()), 0)
    sample = content[first : first + ENCODING_SAMPLE_BYTES]
    # Western news is by far the likeliest single-byte text; the detector is unsure on short lines of it.
    try:
        western = content.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    if western and _plainly_western(western):
        return western
    best = from_bytes(sample).best()
    if best is None:
        raise _binary()
    try:
        return content.decode(best.encoding)
    except UnicodeDecodeError:
        return content.decode(best.encoding, "replace").replace("\ufffd", "")


def _plainly_western(text: str) -> bool:
    """True where non-ASCII characters are few and are typographic marks or stand inside lower-case Latin words."""
    other = [i for i, character in enumerate(text[:200_000]) if ord(character) >= 0x80]
    if not other or len(other) > 0.12 * len(text):
        return False
    usual = set("‘’“”–—…•€£§©®°«»‹›¿¡·½¼¾ \u00a0àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßšžÀÂÄÁÅÆÇÈÉÊËÍÎÑÓÔÖØÙÚÜŠŽ")
    return sum(text[i] in usual for i in other) >= 0.98 * len(other)


def _refuse_binary(text: str) -> str:
    sample = text[:100_000]
    controls = len(CONTROL.findall(sample))
    if "\0" in sample or controls > max(2, 0.02 * len(sample)):
        raise _binary()
    return text


def _binary() -> ReadError:
    return ReadError("binary content, expected text; convert it to text, HTML, PDF or DOCX")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
