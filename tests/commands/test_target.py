"""`target init` and `target check`: from a URL to a profile, whatever the target answers."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.cli import main
from slack_conformance.sandbox.server import Sandbox
from tests.engine.small_servers import CLIENT, REDIRECT, SCOPES, SECRET, TOKEN, A, B, Mock, Said, served
from tests.targets import closed_port, constant

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.small_servers import Asked

PLACE = "my-sandbox.toml"
GIVEN = {
    "token": f"fake:{TOKEN}",
    "scopes": ",".join(SCOPES),
    "client_id": CLIENT,
    "client_secret": f"fake:{SECRET}",
    "redirect_uri": REDIRECT,
    "trigger": "command:./mint trigger",
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _checked(capsys: pytest.CaptureFixture[str], file: str = PLACE) -> dict[str, Any]:
    """Return what `target check --json` says of the profile."""
    capsys.readouterr()
    assert main(["target", "check", file, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_profile_of_a_target_of_which_only_the_url_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It can be used as it is, and what is missing stands there as comments, what helps most first."""
    with served(Mock()) as url:
        assert main(["target", "init", url, "-o", PLACE]) == 0
    said = capsys.readouterr().err
    assert re.search(r"^\d+ requests were sent\.$", said, re.MULTILINE)
    assert said.splitlines()[-1].startswith("Next: fill in ")
    text = (tmp_path / PLACE).read_text("utf-8")
    offered = re.findall(r"^# (\w+) = .*  # (\d+) cases?: ", text, re.MULTILINE)
    assert [name for name, _ in offered][:3] == ["client_id", "client_secret", "code"]
    counts = [int(count) for _, count in offered]
    assert counts == sorted(counts, reverse=True)
    states = re.findall(r"^# \[state\.([\w-]+)\]", text, re.MULTILINE)
    assert set(states) <= set(load_catalog().states)
    found = _checked(capsys)
    assert found["proved"] == 0
    assert len(states) == found["needs"]["states"]
    everything = text.replace("# [state", "[state").replace("# control =", "control =")
    plain = re.sub(r"(?m)^# (\w+ = )", r"\1", everything)
    assert tomllib.loads(plain)["values"].keys() == {name for name, _ in offered}


def test_what_is_given_is_tried_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A secret of a mock is marked as made up; what the target says of it is not repeated."""
    (tmp_path / "mint").write_text("#!/bin/sh\necho $1-$$-$(date +%N)\n", encoding="utf-8")
    (tmp_path / "mint").chmod(0o755)
    with served(Mock()) as url:
        values = [f"--value={name}={text}" for name, text in (GIVEN | {"code": "command:./mint code"}).items()]
        assert main(["target", "init", url, "-o", PLACE, *values]) == 0
        said = capsys.readouterr().err
    assert f"{A} answers, and succeeds by get, post-form" in said
    assert f"{B} answers, and succeeds by get, get-basic" in said
    profile = tomllib.loads((tmp_path / PLACE).read_text("utf-8"))
    assert profile["values"]["token"] == {"value": TOKEN, "fake": True}
    assert profile["values"]["code"] == {"command": ["./mint", "code"]}
    found = _checked(capsys)
    assert [one["name"] for one in found["missing"] if one["kind"] == "value"] == ["scopes_mixed"]
    assert found["proved"] + sum(found["needs"].values()) - found["needs"]["states"] == found["cases"]


def test_a_target_with_one_method(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The other one is left out, and the profile says what was found of it."""
    mock = Mock()

    def one(asked: Asked) -> Said:
        return mock(asked) if asked.method == B else Said("<h1>Nothing here\x07</h1>", 404, "text/html")

    with served(one) as url:
        assert main(["target", "init", url, "-o", PLACE]) == 0
    text = (tmp_path / PLACE).read_text("utf-8")
    assert tomllib.loads(text)["methods"] == [B]
    assert "HTTP 404" in text.replace("\n#  ", "")
    cases = [case for case in load_catalog().cases if case.method == B]
    assert _checked(capsys)["cases"] == len(cases)


@pytest.mark.parametrize("wrong", ["", "api/oauth.access"])
def test_a_url_that_is_nearly_right_is_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    """Without `api/`, or with the name of a method."""
    with Sandbox() as sandbox:
        assert main(["target", "init", sandbox.url.removesuffix("api/") + wrong, "-o", PLACE]) == 0
        assert tomllib.loads((tmp_path / PLACE).read_text("utf-8"))["url"] == sandbox.url
        assert f"but at {sandbox.url}" in capsys.readouterr().err


