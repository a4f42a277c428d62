"""Forged results files: each change of an honest one is named, with its line where it has one."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.model import OK
from slack_conformance.verify.verify import State, verify_file
from tests.verify.conftest import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slack_conformance.catalog.model import Catalog
    from tests.verify.conftest import Line

    Forge = Callable[[list[Line]], Line | None]

pytestmark = pytest.mark.slow

FORGERIES: dict[str, tuple[Forge, str]] = {}


def forgery(says: str) -> Callable[[Forge], Forge]:
    """Enter a function that forges the lines in place; it returns the line that is named, or `None` for the whole."""

    def enter(forge: Forge) -> Forge:
        FORGERIES[forge.__name__.strip("_").replace("_", " ")] = (forge, says)
        return forge

    return enter


def one(lines: list[Line], **wanted: object) -> Line:
    """Return the first case with these fields."""
    return next(line for line in lines if all(line.get(name) == value for name, value in wanted.items()))


def failing(lines: list[Line]) -> Line:
    """Return a FAIL of another code, on a base that succeeded."""
    return next(
        line
        for line in lines
        if line.get("verdict") == "FAIL"
        and line["rule"] == "apps.permissions.request.mixed_scope"
        and len(line["exchanges"]) == 2
    )


def passing(lines: list[Line]) -> Line:
    """Return a PASS of a drawn value in a form."""
    return next(
        line
        for line in lines
        if line.get("verdict") == "PASS"
        and line["rule"] == "oauth.access.invalid_code"
        and line["base"] == "post-form"
        and len(line["exchanges"]) == 2
    )


def edited(line: Line) -> Line:
    """Return the exchange that is judged."""
    found: Line = line["exchanges"][line["grounds"]["edited"]]
    return found


def recounted(lines: list[Line]) -> None:
    """Make the footer's counts those of the lines, as a careful forger would."""
    counts = lines[-1]["counts"]
    for verdict in counts:
        counts[verdict] = sum(line.get("verdict") == verdict for line in lines)


@forgery("verdict is")
def _verdict_flipped(lines: list[Line]) -> Line:
    line = failing(lines)
    line["verdict"] = "PASS"
    recounted(lines)
    return line


@forgery("findings is")
def _finding_removed(lines: list[Line]) -> Line:
    line = failing(lines)
    line["findings"], line["verdict"] = [], "PASS"
    return line


@forgery("findings is")
def _finding_of_another_kind(lines: list[Line]) -> Line:
    line = failing(lines)
    line["findings"][0]["code"] = "shape"
    return line


@forgery("findings is")
def _finding_made_lighter(lines: list[Line]) -> Line:
    line = failing(lines)
    line["findings"][0]["level"], line["verdict"] = "WARN", "WARN"
    return line


@forgery("findings is")
def _finding_made_up(lines: list[Line]) -> Line:
    line = passing(lines)
    line["findings"] = deepcopy(failing(lines)["findings"])
    line["findings"][0]["rule"] = line["rule"]
    return line


@forgery("not in the file")
def _case_dropped(lines: list[Line]) -> None:
    lines.remove(failing(lines))
    recounted(lines)


@forgery("twice")
def _case_doubled(lines: list[Line]) -> None:
    lines.insert(5, deepcopy(passing(lines)))


@forgery("no such case")
def _case_of_nowhere(lines: list[Line]) -> Line:
    line = deepcopy(passing(lines))
    line["id"] += "-made-up"
    lines.insert(-1, line)
    return line


@forgery("the body is")
def _argument_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    request = edited(line)["request"]
    request["body"] += "&note=1"
    return line


@forgery("the verb is")
def _verb_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    edited(line)["request"]["verb"] = "PUT"
    return line


@forgery("the header User-Agent is")
def _user_agent_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    headers = edited(line)["request"]["headers"]
    headers[:] = [[name, "mine/1.0" if name == "User-Agent" else value] for name, value in headers]
    return line


