"""Who may import whom, and who may name an error code."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import Base, LedgerRow, Method, Rule

PACKAGE = Path(__file__).parents[1] / "conformance"
MAY_IMPORT = {
    "catalog": set(),
    "results": {"catalog"},
    "wire": {"catalog"},
    "target": {"catalog", "results", "wire"},
    "judge": {"catalog", "results", "wire"},
    "summary": {"catalog", "results"},
    "baseline": {"catalog", "results"},
    "secrecy": {"catalog", "wire", "target"},
    "engine": {"catalog", "results", "wire", "target", "judge"},
    "run": {"catalog", "results", "wire", "target", "judge", "engine", "summary", "baseline", "secrecy"},
    "verify": {"catalog", "results", "wire", "judge", "engine", "summary", "run"},
    "report": {"catalog", "results", "summary"},
    "site": {"catalog", "results", "summary", "report"},
    "sandbox": {"catalog"},
    "audit": {"catalog", "results", "wire", "summary", "baseline", "secrecy", "run", "sandbox"},
    "lab": {"audit", "catalog", "results", "wire", "target", "judge", "engine", "run", "sandbox", "report"},
}
"""The rooms and what they may know; `commands` and `plugin` may know all."""

EXCEPTIONS = {
    "run/folder.py": {"report"},  # has our reports written
    "catalog/edits/edit.py": {"wire"},  # the type of the draft that an edit changes, which knows nothing of the catalog
    "catalog/edits/arguments.py": {"wire"},  # as above
    "catalog/edits/orders.py": {"wire"},
    "catalog/edits/rest.py": {"wire"},
}


def _imports(path: Path) -> set[str]:
    """Return the modules of ours that a file imports, by their names inside the package."""
    package = path.relative_to(PACKAGE).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) + 1 - node.level]
            found |= {".".join([*above, node.module or alias.name]) for alias in node.names}
    return found


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "_data" not in path.parts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_follow_the_layers(path: Path) -> None:
    """A room imports only from the rooms below it."""
    place = path.relative_to(PACKAGE)
    room = place.parts[0] if len(place.parts) > 1 else ""
    if room not in MAY_IMPORT:
        return
    allowed = {room, *MAY_IMPORT[room], *EXCEPTIONS.get(str(place), ())}
    others = {module.split(".")[0] for module in _imports(path)} - {"__version__", "locks", "signals"}
    assert others <= allowed, f"{place} imports {others - allowed}"


def test_the_engine_knows_no_pytest() -> None:
    """Cases can be run by any program; pytest is one of them."""
    for path in (PACKAGE / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in {"pytest", "_pytest", "pluggy"}], path.name


def test_every_room_is_known() -> None:
    """A new room says what it may import."""
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms - {"_data"} == {*MAY_IMPORT, "commands", "plugin"}


def test_only_the_laboratory_reads_the_faults_and_variants_in_the_data() -> None:
    """The catalog does not carry them, and the sandbox reads no data file itself: otherwise it would prove itself."""
    carried = {field.name for kind in (Method, Base, Rule, LedgerRow) for field in fields(kind)}
    assert not carried & {"fault", "faults", "variant", "variants"}
    for path in (PACKAGE / "sandbox").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(tomllib|read_toml|data_root)\b", text), path.name


def test_the_sandbox_never_reads_cases_or_accepted_outcomes() -> None:
    """It derives its answers from facts; with the wanted answers at hand it would prove nothing."""
    for path in (PACKAGE / "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"cases", "accept", "readings"} or _is_own(node), f"{path.name}:{node.lineno}"


def _is_own(node: ast.Attribute) -> bool:
    """Whether the attribute is one of the sandbox's own: `readings` of a variant, `accept` of a listening socket."""
    name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return name in {"self", "variant", "_variant", "_socket"}


def test_nobody_else_names_an_error_code() -> None:
    """Everything about a method is data, also what the sandbox calls a condition; only the laboratory spells codes."""
    catalog = load_catalog()
    codes = set().union(*(method.error_codes | method.warning_codes for method in catalog.methods.values()))
    for path in FILES:
        if path.relative_to(PACKAGE).parts[0] == "lab":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in codes, f"{path.relative_to(PACKAGE)}:{node.lineno} says {node.value!r}"
