"""The records and errors of ``index``, for the packages above ``rag``."""

from index.errors import ColloquyError, DataError, ModelError, QuestionError, ReadError, SettingsError, StoreError
from index.listing import Filter, Listed, Order
from index.mentions import date_mentions
from index.records import Article, Chunk, EventDate, Hit, Query, Span, Window, article_id
from index.sentences import BLANK_LINE, paragraph_of, split_paragraphs, split_sentences

__all__ = [
    "BLANK_LINE",
    "Article",
    "Chunk",
    "ColloquyError",
    "DataError",
    "EventDate",
    "Filter",
    "Hit",
    "Listed",
    "ModelError",
    "Order",
    "Query",
    "QuestionError",
    "ReadError",
    "SettingsError",
    "Span",
    "StoreError",
    "Window",
    "article_id",
    "date_mentions",
    "paragraph_of",
    "split_paragraphs",
    "split_sentences",
]
