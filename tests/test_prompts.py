"""Prompts are files with front matter whose examples keep the rules they teach."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from clauseproof.analysis.drafts import DraftedClaim, draft_form
from clauseproof.claims import Quote
from clauseproof.documents import Version
from clauseproof.errors import ConfigurationError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.llm.schemas import find_schema_faults, strict_schema
from clauseproof.pipeline import Analyzer
from clauseproof.prompts import Example, Prompt, load_prompt, prompt_files, read_prompt
from clauseproof.verification.grounding import GroundingChecker, Grounds

PROMPTS = [read_prompt(path) for path in prompt_files()]
EXAMPLES = [(prompt, example) for prompt in PROMPTS for example in prompt.examples]
FROZEN = Path(__file__).parent / "frozen_prompts.txt"


def read_example(analyzer: Analyzer, example: Example) -> tuple[Version, dict[str, Quote]]:
    """Return a document of an example's evidence, and where each entry stands in it."""
    text = "\n\n".join(example.evidence.values()) or "Nothing."
    version = Version(
        archive="example",
        service=example.service,
        document="Privacy Policy",
        version_id="1",
        date=datetime.date(2026, 1, 1),
        source="",
        blob="1",
        sha256="0" * 64,
        text=text,
    )
    quotes = {}
    for key, words in example.evidence.items():
        start = text.index(words)
        quotes[key] = Quote(
            service=example.service,
            document="Privacy Policy",
            version_id="1",
            start=start,
            end=start + len(words),
            text=words,
        )
    return version, quotes


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_prompt_renders_with_exactly_its_variables(prompt: Prompt) -> None:
    """Every declared variable is used, none besides."""
    values = {name: f"<{name}>" for name in prompt.variables}
    rendered = prompt.render(**values)
    assert all(value in rendered for value in values.values())
    with pytest.raises(ConfigurationError, match="variables differ"):
        prompt.render(**values, stranger="x")


def test_values_are_never_read_as_templates() -> None:
    """What a policy writes in braces stays what it wrote."""
    prompt = load_prompt("repair")
    assert "{{ 7 * 7 }}" in prompt.render(failures="{{ 7 * 7 }}{% raw %}")


def test_used_prompts_are_frozen() -> None:
    """A prompt that was released is not edited: a change is a new version with its own file."""
    frozen = dict(line.split() for line in FROZEN.read_text("utf-8").splitlines() if line)
    assert {prompt.name: prompt.sha256 for prompt in PROMPTS if prompt.name in frozen} == frozen


@pytest.mark.parametrize(
    ("prompt", "example"), EXAMPLES, ids=[f"{prompt.name}-{at}" for at, (prompt, _) in enumerate(EXAMPLES)]
)
def test_examples_keep_their_own_rules(
    analyzer: Analyzer, knowledge: KnowledgeBase, prompt: Prompt, example: Example
) -> None:
    """Each example claim is of the form asked for, quotes its own evidence and says no more than it."""
    version, places = read_example(analyzer, example)
    read = analyzer.read(version)
    checker = GroundingChecker(knowledge)
    law = {
        one[0]: (one[1], (f"({one[2]}) {one[3]}", f"({one[2]}) depends on whether {one[4]}"))
        for one in example.law
    }
    for raw in example.claims:
        claim = DraftedClaim.model_validate(raw)
        assert claim.section in prompt.sections
        records = []
        for cited in claim.evidence:
            if cited.id in places:
                assert cited.quote
                assert cited.quote in example.evidence[cited.id]
            else:
                records.append({**example.records, **example.factors}[cited.id])
        quotes = [places[cited.id] for cited in claim.evidence if cited.id in places]
        grounds = Grounds(
            quotes=quotes,
            documents={("Privacy Policy", "1"): read},
            carries=lambda *_: True,
            records=records,
            law=[law[one] for one in claim.citations],
            vocabulary=[*records, *(one[1] + " " + one[2] for one in example.law)],
            asking=records,
            names=[example.service],
        )
        assert checker.check(claim.text, claim.kind, grounds) is None, claim.text


def test_forms_of_replies_are_strict() -> None:
    """Nothing in the form of a reply is refused by strict mode."""
    form = strict_schema(draft_form(["P1", "A1"], ["gdpr:6"], ["EU"]))
    assert find_schema_faults(form) == []


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("statement.md", "---\nid: statement\n---\nText", "needs a name"),
        ("statement.v1.md", "no front matter", "needs a name"),
        ("statement.v1.md", "---\nid: statement\n---\nText", "version"),
        ("statement.v2.md", "---\n[: ]\n---\nText", "statement.v2.md"),
    ],
)
def test_malformed_prompt_files_are_named(tmp_path: Path, name: str, text: str, match: str) -> None:
    """A reader of the message knows which file to mend, and what in it."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=match):
        read_prompt(path)
