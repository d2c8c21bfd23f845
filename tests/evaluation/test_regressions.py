"""Regressions planted one by one into the program or its knowledge: each is caught, and named.

A run of the untouched program on part of the fixtures is pinned; the same samples are answered again with
something made worse, and held to it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from clauseproof import knowledge as knowledge_package
from clauseproof import prompts
from clauseproof.evaluation.bench import Bench, BenchSettings
from clauseproof.evaluation.campaign import fixture_dataset
from clauseproof.evaluation.compare import compare_runs
from clauseproof.evaluation.datasets import Dataset, load_dataset
from clauseproof.evaluation.execution import RunPlan, run_task
from clauseproof.evaluation.gate import GateVerdict, check_gate, pin_runs
from clauseproof.evaluation.results import RunResults
from clauseproof.evaluation.samples import Sample
from clauseproof.evaluation.tasks import find_task, quotes
from clauseproof.evaluation.tasks.analysis import AnalysisSample
from clauseproof.knowledge import KnowledgeBase
from clauseproof.llm.stack import ModelSettings
from clauseproof.pipeline import Analyzer
from clauseproof.quotations import QuotationProof, prove_quotation
from clauseproof.testing import ChatRequest, StandInServer
from clauseproof.verification.absences import SearchedDocument
from clauseproof.verification.drafts import DraftVerifier

HIREWEND = "Hirewend / Privacy Policy"
KNOWLEDGE = Path(knowledge_package.__file__).parent
Choose = Callable[[Sample], bool]


def _dataset(task: str, choose: Choose) -> Dataset:
    data = load_dataset(fixture_dataset(task), find_task(task).row)
    samples = tuple(sample for sample in data.samples if choose(sample))
    assert samples, "the fixtures hold what the regression touches"
    return replace(data, samples=samples)


def _run(
    task: str, choose: Choose, analyzer: Analyzer, workspace: Path, model: ModelSettings | None = None
) -> RunResults:
    data = _dataset(task, choose)
    settings = BenchSettings(data.folder, workspace, model=model)
    return run_task(RunPlan(find_task(task), data, settings), Bench(settings, analyzer), None, lambda _: None)


@pytest.fixture
def hold(tmp_path: Path) -> Callable[[RunResults, RunResults], GateVerdict]:
    """Pin a run and hold another to it."""

    def gate(before: RunResults, after: RunResults) -> GateVerdict:
        baseline = pin_runs([before], tmp_path / "baseline.json", lower_floors=False)
        verdict = check_gate(before, baseline)
        assert verdict.is_open, "an equal run passes"
        return check_gate(after, baseline)

    return gate


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, Callable[[str], str]], Analyzer]:
    """Return an analyzer over a copy of the knowledge with one file edited."""

    def edit(name: str, change: Callable[[str], str], called: str | None = None) -> Analyzer:
        folder = tmp_path / "knowledge"
        shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        path = folder / name
        before = path.read_text("utf-8")
        path.write_text(change(before), "utf-8")
        assert path.read_text("utf-8") != before
        if called:
            path.rename(folder / called)
        return Analyzer(KnowledgeBase(folder))

    return edit


def _reasons(verdict: GateVerdict) -> str:
    return " | ".join(f"{one.reason}: {one.subject}: {one.detail}" for one in verdict.findings)


def _of(document: str) -> Choose:
    return lambda sample: sample.unit == document


def test_cues_removed_from_a_practice(
    analyzer: Analyzer, tmp_path: Path, edited: Callable[..., Analyzer], hold: Callable[..., GateVerdict]
) -> None:
    """The practice is named, and samples that must hold do not."""

    def drop(text: str) -> str:
        return re.sub(r"^(cues|decide):\n(- .*\n(  .*\n)*)+", r"\1: ['never\\s+matches']\n", text, flags=re.M)

    worse = edited("practices/retention.yaml", drop)
    before, after = (_run("classification", lambda _: True, one, tmp_path) for one in (analyzer, worse))
    verdict = hold(before, after)
    assert "missed retention" in _reasons(verdict)
    assert verdict.comparison is not None
    fallen = [one.part for one in verdict.comparison.differences if one.part and one.is_worse]
    assert "retention" in fallen  # and with it what the learned model weighed its patterns for


def test_date_of_a_citation_shifted(
    analyzer: Analyzer, tmp_path: Path, edited: Callable[..., Analyzer], hold: Callable[..., GateVerdict]
) -> None:
    """A coming duty that is cited as engaged is not in force by the register, whatever the knowledge says."""

    def earlier(text: str) -> str:
        return re.sub(r"2027-\d\d-\d\d", "2024-01-01", text)

    worse = edited("instruments/ccpa-regs.yaml", earlier)

    def automated(sample: Sample) -> bool:
        return sample.id == "hirewend-privacy-policy/automated-decisions"

    before, after = (_run("analysis", automated, one, tmp_path) for one in (analyzer, worse))
    assert "citation-not-in-force" in _reasons(hold(before, after))


def test_verifier_of_quotations_loosened_to_likeness(
    analyzer: Analyzer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hold: Callable[..., GateVerdict]
) -> None:
    """Altered quotations that are 95 % alike get through, and each is an invented quotation."""
    prove = prove_quotation

    def alike(text: str, versions: Any) -> QuotationProof:
        (version,) = versions
        proof = prove(text, [version])
        words = version.text.split()
        length = len(text.split())
        best = max(
            SequenceMatcher(None, text, " ".join(words[at : at + length]), autojunk=False).quick_ratio()
            for at in range(len(words))
        )
        return proof.model_copy(update={"status": "normalised"}) if best >= 0.95 else proof

    before = _run("quotes", _of(HIREWEND), analyzer, tmp_path)
    monkeypatch.setattr(quotes, "prove_quotation", alike)
    after = _run("quotes", _of(HIREWEND), analyzer, tmp_path)
    assert "rule: invented-quotation" in _reasons(hold(before, after))


def test_search_for_absences_restricted_to_the_provision(
    analyzer: Analyzer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hold: Callable[..., GateVerdict]
) -> None:
    """What the rest of the document states is claimed to be absent; samples that must hold do not."""
    judge = SearchedDocument.judge

    def narrow(self: SearchedDocument, disclosure: Any, practice: Any) -> Any:
        first = self.document.with_practice(practice.id)[:1]
        places = {
            name: [place for place in found if place.sentence.provision in first]
            for name, found in self.places.items()
        }
        return judge(replace(self, places=places), disclosure, practice)

    before = _run("absences", _of(HIREWEND), analyzer, tmp_path)
    monkeypatch.setattr(SearchedDocument, "judge", narrow)
    after = _run("absences", _of(HIREWEND), analyzer, tmp_path)
    verdict = hold(before, after)
    assert "must-hold" in _reasons(verdict)
    assert "labelled stated" in _reasons(verdict)


def test_check_of_support_switched_off(
    analyzer: Analyzer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hold: Callable[..., GateVerdict]
) -> None:
    """Planted falsehoods reach the report, and each is named with its kind."""
    before = _run("truth", _of(HIREWEND), analyzer, tmp_path)
    monkeypatch.setattr(DraftVerifier, "find_fault", lambda *_, **__: None)
    after = _run("truth", _of(HIREWEND), analyzer, tmp_path)
    reasons = _reasons(hold(before, after))
    assert "rule: falsehood-in-report" in reasons
    assert "claims more" in reasons


def test_points_of_exposure_altered(
    analyzer: Analyzer, tmp_path: Path, edited: Callable[..., Analyzer], hold: Callable[..., GateVerdict]
) -> None:
    """Levels leave what labellers defend; samples that must hold do not."""
    limits, higher = "limits: {Low: 4, Medium: 8, High: 12}", "limits: {Low: 12, Medium: 16, High: 20}"
    worse = edited("exposure.yaml", lambda text: text.replace(limits, higher))

    def levelled(sample: Sample) -> bool:
        return isinstance(sample, AnalysisSample) and sample.unit.endswith("Privacy Policy")

    before, after = (_run("analysis", levelled, one, tmp_path) for one in (analyzer, worse))
    verdict = hold(before, after)
    assert "must-hold" in _reasons(verdict)
    assert "level Low, labelled" in _reasons(verdict)


def test_id_of_an_instrument_renamed(
    analyzer: Analyzer, tmp_path: Path, edited: Callable[..., Analyzer], hold: Callable[..., GateVerdict]
) -> None:
    """Citations of it exist in no register."""

    def rename(text: str) -> str:
        return re.sub(r"\bccpa(?=[:\n])", "calif-privacy", text)

    worse = edited("instruments/ccpa.yaml", rename, "instruments/calif-privacy.yaml")
    before, after = (_run("analysis", _of(HIREWEND), one, tmp_path) for one in (analyzer, worse))
    reasons = _reasons(hold(before, after))
    assert "rule: non-existent-article" in reasons
    assert "calif-privacy:" in reasons


class TestPromptWorsened:
    """A model does what its prompt says; its replies are recorded under both prompts and replayed."""

    @staticmethod
    def _model(request: ChatRequest) -> str:
        """Quote letter by letter where the prompt asks for that, else in words of its own."""
        if request.schema_name == "judgements":
            return '{"judgements": []}'
        task = request.messages[2].text.split("EXAMPLE")[0]
        entries = [json.loads(line) for line in request.messages[1].text.splitlines() if line[:5] == '{"id"']
        entry = next((one for one in entries if one.get("practice") and "text" in one), None)
        if entry is None or '"plain_statement"' not in task or len(request.messages) > 3:
            return '{"claims": []}'
        words = re.split(r"(?<=[.!?])\s", entry["text"])[0].rstrip(".")
        if "letter by letter" not in request.messages[0].text:
            words = f"as a rule {words[0].lower()}{words[1:]}"
        claim = {
            "section": "plain_statement",
            "kind": "states",
            "text": f"The document states: “{words}”.",
            "evidence": [{"id": entry["id"], "quote": words}],
            "citations": [],
            "jurisdiction": None,
        }
        return json.dumps({"claims": [claim]})

    @pytest.fixture
    def worsened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
        """Return what takes the rule of verbatim quotation out of the prompts."""

        def worsen() -> None:
            folder = tmp_path / "prompts"
            shutil.copytree(prompts.prompts_folder(), folder)
            path = folder / "system.v1.md"
            path.write_text(path.read_text("utf-8").replace("letter by letter", "freely"), "utf-8")
            monkeypatch.setattr(prompts, "prompts_folder", lambda: folder)
            prompts.load_prompt.cache_clear()

        return worsen

    @pytest.fixture(autouse=True)
    def _fresh_prompts(self) -> Iterator[None]:
        yield
        prompts.load_prompt.cache_clear()

    def test_fewer_sections_stand(
        self,
        analyzer: Analyzer,
        tmp_path: Path,
        worsened: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The share of sections the model drafted that stand falls, and the fall is more than chance."""
        chosen: dict[str, str] = {}
        for sample in load_dataset(fixture_dataset("analysis"), AnalysisSample).samples:
            chosen.setdefault(sample.unit, sample.id)

        def one_each(sample: Sample) -> bool:
            return sample.id in chosen.values()

        with StandInServer(self._model) as server:
            asked = ModelSettings(name="openai:double", base_url=server.base_url, concurrency=1)
            _run("analysis", one_each, analyzer, tmp_path, asked)
            worsened()
            _run("analysis", one_each, analyzer, tmp_path, asked)
        replayed = asked.model_copy(update={"recorded": tmp_path / "replies"})
        after = _run("analysis", one_each, analyzer, tmp_path, replayed)
        monkeypatch.undo()
        prompts.load_prompt.cache_clear()
        before = _run("analysis", one_each, analyzer, tmp_path, replayed)
        comparison = compare_runs(before, after)
        assert comparison.paired >= 7
        assert [one.metric for one in comparison.falls] == ["sections-by-model"]
        assert not compare_runs(before, before).falls
