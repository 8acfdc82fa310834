"""The policy in a real browser: our modules run, and a hole in the escaping runs nothing (S-21)."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from kb.web.security_headers import SecurityHeaders
from tests.journeys.browser import ARGUMENTS

pytestmark = pytest.mark.journey

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [*ARGUMENTS, "--headless", "--virtual-time-budget=3000", "--dump-dom"]

RAN = "document.documentElement.dataset.{name} = 'ran'"
PAGE = """<!doctype html><html lang="sv"><head><base href="http://evil.example/">
<title>Prov</title><script type="module" src="/main.js"></script></head><body>
<script>{inline}</script>
<script nonce="gissad">{guessed}</script>
<script src="http://localhost:{port}/foreign.js"></script>
<script type="application/ld+json">{data}</script>
<img src="/saknas" onerror="{handler}">
<svg onload="{svg}"></svg>
<iframe srcdoc="<script>parent.{frame}</script>"></iframe>
<a id="link" href="javascript:{link}">länk</a>
<p id="styled" style="color: rgb(1, 2, 3)">x</p>
<style>#styled {{ background: rgb(4, 5, 6) }}</style>
</body></html>"""

SCRIPTS = {
    "/main.js": "import './part.js';\n"
    + RAN.format(name="module")
    + ";\ndocument.getElementById('link').click();"
    + "\nconst look = getComputedStyle(document.getElementById('styled'));"
    + "\ndocument.documentElement.dataset.look = look.color + look.backgroundColor;"
    + "\ntry { eval("
    + repr(RAN.format(name="eval"))
    + ") } catch { }",
    "/part.js": RAN.format(name="part"),
    "/foreign.js": RAN.format(name="foreign"),
}


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    request = Request(environ)
    if request.path in SCRIPTS:
        return Response(SCRIPTS[request.path], mimetype="text/javascript")(environ, start_response)
    if request.path != "/":
        return Response(status=404)(environ, start_response)
    names = ("inline", "guessed", "data", "handler", "svg", "frame", "link")
    page = PAGE.format(port=environ["SERVER_PORT"], **{name: RAN.format(name=name) for name in names})
    return Response(page, mimetype="text/html")(environ, start_response)


@pytest.fixture
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, SecurityHeaders(application), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_only_our_own_files_run(address: str, tmp_path: Path) -> None:
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: make setup installs it")
    shown = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path}", address],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    root = re.search(r"<html[^>]*>", shown)
    assert root
    marks = dict(re.findall(r'data-(\w+)="([^"]*)"', root[0]))
    assert marks.pop("look") == "rgb(0, 0, 0)rgba(0, 0, 0, 0)", "inline styles are not applied"
    assert marks == {"module": "ran", "part": "ran"}
