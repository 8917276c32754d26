"""The errors that a user can meet. Each message says what was found, what was expected and what to do."""


class ColloquyError(Exception):
    """A failure with one line for the user; the command line prints it and exits with status 2."""


class ReadError(ColloquyError):
    """A file that cannot be read as an article; indexing skips it and goes on."""


class ReadNote(ReadError):
    """Something that was passed over in a file, such as an impossible date; its article is read all the same."""


class DateError(ColloquyError):
    """A date given by hand that cannot be: an impossible day, a range that ends before it starts."""


class StoreError(ColloquyError):
    """A library folder that is missing, locked, damaged or made by another version."""


class ModelError(ColloquyError):
    """A model that is missing, damaged or does not fit the library."""


class SettingsError(ColloquyError):
    """A setting outside its range, or a settings file that cannot be read."""


class DataError(ColloquyError):
    """An evaluation file or the folder of a run that cannot be used as it is."""


class QuestionError(ColloquyError):
    """A question that cannot be asked: empty, too long, or a batch line of the wrong form."""