@forgery("the URL is")
def _path_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    edited(line)["request"]["url"] += "?pretty=1"
    return line


@forgery("the body is")
def _base_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    line["exchanges"][line["grounds"]["base"]]["request"]["body"] = "code=$code"
    return line


@forgery("the edit is")
def _edit_made_harmless(lines: list[Line]) -> Line:
    line = passing(lines)
    line["edit"] = {"kind": "set_header", "value": {"X-Nothing": "1"}}
    return line


@forgery("observed is")
def _answers_swapped(lines: list[Line]) -> Line:
    line = failing(lines)
    edited(line)["answer"], edited(passing(lines))["answer"] = edited(passing(lines))["answer"], edited(line)["answer"]
    return line


@forgery("observed is")
def _body_of_an_answer_altered(lines: list[Line]) -> Line:
    line = failing(lines)
    edited(line)["answer"]["body"] = f'{{"ok":false,"error":"{line["accept"][0]}"}}'
    return line


@forgery("HTTP status")
def _status_altered(lines: list[Line]) -> Line:
    line = one(lines, verdict="PASS", observed=OK, edit=None)
    line["exchanges"][-1]["answer"]["status"] = 404
    return line


@forgery("findings is")
def _retry_after_added(lines: list[Line]) -> Line:
    line = next(line for line in lines if any(one["code"] == "retry-after-missing" for one in line.get("findings", ())))
    edited(line)["answer"]["headers"].append(["Retry-After", "30"])
    return line


@forgery("is recorded as")
def _flaw_made_up(lines: list[Line]) -> Line:
    line = failing(lines)
    edited(line)["flaw"], edited(line)["problem"] = "json", "the body is empty"
    return line


@forgery("but should be")
def _another_seed(lines: list[Line]) -> None:
    lines[0]["seed"] += 1


@forgery("there is no edition")
def _another_edition(lines: list[Line]) -> None:
    lines[0]["edition"] = "2031.1"


@forgery("but edition 2026.1 ")
def _failure_called_new(lines: list[Line]) -> Line:
    line = failing(lines)
    line["verdict"] = "NEW"
    recounted(lines)
    return line


@forgery("not in the file")
def _cases_left_out_of_the_selection(lines: list[Line]) -> None:
    lines[0]["selection"] = [*(line["id"] for line in lines[1:-2]), "oauth.access.nowhere"]


@forgery("its rules differ from those")
def _rule_made_weaker(lines: list[Line]) -> None:
    rule = failing(lines)["rule"]
    for record in lines[0]["rules"]:
        if record["id"] == rule:
            record["strength"] = "may"


@forgery("counts")
def _counts_altered(lines: list[Line]) -> None:
    lines[-1]["counts"]["PASS"] += 1


@forgery("sentence")
def _sentence_altered(lines: list[Line]) -> None:
    lines[-1]["sentence"] = "dev sandbox conforms."


@forgery("rows")
def _rows_altered(lines: list[Line]) -> None:
    lines[-1]["rows"]["seen"] = lines[-1]["rows"]["seen"][1:]


@forgery("the footer's sentence")
def _failure_withdrawn(lines: list[Line]) -> None:
    lines[-1]["counts"]["FAIL"] -= 1
    lines[-1]["counts"]["INCONCLUSIVE"] += 1
    lines[-1]["withdrawn"] = {
        failing(lines)["id"]: {"kind": "base-broken-at-end", "text": "It broke.", "needs": "Another."}
    }


@forgery("the body is")
def _secret_restored(lines: list[Line]) -> Line:
    line = passing(lines)
    request = edited(line)["request"]
    request["body"] = request["body"].replace("$client_secret", "fake-secret-of-somebody")
    return line


@forgery("reading is")
def _reading_made_up(lines: list[Line]) -> Line:
    line = passing(lines)
    line["reading"] = [next(iter(lines[0]["ledger"])), "table"]
    return line


