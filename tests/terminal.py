"""Runs a command on a pseudo-terminal, where Ctrl-C can be pressed."""

import os
import pty
import select
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CTRL_C = b"\x03"
PATIENCE = 120  # seconds


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    ctrl_c_after: float | None = None,
    ctrl_c_at: str | None = None,
) -> tuple[int, str]:
    """(exit code, or minus the signal that ended it; the output).

    Ctrl-C is pressed after this many seconds, or once this text appears.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a background job of a shell ignores it
        os.chdir(ROOT)
        os.execve(command[0], list(command), dict(environment))
    said, began, is_pressed = b"", time.monotonic(), False
    while time.monotonic() < began + PATIENCE:
        is_late = ctrl_c_after is not None and time.monotonic() > began + ctrl_c_after
        is_there = ctrl_c_at is not None and ctrl_c_at in said.decode(errors="replace")
        if not is_pressed and (is_late or is_there):
            os.write(terminal, CTRL_C)
            is_pressed = True
        if select.select([terminal], [], [], 0.01)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not piece:
                break
            said += piece
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return status, said.decode(errors="replace")
