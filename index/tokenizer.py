"""Opening a tokenizer of the tokenizers library, and text that it can take."""

from pathlib import Path
from typing import Any


def open_tokenizer(folder: Path) -> Any:
    """The tokenizer of ``tokenizer.json`` in ``folder``, neither cutting nor padding. Raises ValueError."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the tokenizers library raises plain Exception
        raise ValueError(f"tokenizer.json: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def encodable(text: str) -> str:
    """The text with a mark for each lone surrogate, which has no bytes for the tokenizer; of the same length."""
    return text if text.isascii() else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
