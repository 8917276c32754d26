"""Questions for the day on which an article was published: "when was the story about the harbour published?"."""

import re

from rag.evidence import Evidence
from rag.periods_words import known_words, origin_words

_ARTICLE = r"(?:article|story|piece|page|news (?:item|report|piece|story|article))s?"
_THE = rf"(?:the|this|that|an?) {_ARTICLE}\b"
_WHEN = r"(?:when|(?:on )?(?:what|which) (?:day|date)|how long ago)\b.{0,30}?\b(?:was|is|did|has)"
_OUT = r"(?:published|posted|printed|put online|come out|came out|appear(?:ed)?|written|released|from|dated)"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:publication|publishing) dates? (?:of|for) (?P<of>{_THE}.*)",
        rf"^{_WHEN} (?P<of>{_THE}.*?) (?:been |first )?{_OUT}\b",
        rf"\bdate of (?P<of>{_THE}.*)",
        rf"^how (?:old|recent|new) is (?P<of>{_THE}.*)",
    )
)
_LEAD = re.compile(
    rf"^{_THE}\s*(?:(?:that|which|where|in which|saying|telling|tells?|says?|about|on|of|with|concerning)\b\s*)*",
    re.I,
)


def published_subject(text: str) -> str | None:
    """What the article is about whose day of publication is asked for, "" where it is not said; None for other
    questions."""
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            return _LEAD.sub("", match["of"]).strip(" ?.!,")
    return None


def publication(item: Evidence) -> tuple[str, str]:
    """The day or period of publication in words, and the remark that tells it with where it comes from; both "" where
    it is not known."""
    article = item.article
    if not (article.published or article.published_within):
        return "", ""
    day, origin = known_words(article), origin_words(article)
    verb = "was published on" if article.published else "states no day of publication:"
    return day, f"“{article.title}” {verb} {day}" + (f" ({origin})." if origin else ".")
