"""Prepares database, cases and static files, then runs the server; existing data is not changed."""

import errno
import hashlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import Error, connection

from caselib import file_locks, interrupts
from stories.management.commands import _database
from stories.models.initial_passwords import InitialPassword
from stories.pictures import fonts
from stories.publishing import adoption, glossary
from stories.search import writer

HOST = "127.0.0.1"
FIRST_SOCKET = 3  # the first file descriptor that systemd passes
DESK_USER = "desk"


class Command(BaseCommand):
    help = "Sets up database, cases, static files and the desk's first user; then serves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000", help="8000 if not given")
        parser.add_argument(
            "--host", default=HOST, help="address to listen on, 127.0.0.1 if not given"
        )
        parser.add_argument("--prepare", action="store_true", help="only database and cases")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["prepare"]:
            _make_data_folder()
            with _alone():
                self._prepare()
            return
        listener = _socket_of_systemd() or _listen(options["host"], options["port"])
        try:
            if settings.ROLE == "reader":  # the process of the desk has prepared the database
                _collect_static()
            else:
                self._set_up(_address(listener))
        except Error as error:
            _refuse(f"the database fails: {str(error).strip().splitlines()[0]}")
        except OSError as error:
            _refuse_folder(Path(error.filename or settings.DATA_DIR), error)
        self.stdout.write(f"caselib serves on {_address(listener)} until Ctrl-C")
        connection.close()
        _become_server(listener)

    def _set_up(self, address: str) -> None:
        _make_data_folder()
        with _alone():
            self._prepare()
            self._first_user(address)
        _collect_static()

    def _prepare(self) -> None:
        self.check()
        if reason := _database.reason_against():
            _refuse(reason)
        self._prepare_database()

    def _prepare_database(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        # Vocabulary and cases are loaded in one transaction: with a vocabulary, this is no first
        # run.
        if not glossary.is_vocabulary_stored():
            self.stdout.write("the first run: loading the cases")
            call_command("loadcases", stdout=self.stdout)
            interrupts.resume()
            if not fonts.han_face("title"):
                self.stdout.write(f"{fonts.MISSING}. {fonts.REMEDY}")
            return
        adopted, faults = adoption.adopt()
        if adopted:
            self.stdout.write(f"{adopted} published cases are now version 1")
        if faults:
            self.stdout.write("these cases are drafts now:\n" + "\n".join(map(str, faults)))
        if writer.stale():
            call_command("reindex", verbosity=0)
            interrupts.resume()

    def _first_user(self, address: str) -> None:
        users = get_user_model()._default_manager
        if users.exists():
            return
        password = secrets.token_urlsafe(12)
        user = users.create_superuser(DESK_USER, password=password)
        InitialPassword.objects.set_for(user)
        site = settings.SITE_URL or address.rstrip("/")
        self.stdout.write(
            f"the desk: {site}/admin/  user: {DESK_USER}  password: {password}\n"
            f"(shown this once; the first login asks for another. Lost it? "
            f"`manage.py changepassword {DESK_USER}`)"
        )


def _refuse(message: str) -> NoReturn:
    raise SystemExit(f"caselib: {message}")


def _refuse_folder(place: Path, error: OSError) -> NoReturn:
    _refuse(f"cannot write {place} ({error.strerror}): set CASELIB_DATA_DIR to a folder of yours")


def _socket_of_systemd() -> socket.socket | None:
    """The socket passed by systemd, which keeps accepting connections during a restart; None
    without.

    Source: sd_listen_fds(3), read 2026-11
    """
    if os.environ.pop("LISTEN_PID", "") != str(os.getpid()):
        return None
    if (count := os.environ.pop("LISTEN_FDS", "")) != "1":
        _refuse(f"systemd handed over {count} sockets: let caselib.socket have one ListenStream=")
    return socket.socket(fileno=FIRST_SOCKET)


def _listen(host: str, port: str) -> socket.socket:
    """A listening socket, opened first so that no other process can take the port meanwhile."""
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535):
        _refuse(f"PORT={port}: write a number from 1 to 65535")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen()
    except socket.gaierror:
        _refuse(f"--host {host}: write an address of this machine, or 0.0.0.0 for all of them")
    except PermissionError:
        _refuse(f"port {port} is not for everybody: make serve PORT=8000")
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            _refuse(f"--host {host}: this machine has no such address")
        other = int(port) + 1 if int(port) < 65535 else 8000
        _refuse(f"port {port} is taken: make serve PORT={other}")
    return listener


def _address(listener: socket.socket) -> str:
    if listener.family == socket.AF_UNIX:
        return "http://localhost/"
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _make_data_folder() -> None:
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        _refuse_folder(settings.DATA_DIR, error)


def _alone() -> AbstractContextManager[None]:
    """Servers that start at the same time with one data folder set it up one after another."""
    return file_locks.waiting_for(settings.DATA_DIR / "setup.lock")


def _collect_static() -> None:
    """Collect and compress static files, which takes seconds, only if they have changed.

    Nothing is removed: a server of the previous release, and pages in caches, still need its files,
    whose names contain a hash of their content.
    """
    wanted = _static_fingerprint()
    if _is_static_collected(wanted):
        return
    _make_data_folder()
    with _alone():
        if _is_static_collected(wanted):  # by another server meanwhile
            return
        _static_marker().unlink(missing_ok=True)
        for name, path in _static_files():
            _replace(settings.STATIC_ROOT / name, path)
        call_command("collectstatic", verbosity=0, interactive=False)
        _static_marker().write_text(wanted)


def _replace(target: Path, source: Path) -> None:
    """Copy in one step. collectstatic would skip an older source, and deletes before it copies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, beside)  # with the time of now
    beside.replace(target)


def _static_marker() -> Path:
    return settings.DATA_DIR / "static-collected"


def _is_static_collected(wanted: str) -> bool:
    marker = _static_marker()
    return marker.exists() and settings.STATIC_ROOT.exists() and marker.read_text() == wanted


def _static_files() -> Iterator[tuple[str, Path]]:
    """(name, path) of every file that is served."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for name, path in _static_files():
        digest.update(f"{name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _become_server(listener: socket.socket) -> NoReturn:
    """Replace this process with gunicorn, which inherits the listening socket."""
    listener.set_inheritable(True)
    environment = {
        "PYTHONPATH": str(settings.BASE_DIR),  # independent of the working directory
        # Fewer malloc arenas: saves 36 MiB in two workers with 200 waiting threads.
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
    }
    if settings.FIGURES_PORT:
        _listen(HOST, str(settings.FIGURES_PORT)).close()  # refuses a port that is taken
        environment["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="caselib-figures-")
    sys.stdout.flush()
    sys.stderr.flush()
    bind = f"fd://{listener.fileno()}"
    os.execve(
        sys.executable,
        [
            *(sys.executable, "-m", "gunicorn", "-c", "python:caselib.gunicorn_conf"),
            *("--bind", bind, "caselib.wsgi"),
        ],
        {**os.environ, **environment},
    )
