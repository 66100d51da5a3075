"""The servers that are compared: the application, one bare page under two sets of settings, a bare app."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from benchmarks import machine
from tests.server import ROOT, Server, free_port

Serve = Callable[[], AbstractContextManager[Server]]

BARE = Path(__file__).parent / "bare"
# Stock settings would ask for an e-mail address and listen to the whole network; neither costs a rerun anything.
ALONE = ("--server.headless", "true", "--server.address", "127.0.0.1")


def ours(url: str) -> Serve:
    return lambda: _serving(ROOT / "dashboard.py", ROOT, CLINIC_DATABASE_URL=url)


def bare(constants: Path, *, stock: bool, page: str = "page.py") -> Serve:
    """Streamlit takes its settings from the folder in which it is started: ours, or an empty one."""

    @contextmanager
    def serve() -> Iterator[Server]:
        with tempfile.TemporaryDirectory() as empty:
            folder = Path(empty) if stock else ROOT
            home = {"HOME": empty} if stock else {}
            with _serving(BARE / page, folder, BENCHMARK_CONSTANTS=str(constants), **home) as server:
                yield server

    return serve


def hello() -> AbstractContextManager[Server]:
    return _serving(BARE / "hello.py", ROOT)


@contextmanager
def _serving(script: Path, folder: Path, **env: str) -> Iterator[Server]:
    """Started, but not waited for: how long it takes is one of the things that are measured."""
    port = free_port()
    with tempfile.NamedTemporaryFile(prefix="benchmark-server-", suffix=".log") as log:
        with machine.core(machine.SERVING):
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), *ALONE],
                cwd=folder,
                env=_environment() | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        server = Server(port, process, Path(log.name))
        try:
            yield server
        finally:
            server.stop()


def _environment() -> dict[str, str]:
    """Without what would make each start compile every module anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
