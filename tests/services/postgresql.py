"""A temporary PostgreSQL cluster on a Unix socket, and a proxy to it that can be cut off."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

PIECE = 2**16  # bytes


@dataclass
class Cluster:
    """`folder` contains the socket."""

    folder: Path
    programs: Path

    def url(self, user: str = "postgres", port: int | None = None) -> str:
        """Through the socket, or through a local port."""
        host = f"127.0.0.1:{port}" if port else quote(str(self.folder), safe="")
        return f"postgres://{user}@{host}/caselib"

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    def run(self, sql: str, database: str = "caselib") -> str:
        options = ["-h", str(self.folder), "-U", "postgres", "-d", database, "-qAt"]
        command = [str(self.programs / "psql"), *options, "-v", "ON_ERROR_STOP=1"]
        result = subprocess.run(command, input=sql, capture_output=True, text=True, check=True)
        return result.stdout.strip()


def programs() -> Path | None:
    """The program folder of the newest PostgreSQL of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def cluster() -> Iterator[Cluster]:
    """With an empty database `caselib`. Debian does not put the programs into PATH."""
    folder = programs()
    assert folder, "there is no PostgreSQL: .ci/services installs it"
    made = Cluster(Path(tempfile.mkdtemp(prefix="caselib-pg.")), folder)
    as_user = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(made.folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def control(*arguments: str) -> None:
        program, data = made.programs / "pg_ctl", made.folder / "data"
        command = [*as_user, str(program), "-s", "-w", "-D", str(data), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    try:
        control("init", "-o", "-A trust -U postgres -E UTF8 --locale=C.UTF-8")
        options = f"-k {made.folder} -c listen_addresses='' -c fsync=off"
        control("-l", str(made.folder / "log"), "start", "-o", options)
        try:
            made.run("CREATE DATABASE caselib", "postgres")
            yield made
        finally:
            control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(made.folder)


@dataclass
class Way:
    """A local TCP port that forwards to a socket, and can be cut off.

    `stall` forwards nothing and keeps connections open, like a failed network; `refuse` closes
    connections and accepts none, like a stopped server.
    """

    to: Path
    port: int = 0
    _open: threading.Event = field(default_factory=threading.Event)
    _listener: socket.socket | None = None
    _ends: list[socket.socket] = field(default_factory=list)

    def start(self) -> None:
        self._open.set()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stall(self) -> None:
        self._open.clear()

    def refuse(self) -> None:
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def restore(self) -> None:
        self._open.set()
        if self._listener is None:
            self.start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far, suppress(OSError):
            far.connect(str(self.to))
            self._ends += [near, far]
            back = threading.Thread(target=self._pass_on, args=(far, near), daemon=True)
            back.start()
            self._pass_on(near, far)
            back.join()

    def _pass_on(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                self._open.wait()
                to.sendall(piece)
            to.shutdown(socket.SHUT_WR)


@contextmanager
def way(to: Path) -> Iterator[Way]:
    made = Way(to)
    made.start()
    try:
        yield made
    finally:
        made.restore()
        made.refuse()
