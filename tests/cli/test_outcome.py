"""How a process ends: pipes, full disks, closed streams, interruption, poor environments."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from clauseproof.pipeline import sample_archive_path

from . import shapes
from .conftest import Process, Run, command_line, error_line, snapshot

SAMPLE = str(sample_archive_path())
INTERRUPTED = "interrupted; what was saved stays as it was\n"
POOR = {"PATH": "/usr/bin:/bin"}
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


@pytest.fixture
def state(sample_workspace: Path) -> list[str]:
    """The option that names the sample workspace."""
    return ["--workspace", str(sample_workspace)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["versions", "Brushmoor", "Terms"], 0),
        (["quote", "These words are nowhere", "--service", "Brushmoor"], 1),
        (["versions", "Brushmor", "Terms"], 2),
        (["versions"], 2),
        (["nonsense"], 2),
    ],
)
def test_the_exit_code_reaches_the_shell(
    process: Process, state: list[str], arguments: list[str], code: int
) -> None:
    """0 done, 1 findings, 2 wrong usage or input; never a traceback."""
    done = process(*state, *arguments)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["regulations", "list"], ["show", "Brushmoor", "Terms"], ["regulations", "list", "--json"], ["--help"]],
)
def test_a_reader_that_leaves_is_no_failure(state: list[str], arguments: list[str]) -> None:
    """`| head -1`: no traceback, exit code 0."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command_line(*state, *arguments), stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.returncode == 0
    assert b"rror" not in done.stderr


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [
        ["versions", "Brushmoor", "Terms"],
        ["versions", "Brushmoor", "Terms", "--json"],
        ["archive", "list"],
        ["regulations", "list"],
        ["completion", "bash"],
        ["--help"],
    ],
)
def test_a_full_disk_is_said_in_one_line(process: Process, state: list[str], arguments: list[str]) -> None:
    """Whatever the command, standard output is named."""
    with Path("/dev/full").open("wb") as full:
        done = process(*state, *arguments, stdout=full.fileno())
    assert done.returncode == 2
    assert error_line(done.stderr.decode()) == "error: standard output: No space left on device"


@needs_full
def test_messages_nobody_can_hear_stop_nothing(state: list[str]) -> None:
    """With standard error on a full disk the work is done, and an error keeps its exit code."""
    with Path("/dev/full").open("wb") as full:
        for arguments, code in ((["show", "Brushmoor", "Terms"], 0), (["nonsense"], 2), ([], 2)):
            done = subprocess.run(
                command_line(*state, *arguments), stdout=subprocess.PIPE, stderr=full, check=False
            )
            assert (done.returncode, bool(done.stdout)) == (code, code == 0)


