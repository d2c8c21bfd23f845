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
    └─ ReportError              a report that cannot be rendered or written

Messages say what failed, on which file or document, and what to do next. Causes are chained.
"""

from __future__ import annotations


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
