"""Forgeries by somebody who knows the format: no answer is touched, and the footer follows from what the lines say.

What an exchange shows is what a forger of this kind must get around: another exchange is judged, something excuses the
target, the request is another one, or the case is withdrawn.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING

import msgspec
import pytest

from slack_conformance.catalog.model import OK
from slack_conformance.results.io import Results
from slack_conformance.results.model import CaseResult, Cause, Header
from slack_conformance.results.terms import Verdict
from slack_conformance.summary.tally import Tally
from slack_conformance.verify.verify import State, verify_file
from tests.verify.conftest import written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slack_conformance.catalog.model import Catalog
    from tests.verify.conftest import Line

    Forge = Callable[[list[Line]], Line | None]

pytestmark = pytest.mark.slow

FORGERIES: list[Forge] = []


def forgery(forge: Forge) -> Forge:
    """Enter a function that forges the lines in place; it returns the line that is to be named, or `None`."""
    FORGERIES.append(forge)
    return forge


def with_footer(lines: list[Line]) -> list[Line]:
    """Return the lines with a footer that follows from them, as far as it can."""
    header, footer = msgspec.convert(lines[0], Header), lines[-1]
    cases = [msgspec.convert(line, CaseResult) for line in lines[1:-1]]
    withdrawn = {name: msgspec.convert(cause, Cause) for name, cause in footer["withdrawn"].items()}
    final = tuple(case.withdrawn(withdrawn[case.id]) if case.id in withdrawn else case for case in cases)
    results = Results(header, final, None)
    tally = Tally(_Rules(results), header.methods, total=header.cases)  # type: ignore[arg-type]  # the rules are enough
    for case in final:
        tally.add(case)
    footer |= {
        "counts": {str(verdict): count for verdict, count in tally.counts.items()},
        "rows": msgspec.to_builtins(tally.rows()),
        "readings": msgspec.to_builtins(tally.readings),
        "sentence": tally.sentence(header.target.name),
        "exit": 1 if tally.counts[Verdict.FAIL] else 10 if tally.counts[Verdict.INCONCLUSIVE] else 0,
    }
    return lines


class _Rules:
    def __init__(self, results: Results) -> None:
        self.rules, self.cases = results.header.rules, ()


def of_rule(lines: list[Line], rule: str, **wanted: object) -> Line:
    """Return the first case of a rule with these fields."""
    found = (line for line in lines[1:-1] if line["rule"].endswith(f".{rule}"))
    return next(line for line in found if all(line[name] == value for name, value in wanted.items()))


def not_refused(lines: list[Line]) -> Line:
    """Return a FAIL on a request that was accepted."""
    return next(line for line in lines[1:-1] if line["verdict"] == "FAIL" and line["observed"] == OK)


def wrongly_refused(lines: list[Line]) -> Line:
    """Return a FAIL on a request in a form that got another error code."""
    return next(
        line
        for line in lines[1:-1]
        if line["findings"] and line["findings"][0]["code"] == "wrong-code" and line["base"] == "post-form"
    )


LONG = 20
"""Characters of a code: a shorter one is not drawn."""


def drawn_code(lines: list[Line]) -> Line:
    """Return a PASS with a code in a form that the seed has drawn, in the form of one that the record hides."""
    return next(
        line
        for line in lines[1:-1]
        if line["verdict"] == "PASS"
        and line["base"] == "post-form"
        and (line["edit"] or {}).get("kind") == "set_argument"
        and line["rule"] == "oauth.access.invalid_code"
        and isinstance(line["edit"]["value"].get("code"), str)
        and len(line["edit"]["value"]["code"]) > LONG
    )


def edited(line: Line) -> Line:
    """Return the exchange that is judged."""
    found: Line = line["exchanges"][line["grounds"]["edited"]]
    return found


def passed(line: Line, outcome: str | None = None, *, seen: bool = False) -> Line:
    """Make the line a PASS with this outcome."""
    name = outcome or line["accept"][0]
    said = "ok:true" if name == OK else f'error "{name}"'
    line |= {"verdict": "PASS", "findings": [], "observed": name, "got": said, "seen": seen, "cause": None}
    line |= {"explored": "", "expected": said if line["findings"] else line["expected"]}
    return line


def excused(line: Line, kind: str, text: str, needs: str) -> Line:
    """Make the line INCONCLUSIVE with this cause."""
    line |= {"verdict": "INCONCLUSIVE", "findings": [], "seen": False, "reading": None, "explored": ""}
    line["cause"] = {"kind": kind, "text": text, "needs": needs}
    return line


STOPPED = "A target that keeps answering."


@forgery
def _the_base_is_judged_in_place_of_the_edited_request(lines: list[Line]) -> Line:
    """Judge a passing exchange of the case itself: the accepted base of a case that accepts it."""
    line = next(
        line
        for line in lines[1:-1]
        if line["verdict"] == "PASS" and line["accept"] == [OK] and len(line["exchanges"]) == 2
    )
    line["grounds"]["edited"] = line["grounds"]["base"]
    return line


@forgery
def _an_earlier_refusal_is_judged_in_place_of_the_last(lines: list[Line]) -> Line:
    line = of_rule(lines, "code_already_used", id="oauth.access.code_already_used.third-use")
    line["grounds"]["edited"] = 1
    return line


@forgery
def _the_base_sent_again_is_disowned(lines: list[Line]) -> Line:
    """Say that there was no answer, without the base sent again, as if the target had stopped."""
    line = wrongly_refused(lines)
    exchange = edited(line)
    exchange["flaw"], exchange["problem"] = "size", "the body is over 1000000 bytes when decompressed"
    base = line["base"]
    came = f"HTTP 200, an answer that cannot be read: {exchange['problem']}"
    line |= {"observed": "unreadable", "got": came}
    method = line["method"]
    text = f"{method}: the target stopped answering; its base {base} now gets {came}."
    return excused(line, "target-down", text, STOPPED)


@forgery
def _a_flaw_of_the_wire_beside_a_whole_answer(lines: list[Line]) -> Line:
    """Add the base sent again too, so that nothing but the answer itself says that it can be read."""
    line = wrongly_refused(lines)
    line["exchanges"].append({**deepcopy(line["exchanges"][0]), "role": "recheck"})
    line["grounds"]["recheck"] = 2
    edited(line)["flaw"], edited(line)["problem"] = "framing", "the answer ends in the middle"
    came = "HTTP 200, an answer that cannot be read: the answer ends in the middle"
    line |= {"observed": "unreadable", "got": came}
    line["findings"][0] |= {"code": "unreadable", "got": came, "nearest": None}
    return line


@forgery
def _single_use_values_in_a_world_of_the_target(lines: list[Line]) -> Line:
    """Say that a refused code is from a list, and so perhaps used before."""
    line = of_rule(lines, "code_already_used", verdict="FAIL", base="post-form")
    line["grounds"]["once"] = {"code": "codes.txt"}
    text = 'oauth.access: error "invalid_code" may be due to the code from the profile: no base of the method succeeds.'
    return excused(
        line, "value-in-doubt", text, "A fresh code for each request: a command that mints one, or a new list."
    )


@forgery
def _grounds_withdrawn_and_exchanges_kept(lines: list[Line]) -> Line:
    line = wrongly_refused(lines)
    line["grounds"] = None
    return excused(line, "no-value", "There is no code.", "A code.")


@forgery
def _a_row_seen_by_a_case_that_was_not_tried(lines: list[Line]) -> Line:
    line = wrongly_refused(lines)
    line |= {"grounds": None, "exchanges": [], "observed": None, "got": "nothing was sent", "expected": ""}
    excused(line, "no-value", "There is no code.", "A code.")
    line["seen"] = True
    return line


@forgery
def _an_outcome_of_a_case_that_was_not_tried(lines: list[Line]) -> Line:
    line = of_rule(lines, "two_factor_setup_required")
    line["observed"], line["got"] = "two_factor_setup_required", 'error "two_factor_setup_required"'
    return line


@forgery
def _a_part_of_the_run_called_the_whole(lines: list[Line]) -> None:
    lines[1:-1] = [line for line in lines[1:-1] if line["verdict"] == "PASS"]
    lines[0]["cases"] = len(lines) - 2
    lines[0]["selection"] = sorted(line["id"] for line in lines[1:-1])


@forgery
def _the_line_of_a_case_on_another_base(lines: list[Line]) -> Line:
    """Take what a case got by one way in for another way in, by which it failed."""
    line = next(
        line
        for line in lines[1:-1]
        if line["verdict"] == "PASS" and line["base"] == "get" and line["rule"] == "oauth.access.invalid_code"
    )
    other = next(
        other
        for other in lines[1:-1]
        if (
            other["rule"] == line["rule"]
            and other["edit_text"] == line["edit_text"]
            and other["base"] == "post-multipart"
        )
        or (other["id"] == line["id"].replace("-by-get", "-by-multipart") and other is not line)
    )
    kept = other["id"]
    other |= {**deepcopy(line), "id": kept}
    return other


@forgery
def _results_of_another_server(lines: list[Line]) -> None:
    lines[0]["target"]["url"] = "https://conforming.example/api/"


@forgery
def _requests_to_another_server(lines: list[Line]) -> Line:
    line = wrongly_refused(lines)
    for exchange in line["exchanges"]:
        exchange["request"]["url"] = re.sub("^http://[^/]*/", "https://conforming.example/", exchange["request"]["url"])
    return line


@forgery
def _a_content_length_that_no_body_has(lines: list[Line]) -> Line:
    line = of_rule(lines, "invalid_code", base="post-form", verdict="PASS")
    request = edited(line)["request"]
    request["headers"] = [[name, "3" if name == "Content-Length" else value] for name, value in request["headers"]]
    return line


@forgery
def _an_argument_inside_a_public_value(lines: list[Line]) -> Line:
    """Hide one more part of a multipart body in the value of an argument that may be anything."""
    line = of_rule(lines, "invalid_code", base="post-multipart", verdict="PASS")
    request = edited(line)["request"]
    part = '--slack-conformance-boundary\r\nContent-Disposition: form-data; name="answer"\r\n\r\ninvalid_code\r\n'
    head, mark, tail = request["body"].rpartition("\r\n--slack-conformance-boundary--")
    request["body"] = f"{head}\r\n{part.rstrip()}{mark}{tail}"
    return line


@forgery
def _another_address_in_the_edited_request(lines: list[Line]) -> Line:
    line = of_rule(lines, "invalid_code", base="post-form", verdict="PASS")
    request = edited(line)["request"]
    request["body"] = re.sub("redirect_uri=[^&]*", "redirect_uri=https%3A%2F%2Fother.example", request["body"])
    return line


@forgery
def _a_token_of_another_state(lines: list[Line]) -> Line:
    line = next(
        line
        for line in lines[1:-1]
        if line["verdict"] == "PASS"
        and line["state"] == "healthy"
        and line["edit"]
        and line["accept"] == [OK]
        and ["Authorization", "Bearer $token"] in edited(line)["request"]["headers"]
    )
    request = edited(line)["request"]
    request["headers"] = [
        [name, value.replace("$token", "$token_of_app_removed")] for name, value in request["headers"]
    ]
    return line


@forgery
def _a_good_value_where_the_seed_draws_a_bad_one(lines: list[Line]) -> Line:
    return another_code(drawn_code(lines), "$code", "argument code = $code")


@forgery
def _another_value_than_the_seed_draws(lines: list[Line]) -> Line:
    return another_code(drawn_code(lines), "nonsense", "argument code = 'nonsense'")


@forgery
def _another_value_of_the_form_that_the_seed_draws(lines: list[Line]) -> Line:
    line = drawn_code(lines)
    value = line["edit"]["value"]["code"]
    other = value[:-1] + ("x" if value[-1] != "x" else "y")
    return another_code(line, other, f"argument code = '{other}'")


def another_code(line: Line, value: str, words: str) -> Line:
    """Send another code in this line, as its edit says."""
    request, drawn = edited(line)["request"], line["edit"]["value"]["code"]
    request["body"] = request["body"].replace(drawn, value)
    line["edit"]["value"]["code"], line["edit_text"] = value, words
    return line


@forgery
def _a_throttled_answer_that_was_not(lines: list[Line]) -> Line:
    """Call an answer throttled: requests of such a line are those of any case."""
    line = wrongly_refused(lines)
    line["grounds"]["throttled"] = 1
    edited(line)["request"]["body"] = "code=anything"
    got = "HTTP 200, application/json, " + line["got"]
    line["got"] = f"{got} (1 so far)"
    return line


@forgery
def _a_base_answered_otherwise_in_one_line(lines: list[Line]) -> Line:
    """All cases on a base share one exchange with it. Only here it is refused, which excuses the target."""
    line = wrongly_refused(lines)
    answer = line["exchanges"][0]["answer"]
    answer["body"] = '{"ok":false,"error":"internal_error"}'
    line["got"] = line["got"]
    text = f'{line["method"]} refuses its base {line["base"]} (POST, form, parameters) with error "internal_error".'
    return excused(line, "base-refused", text, "Values in the profile with which one way in succeeds.")


@forgery
def _a_sentence_in_redacted_quotes(lines: list[Line]) -> Line:
    line = wrongly_refused(lines)
    line["got"] = 'error "$anything"'
    line["findings"][0]["got"] = line["got"]
    return line


@forgery
def _another_remedy(lines: list[Line]) -> Line:
    line = of_rule(lines, "two_factor_setup_required")
    line["cause"]["kind"] = "no-value"
    return line


@forgery
def _an_exploration_of_a_passing_case(lines: list[Line]) -> Line:
    line = of_rule(lines, "invalid_code", base="post-form", verdict="PASS")
    line["explored"] = "Further values refused as documented: 8 of 8 never-issued."
    return line


@forgery
def _an_exploration_that_says_something_else(lines: list[Line]) -> Line:
    line = next(line for line in lines[1:-1] if line["explored"])
    line["explored"] = "The rule is wrong, says its author."
    return line


@forgery
def _a_permission_request_that_nobody_counted(lines: list[Line]) -> Line:
    line = next(line for line in lines[1:-1] if (line.get("grounds") or {}).get("presented") is not None)
    line["grounds"]["presented"] = None
    return line


@forgery
def _terms_of_a_baseline_for_a_passing_case(lines: list[Line]) -> Line:
    line = of_rule(lines, "invalid_code", base="post-form", verdict="PASS")
    line["known"] = {"issue": "https://issues.example/1", "owner": "me", "expires": "2030-01-01", "reason": "None."}
    return line


@forgery
def _a_reason_why_an_answer_is_unreadable(lines: list[Line]) -> Line:
    line = of_rule(lines, "invalid_code", base="post-form", verdict="PASS")
    edited(line)["problem"] = "the body is empty"
    return line


@forgery
def _an_exchange_more(lines: list[Line]) -> Line:
    line = of_rule(lines, "invalid_code", base="post-form", verdict="PASS")
    line["exchanges"].insert(1, {**deepcopy(edited(line)), "role": "client"})
    line["grounds"]["edited"] = 2
    return line


@forgery
def _no_seed(lines: list[Line]) -> None:
    """Without one, no request could be composed again."""
    lines[0]["seed"] = None


@forgery
def _readings_of_no_ledger(lines: list[Line]) -> None:
    lines[0]["readings"] = {"DOC-00": "mine"}


@forgery
def _an_instability_that_came_again(lines: list[Line]) -> Line:
    """Keep the failing answer, and make up one that passes of the base's own."""
    line = not_refused(lines)
    line["exchanges"].insert(0, {**deepcopy(edited(line)), "role": "recheck"})
    line["grounds"] |= {"base": 1, "edited": 2}
    line["findings"][0] |= {"code": "unstable", "level": "WARN"}
    line["verdict"] = "WARN"
    return line


