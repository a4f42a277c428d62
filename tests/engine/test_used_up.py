"""A profile's list that runs out says nothing about the target, and takes nothing back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.deviations import find
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.control import ControlClient, HttpCaller
from slack_conformance.target.profile import read_profile
from slack_conformance.wire.sender import Sender
from tests.results.build import cause_of

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult
    from tests.running import Runner

CATALOG = load_catalog()
METHOD, RULE = "oauth.access", "oauth.access.bad_redirect_uri"
CASES = [case for case in CATALOG.cases if case.method == METHOD and case.rule.id == RULE and not case.is_copy]


def _write_profile(folder: Path, sandbox: Sandbox, sender: Sender, codes: int) -> None:
    world = ControlClient(HttpCaller(str(sandbox.control), sender)).new_world(METHOD, "healthy", 100)
    (folder / "secret.txt").write_text(world.values["client_secret"], encoding="utf-8")
    (folder / "target.toml").write_text(
        f"""
        url = "{sandbox.url}"
        methods = ["{METHOD}"]
        [values]
        client_id = "{world.values["client_id"]}"
        client_secret = {{ file = "secret.txt" }}
        redirect_uri = "{world.values["redirect_uri"]}"
        code = {{ list = {json.dumps(world.fresh["code"][:codes])} }}
        """,
        encoding="utf-8",
    )


def _examined(folder: Path, codes: int) -> tuple[list[CaseResult], dict[str, Any]]:
    """Examine the rule's cases with so many codes; the target takes any redirect_uri in a form."""
    with Sandbox(CATALOG, deviation=find(f"{RULE}--any-by-form", CATALOG)) as sandbox, Sender() as sender:
        _write_profile(folder, sandbox, sender, codes)
        examiner = Examiner(Engine(CATALOG, read_profile(folder / "target.toml", CATALOG)))
        records = [examiner.examine(case).result for case in CASES]
        withdrawn = {case: cause.text for case, cause in examiner.engine.withdrawn().items()}
        examiner.engine.close()
    return records, withdrawn


def test_a_fail_stays_when_there_is_no_value_left_to_ask_the_bases_again(tmp_path: Path) -> None:
    """The base is not asked without a value, to be taken for a broken one."""
    enough, withdrawn = _examined(tmp_path, 50)
    assert withdrawn == {}
    (failed,) = [record.id for record in enough if record.verdict == "FAIL"]
    for codes in range(1, 16):
        records, withdrawn = _examined(tmp_path, codes)
        assert withdrawn == {}
        verdicts = {record.id: record.verdict for record in records}
        assert verdicts[failed] in {"FAIL", "INCONCLUSIVE"}
        if verdicts[failed] == "FAIL":
            break
    assert verdicts[failed] == "FAIL"
    assert "INCONCLUSIVE" in verdicts.values() or codes > len(CASES)
    short = [cause_of(record).text for record in records if record.verdict == "INCONCLUSIVE"]
    assert all("code" in text for text in short)


def test_workers_take_different_values_of_a_list(suite: Runner, tmp_path: Path) -> None:
    """The same code sent by two workers would be one that was used before."""
    with Sandbox(CATALOG) as sandbox, Sender() as sender:
        _write_profile(tmp_path, sandbox, sender, 100)
        reachable = "(bad_redirect_uri or invalid_client_id) and not another-registered-one"
        finished = suite("--conformance-profile=target.toml", "-n", "2", "-k", reachable)
    verdicts = set(finished.verdicts.values())
    assert "PASS" in verdicts
    assert verdicts <= {"PASS", "NEW"}, finished.text  # a case that was just added is newer than the edition
