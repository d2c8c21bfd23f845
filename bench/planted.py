"""Plant sentences in the fictional documents and watch the search for disclosures.

Each case takes a document whose text is silent on a disclosure, by the program's own search (one that is not
any more is left out and told), and plants a
sentence or a decoy that somebody wrote who had seen neither the cues nor the program:

- beside the practice it belongs to: the disclosure must become stated for it;
- in a section of its own at the end: stated in general only; stated, where presence anywhere counts or the
  sentence itself names the practice;
- the decoy beside the practice: nothing may change; one that is a vague statement of the very thing ("as long
  as necessary") may be stated in general only;
- the sentence taken out again: silent as before.

    python bench/planted.py
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clauseproof.archive.folder import FolderArchive
from clauseproof.documents import Version
from clauseproof.pipeline import Analyzer, sample_archive_path

CASES = Path(__file__).parents[1] / "eval" / "datasets" / "planted.jsonl"
SILENT, STATED, GENERAL = "not-found-in-archived-text", "stated-for-this-practice", "stated-in-general-only"


@dataclass(frozen=True)
class Case:
    """A disclosure a document is silent on, a sentence that states it and one that does not."""

    service: str
    document: str
    practice: str
    disclosure: str
    sentence: str
    decoy: str
    names_practice: bool
    decoy_is_vague: bool


def main() -> int:
    """Run every case; exit code 1 where more than four of two hundred are wrong."""
    analyzer, archive = Analyzer(), FolderArchive("sample", sample_archive_path())
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for line in CASES.read_text("utf-8").splitlines():
        case = Case(**json.loads(line))
        version = archive.read(archive.records(case.service, case.document)[-1])
        silent = _outcome(analyzer, version, version.text, case) == SILENT
        if not silent or not analyzer.read(version).with_practice(case.practice):
            print(f"left out: {case.document} of {case.service} is not silent on {case.disclosure}")
            continue
        for name, text, wanted in _texts(analyzer, version, case):
            found = _outcome(analyzer, version, text, case)
            counts[name] += 1
            if found not in wanted:
                counts[f"{name}, wrong"] += 1
                wrong.append(f"{name}: {case.disclosure} for {case.practice}: {found}")
                print(f"{wrong[-1]}\n    {case.decoy if name == 'decoy' else case.sentence}")
    total = sum(number for name, number in counts.items() if not name.endswith("wrong"))
    print(f"{total} cases, {len(wrong)} wrong")
    for name, number in counts.items():
        print(f"  {name:30}{number:5}")
    return int(len(wrong) * 200 > 4 * total)


def _texts(analyzer: Analyzer, version: Version, case: Case) -> Iterator[tuple[str, str, set[str]]]:
    """Yield each text to search, with the outcomes that are right."""
    document = analyzer.read(version)
    end = document.provisions[document.with_practice(case.practice)[0]].provision.span.end
    bound = analyzer.knowledge.disclosures[case.disclosure].bind == "topic"
    yield "deleted", version.text, {SILENT}
    unchanged = {SILENT, GENERAL} if case.decoy_is_vague else {SILENT}
    for name, words, wanted in (("beside", case.sentence, {STATED}), ("decoy", case.decoy, unchanged)):
        # A table's row cannot be continued; a paragraph of its own under the same heading is beside it too.
        yield name, f"{version.text[:end]}\n\n{words}\n{version.text[end:]}", wanted
    elsewhere = {GENERAL} if bound and not case.names_practice else {STATED}
    yield "elsewhere", f"{version.text.rstrip()}\n\n## Other information\n\n{case.sentence}\n", elsewhere


def _outcome(analyzer: Analyzer, version: Version, text: str, case: Case) -> str:
    changed = version.model_copy(update={"text": text})
    report = analyzer.analyze_version(changed, practices=[case.practice]).report
    record = next(one for one in report.analyses[0].absences if one.disclosure == case.disclosure)
    return record.outcome


if __name__ == "__main__":
    raise SystemExit(main())