def test_where_nothing_answers_no_profile_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One message, one next step."""
    with closed_port() as url:
        assert main(["target", "init", url, "-o", PLACE]) == 10
    said = capsys.readouterr().err.splitlines()
    assert "nothing listens there" in said[0]
    assert said[-1].startswith("Next: start the target")
    with constant(b"<html>Welcome</html>", "text/html") as url:
        assert main(["target", "init", url, "-o", PLACE]) == 10
    said = capsys.readouterr().err.splitlines()
    assert "the body is HTML" in said[0]
    assert said[-1].startswith("Next: the url of the Web API itself")
    assert not (tmp_path / PLACE).exists()


def test_a_control_api_gives_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        control = str(sandbox.control)
        assert main(["target", "init", sandbox.url, "--control", f"{control}2", "-o", PLACE]) == 4
        assert "--control: The control API answered 404" in capsys.readouterr().err
        assert main(["target", "init", sandbox.url, "--control", control, "-o", PLACE]) == 0
    assert tomllib.loads((tmp_path / PLACE).read_text("utf-8"))["control"] == control
    found = _checked(capsys)
    assert (found["proved"], found["missing"]) == (len(load_catalog().cases), [])
    assert found["next"] == f"slack-conformance run --profile {PLACE}"
    assert main(["target", "check", PLACE, "--whole"]) == 0


@pytest.mark.parametrize("secret", ["xoxa-fake-1", "xoxa-1234"])
def test_a_profile_from_what_serve_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: str) -> None:
    """A secret stands there in clear only if the sandbox made it up, which its text says."""
    values = {"token": secret, "scopes": "channels:read", "trigger": ["1.fake", "2.fake"], "unknown": "x"}
    ready = {"url": "http://127.0.0.1:8080/api/", "control": None, "values": values}
    (tmp_path / "ready.json").write_text(json.dumps(ready) + "\n", encoding="utf-8")
    assert main(["target", "init", "--from-serve", "ready.json", "-o", PLACE]) == 0
    text = (tmp_path / PLACE).read_text("utf-8")
    profile = tomllib.loads(text)
    assert (secret in text) is ("fake" in secret)
    assert ("env" in profile["values"]["token"]) is ("fake" not in secret)
    assert profile["values"].keys() == {"token", "scopes", "trigger"}
    assert (tmp_path / "my-sandbox.triggers.txt").read_text("utf-8").split() == values["trigger"]
    if "fake" in secret:
        assert main(["target", "check", PLACE]) == 0
        assert main(["target", "check", PLACE, "--whole"]) == 10
    capsys.readouterr()
    (tmp_path / "ready.json").write_text("no line of ours\n", encoding="utf-8")
    assert main(["target", "init", "--from-serve", "ready.json"]) == 4
    assert "not the line of JSON" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://slack.com/api/"], "host of the production service"),
        (["http://127.0.0.1:1/", "--value", "tokn=x"], "Did you mean 'token'?"),
        (["http://127.0.0.1:1/", "--value", "token"], "has no value"),
        (["http://127.0.0.1:1/", "--value", "token=xoxa-1"], "cannot be plain text"),
        (["http://127.0.0.1:1/", "-o", "there.toml"], "exists already"),
        (["http://127.0.0.1:1/", "--from-serve", "ready.json"], "a URL is given as well"),
        (["not a url"], "not a usable URL"),
    ],
)
def test_what_cannot_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """Nothing is sent, and nothing is overwritten."""
    (tmp_path / "there.toml").write_text("mine", encoding="utf-8")
    assert main(["target", "init", *arguments]) == 4
    assert words in capsys.readouterr().err
    assert (tmp_path / "there.toml").read_text("utf-8") == "mine"


@pytest.mark.slow
def test_what_the_check_promises_is_what_a_run_proves(capsys: pytest.CaptureFixture[str]) -> None:
    """The sum of `target check` is the number of cases that pass, with the values of the sandbox alone."""
    with Sandbox() as sandbox:
        values = sandbox.standing_values()
        lines = [f'url = "{sandbox.url}"', "[values]"]
        for name, value in values.items():
            spec = {"list": value} if isinstance(value, list) else value
            secret = name in {"token", "client_secret", "refresh_token"}
            told = f'{{ value = "{value}", fake = true }}' if secret else json.dumps(spec)
            lines.append(f"{name} = {told.replace(': [', ' = [').replace(chr(34) + 'list' + chr(34), 'list')}")
        with open(PLACE, "w", encoding="utf-8") as file:  # noqa: PTH123 - in the current folder
            file.write("\n".join(lines))
        found = _checked(capsys)
        assert main(["run", "--profile", PLACE, "-q", "-p", "no:randomly"]) == 10
    assert f"{found['proved']} passed" in capsys.readouterr().out
