"""Prompts as files: one per prompt and version, with front matter; frozen once used, hashed into runs."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from clauseproof.documents import Model
from clauseproof.errors import ConfigurationError

_NAME = re.compile(r"([a-z_]+)\.v(\d+)\.md")
_FRONT = "---\n"


class Example(Model):
    """A worked example of a fictional service; a test holds its claims against the rules they teach.

    Attributes:
        service: Name of the fictional service.
        evidence: Archived words by entry id.
        records: Wording of search records by entry id.
        factors: Reasons of exposure factors by entry id.
        law: Entries of law: id, label, title, summary, what its application depends on.
        claims: Good claims on that evidence, in the form of a reply.
    """

    service: str
    evidence: dict[str, str] = Field(default_factory=dict)
    records: dict[str, str] = Field(default_factory=dict)
    factors: dict[str, str] = Field(default_factory=dict)
    law: tuple[tuple[str, str, str, str, str], ...] = ()
    claims: tuple[dict[str, Any], ...]

    def render(self) -> str:
        """Return the example as the model reads it."""
        lines = [
            *(json.dumps({"id": key, "practice": True, "text": text}) for key, text in self.evidence.items()),
            *(json.dumps({"id": key, "record": text}) for key, text in self.records.items()),
            *(json.dumps({"id": key, "factor": text}) for key, text in self.factors.items()),
            *(
                json.dumps(
                    {"id": one[0], "law": f"{one[1]}: {one[2]}: {one[3]}", "depends on whether": one[4]}
                )
                for one in self.law
            ),
        ]
        claims = json.dumps({"claims": list(self.claims)}, ensure_ascii=False)
        return "\n".join(
            [f"EXAMPLE, a fictional service named {self.service}. Evidence:", *lines, "Good claims:", claims]
        )


class Prompt(Model):
    """One version of one prompt.

    Attributes:
        id: Name of the prompt.
        version: Its version; a change is a new version.
        purpose: What it is for.
        variables: Names its text uses; all must be given.
        output_model: Form of the reply; None for a part of a request.
        sections: Sections of an analysis its reply may write.
        changelog: What changed with each version.
        examples: Worked examples, printed after the text.
        text: The prompt itself.
        sha256: Digest of the file.
    """

    id: str
    version: int
    purpose: str
    variables: tuple[str, ...]
    output_model: str | None
    sections: tuple[str, ...] = ()
    changelog: tuple[str, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = ()
    text: str
    sha256: str

    @property
    def name(self) -> str:
        """Id and version, as a trace names it."""
        return f"{self.id}.v{self.version}"

    @cached_property
    def _template(self) -> Any:
        from jinja2 import StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)
        return environment.from_string(self.text)

    def render(self, **values: str) -> str:
        """Put values into the prompt; a value is never read as a template.

        Raises:
            ConfigurationError: A variable is missing or one too many is given.
        """
        if set(values) != set(self.variables):
            wrong = sorted(set(values) ^ set(self.variables))
            raise ConfigurationError(f"prompt {self.name}: variables differ in {', '.join(wrong)}.")
        parts = [str(self._template.render(**values)).strip(), *(one.render() for one in self.examples)]
        return "\n\n".join(parts)


def prompts_folder() -> Path:
    """Return the folder of the prompt files, installed or in a checkout."""
    installed = Path(__file__).parent / "prompts"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "prompts"


@cache
def load_prompt(name: str) -> Prompt:
    """Return the newest version of a prompt.

    Raises:
        ConfigurationError: There is none, or its file is malformed; names file and field.
    """
    found = [path for path in prompt_files() if path.name.split(".")[0] == name]
    if not found:
        raise ConfigurationError(f"{prompts_folder()}: no prompt {name!r}.")
    return read_prompt(found[-1])


def prompt_files() -> list[Path]:
    """Return every prompt file, versions of one prompt in order."""
    named = [(match, path) for path in prompts_folder().glob("*.md") if (match := _NAME.fullmatch(path.name))]
    return [path for match, path in sorted(named, key=lambda one: (one[0].group(1), int(one[0].group(2))))]


def read_prompt(path: Path) -> Prompt:
    """Read one prompt file.

    Raises:
        ConfigurationError: It is malformed; names file and field.
    """
    source = path.read_text("utf-8")
    match = _NAME.fullmatch(path.name)
    _, front, text = (
        source.split(_FRONT, 2) if source.startswith(_FRONT) and source.count(_FRONT) > 1 else ("",) * 3
    )
    if match is None or not text.strip():
        raise ConfigurationError(
            f"{path}: needs a name like statement.v1.md and front matter between --- lines."
        )
    try:
        prompt = Prompt.model_validate(
            {**yaml.safe_load(front), "text": text, "sha256": hashlib.sha256(source.encode()).hexdigest()}
        )
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    if (prompt.id, prompt.version) != (match.group(1), int(match.group(2))):
        raise ConfigurationError(f"{path}: id and version differ from the file's name.")
    return prompt