@forgery("cause is")
def _cause_made_up(lines: list[Line]) -> Line:
    line = failing(lines)
    line["cause"] = {"kind": "no-value", "text": "There was no value.", "needs": "One."}
    line["verdict"], line["findings"] = "INCONCLUSIVE", []
    return line


@forgery("strength is")
def _strength_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    line["strength"] = "must" if line["strength"] == "may" else "may"
    return line


@forgery("expected is")
def _expectation_altered(lines: list[Line]) -> Line:
    line = passing(lines)
    line["expected"] = "ok:true"
    return line


@forgery("accept is")
def _outcome_accepted(lines: list[Line]) -> Line:
    line = failing(lines)
    line["accept"].append(OK)
    return line


@forgery("the grounds name exchange")
def _exchange_removed(lines: list[Line]) -> Line:
    line = passing(lines)
    del line["exchanges"][line["grounds"]["edited"]]
    return line


@forgery("exchanges with the base")
def _base_of_another_role(lines: list[Line]) -> Line:
    line = passing(lines)
    line["exchanges"][line["grounds"]["base"]]["role"] = "again"
    return line


@forgery("verdict is")
def _ground_removed(lines: list[Line]) -> Line:
    line = failing(lines)
    line["grounds"] = None
    return line


@forgery("the grounds call code missing")
def _value_said_to_be_missing(lines: list[Line]) -> Line:
    line = failing(lines)
    line["grounds"]["missing"] = {"code": "it is used up"}
    line["verdict"], line["findings"] = "INCONCLUSIVE", []
    line["cause"] = {"kind": "no-value", "text": "There was no value.", "needs": "One."}
    recounted(lines)
    return line


@forgery("the grounds name no base")
def _base_withheld(lines: list[Line]) -> Line:
    line = failing(lines)
    line["grounds"]["base"] = None
    return line


@forgery("cause is")
def _method_said_to_be_silent(lines: list[Line]) -> Line:
    """Name a cause of a whole method, which excuses no case that was judged on a base that succeeded."""
    line = failing(lines)
    line["verdict"], line["findings"] = "INCONCLUSIVE", []
    line["cause"] = {"kind": "target-down", "text": "It is down.", "needs": "Another."}
    recounted(lines)
    return line


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_named(name: str, honest: tuple[Line, ...], catalog: Catalog, tmp_path: Path) -> None:
    lines = deepcopy(list(honest))
    forge, says = FORGERIES[name]
    forged = forge(lines)
    found = verify_file(written(tmp_path / "results.jsonl", lines), catalog)
    assert found.state in {State.DIFFERS, State.INCOMPLETE}
    named = [remark for remark in found.remarks if says in remark.text]
    assert named, found.remarks[:3]
    if forged is not None:
        assert any((remark.case, remark.line) == (forged["id"], lines.index(forged) + 1) for remark in named), named[:3]


def test_an_honest_file_is_verified(honest: tuple[Line, ...], catalog: Catalog, tmp_path: Path) -> None:
    found = verify_file(written(tmp_path / "results.jsonl", list(honest)), catalog)
    assert (found.state, found.remarks) == (State.VERIFIED, [])
    assert found.judged_again + found.not_judged == len(honest) - 2


@pytest.mark.parametrize("what", ["changed", "moved", "removed"])
def test_a_careless_forgery_shows_at_the_next_line(
    what: str, honest: tuple[Line, ...], catalog: Catalog, tmp_path: Path
) -> None:
    lines = deepcopy(list(honest))
    match what:
        case "changed":
            lines[10]["ms"] += 1
        case "moved":
            lines[10], lines[11] = lines[11], lines[10]
        case _:
            del lines[10]
    found = verify_file(written(tmp_path / "results.jsonl", lines, chained=False), catalog)
    assert found.state in {State.DIFFERS, State.INCOMPLETE}
    assert any(remark.line in {11, 12} and "the line before it" in remark.text for remark in found.remarks)
