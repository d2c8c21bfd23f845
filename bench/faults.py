"""Five hundred analyses against a server that fails one call in five: what finishes, what is repeated.

    python bench/faults.py [--analyses 500] [--rate 0.2]

Each analysis is one practice in one document of the sample archive; faults strike by a seeded plan. Counted
at the server: calls it answered whole and was asked again (there should be none), and calls whose reply was
lost. Then the same is run again without faults: what was done is replayed, only the rest is asked.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from clauseproof import testing
from clauseproof.archive.folder import FolderArchive
from clauseproof.drafting import ModelDrafter
from clauseproof.errors import ClauseproofError
from clauseproof.llm.stack import ModelSettings
from clauseproof.pipeline import Analyzed, Analyzer, sample_archive_path
from clauseproof.testing import Faults, StandInServer, by_schema

# Faults after which the same model can go on. A used-up quota ends a run; tests/test_drafting.py has that.
KINDS = (
    testing.RATE_LIMIT,
    testing.RATE_LIMIT_SECONDS,
    testing.RATE_LIMIT_DATE,
    testing.SERVER_ERROR,
    testing.OVERLOADED,
    testing.HTML_PAGE_502,
    testing.RESET_BEFORE,
    testing.RESET_AFTER,
    testing.HALF_REPLY,
    testing.SlowReply(1.5),
    testing.REFUSAL,
    testing.TRUNCATED,
    testing.CONTENT_FILTER,
    testing.INVALID_JSON,
    testing.FENCED_JSON,
    testing.SCHEMA_INVALID,
    testing.EMPTY_REPLY,
    testing.EMPTY_CHOICES,
    testing.WRONG_LANGUAGE,
    testing.WRONG_LANGUAGE_CHINESE,
    testing.HTML_PAGE,
    testing.REASONING,
    testing.NO_STRICT_SCHEMAS,
)
SENTENCE = (
    "A sentence long enough to have a language of its own, written so that the check of the language of a"
    " reply has something to read and to judge, whatever it says about the practice at hand or any other"
    " matter of interest to a reader of these pages."
)
CLAIM = (
    '{"claims": [{"section": "plain_statement", "kind": "states", "text": "' + SENTENCE + '",'
    ' "evidence": [], "citations": [], "jurisdiction": null}]}'
)


def run(archive: FolderArchive, analyzer: Analyzer, home: Path, base_url: str) -> list[Analyzed]:
    """Analyse every service of the sample archive."""
    settings = ModelSettings(
        name="openai:stand-in", base_url=base_url, timeout_seconds=1.0, deadline_seconds=60, concurrency=8
    )
    done = []
    for service in archive.services():
        drafter = ModelDrafter(analyzer.knowledge, settings, home)
        done.append(analyzer.analyze(archive, service, drafter=drafter))
    return done


def main() -> None:
    """Run, run again, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--analyses", type=int, default=500)
    parser.add_argument("--rate", type=float, default=0.2)
    arguments = parser.parse_args()
    archive, analyzer = FolderArchive("sample", sample_archive_path()), Analyzer()
    responder = by_schema({"draft": CLAIM, "judgements": '{"judgements": []}'})
    analyses, crashes, seed = 0, 0, 0
    faults: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    calls = needless = again = replayed = left = 0
    started = time.perf_counter()
    while analyses < arguments.analyses:
        seed += 1
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            with StandInServer(responder, Faults(rate=arguments.rate, kinds=KINDS, seed=seed)) as server:
                try:
                    first = run(archive, analyzer, home, server.base_url)
                except ClauseproofError as error:
                    crashes += 1
                    print(f"crash: {error}")
                    continue
                calls += len(server.calls)
                faults.update(call.fault.name for call in server.calls if call.fault)
                needless += len(server.needless)
                port = int(server.base_url.split(":")[2].split("/")[0])
            analyses += sum(len(one.report.analyses) for one in first)
            for one in first:
                ran = one.report.run.model
                assert ran is not None
                lost.update(ran.lost)
                failed.update(failure.error for failure in ran.failures)
            # The same endpoint: where a model is asked is part of what a kept reply answers.
            with StandInServer(responder, port=port) as server:
                second = run(archive, analyzer, home, server.base_url)
                again += len(server.calls)
            for one in second:
                ran = one.report.run.model
                assert ran is not None
                replayed += ran.replayed
                left += len(ran.failures)
    print(f"{analyses} analyses, {calls} calls, {time.perf_counter() - started:.0f} s, {crashes} crashes\n")
    print(f"{'fault at the server':32}{'calls':>7}")
    for name, count in faults.most_common():
        print(f"{name:32}{count:7}")
    print(f"\ncalls repeated because their reply was lost: {sum(lost.values())}", dict(lost))
    print(f"calls asked again though answered whole: {needless}")
    print(f"parts that ended in a named failure: {sum(failed.values())}", dict(failed))
    print(f"second run without faults: {again} calls sent, {replayed} replies replayed, {left} failures")


if __name__ == "__main__":
    main()
