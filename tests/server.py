"""The real server over a real store, as a clinic runs it, and plain HTTP to talk to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
STARTS_WITHIN = 60  # seconds; it takes two on an idle machine
PAGE = {"Accept": "text/html"}


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def cookie(self) -> str:
        """The pair name=value that the answer sets first, or an empty string."""
        return self.headers.get("set-cookie", "").partition(";")[0]


@dataclass
class Server:
    """`address` has no slash at its end."""

    port: int
    process: subprocess.Popen
    printed: Path

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        cookie: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request without redirects. Anything but a GET says that it comes from our own pages, unless
        `headers` says otherwise; a header that is None is left out."""
        sent = {"Cookie": cookie or None, "Origin": None if method == "GET" else self.address} | (
            headers or {}
        )
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(method, path, body or None, {n: v for n, v in sent.items() if v is not None})
        answer = _answer(line.getresponse())
        line.close()
        return answer

    def post(
        self, path: str, cookie: str = "", headers: Mapping[str, str] | None = None, **fields: str
    ) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {})
        return self.ask(path, "POST", cookie, urlencode(fields).encode(), form)

    def sign_in(self, username: str, password: str) -> str:
        """Signs in as a browser would and returns the cookie."""
        answer = self.post("/signin", username=username, password=password)
        assert answer.status == 303, answer.text
        return answer.cookie

    def kill(self) -> None:
        """As a power cut does it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        """The whole process group, and nothing but it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


@contextmanager
def running_server(
    url: str, *, script: Path = ROOT / "dashboard.py", port: int | None = None, **env: str
) -> Iterator[Server]:
    """The application serving the store at `url` on 127.0.0.1, ready to be asked; `env` is added to the
    environment. `script` may be another launcher, `port` that of a server that ran before."""
    port = port or free_port()
    printed = Path(tempfile.gettempdir()) / f"clinic-server-{port}.log"
    with printed.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=ROOT,
            env=os.environ | {"CLINIC_DATABASE_URL": url} | env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(port, process, printed)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        server.stop()
        printed.unlink(missing_ok=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"The server ended by itself:\n{server.printed.read_text()}")
        try:
            if server.ask("/_stcore/health").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not come up:\n{server.printed.read_text()}")


def _answer(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read().decode("utf-8", "replace"))
