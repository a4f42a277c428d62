"""JUnit as GitLab and Jenkins read it: every case once, with a class, one line of message, and nothing unprintable."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from tests.baselines import NOT_REFUSED, RULE, WARNED
from tests.targets import constant, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Finished, Runner

HOSTILE = rb'{"ok":false,"error":"\u001b[31m<b>&]]>\u0000\u202e\ufffe\nend"}'


def _cases(finished: Finished) -> dict[str, ET.Element]:
    root = ET.parse(finished.folder / "reports/junit.xml").getroot()  # noqa: S314 - our own file
    (suite,) = root.findall("testsuite")
    cases = suite.findall("testcase")
    assert suite.get("name") == "slack-conformance"
    assert int(suite.get("tests", "")) == len(cases)
    named = {(case.get("classname"), case.get("name")): case for case in cases}
    assert len(named) == len(cases)
    methods = "|".join(method.replace(".", "_") for method in load_catalog().methods)
    assert all(re.fullmatch(rf"slack_conformance\.({methods})\.[a-z_]+", classname or "") for classname, _ in named)
    for element in suite.iter():
        texts = [*element.attrib.values(), element.text or ""]
        assert all(char.isprintable() or char == "\n" for text in texts for char in text)
        assert "\n" not in element.get("message", "")
    return {(name or "").partition("[")[2].rstrip("]"): case for (_, name), case in named.items()}


def test_failures(command: Runner, tmp_path: Path) -> None:
    """A FAIL is a failure with its headline; a case that passes has no child at all."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        cases = _cases(command("run", "--profile", profile, "-k", RULE))
    found = {name: [child.tag for child in case] for name, case in cases.items()}
    assert found[f"{RULE}.dropped"] == ["failure"]
    assert [tags for tags in found.values() if tags] == [["failure"]]
    (failure,) = cases[f"{RULE}.dropped"]
    assert failure.get("message", "").startswith("not-refused: expected error")


def test_a_warning_passes(command: Runner, tmp_path: Path) -> None:
    """JUnit has no word for it; nothing turns red."""
    with deviating(WARNED, tmp_path) as profile:
        cases = _cases(command("run", "--profile", profile, "-k", "oauth.access.via-get.accepted"))
    assert [len(case) for case in cases.values()] == [0]


def test_whatever_the_target_says(command: Runner) -> None:
    """What could not be tried is an error; control characters, markup and newlines of a target are spelt out."""
    with constant(HOSTILE) as url:
        cases = _cases(command("run", "--target", url, "-k", RULE))
    assert {child.tag for case in cases.values() for child in case} == {"error"}
    assert all("answers every request with" in (child.text or "") for case in cases.values() for child in case)
