"""The draft of an article: what one document says of itself."""

from dataclasses import dataclass

from index.errors import ReadError

# No article is as long: one citation into such a text would help nobody. Cleaning two million took 7 to 25 s.
MAX_TEXT_CHARACTERS = 2_000_000


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