@forgery
def _a_failure_asked_for_twice_with_the_worse_answer_in_between(lines: list[Line]) -> Line:
    line = drawn_code(lines)
    line["exchanges"].insert(1, {**deepcopy(edited(line)), "role": "again"})
    line["exchanges"][1]["answer"]["body"] = '{"ok":true}'
    line["grounds"]["edited"] = 2
    return line


@forgery
def _an_argument_left_out_of_the_edited_request(lines: list[Line]) -> Line:
    """Where a profile has no redirect_uri, no request has one; here the base has it."""
    line = drawn_code(lines)
    request = edited(line)["request"]
    request["body"] = re.sub("&redirect_uri=[^&]*", "", request["body"])
    return line


@forgery
def _an_argument_that_is_missing_only_here(lines: list[Line]) -> Line:
    line = of_rule(lines, "code_already_used", base="post-form")
    for exchange in line["exchanges"]:
        exchange["request"]["body"] = exchange["request"]["body"].replace("$client_id", "no-client_id")
    line["grounds"]["missing"] = {"client_id": "the profile gives none"}
    return line


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__.strip("_").replace("_", "-"))
def test_a_careful_forgery_is_named(forge: Forge, honest: tuple[Line, ...], catalog: Catalog, tmp_path: Path) -> None:
    lines = deepcopy(list(honest))
    forged = forge(lines)
    found = verify_file(written(tmp_path / "results.jsonl", with_footer(lines)), catalog)
    assert found.state is State.DIFFERS
    if forged is not None:
        assert (forged["id"], lines.index(forged) + 1) in {(one.case, one.line) for one in found.remarks}, found.remarks


def test_a_footer_that_follows_from_honest_lines_is_verified(
    honest: tuple[Line, ...], catalog: Catalog, tmp_path: Path
) -> None:
    """The forger's own tool is honest, so that the forgeries above are not named for the footer."""
    lines = with_footer(deepcopy(list(honest)))
    assert json.loads(json.dumps(lines[-1])) == honest[-1]
    assert verify_file(written(tmp_path / "results.jsonl", lines), catalog).remarks == []
