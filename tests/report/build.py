"""Small results files, made up: what the tests of the reports read."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from slack_conformance.results.io import read_results
from slack_conformance.results.model import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from slack_conformance.results.io import Results

Line = dict[str, Any]

METHOD = "things.make"
VERDICTS = ("PASS", "WARN", "FAIL", "INCONCLUSIVE", "N/A", "KNOWN", "NEW", "ENGINE")
URL = "http://127.0.0.1:8080/api/things.make"


def rule(name: str, place: str = "Errors/1", **changes: object) -> Line:
    """Return a rule of the invented method."""
    entry = {
        "id": f"{METHOD}.{name}",
        "method": METHOD,
        "name": name,
        "kind": "error",
        "strength": "must",
        "concern": "errors",
        "place": place,
        "page": "things.make.txt",
        "summary": f"A request that is wrong in the way called {name} is refused with this code.",
        "hidden": False,
        "untestable": None,
        "source": "",
    }
    return {**entry, **changes}


def request(body: str | None = "name=lamp&colour=red", **changes: object) -> Line:
    """Return a POST of a form."""
    headers = [["Host", "127.0.0.1:8080"], ["Authorization", "Bearer $token"]]
    headers += [["Content-Type", "application/x-www-form-urlencoded"], ["Content-Length", str(len(body or ""))]]
    return {"verb": "POST", "url": URL, "headers": headers, "body": body, "raw": False, "note": "", **changes}


def answer(body: str = '{"ok":true}', **changes: object) -> Line:
    """Return an answer with a JSON body."""
    headers = [["Content-Type", "application/json; charset=utf-8"], ["Content-Length", str(len(body))]]
    return {"status": 200, "reason": "OK", "headers": headers, "body": body, **changes}


def exchange(role: str = "edited", **changes: object) -> Line:
    """Return one exchange."""
    return {
        "role": role,
        "request": request(),
        "answer": answer(),
        "flaw": None,
        "problem": None,
        "ms": 1.25,
        **changes,
    }


def case(rule_name: str, name: str = "one", verdict: str = "PASS", **changes: object) -> Line:
    """Return a case of the rule; a failing one comes with a finding and two exchanges."""
    own = f"{METHOD}.{rule_name}"
    failing = verdict in {"FAIL", "WARN", "KNOWN", "NEW"}
    expected, got = f"refused with {rule_name}", "accepted, ok: true" if failing else f"refused with {rule_name}"
    finding = {"rule": own, "code": "not-refused", "level": "WARN" if verdict == "WARN" else "FAIL"}
    reachable = verdict not in {"INCONCLUSIVE", "N/A"}
    judged = reachable and verdict != "ENGINE"
    entry = {
        "type": "case",
        "id": f"{own}.{name}",
        "method": METHOD,
        "rule": own,
        "also": [],
        "concern": "errors",
        "strength": "must",
        "evidence": "request",
        "differential": False,
        "verdict": verdict,
        "observed": "ok" if failing else rule_name,
        "seen": verdict == "PASS",
        "reading": None,
        "expected": expected,
        "got": got,
        "accept": [rule_name],
        "findings": [{**finding, "expected": expected, "got": got, "nearest": None}] if failing else [],
        "cause": None if judged else {"kind": "no-value", "text": "No colour was given.", "needs": "a colour"},
        "base": "post-form",
        "edit": {"kind": "set_argument", "value": {"colour": "none"}},
        "edit_text": 'argument colour = "none"',
        "state": "healthy",
        "exchanges": [exchange("base"), exchange(request=request("name=lamp&colour=none"))] if reachable else [],
        "grounds": None,
        "known": None,
        "ms": 3.5,
        "worker": "master",
        "explored": "",
        "after": "",
    }
    return {**entry, **changes}


def header(rules: Iterable[Line], cases: int, **changes: object) -> Line:
    """Return a header."""
    readings = {"table": ["bad_colour"], "example": ["bad_paint"]}
    ledger = {
        "DOC-01": {
            "title": "The example and the table name a bad colour differently.",
            "places": [f"{METHOD}: Example", f"{METHOD}: Errors/1"],
            "readings": readings,
            "preferred": "table",
            "because": "The table is newer.",
        }
    }
    entry = {
        "type": "header",
        "seed": 7,
        "format": FORMAT,
        "suite": "0.1.0",
        "catalog": "0" * 64,
        "started": "2026-11-21T21:40:00Z",
        "target": {"name": "embedded sandbox", "url": "http://127.0.0.1:8080/api/", "kind": "mock"},
        "profile": None,
        "methods": [METHOD],
        "readings": {},
        "selection": None,
        "cases": cases,
        "environment": {"python": "3.11.7", "pytest": "9.2.0"},
        "rules": list(rules),
        "ledger": ledger,
        "edition": "2026.1",
    }
    return {**entry, **changes}


def footer(cases: Iterable[Line], **changes: object) -> Line:
    """Return the footer that sums the cases up."""
    withdrawn = changes.get("withdrawn", {})
    verdicts = Counter(
        "INCONCLUSIVE" if isinstance(withdrawn, dict) and one["id"] in withdrawn else one["verdict"] for one in cases
    )
    counts = {verdict: verdicts[verdict] for verdict in VERDICTS}
    entry = {
        "type": "footer",
        "finished": "2026-11-21T21:40:02Z",
        "seconds": 1.94,
        "counts": counts,
        "rows": {"seen": [], "other_reading": [], "not_reachable": [], "excluded": []},
        "requests": {"target": 230, "control": 205},
        "readings": {},
        "withdrawn": {},
        "notes": [],
        "sentence": ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count),
        "exit": 3 if counts["ENGINE"] else 1 if counts["FAIL"] else 10 if counts["INCONCLUSIVE"] else 0,
        "cut": None,
        "after": "",
    }
    return {**entry, **changes}


def lines(
    cases: Iterable[Line], rules: Iterable[Line] = (), *, head: Line | None = None, foot: Line | None = None
) -> list[Line]:
    """Return the lines of a whole file: rules are made for the cases unless given."""
    cases = list(cases)
    rules = list(rules) or [rule(name) for name in dict.fromkeys(one["rule"].split(".")[-1] for one in cases)]
    return [header(rules, **{"cases": len(cases), **(head or {})}), *cases, footer(cases, **(foot or {}))]


def written(path: Path, content: Iterable[Line]) -> Path:
    """Write the lines as a results file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in content), encoding="utf-8")
    return path


def results(folder: Path, cases: Iterable[Line], rules: Iterable[Line] = (), **parts: Any) -> Results:  # noqa: ANN401 - handed on
    """Return the results that a file of these cases holds."""
    return read_results(written(folder / "results.jsonl", lines(cases, rules, **parts)))
