"""The contracts of import-linter know every dependency, so that a new one cannot slip into the domain."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.shared import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PLAIN = "The domain is plain Python"
PLAIN_LAYERS = {"domain", "config"}


def declared() -> set[str]:
    names = [re.match(r"[A-Za-z0-9._-]+", line) for line in PROJECT["project"]["dependencies"]]
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


def test_the_domain_contract_names_every_dependency() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    forbidden = next(set(c["forbidden_modules"]) for c in contracts if c["name"] == PLAIN)
    modules = {
        module
        for module, distributions in packages_distributions().items()
        for distribution in distributions
        if re.sub(r"[-_.]+", "-", distribution).lower() in declared()
        and module.isidentifier()
        and not module.startswith("_")
    }
    missing = modules - forbidden
    assert not missing, (
        f"{sorted(missing)} can be imported by the domain. Add them to forbidden_modules of the contract "
        f"'{PLAIN}' in pyproject.toml."
    )


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    foreign = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {name}"
        for path in sorted((ROOT / "kb" / "domain").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(node)
        if not is_plain(name)
    ]
    assert not foreign, "the domain is plain Python: " + "; ".join(foreign)


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""]


def is_plain(module: str) -> bool:
    top, _, rest = module.partition(".")
    return rest.split(".")[0] in PLAIN_LAYERS if top == "kb" else top in sys.stdlib_module_names
