"""The stand-in server run by hand: ``python -m clauseproof.testing.server --port 8090 --fault-rate 0.2``."""

from __future__ import annotations

import argparse
import contextlib
import threading

from clauseproof.errors import ClauseproofError
from clauseproof.testing.faults import KINDS, Faults
from clauseproof.testing.responders import valid_noise
from clauseproof.testing.standin import StandInServer


def main(arguments: list[str] | None = None) -> None:
    """Serve noise that is valid in form until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m clauseproof.testing.server", description=main.__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one (default: 8090)")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="share of calls that go wrong")
    parser.add_argument("--fault", action="append", choices=sorted(KINDS), help="only this kind; repeatable")
    parser.add_argument("--seed", type=int, default=0, help="of the noise and the faults")
    parser.add_argument("--latency-seconds", type=float, default=0.0)
    chosen = parser.parse_args(arguments)
    kinds = tuple(KINDS[name] for name in chosen.fault or KINDS)
    try:
        faults = Faults(chosen.fault_rate, kinds, chosen.seed)
        server = StandInServer(
            valid_noise(chosen.seed), faults, latency_seconds=chosen.latency_seconds, port=chosen.port
        )
        with server:
            print(f"listening at {server.base_url}; Ctrl-C ends it", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    except ClauseproofError as error:
        parser.error(str(error))
    print(f"\n{len(server.calls)} calls, {len(server.lost)} replies lost")


if __name__ == "__main__":
    main()
