"""Every printed reproduction of the whole case list, run in a shell, gives the recorded answer again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.alterations import ALTERATIONS
from slack_conformance.catalog.edits import recorded_edit
from slack_conformance.catalog.edits.orders import Advance
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.values import AlteredValue, altered_name, name_taken
from slack_conformance.engine import Engine
from slack_conformance.report import reproduce
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import profile_of_url
from slack_conformance.wire.by_name import by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.catalog.model import Case
    from slack_conformance.results.exchange import RecordedAnswer
    from slack_conformance.results.model import CaseResult
    from slack_conformance.target.control import ControlClient

CATALOG = load_catalog()
NEEDED = ("sh", "curl", "nc", "base64")
MOST_SENT = 3
_ID = re.compile(r"\b[A-Z][0-9A-Z]{8,}\b")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in NEEDED), reason=f"one of {', '.join(NEEDED)} is not installed"
    ),
]


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Sandbox(CATALOG) as sandbox:
        found = Examiner(Engine(CATALOG, profile_of_url(sandbox.url, "sandbox", sandbox.control)))
        yield found
        found.engine.close()


def environment(case: CaseResult, control: ControlClient, count: int) -> tuple[str, dict[str, str]]:
    """Do what the printed conditions ask for: a fresh world in the case's state, its values under their names."""
    world = control.new_world(case.method, case.state, count)
    assert world.id is not None
    values = {world.name_of(name).upper(): text for name, text in world.values.items()}
    for name, texts in world.fresh.items():
        called = world.name_of(name).upper()
        values |= {f"{called}{f'_{n}' if n > 1 else ''}": text for n, text in enumerate(texts, 1)}
    edit = None if case.edit is None else recorded_edit(case.edit.kind, case.edit.value)
    for state, name in edit.borrows.items() if edit else ():
        other = control.new_world(case.method, state, 1)
        values[other.name_of(name).upper()] = {
            **other.values,
            **{key: texts[0] for key, texts in other.fresh.items()},
        }[name]
    for value in edit.values if edit else ():
        if isinstance(value, AlteredValue):
            name = name_taken(value)
            values[altered_name(name).upper()] = ALTERATIONS[value.altered][1](values[name.upper()])
    if isinstance(edit, Advance):
        control.advance(world.id, edit.seconds)
    return world.id, values


def sent(line: str, values: dict[str, str]) -> tuple[tuple[int | None, Any], int]:
    """Run the line; return status and document of the answer, and how long it asks to wait."""
    done = subprocess.run(["sh", "-c", line], env=values, capture_output=True, timeout=120, check=False)  # noqa: S603, S607 - it is what is tested
    assert done.stderr == b"", done.stderr
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    if not head:
        return (None, None), 0
    wait = re.search(rb"(?i)\nretry-after: (\d+)", head)
    answer = int(head.split(b" ", 2)[1]), document(body.decode("utf-8", "backslashreplace"))
    return answer, int(wait[1]) if wait else 0


def sent_at_once(line: str, values: dict[str, str]) -> Counter[str]:
    """Run the line; return how many answers say what. Which of the requests gets which answer is up to chance."""
    done = subprocess.run(["sh", "-c", line], env=values, capture_output=True, timeout=120, check=False)  # noqa: S603, S607 - it is what is tested
    assert done.stderr == b"", done.stderr
    answers = re.split(rb"(?m)^HTTP/1\.1 200 ", done.stdout)[1:]
    documents = [json.loads(answer.partition(b"\r\n\r\n")[2]) for answer in answers]
    return Counter("ok" if one["ok"] else one["error"] for one in documents)


def document(body: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the document without what differs from world to world: secrets and ids."""
    plain = _ID.sub("ID", by_name(body))
    try:
        return json.loads(plain)
    except ValueError:
        return plain


def recorded(answer: RecordedAnswer | None) -> tuple[int | None, Any]:
    """Return status and document as they were recorded."""
    return (None, None) if answer is None else (answer.status, document(answer.body))


@pytest.mark.parametrize("case", CATALOG.cases, ids=lambda case: case.id)
def test_the_printed_lines_give_the_recorded_answer_again(case: Case, examiner: Examiner) -> None:
    record = examiner.examine(case).result
    found = reproduce.reproduction(record)
    control = examiner.engine.session.control
    assert found is not None
    assert control is not None
    world, values = environment(record, control, MOST_SENT)
    assert set(found.variables) <= values.keys(), found.conditions
    needed = {name: values[name] for name in found.variables}
    if record.edit is not None and record.edit.kind == "at_once":
        (line,) = found.lines
        assert sent_at_once(line, {"PATH": "/usr/local/bin:/usr/bin:/bin", **needed}) == Counter(
            {"ok": 1, record.observed: 7}
        )
        return
    wait = 0
    for line, exchange in zip(found.lines, reproduce._deciding(record), strict=True):
        if wait and record.edit is not None and record.edit.kind == "again_after":
            control.advance(world, wait)
        answer, wait = sent(line, {"PATH": "/usr/local/bin:/usr/bin:/bin", **needed})
        assert answer == recorded(exchange.answer), line


def test_no_printed_line_holds_a_value_of_the_world_that_it_was_recorded_in(examiner: Examiner) -> None:
    for case in CATALOG.cases[:: len(CATALOG.cases) // 40]:
        trial = examiner.engine.run(case).trial
        record = examiner.examine(case).result
        found = reproduce.reproduction(record)
        assert trial is not None
        assert found is not None
        secrets = [text for world in trial.worlds for name, text in world.drawn if name != "scopes"]
        assert not [text for text in secrets for line in found.lines if text in line], case.id
