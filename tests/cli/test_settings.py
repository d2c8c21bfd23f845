"""The settings file and the environment, and a malformed knowledge file, as commands meet them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import clauseproof.knowledge
from clauseproof.errors import ConfigurationError
from clauseproof.knowledge import KnowledgeBase
from clauseproof.settings import load_settings

from .conftest import Run, error_line

SHIPPED = Path(clauseproof.knowledge.__file__).parent


def test_the_environment_goes_before_the_file_and_the_option_before_both(tmp_path: Path) -> None:
    """Defaults, then `settings.toml`, then `CLAUSEPROOF_*`; the command line names the folder."""
    (tmp_path / "settings.toml").write_text('embedder = "openai:a"\nembedder_base_url = "http://here"\n')
    environment = {"CLAUSEPROOF_WORKSPACE": str(tmp_path), "CLAUSEPROOF_EMBEDDER": "openai:b"}
    settings = load_settings(environment=environment)
    assert settings.workspace == tmp_path
    assert (settings.embedder, settings.embedder_base_url) == ("openai:b", "http://here")
    other = load_settings(tmp_path / "other", environment)
    assert (other.workspace, other.embedder_base_url) == (tmp_path / "other", None)
    assert load_settings(environment={}).embedder == "static"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"embeder = 'static'", "unknown setting 'embeder'"),
        (b"embedder = 5", "embedder must be a text"),
        (b"embedder =", "Invalid value"),
        (b"\xff", "utf-8"),
    ],
)
def test_a_malformed_settings_file_is_named(run: Run, tmp_path: Path, content: bytes, reason: str) -> None:
    """With the setting, or the line."""
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "settings.toml").write_bytes(content)
    for arguments in (["archive", "list"], ["doctor"], ["search", "x"]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        line = error_line(result.stderr)
        assert "settings.toml: " in line
        assert reason in line


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id: ai-training\nname: [", "line"),
        ("id: ai-training\n", "title: Field required"),
        ("id: other\n", "ai-training.yaml"),
        ("- a list\n", "the whole file"),
        ("", "the whole file"),
    ],
)
def test_a_malformed_practice_file_is_named(tmp_path: Path, content: str, reason: str) -> None:
    """File and field, in one line."""
    folder = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "practices" / "ai-training.yaml"
    path.write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        _ = KnowledgeBase(folder).practices
    message = str(caught.value)
    assert str(path) in message
    assert reason in message
    assert "\n" not in message


def test_a_malformed_practice_file_ends_a_command_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, nothing on stdout."""
    folder = tmp_path / "knowledge"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "practices" / "ai-training.yaml").write_text("id: ai-training\nname: 5\n")
    broken = KnowledgeBase(folder)
    monkeypatch.setattr("clauseproof.knowledge.load_knowledge", lambda: broken)
    result = run("regulations", "list", "--practice", "ai-training")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ai-training.yaml" in error_line(result.stderr)
