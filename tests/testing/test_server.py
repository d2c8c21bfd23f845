"""The stand-in server can be run by hand."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request

import pytest

from clauseproof.testing.server import main


def test_the_server_run_by_hand_serves_until_interrupted() -> None:
    """It says where it listens, answers, and ends without a traceback."""
    command = [sys.executable, "-W", "error", "-m", "clauseproof.testing.server", "--port", "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A background job of a shell ignores interrupts, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[2].rstrip(";")
        with urllib.request.urlopen(f"{url}/models", timeout=5) as response:
            assert response.status == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=5)
    assert (process.returncode, errors) == (0, "")
    assert "0 calls" in rest


def test_an_impossible_rate_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names what is wrong."""
    with pytest.raises(SystemExit):
        main(["--fault-rate", "2"])
    assert "between 0 and 1" in capsys.readouterr().err
