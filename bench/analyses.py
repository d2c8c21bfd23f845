"""Analyse every document of the newest state of a real archive and check each report from outside.

The checks share nothing with the program: texts come from `git cat-file`, law from the YAML files.

    python bench/analyses.py [--bundle PATH] [--service NAME] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import datetime
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from clauseproof.archive import Workspace
from clauseproof.pipeline import Analyzer

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT.parent / "shared" / "archives" / "genai-contrib-versions.bundle"
LAW = ROOT / "src" / "clauseproof" / "knowledge" / "instruments"
FEWEST_PRACTICES = 8
LAW_SECTIONS = frozenset({"regulatory_landscape", "enforcement_context", "jurisdiction_flags"})
SHORTEST_VALUE = 3
NAMED = "body sentences that only name the service"
SECTIONS = (
    "excerpt",
    "plain_statement",
    "significance",
    "interpretive_note",
    "regulatory_landscape",
    "enforcement_context",
    "jurisdiction_flags",
    "vendor_implications",
    "due_diligence_questions",
    "compliance_considerations",
)


def main() -> int:
    """Run the measurement; exit code 1 where a check fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE)
    parser.add_argument("--service")
    parser.add_argument("--out", type=Path, help="keep the JSON of every report here")
    arguments = parser.parse_args()
    if not arguments.bundle.exists():
        print(f"skipped: no archive at {arguments.bundle}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        archive = workspace.open(workspace.add(str(arguments.bundle), "genai").name)
        repository = next(Path(folder).glob("archives/*.git"))
        services = [arguments.service] if arguments.service else archive.services()
        return _measure(archive, services, repository, arguments.out)


def _measure(archive: Any, services: list[str], repository: Path, out: Path | None) -> int:
    law = _read_law()
    started = time.perf_counter()
    analyzer = Analyzer()
    print(f"start-up {time.perf_counter() - started:.2f} s")
    seconds: list[float] = []
    faults: list[str] = []
    levels: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for service in services:
        for document in archive.documents(service):
            place = f"{service} / {document}"
            began = time.perf_counter()
            report = analyzer.analyze(archive, service, document).report.model_dump(mode="json")
            seconds.append(time.perf_counter() - began)
            if out:
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{place.replace('/', '-')}.json").write_text(_json(report), "utf-8")
            reference = report["documents"][0]
            if reference["language"] != "en":
                counts["documents in another language, said to be out of reach"] += 1
                continue
            counts["English documents"] += 1
            found = {one["practice"] for one in report["analyses"]}
            counts["analyses"] += len(found)
            if "Privacy Policy" in document and not reference["out_of_reach"]:
                counts["English privacy policies"] += 1
                if len(found) < FEWEST_PRACTICES:
                    faults.append(f"{place}: only {len(found)} practices")
            for analysis in report["analyses"]:
                levels[str(analysis["governance_exposure"]["level"])] += 1
                withheld.update(one["reason"] for one in analysis["withheld"])
                counts.update(_count_specific(analysis, service))
                for section in SECTIONS:
                    if not analysis[section] and section not in analysis["empty_sections"]:
                        faults.append(f"{place}, {analysis['practice']}: {section} is empty without a reason")
            for quote in _quotes(report["analyses"]):
                counts["quotations"] += 1
                if not _stands(quote, repository):
                    faults.append(f"{place}: quotation at {quote['start']} is not in its version")
            for claim in _claims(report["analyses"]):
                counts["claims"] += 1
                for citation in claim["citations"]:
                    counts["citations"] += 1
                    if not _in_force(law.get(citation), datetime.date.fromisoformat(report["at"])):
                        faults.append(f"{place}: {citation} unknown or not in force on {report['at']}")
    for name, count in sorted(counts.items()):
        print(f"{name:60}{count:8}")
    body = counts["body sentences"] or 1
    own = counts["body sentences with words, a fact or a number of the document"]
    print(f"specific: {own / body:.1%}; with its name alone as well: {(own + counts[NAMED]) / body:.1%}")
    print(f"levels {dict(levels)}")
    print(f"withheld {dict(withheld)}")
    print(f"seconds a document: median {statistics.median(seconds):.2f}, worst {max(seconds):.2f}")
    print(f"faults {len(faults)}")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def _count_specific(analysis: Any, service: str) -> Counter[str]:
    """Count body sentences, descriptions of law aside, and those that say something of this document.

    A sentence says something of it where it holds words in quotation marks that its quotations have, a value
    read from the text, a number of its quotations, or the result of a search of the whole text. A sentence
    that only names the service is counted apart.
    """
    counts: Counter[str] = Counter()
    values = {
        one["key"]: one["value"].casefold()
        for one in analysis["facts"]
        if one["quote"] and len(one["value"]) >= SHORTEST_VALUE
    }
    for claim in _claims([{name: one for name, one in analysis.items() if name not in LAW_SECTIONS}]):
        counts["body sentences"] += 1
        text, words = claim["text"].casefold(), " ".join(quote["text"] for quote in claim["quotes"])
        told = claim["kind"] == "silent" and claim["disclosure"]
        told = told or ("“" in text and claim["quotes"]) or any(one in text for one in values.values())
        told = told or any(number in words for number in re.findall(r"\d+", claim["text"]))
        if told:
            counts["body sentences with words, a fact or a number of the document"] += 1
        elif service.casefold() in text:
            counts[NAMED] += 1
    return counts


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=1)


def _quotes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield everything of the shape of a Quote, however deep."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if {"version_id", "start", "end", "text", "document"} <= one.keys():
                yield one
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


def _claims(value: Any) -> Iterator[dict[str, Any]]:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if {"kind", "verdict", "citations"} <= one.keys():
                yield one
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


_TEXTS: dict[str, str] = {}


def _stands(quote: dict[str, Any], repository: Path) -> bool:
    """Check a quotation against the bytes git holds."""
    name = f"{quote['version_id']}:{quote['service']}/{quote['document']}.md"
    if name not in _TEXTS:
        command = ["git", "-C", str(repository), "cat-file", "blob", name]
        _TEXTS[name] = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return _TEXTS[name][quote["start"] : quote["end"]] == quote["text"]


def _read_law() -> dict[str, tuple[Any, Any]]:
    """Read first and last day of every provision straight from the YAML files."""
    days: dict[str, tuple[Any, Any]] = {}
    for path in LAW.glob("*.yaml"):
        entry = yaml.safe_load(path.read_text("utf-8"))
        for provision in entry["provisions"]:
            start = provision.get("applies_from") or entry["in_force"]
            days[provision["id"]] = (_day(start), _day(provision.get("applies_until") or entry.get("until")))
    return days


def _day(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _in_force(days: tuple[Any, Any] | None, at: datetime.date) -> bool:
    return days is not None and days[0] is not None and days[0] <= at and (days[1] is None or at < days[1])


if __name__ == "__main__":
    sys.exit(main())