@pytest.mark.parametrize(("closed", "code"), [("0<&-", 2), ("1>&-", 0), ("2>&-", 0)])
def test_closed_streams_are_survived(state: list[str], closed: str, code: int) -> None:
    """A process started without a stream reads nothing from it, or writes nowhere."""
    arguments = ["provisions", "--file", "-"] if code else ["show", "Brushmoor", "Terms"]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command_line(*state, *arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def hear_interrupts() -> None:
    """Undo what a background job inherits: there the shell makes its children deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_analyze_can_be_interrupted(state: list[str], sample_workspace: Path, tmp_path: Path) -> None:
    """Ctrl-C while it reads: one line, exit code 130, and the workspace still loads."""
    before = snapshot(sample_workspace)
    arguments = command_line(*state, "analyze", "Brushmoor", "--out", str(tmp_path / "reports"))
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,
    ) as running:
        assert running.stderr is not None
        assert "Privacy Policy" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        printed, said = running.communicate(timeout=30)
    assert (running.returncode, printed) == (130, "")
    assert said.endswith(INTERRUPTED)
    assert "Traceback" not in said
    assert snapshot(sample_workspace) == before
    assert not list(tmp_path.glob("reports/*"))


def test_archive_add_can_be_interrupted(run: Run, tmp_path: Path) -> None:
    """Ctrl-C while git clones: what was registered stays, what was begun is swept away."""
    run("archive", "add", SAMPLE, "--name", "sample")
    workspace = tmp_path / "workspace"
    before = snapshot(workspace)
    started, bundle = tmp_path / "started", tmp_path / "slow.bundle"
    bundle.write_bytes(b"# v2 git bundle\n")
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text(f"#!/bin/sh\ntouch '{started}'\nexec sleep 30\n")
    git.chmod(0o755)
    with subprocess.Popen(
        command_line("--workspace", str(workspace), "archive", "add", str(bundle)),
        env={**os.environ, "PATH": f"{git.parent}:{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as in a terminal, the signal reaches git too
        preexec_fn=hear_interrupts,
    ) as running:
        deadline = time.monotonic() + 30
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (130, INTERRUPTED)
    assert snapshot(workspace) == before
    assert not list(workspace.glob("archives/*"))
    assert run("versions", "Brushmoor", "Terms").exit_code == 0


@pytest.fixture
def dotted(run: Run, tmp_path: Path) -> list[str]:
    """A workspace whose archive holds a service with a name beyond ASCII, and the option naming it."""
    document = tmp_path / "archive" / "DALL·E" / "Datenschutzerklärung.md"
    document.parent.mkdir(parents=True)
    document.write_text("# Notice\n\nWe list “offers” → €5.\n", encoding="utf-8")
    assert run("archive", "add", str(tmp_path / "archive"), "--name", "dotted").exit_code == 0
    return ["--workspace", str(tmp_path / "workspace")]


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=repr,
)
def test_names_beyond_ascii_work_in_every_locale(
    process: Process, dotted: list[str], environment: dict[str, str]
) -> None:
    """Given as UTF-8 bytes they are found, and everything printed is UTF-8; no home is needed."""
    service, document = "dall·e".encode(), "datenschutzerklärung".encode()
    env = POOR | environment
    printed = process(*dotted, "show", service, document, "--json", env=env)
    text = shapes.parse(printed.stdout.decode(), shapes.VERSION)["text"]
    assert text == "# Notice\n\nWe list “offers” → €5.\n"
    refusal = process(*dotted, "quote", "We rank “offers” → €5.".encode(), "--service", service, env=env)
    assert "We rank “offers” → €5." in refusal.stdout.decode()
    missing = process(*dotted, "show", "dall·f".encode(), document, env=env)
    assert missing.returncode == 2
    assert "Did you mean 'DALL·E'?" in error_line(missing.stderr.decode())


def test_arguments_that_are_not_utf8_are_refused_by_name(process: Process, state: list[str]) -> None:
    """Bytes of another encoding are no name, and can be no JSON either."""
    for arguments in ([b"show", b"\xff", b"Terms"], [b"provisions", b"--file", b"\xff.md"]):
        done = process(*state, *arguments)
        assert done.returncode == 2
        error_line(done.stderr.decode())
    quoted = process(*state, b"quote", b"\xff words", b"--service", b"Brushmoor", b"--json")
    assert shapes.parse(quoted.stdout.decode(), shapes.QUOTATION)["status"] == "rejected"


@pytest.mark.parametrize(("environment", "escapes"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_only_a_terminal_that_wants_them_gets_escape_codes(
    state: list[str], environment: dict[str, str], escapes: bool
) -> None:
    """Bold headings on a terminal; none with NO_COLOR, and never in a pipe."""
    arguments = command_line(*state, "regulations", "show", "gdpr:6")
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | environment
    controller, terminal = pty.openpty()
    subprocess.run(arguments, env=env, stdin=terminal, stdout=terminal, check=True)
    os.close(terminal)
    assert (b"\x1b" in os.read(controller, 100_000)) is escapes
    os.close(controller)
    assert b"\x1b" not in subprocess.run(arguments, env=env, capture_output=True, check=True).stdout


def test_a_text_shown_on_a_terminal_cannot_steer_it(run: Run, tmp_path: Path) -> None:
    """In a pipe it stays as it was recorded, character for character."""
    text = "# Notice\n\nWe \x1b]0;owned\x07 list offers.\n"
    document = tmp_path / "archive" / "Acorn" / "Terms.md"
    document.parent.mkdir(parents=True)
    document.write_text(text)
    run("archive", "add", str(tmp_path / "archive"))
    controller, terminal = pty.openpty()
    arguments = command_line("--workspace", str(tmp_path / "workspace"), "show", "Acorn", "Terms")
    subprocess.run(arguments, stdout=terminal, stderr=subprocess.DEVNULL, check=True)
    os.close(terminal)
    printed = os.read(controller, 100_000)
    os.close(controller)
    assert b"list offers" in printed
    assert not {b"\x1b", b"\x07"} & {bytes([byte]) for byte in printed}
    assert subprocess.run(arguments, capture_output=True, check=True).stdout == text.encode()


@pytest.mark.parametrize("place", ["file/workspace", "file", "/proc/workspace", "/sys/workspace"])
def test_a_workspace_that_cannot_be_made_is_named(run: Run, tmp_path: Path, place: str) -> None:
    """A file in its place, or a file system that takes no files."""
    (tmp_path / "file").touch()
    workspace = str(tmp_path / place)
    result = run("--workspace", workspace, "archive", "add", SAMPLE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert workspace in error_line(result.stderr)


@pytest.mark.skipif(not shutil.which("unshare"), reason="there is no unshare here")
def test_a_workspace_on_a_read_only_disk(run: Run, tmp_path: Path) -> None:
    """What is there can be read; adding and searching say in one line what cannot be written."""
    run("archive", "add", SAMPLE, "--name", "sample")
    workspace = tmp_path / "workspace"
    mounted = f"mount --bind {workspace} {workspace} && mount -o remount,bind,ro {workspace}"
    if subprocess.run(["unshare", "-m", "sh", "-c", mounted], capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount")
    before = snapshot(workspace)
    for arguments, code in (
        (["show", "Brushmoor", "Terms"], 0),
        (["archive", "list"], 0),
        (["archive", "add", SAMPLE, "--name", "other"], 2),
        (["search", "fees", "--service", "Brushmoor"], 2),
        (["doctor"], 1),
    ):
        words = command_line("--workspace", str(workspace), *arguments)
        script = f'{mounted} && exec "$@"'
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, "sh", *words], capture_output=True, check=False
        )
        assert done.returncode == code, (arguments, done.stderr)
        if code == 2:
            assert str(workspace) in error_line(done.stderr.decode())
    assert snapshot(workspace) == before
