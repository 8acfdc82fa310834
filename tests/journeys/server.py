"""The real ``kb serve``, as a process of its own on a free port of this machine."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

KB = str(Path(sys.executable).with_name("kb"))
START_SECONDS = 60.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Site:
    """A running site and the folder that it keeps its data in."""

    url: str
    instance: Path

    @contextmanager
    def broken_search(self) -> Iterator[None]:
        """The pointers to the indexes are rubbish inside the block, as after a damaged disk."""
        pointers = [self.instance / "index" / "current", self.instance / "index" / "lessons" / "current"]
        whole = [pointer.read_text() for pointer in pointers]
        for pointer in pointers:
            pointer.write_text("rubbish")
        try:
            yield
        finally:
            for pointer, text in zip(pointers, whole, strict=True):
                pointer.write_text(text)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def kb(instance: Path, *arguments: str) -> None:
    """Run a command of the product to its end; what it says on failure is in the error."""
    result = subprocess.run(
        [KB, *arguments], env=environment(instance), capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, f"kb {' '.join(arguments)}: {result.stdout}{result.stderr}"


def environment(instance: Path, url: str = "http://127.0.0.1:8000") -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return {
        **kept,
        "KB_ENVIRONMENT": "development",
        "KB_INSTANCE": str(instance),
        "KB_BASE_URL": url,
        "KB_SEARCHES_PER_MINUTE": "1000000",  # counted as ever, and never refused
    }


@contextmanager
def serving(instance: Path, **environ: str) -> Iterator[Site]:
    """Start the site, wait until it is healthy, and end it (by its own id) when the block is left.

    ``environ`` are further settings.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = instance / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [KB, "serve", "--port", str(port)],
            env=environment(instance, url) | environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(process, url, log)
            yield Site(url, instance)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ask(
    url: str, path: str, method: str = "GET", timeout: float = 20.0, form: Mapping[str, str] | None = None
) -> Answer:
    """One request without a browser: no redirect is followed, no cookie is kept."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=timeout)
    headers = {"Origin": url, "Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    try:
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"kb serve ended at once: {log.read_text()}"
        try:
            if ask(url, "/healthz").status == 200:
                return
        except OSError:
            pass
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"kb serve was not healthy within {START_SECONDS:.0f} s: {log.read_text()}")
