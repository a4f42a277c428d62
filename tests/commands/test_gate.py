"""The gate `regression`: red for what is new, green for the old red, and never green without evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.cli import main
from slack_conformance.commands.gate import gate
from slack_conformance.run.outcome import Exit
from tests.baselines import NOT_REFUSED, OTHER_CODE, WARNED
from tests.report import build
from tests.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

OTHER_RULE = {"rule": f"{build.METHOD}.shape", "code": "shape", "level": "FAIL", "expected": "a", "got": "b"}


def cases(verdicts: str) -> list[build.Line]:
    """Return a case for each word; `FURTHER` is a FAIL that breaks one more rule than the case's own."""
    made = []
    for number, word in enumerate(verdicts.split()):
        case = build.case(f"rule_{number}", verdict="FAIL" if word == "FURTHER" else word)
        more: Any = [*case["findings"], {**OTHER_RULE, "nearest": None}]
        made.append({**case, "findings": more} if word == "FURTHER" else case)
    return made


def gated(folder: Path, old: list[build.Line], new: list[build.Line], code: int, *, strict: bool = False) -> int:
    """Return the gate's exit code for a run with the results `new` that ends with `code`."""
    rules = [build.rule(name) for name in ("rule_0", "rule_1", "shape")]
    path = build.written(folder / "new.jsonl", build.lines(new, rules))
    return gate(build.results(folder, old, rules), path, code, strict=strict)[0]


@pytest.mark.parametrize(
    ("before", "after", "code", "result"),
    [
        ("PASS PASS", "PASS PASS", Exit.GOOD, Exit.GOOD),
        ("FAIL PASS", "FAIL PASS", Exit.FAIL, Exit.GOOD),
        ("FAIL PASS", "PASS FAIL", Exit.FAIL, Exit.FAIL),
        ("PASS PASS", "FAIL PASS", Exit.FAIL, Exit.FAIL),
        ("FAIL PASS", "FAIL FAIL", Exit.FAIL, Exit.FAIL),
        ("FAIL PASS", "FURTHER PASS", Exit.FAIL, Exit.FAIL),
        ("FURTHER PASS", "FAIL PASS", Exit.FAIL, Exit.GOOD),
        ("FAIL PASS", "FAIL INCONCLUSIVE", Exit.FAIL, Exit.INCONCLUSIVE),
        ("INCONCLUSIVE PASS", "INCONCLUSIVE PASS", Exit.INCONCLUSIVE, Exit.GOOD),
        ("INCONCLUSIVE PASS", "INCONCLUSIVE FAIL", Exit.FAIL, Exit.FAIL),
        ("FAIL PASS", "FAIL WARN", Exit.FAIL, Exit.GOOD),
        ("PASS PASS", "INCONCLUSIVE INCONCLUSIVE", Exit.INCONCLUSIVE, Exit.INCONCLUSIVE),
        ("INCONCLUSIVE INCONCLUSIVE", "INCONCLUSIVE INCONCLUSIVE", Exit.INCONCLUSIVE, Exit.INCONCLUSIVE),
        ("FAIL PASS", "FAIL", Exit.FAIL, Exit.INCONCLUSIVE),
        ("FAIL", "FAIL FAIL", Exit.FAIL, Exit.INCONCLUSIVE),
        ("PASS", "PASS", Exit.FAIL, Exit.FAIL),
        ("PASS", "PASS", Exit.INCONCLUSIVE, Exit.INCONCLUSIVE),
        *(("FAIL PASS", "FAIL PASS", code, code) for code in (2, 3, 4, 5, 11, 12)),
    ],
)
def test_the_exit_code(before: str, after: str, code: int, result: int, tmp_path: Path) -> None:
    assert gated(tmp_path, cases(before), cases(after), code) == result


def test_a_new_warn_counts_if_a_warn_does(tmp_path: Path) -> None:
    assert gated(tmp_path, cases("WARN PASS"), cases("WARN WARN"), Exit.FAIL, strict=True) == Exit.FAIL
    assert gated(tmp_path, cases("WARN PASS"), cases("WARN PASS"), Exit.FAIL, strict=True) == Exit.GOOD


def test_a_run_that_was_to_be_whole_stays_incomplete(tmp_path: Path) -> None:
    """Cases that both runs leave out were not compared."""
    old = build.results(tmp_path, cases("INCONCLUSIVE PASS"))
    path = build.written(tmp_path / "new.jsonl", build.lines(cases("INCONCLUSIVE PASS")))
    assert gate(old, path, Exit.INCONCLUSIVE)[0] == Exit.GOOD
    assert gate(old, path, Exit.INCONCLUSIVE, left_out=True)[0] == Exit.INCONCLUSIVE


def test_runs_by_other_rules_cannot_be_compared(tmp_path: Path) -> None:
    old = build.results(tmp_path, cases("FAIL"), head={"catalog": "1" * 64})
    path = build.written(tmp_path / "new.jsonl", build.lines(cases("FAIL")))
    assert gate(old, path, Exit.FAIL)[0] == Exit.INCONCLUSIVE


def test_it_needs_an_earlier_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--gate", "regression", "--reports", str(tmp_path)]) == Exit.USAGE
    assert "--previous" in capsys.readouterr().err
    assert main(["run", "--gate", "regression", "--previous", str(tmp_path / "none")]) == Exit.USAGE


@pytest.mark.slow
def test_a_run_is_gated(command: Runner, tmp_path: Path) -> None:
    """The old red stays green, with the seed of the earlier run; a target that is down does not."""
    earlier = ("--previous", "reports/results.jsonl", "--gate", "regression")
    with deviating(NOT_REFUSED, tmp_path) as profile:
        first = command("run", "--profile", profile, "-k", "bad_redirect_uri", "--seed", "7")
        assert first.code == Exit.FAIL, first.text
        again = command("run", "--profile", profile, "-k", "bad_redirect_uri", *earlier, env={"CONFORMANCE_SEED": ""})
        assert again.footer["exit"] == Exit.FAIL
        assert again.lines[0]["seed"] == 7
        assert again.code == Exit.GOOD, again.text
        assert "gate: nothing regressed since the earlier run. The run itself ends with 1." in again.text
    with deviating(OTHER_CODE, tmp_path) as profile:
        worse = command("run", "--profile", profile, "-k", "bad_redirect_uri", *earlier)
        assert worse.code == Exit.FAIL, worse.text
        assert "something regressed" in worse.text
    with closed_port() as url:
        down = command("run", "--target", url, "-k", "bad_redirect_uri", *earlier)
        assert down.code == Exit.INCONCLUSIVE, down.text


@pytest.mark.slow
def test_it_reads_every_option_wherever_it_is_given(command: Runner, tmp_path: Path) -> None:
    first = command("run", "-k", "oauth.access.via-get.accepted", "--seed", "8")
    assert first.code == Exit.GOOD, first.text
    settings = {"CONFORMANCE_PREVIOUS": "reports/results.jsonl", "CONFORMANCE_STRICT": "1", "CONFORMANCE_SEED": ""}
    with deviating(WARNED, tmp_path) as profile:
        strict = command(
            "run", "--profile", profile, "-k", "oauth.access.via-get.accepted", "--gate", "regression", env=settings
        )
    assert strict.lines[0]["seed"] == 8
    assert strict.code == Exit.FAIL, strict.text
    assert "something regressed" in strict.text
    part = command(
        "run",
        "-k",
        "oauth.access.via-get.accepted",
        "--whole",
        "--gate",
        "regression",
        env={**settings, "CONFORMANCE_STRICT": ""},
    )
    assert part.code == Exit.INCONCLUSIVE, part.text
