"""Every error a user of Clauseproof can meet, as one tree.

::

    ClauseproofError            base; the command line prints it in one line, without traceback
    ├─ ConfigurationError       bad setting, missing key, malformed knowledge file (file and field named)
    ├─ ArchiveError             an archive cannot be read
    │  ├─ NotInArchiveError     unknown archive, service, document or date; carries the nearest names
    │  ├─ CorruptRecordError    empty, binary, encrypted, truncated or enormous input
    │  └─ WorkspaceError        the workspace cannot be written
    ├─ SegmentationError        a text that cannot be partitioned
    ├─ RetrievalError           an index or an embedder that cannot answer
    ├─ ReportError              a report that cannot be rendered or written
    ├─ EvaluationError          a dataset, label map, baseline or results file that cannot be used
    └─ ModelError               a language model gave no usable reply; carries model, usage, raw text
       ├─ ModelUnavailableError time-out, rate limit, connection, 5xx: the only kind that is tried again
       ├─ ModelAccessError      key, quota, model name or endpoint refused
       ├─ ContextTooLongError   the request does not fit the model
       ├─ SchemaRefusedError    the server does not take the form of output asked for
       ├─ ReplyError            a reply came and cannot be used: refusal, cut short, filtered, malformed
       └─ BudgetError           the next call would pass `--max-cost` or `--max-tokens`

Messages say what failed, on which file or document, and what to do next. Causes are chained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clauseproof.llm.base import Usage

ReplyFault = Literal[
    "refusal",
    "truncated",
    "content-filter",
    "empty",
    "not-json",
    "html",
    "schema",
    "language",
]


class ClauseproofError(Exception):
    """Base of every error raised on purpose."""


class ConfigurationError(ClauseproofError):
    """A setting, a key or a knowledge file is wrong."""


class ArchiveError(ClauseproofError):
    """An archive cannot be read."""


class NotInArchiveError(ArchiveError):
    """Something was asked for that no archive holds.

    Attributes:
        nearest: Names the user may have meant, best first.
    """

    def __init__(self, message: str, nearest: tuple[str, ...] = ()) -> None:
        hint = f" Did you mean {' or '.join(repr(name) for name in nearest)}?" if nearest else ""
        super().__init__(message + hint)
        self.nearest = nearest


class CorruptRecordError(ArchiveError):
    """A recorded file is empty, binary, encrypted, truncated or enormous."""


class WorkspaceError(ArchiveError):
    """The workspace folder cannot be created, read or written."""


class SegmentationError(ClauseproofError):
    """A text cannot be partitioned into provisions."""


class RetrievalError(ClauseproofError):
    """An index or an embedder cannot answer."""


class ReportError(ClauseproofError):
    """A report cannot be rendered or written."""


class EvaluationError(ClauseproofError):
    """A dataset, label map, baseline or results file cannot be used; names file and line."""


class ModelError(ClauseproofError):
    """A language model gave no usable reply.

    Attributes:
        provider: Which adapter spoke to it.
        model: The model asked.
        usage: Tokens the provider reported for the call; None where it reported none.
        raw: The reply as it came, whatever it was; empty where none came.
    """

    def __init__(
        self, message: str, *, provider: str = "", model: str = "", usage: Usage | None = None, raw: str = ""
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.model = model
        self.usage = usage
        self.raw = raw


class ModelUnavailableError(ModelError):
    """The model could not be reached or did not finish; the same call may succeed later.

    Attributes:
        fault: What happened, as a word: ``429``, ``500``, ``timeout``, ``connection``.
        retry_after_seconds: How long the server asked to wait; None where it did not say.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: str,
        retry_after_seconds: float | None = None,
        provider: str = "",
        model: str = "",
        usage: Usage | None = None,
        raw: str = "",
    ) -> None:
        super().__init__(message, provider=provider, model=model, usage=usage, raw=raw)
        self.fault = fault
        self.retry_after_seconds = retry_after_seconds


class ModelAccessError(ModelError):
    """The key, the quota, the model name or the endpoint was refused; trying again is useless."""


class ContextTooLongError(ModelError):
    """The request is longer than the model takes."""


class SchemaRefusedError(ModelError):
    """The server does not know the form of output it was asked for; another form may do."""


class ReplyError(ModelError):
    """A reply came and cannot be used.

    Attributes:
        fault: What is wrong with it, as a word.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: ReplyFault,
        provider: str = "",
        model: str = "",
        usage: Usage | None = None,
        raw: str = "",
    ) -> None:
        super().__init__(message, provider=provider, model=model, usage=usage, raw=raw)
        self.fault = fault


class BudgetError(ModelError):
    """The next call would pass the limit on cost or tokens; nothing was sent."""
