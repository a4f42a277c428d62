"""`explain` knows every id that is printed, every help has an example, and shells complete what the parsers know."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.cli import COMMANDS, main, parser_of
from slack_conformance.commands.completion import words
from slack_conformance.commands.explain import explain
from slack_conformance.lab.deviations import all_deviations
from slack_conformance.lab.variants.registry import all_variants
from slack_conformance.output import painted
from slack_conformance.results.terms import Code, Kind, Verdict
from slack_conformance.run.outcome import Exit
from slack_conformance.sandbox.injections import INJECTIONS

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = load_catalog()
IDS = {
    "finding": [str(one) for one in Code],
    "cause": [str(one) for one in Kind],
    "verdict": [str(one) for one in Verdict],
    "exit code": [str(int(one)) for one in Exit],
    "base": sorted({base for method in CATALOG.methods.values() for base in method.bases}),
    "failure": list(INJECTIONS),
    "fault": list(all_deviations(CATALOG))[::40],
    "variant": list(all_variants(CATALOG))[::10],
}


@pytest.mark.parametrize("kind", IDS)
def test_every_printed_id_is_explained(kind: str) -> None:
    for wanted in IDS[kind]:
        lines = explain(wanted).splitlines()
        heads = [line for line in lines if line.startswith(f"{wanted}  (")]
        assert any(kind in head for head in heads), wanted
        assert len(lines) > len(heads)
        assert max(len(line) for line in lines if "see it" not in line and line not in heads) <= 120


def test_an_exit_code_says_what_to_do_next() -> None:
    """0 needs nothing."""
    assert [one for one in Exit if "\n  next " not in explain(str(int(one)))] == [Exit.GOOD]


def test_an_explanation_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "DOC-01", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ids"] == ["DOC-01"]
    assert "\n".join(found["lines"]) + "\n" == explain("DOC-01")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_begins_with_a_capital_and_ends_with_an_example(name: str) -> None:
    parser = parser_of(name)
    assert str(parser.description)[0].isupper()
    assert f"Examples:\n  slack-conformance {name} " in f"{parser.epilog} ".replace("run\n", "run \n")


def test_the_options_of_pytest_that_most_people_need_are_in_the_help() -> None:
    text = str(parser_of("run").description)
    assert all(f"{option} " in text for option in ("-k", "-m", "-x", "-n", "-q"))


def test_without_a_command_there_is_a_list_and_a_first_step(capsys: pytest.CaptureFixture[str]) -> None:
    """And no green exit: a script whose variable is empty has done nothing."""
    assert main([]) == Exit.USAGE
    said = capsys.readouterr().err
    assert all(f"\n  {name} " in said for name in COMMANDS)
    assert "First steps:" in said
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("slack-conformance ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command_and_option(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name, options in words().items():
        assert name in script
        assert all(option in script for option in options)
    assert "--conformance-target" not in script
    assert {"init", "check", "--value"} <= set(words()["target"])


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    ask = "COMP_WORDS=(slack-conformance target ch); COMP_CWORD=2; _slack_conformance; echo ${COMPREPLY[@]}"
    (tmp_path / "script").write_text(capsys.readouterr().out + ask, encoding="utf-8")
    done = subprocess.run(["bash", str(tmp_path / "script")], capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own script
    assert done.stdout.split() == ["check"], done.stderr


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)],
)
def test_colours_follow_the_two_variables(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    assert (painted("text", "red") != "text") is coloured
