"""Help, version, completion, misspelt commands: what a new user meets first."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clauseproof.cli.reference import iter_commands, render_reference

from .conftest import Process, Refused, Run
from .parsing import parse_command_line

REPOSITORY = Path(__file__).parents[2]
COMMANDS = {context.command_path: context for context in iter_commands()}
PATHS = list(COMMANDS)


@pytest.mark.parametrize("path", PATHS)
def test_every_command_has_help_with_an_example(run: Run, path: str) -> None:
    """Both spellings of the option work, and the example is a line that can be copied."""
    words = path.split()[1:]
    result = run(*words, "--help")
    assert (result.exit_code, result.stderr) == (0, "")
    assert run(*words, "-h").stdout == result.stdout
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert any(line.startswith(f"{path} ") or line == path or f'"$({path} ' in line for line in lines)


@pytest.mark.parametrize("path", PATHS)
def test_every_example_of_help_parses(path: str) -> None:
    """An example names options and arguments the command has."""
    for line in COMMANDS[path].get_help().splitlines():
        if line.strip().startswith("clauseproof "):
            parse_command_line(line.strip())


def test_every_command_is_documented() -> None:
    """In the README or on a page of docs/."""
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    assert [path for path in PATHS if path not in text] == []


def test_the_page_of_commands_is_in_step() -> None:
    """`python -m clauseproof.cli.reference > docs/commands.md` writes it anew."""
    assert (REPOSITORY / "docs" / "commands.md").read_text("utf-8") == render_reference()


def test_the_version_is_told(run: Run) -> None:
    """Name and number on one line."""
    assert run("--version").stdout.split()[0] == "clauseproof,"


@pytest.mark.parametrize(
    ("typed", "meant"), [("analize", "analyze"), ("archives", "archive"), ("serch", "search")]
)
def test_a_misspelt_command_gets_the_nearest(refused: Refused, typed: str, meant: str) -> None:
    """One line, and what was meant."""
    assert f"Did you mean {meant}?" in refused(typed)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["versions"], "Missing argument 'SERVICE'"),
        (["versions", "a", "b", "c"], "unexpected extra argument (c)"),
        (["versions", "a", "b", "--jsn"], "--json"),
        (["archive", "lst"], "list"),
        (["completion", "tcsh"], "bash"),
        (["show", "a", "b", "--at"], "--at"),
    ],
)
def test_wrong_usage_is_one_line_that_leads_to_help(
    refused: Refused, arguments: list[str], reason: str
) -> None:
    """The line says what is wrong and which help to ask for."""
    line = refused(*arguments)
    assert reason in line
    assert line.endswith(" --help'.")


@pytest.mark.parametrize("arguments", [[], ["archive"], ["regulations"]])
def test_a_command_of_commands_alone_prints_its_help(run: Run, arguments: list[str]) -> None:
    """With exit code 2, since nothing was done."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Commands:" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(run: Run, shell: str) -> None:
    """For each shell, and where that shell is installed, its grammar is right."""
    script = run("completion", shell).stdout
    assert "_CLAUSEPROOF_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script.encode(), check=True)


@pytest.mark.parametrize(
    ("words", "position", "completions"),
    [
        ("clauseproof ver", 1, {"versions"}),
        ("clauseproof archive ", 2, {"add", "list", "update"}),
        ("clauseproof completion ", 2, {"bash", "zsh", "fish"}),
        ("clauseproof show --a", 2, {"--at", "--archive"}),
    ],
)
def test_commands_and_options_complete(
    process: Process, words: str, position: int, completions: set[str]
) -> None:
    """What the shell asks is answered and nothing runs."""
    asked = {"_CLAUSEPROOF_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(position)}
    done = process(env={"PATH": "/usr/bin:/bin", **asked})
    assert {line.split(",")[1] for line in done.stdout.decode().splitlines()} == completions


def test_help_imports_no_command_and_no_library() -> None:
    """So that it costs no more than click."""
    code = (
        "import sys; from clauseproof.cli import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'numpy', 're2', 'yaml', 'clauseproof.cli.analyze'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
