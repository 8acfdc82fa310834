"""What comes from outside is never read as structure: no XML at all, no SQL put together (S-05, S-07)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.shared import ROOT

MODULES = [path for path in sorted((ROOT / "kb").rglob("*.py")) if "migrations" not in path.parts]
XML = {"xml", "lxml", "defusedxml", "xmltodict", "pyexpat"}
TAKES_SQL = {"text", "exec_driver_sql", "execute", "executescript", "executemany", "literal_column"}


def imported(source: str) -> set[str]:
    """The top names of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def put_together(source: str) -> Iterator[str]:
    """Calls that take SQL whose text is not a fixed one."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in TAKES_SQL and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
            yield ast.unparse(node)


def test_no_module_reads_xml() -> None:
    assert [str(path) for path in MODULES if imported(path.read_text("utf-8")) & XML] == []


OF_OUR_CONSTANTS = {
    "cursor.execute(f'PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}')",
    """text(f"status IN ({', '.join(sorted((repr(status.value) for status in OPEN_STATUSES)))})")""",
    "connection.exec_driver_sql(f'SET LOCAL lock_timeout = {_BRIEFLY_MS}')",
    "pragmas.execute(f'PRAGMA busy_timeout={_BRIEFLY_MS}')",
    "pragmas.execute(f'PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}')",
}
"""Settings of a connection and the condition of an index take no parameters; these are constants of ours."""


def test_no_sql_is_put_together_of_texts() -> None:
    found = {call for path in MODULES for call in put_together(path.read_text("utf-8"))}
    assert found == OF_OUR_CONSTANTS


@pytest.mark.parametrize(
    "source", ["s.execute(f'SELECT {a}')", "text('SELECT ' + a)", "c.execute('SELECT %s' % a)"]
)
def test_sql_that_is_put_together_is_found(source: str) -> None:
    assert list(put_together(source))


def test_a_module_that_reads_xml_is_found() -> None:
    assert imported("from lxml.etree import fromstring\nimport xml.sax") & XML == {"lxml", "xml"}
