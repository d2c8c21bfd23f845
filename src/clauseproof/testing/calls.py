"""The record of a call: what was asked, what was answered, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clauseproof.testing.answers import Usage
from clauseproof.testing.exchanges import ChatRequest, Reply
from clauseproof.testing.faults import Fault

Outcome = Literal["open", "answered", "refused", "lost"]


@dataclass(frozen=True, slots=True)
class Call:
    """One chat call the server received.

    Attributes:
        number: Counted from 1 in the order of arrival.
        request: What was asked.
        at_seconds: When it arrived, from the start of the server.
        fault: What the plan of faults did to it.
        reply: What was replied, after the fault; None where the call was not processed.
        status: HTTP status of the answer, whether or not it arrived; None where there was no answer.
        usage: Tokens of the call; None where it was not processed.
        outcome: Open until it is over; then answered (a completion was sent whole), refused (an error was
            sent), or lost (the connection ended before the answer did).
        seconds: From arrival to the answer.
    """

    number: int
    request: ChatRequest
    at_seconds: float
    fault: Fault | None = None
    reply: Reply | None = None
    status: int | None = None
    usage: Usage | None = None
    outcome: Outcome = "open"
    seconds: float = 0.0
