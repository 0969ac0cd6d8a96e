"""Everything that can go wrong, as one tree of errors with a message, a hint and an exit code.

AssistantError                 1
├── InputError                 1   one file, address or ID failed; the rest of the work was done
│   ├── UnreadableFile         1   a file is there but holds no article that can be read
│   ├── FetchError             1   an address cannot or must not be fetched
│   └── UnknownArticle         1   no article has this ID
├── UsageError                 2   the call itself is wrong
│   ├── SettingsError          2   a setting is unknown or out of bounds
│   └── QuestionError          2   the question is empty or too long
├── ServiceError               3   something outside is not there
│   ├── ModelError             3   the language model or embedder failed
│   │   └── ModelMissing       3   the server is there, the model is not
│   ├── Locked                 3   another process is writing
│   └── Superseded             3   another process put a new index in force
├── Cancelled                130   a person stopped the work
└── DataError                  4   the index or the personal data cannot be used
    ├── IndexMismatch          4   the index was made with other settings
    ├── DamagedFile            4   a file of ours is broken
    └── NoSpace                4   the disk is full
"""

from typing import ClassVar


class AssistantError(Exception):
    """Base of all errors a user may see: `str(error)` says what failed, `hint` what to do next."""

    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(AssistantError):
    """One input could not be used; the rest of the batch was done."""


class UnreadableFile(InputError):
    """The file is there, but no article can be read from it."""


class FetchError(InputError):
    """The address cannot be fetched, or must not be."""


class UnknownArticle(InputError):
    """No article of the corpus has this ID."""


class UsageError(AssistantError):
    """The command, the arguments or a filter are wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown, or its value is out of bounds."""


class QuestionError(UsageError):
    """The question is empty, or longer than a question can be."""


class ServiceError(AssistantError):
    """A service the work needs does not answer."""

    exit_code = 3
    retryable = True


class ModelError(ServiceError):
    """The language model or the embedder failed while it was working."""


class ModelMissing(ModelError):
    """The model server answers, but it does not have this model."""

    retryable = False


class Locked(ServiceError):
    """Another process is writing to the same index."""


class Superseded(ServiceError):
    """Another process put a new index in force while this one was writing to the former."""


class Cancelled(AssistantError):
    """A person stopped the work; `on_progress` may raise it, and what was begun is taken back."""

    exit_code = 130


class DataError(AssistantError):
    """The index or the personal data cannot be used as they are."""

    exit_code = 4


class IndexMismatch(DataError):
    """The index was made with another embedder, matrix or splitter."""


class DamagedFile(DataError):
    """A file that we wrote was changed or broken by something else."""


class NoSpace(DataError):
    """The disk is full, or a quota is used up; what was written before is whole."""
