"""The options ``--after``, ``--before`` and ``--any-time`` of the commands that ask. Light: all commands import it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from index.errors import QuestionError, SettingsError
from index.records import Window
from rag.periods_words import window_of_days, window_words

_Command = TypeVar("_Command", bound=Callable[..., Any])

after_option = click.option("--after", metavar="DAY", help="Only from this day on, such as 2023-03-01.")
before_option = click.option("--before", metavar="DAY", help="Only earlier than this day.")


def period_options(command: _Command) -> _Command:
    """Adds the three options; their values go through ``given_window``."""
    any_time = click.option("--any-time", is_flag=True, help="Drop the period that the question names.")
    return after_option(before_option(any_time(command)))


def given_window(after: str | None, before: str | None, any_time: bool = False) -> Window | None:
    """The period that the user gives in place of the one that the question names; None for no such wish.

    Raises SettingsError for days that make no period, and for a period beside ``--any-time``.
    """
    if any_time and (after is not None or before is not None):
        raise SettingsError("--any-time drops the period, --after and --before set one; give one or the other")
    for option, day in (("--after", after), ("--before", before)):
        if day == "":
            raise SettingsError(f"{option} is empty; expected a day such as 2023-03-08")
    try:
        return Window() if any_time else window_of_days(after, before)
    except QuestionError as error:
        raise SettingsError(f"--after and --before: {error}") from None


def note_period(window: Window, given: bool) -> None:
    """Says on standard error which period is asked about, and how to drop one that was only understood."""
    if window:
        click.echo(f"period: {window_words(window)}{'' if given else '; --any-time drops it'}", err=True)
