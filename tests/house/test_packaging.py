"""A built wheel carries everything and serves the site from an empty environment elsewhere."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shared import ROOT

# Installing the locked dependencies takes most of a minute on two cores.
pytestmark = pytest.mark.timeout(600)

CARRIED = {"templates": "kb/bundled/templates", "static": "kb/bundled/static", "seed": "kb/bundled/seed"}


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    """The command's output; a failure shows all of it."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**bare_environment(), **environ},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, f"{command} gave {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def bare_environment() -> dict[str, str]:
    """The machine's environment without anything that would lead back to this checkout."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KB_", "PYTHON", "VIRTUAL_ENV", "COV"))
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", CARRIED)
def test_the_wheel_carries_every_file_of(folder: str, names: set[str]) -> None:
    expected = {
        f"{CARRIED[folder]}/{path.relative_to(ROOT / folder).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert expected, f"{folder}/ is empty, so this test would prove nothing"
    missing = expected - names
    assert not missing, f"the wheel lacks {sorted(missing)}: see tool.hatch in pyproject.toml"


def test_the_wheel_carries_the_package_with_its_migrations(names: set[str]) -> None:
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kb").rglob("*.py")}
    assert expected <= names, f"the wheel lacks {sorted(expected - names)}"
    assert any(re.fullmatch(r"kb/migrations/versions/\w+\.py", name) for name in names)


def test_the_wheel_carries_the_english_of_the_interface(names: set[str]) -> None:
    assert "kb/translations/en/LC_MESSAGES/messages.mo" in names


def test_the_wheel_carries_nothing_else(names: set[str]) -> None:
    foreign = [
        name
        for name in names
        if not re.match(r"kb/|erfarenhetsbanken-[\w.]+\.dist-info/", name)
        or re.search(r"__pycache__|\.pyc$|\.sqlite|/instance/|/tests/|/node_modules/", name)
    ]
    assert not foreign, f"the wheel carries {sorted(foreign)}"
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@dataclass(frozen=True)
class Installed:
    """A console command in an environment that knows nothing of this checkout."""

    kb: Path
    home: Path
    instance: Path

    def __call__(self, *arguments: str) -> str:
        return run(self.kb, *arguments, cwd=self.home, **self.settings())

    def settings(self) -> dict[str, str]:
        return {"KB_INSTANCE": str(self.instance), "KB_ENVIRONMENT": "development"}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    pip = (home / "venv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "-qq")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=home)
    run(*pip, "--no-deps", wheel, cwd=home)
    return Installed(home / "venv" / "bin" / "kb", home, home / "instance")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(kb: Installed, port: int) -> Iterator[str]:
    log = kb.home / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [str(kb.kb), "serve", "--port", str(port)],
            cwd=kb.home,
            env={**bare_environment(), **kb.settings()},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            assert server.poll() is None, f"kb serve ended:\n{log.read_text(encoding='utf-8')}"
            try:
                urllib.request.urlopen(f"{base}/healthz", timeout=5).close()
                break
            except OSError:
                assert time.monotonic() < deadline, f"no answer:\n{log.read_text(encoding='utf-8')}"
                time.sleep(0.2)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=30)


def fetch(address: str) -> tuple[str, str]:
    """Content type and text."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.headers["Content-Type"], answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{address} answered {error.code}") from error


def test_an_installed_wheel_serves_the_site(installed: Installed) -> None:
    where = run(
        installed.kb.with_name("python"), "-c", "import kb; print(kb.__file__)", cwd=installed.home
    ).strip()
    assert str(ROOT) not in where, "the installed package must not be the checkout"

    installed("db", "upgrade")
    installed("seed")
    port = free_port()
    with serving(installed, port) as base:
        content_type, home = fetch(f"{base}/")
        assert content_type == "text/html; charset=utf-8"
        assert "<h1" in home

        _, results = fetch(f"{base}/sok?q=upphandling")
        story = re.search(r'href="(/erfarenheter/[^"#?]+)"', results)
        assert story, "a search for upphandling finds no story: kb seed indexed nothing"
        _, page = fetch(base + story[1])
        assert page.count("<h1") == 1

        _, about = fetch(f"{base}/en/om")
        assert "<h1>About Erfarenhetsbanken</h1>" in about

        sheet = re.search(r'<link[^>]+href="([^"]+\.css[^"]*)"', home)
        assert sheet, "the page names no style sheet"
        content_type, css = fetch(base + sheet[1])
        assert content_type.startswith("text/css")
        assert css.strip()
