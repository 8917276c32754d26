"""The filters of a query as SQL: what an article must meet to be ranked at all."""

import json
from datetime import date

from index.records import Query


def condition(query: Query) -> tuple[str, list[str]]:
    """SQL over ``a`` (articles) that a chunk's article must meet to be ranked at all, with its values."""
    window, values = _window_condition(query)
    if not query.articles:
        return window, values
    # One value, however many ids: SQLite bounds the number of values in a statement.
    chosen = "a.id IN (SELECT value FROM json_each(?))"
    return f"{window} AND {chosen}" if window else chosen, [*values, json.dumps(query.articles)]


def _window_condition(query: Query) -> tuple[str, list[str]]:
    """The part of the condition that stands for the window of the query.

    An article may speak of the window if it was published in it or may have been, speaks of a date in it, or is of
    unknown date and speaks of none later than it: an article that names 2023 was not written in 2014. To be favoured
    it must not tell of an earlier time either.
    """
    if query.after is None and query.before is None:
        return "", []
    after = (query.after or date.min).isoformat()
    before = (query.before or date.max).isoformat()
    earlier = "" if query.strict else " AND NOT m.bound AND m.before <= ? OR m.article_id = a.id"
    past = [] if query.strict else [after]
    # A period of publication that is open on one side may reach anywhere.
    either, both = "coalesce(a.published_before, a.published_after)", "a.published_before || a.published_after"
    known = either if query.strict else both
    return (
        "((a.published >= ? AND a.published < ?) "
        f"OR (a.published IS NULL AND {known} IS NOT NULL "
        "AND coalesce(a.published_before, '9999-12-31') > ? AND coalesce(a.published_after, '0001-01-01') < ?) "
        "OR EXISTS (SELECT 1 FROM event_dates m WHERE m.article_id = a.id AND m.before > ? AND m.after < ?) "
        "OR (a.published IS NULL AND a.published_before IS NULL AND NOT EXISTS "
        f"(SELECT 1 FROM event_dates m WHERE m.article_id = a.id{earlier} AND m.after >= ?)))"
    ), [after, before, after, before, after, before, *past, before]
