"""Write the results file: a header, a line for each case as it ends, a footer."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

import conformance

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from conformance.catalog.model import Catalog, Rule

FORMAT = 1


class ResultsWriter:
    """Writes each line at once, so that a run that is cut off keeps everything recorded so far."""

    def __init__(self, path: Path) -> None:
        """Create the file, and its folder if needed. Raises `OSError` if that fails."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: TextIO = path.open("w", encoding="utf-8")
        self._body = 0

    def write(self, line: dict[str, Any]) -> None:
        """Write one line and flush it."""
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._file.flush()

    def write_footer(self, line: dict[str, Any]) -> None:
        """Write the last line; a second call replaces it."""
        self._body = self._body or self._file.tell()
        self._file.seek(self._body)
        self._file.truncate()
        self.write(line)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def header(catalog: Catalog, target: dict[str, str], profile: str | None, methods: tuple[str, ...]) -> dict[str, Any]:
    """Return the header: suite, target, and every rule, including those of methods that are not claimed."""
    return {
        "type": "header",
        "format": FORMAT,
        "suite": conformance.__version__,
        "catalog": catalog.sha256,
        "started": now(),
        "target": target,
        "profile": profile,
        "methods": list(methods),
        "cases": len(catalog.cases),
        "environment": {"python": platform.python_version(), "pytest": pytest.__version__},
        "rules": [_rule(rule, method.page) for method in catalog.methods.values() for rule in method.rules],
        "ledger": {
            row.id: {
                "title": row.title,
                "places": list(row.places),
                "readings": {name: list(codes) for name, codes in row.readings.items()},
                "preferred": row.preferred,
                "because": row.because,
            }
            for row in catalog.ledger.values()
        },
    }


def now() -> str:
    """Return the current time in UTC in ISO 8601 format, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rule(rule: Rule, page: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "method": rule.method,
        "name": rule.name,
        "kind": str(rule.kind),
        "strength": str(rule.strength),
        "concern": str(rule.concern),
        "place": rule.place,
        "page": page,
        "summary": rule.summary,
        "hidden": rule.hidden,
        "untestable": rule.untestable,
        "source": rule.source,
    }
