"""Targets that lack states or a clock: what their owner declares is N/A, what plain values show is shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.deviations import find
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.sandbox.variant import PREFERRED
from slack_conformance.sandbox.worlds import ONE_SHOT_KINDS, values_of
from slack_conformance.target.control import ControlClient, HttpCaller
from slack_conformance.target.profile import read_profile
from slack_conformance.wire.sender import Sender
from tests.cases import case_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

CATALOG = load_catalog()
A, B = "apps.permissions.request", "oauth.access"
ENOUGH = 1500
"""Triggers and codes for a whole run."""


def _table(folder: Path, name: str, values: dict[str, Any]) -> str:
    lines = [f"[{name}]"]
    for key, value in values.items():
        if isinstance(value, list):
            lines.append(f"{key} = {{ list = {json.dumps(value)} }}")
        elif key in {"token", "client_secret", "refresh_token"}:
            (folder / f"{name}.{key}.txt").write_text(value, encoding="utf-8")
            lines.append(f'{key} = {{ file = "{name}.{key}.txt" }}')
        else:
            lines.append(f"{key} = {json.dumps(value)}")
    return "\n".join(lines)


def test_a_conforming_target_that_declares_all_that_it_lacks_ends_with_0(command: Runner, tmp_path: Path) -> None:
    """It has one healthy world and no clock; the counts and every report say what was left out, and why."""
    variant = PREFERRED.changed(requests_a_minute=dict.fromkeys(CATALOG.methods, 100_000))
    with Sandbox(CATALOG, control=False, variant=variant) as sandbox:
        values = _table(tmp_path, "values", values_of(sandbox.worlds.stand(ENOUGH, ONE_SHOT_KINDS)))
        declared = "\n".join(f'{name} = "A mock with one world."' for name in CATALOG.states)
        text = f'url = "{sandbox.url}"\nname = "ours"\n[unavailable]\n{declared}\n{values}\n'
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        finished = command("run", "--profile", "ours.toml", "-k", B)
        checked = command("target", "check", "ours.toml")
    assert finished.code == finished.footer["exit"] == 0, finished.text
    counts = finished.footer["counts"]
    cases = CATALOG.methods[B].cases
    without = [case for case in cases if case.states or case.instead]
    assert counts["N/A"] == len(without)
    assert counts["PASS"] == len(cases) - len(without)
    assert f"{len(without)} N/A" in finished.footer["sentence"]
    for report in ("conformance.html", "junit.xml", "results.jsonl"):
        assert "A mock with one world." in (tmp_path / "reports" / report).read_text("utf-8"), report
    states = [case for case in CATALOG.cases if case.states or case.instead]
    told = re.findall(r"\((\d+) cases? N/A\)", checked.text)
    assert "without   app-removed: A mock with one world. (" in checked.text
    assert sum(map(int, told)) == len(states)


def test_a_state_that_is_declared_away_leaves_nothing_inconclusive(command: Runner, tmp_path: Path) -> None:
    """Also the case that would have taken a token from a world in that state."""
    with Sandbox(CATALOG) as sandbox:
        text = f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n[state.app-removed]\nunavailable = "why"\n'
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        finished = command("run", "--profile", "ours.toml", "-k", "token_revoked")
    assert finished.code == 0, finished.text
    assert finished.footer["counts"]["N/A"] == len([case for case in CATALOG.cases if "app-removed" in case.states])
    assert finished.footer["counts"]["INCONCLUSIVE"] == 0


SHOWN = {
    f"{A}.invalid_trigger.expired": "trigger-past-its-life",
    f"{B}.invalid_code.expired": "code-past-its-life",
    case_of(f"{A}.ratelimited", "again"): "bucket-empty",
    case_of(f"{B}.ratelimited", "again"): "bucket-empty",
    f"{B}.invalid_code.of-another-client": "code-of-another-client",
}
"""Cases that plain values show, and the state that those are in."""


@pytest.mark.parametrize(
    ("fault", "case"),
    [
        (None, None),
        (f"{A}.invalid_trigger--never-expires", f"{A}.invalid_trigger.expired"),
        (f"{B}.invalid_code--never-expires", f"{B}.invalid_code.expired"),
        (f"{A}.ratelimited--not-enforced", case_of(f"{A}.ratelimited", "again")),
        (f"{B}.retry-after--missing", case_of(f"{B}.ratelimited", "again")),
        (f"{B}.invalid_code--any-clients", f"{B}.invalid_code.of-another-client"),
    ],
)
def test_plain_values_show_what_took_a_clock_or_a_switch(tmp_path: Path, fault: str | None, case: str | None) -> None:
    """Neither a control API nor time is needed; a sandbox with the fault is found by the same case."""
    deviation = find(fault, CATALOG) if fault else None
    with Sandbox(CATALOG, deviation=deviation) as sandbox, Sender() as sender:
        control = ControlClient(HttpCaller(str(sandbox.control), sender))
        tables = []
        for name, methods in (("values", (A, B)), *((f"state.{state}", (A, B)) for state in set(SHOWN.values()))):
            state = name.removeprefix("state.") if name != "values" else "healthy"
            worlds = [control.new_world(method, state, 20) for method in methods]
            values = {key: value for world in worlds for key, value in {**world.values, **world.fresh}.items()}
            if state == "code-of-another-client":
                values = {"code": control.new_world(B, "healthy", 20).fresh["code"]}
            elif state.startswith("trigger"):
                values = {key: values[key] for key in ("token", "trigger")}
            # The token is that of the first method's world: its triggers belong to the same one.
            values |= {"token": worlds[0].values["token"]} if "token" in values else {}
            tables.append(_table(tmp_path, name, values))
        text = f'url = "{sandbox.url}"\nwait_s = 1\n' + "\n".join(tables)
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        examiner = Examiner(Engine(CATALOG, read_profile(tmp_path / "ours.toml", CATALOG)))
        records = {one.id: examiner.examine(one).result for one in CATALOG.cases if one.id in SHOWN}
        examiner.engine.close()
    wrong = {name: record.findings for name, record in records.items() if record.verdict != "PASS"}
    assert set(wrong) == ({case} if case else set())
    assert all(record.state == SHOWN[name] for name, record in records.items())
