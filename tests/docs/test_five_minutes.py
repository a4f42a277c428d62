"""README's five minutes: `serve`, its printed values in a copy of the example profile, and a run."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.running import Runner

ENV = {"SANDBOX_TOKEN": "", "PYTHONPATH": str(ROOT / "src")}


@contextlib.contextmanager
def _served() -> Iterator[dict[str, Any]]:
    """Start `serve` as a user does; yields what it prints."""
    command = [sys.executable, "-m", "slack_conformance", "serve", "--port", "0", "--one-shots", "400"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENV, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def _fill_in(folder: Path, served: dict[str, Any], **lists: str) -> None:
    """Copy the example profile, with the values that were printed in the place of its own."""
    values = served["values"]
    (folder / "client-secret.txt").write_text(values["client_secret"], encoding="utf-8")
    told = {name: json.dumps(values[name]) for name in ("scopes", "scopes_mixed", "client_id", "redirect_uri")}
    told |= {"token": '{ env = "SANDBOX_TOKEN" }', "client_secret": '{ file = "client-secret.txt" }', **lists}
    lines = [f'url = "{served["url"]}"', "[values]"]
    lines += [f"{name} = {spec}" for name, spec in told.items()]
    example = (ROOT / "fixtures/targets/example.toml").read_text("utf-8").splitlines()
    for name in told:
        assert any(line.startswith(f"# {name} ") for line in example), name
    kept = [line for line in example if not line.startswith("url")]
    (folder / "my-sandbox.toml").write_text("\n".join([*kept, *lines]), encoding="utf-8")


@pytest.mark.parametrize(("count", "options"), [(400, ()), (3, ("-n", "2", "-k", "oauth.access and must"))])
def test_the_values_that_serve_prints_accuse_nobody(
    command: Runner, tmp_path: Path, count: int, options: tuple[str, ...]
) -> None:
    with _served() as served:
        values = served["values"]
        lists = {name: f"{{ list = {json.dumps(values[name][:count])} }}" for name in ("trigger", "code")}
        _fill_in(tmp_path, served, **lists)
        finished = command("run", "--profile", "my-sandbox.toml", *options, env={"SANDBOX_TOKEN": values["token"]})
    counts = finished.footer["counts"]
    assert (counts["FAIL"], counts["WARN"], counts["ENGINE"]) == (0, 0, 0), finished.text
    assert counts["PASS"] > (200 if count > 100 else 50)
    assert finished.code in {0, 10}
    assert f"{count} in the list values.code" in finished.text or options


def test_a_second_run_with_the_same_files_accuses_nobody(command: Runner, tmp_path: Path) -> None:
    """Each run says what it has used, and leaves the rest to the next, by however many processes."""
    lists = {name: f'{{ list = {{ file = "{name}s.txt" }} }}' for name in ("trigger", "code")}
    with _served() as served:
        for name in lists:
            (tmp_path / f"{name}s.txt").write_text("\n".join(served["values"][name]), encoding="utf-8")
        _fill_in(tmp_path, served, **lists)
        env = {"SANDBOX_TOKEN": served["values"]["token"]}
        arguments = ("run", "--profile", "my-sandbox.toml", "-k", "oauth.access and redirect_uri")
        left = len(served["values"]["code"])
        for more in ((), ("-n", "2"), ()):
            finished = command(*arguments, *more, env=env)
            counts = finished.footer["counts"]
            assert (counts["FAIL"], counts["WARN"], counts["ENGINE"]) == (0, 0, 0), finished.text
            (said,) = [note for note in finished.footer["notes"] if note.startswith("codes.txt: ")]
            used = left - len((tmp_path / "codes.txt").read_text("utf-8").split())
            left -= used
            assert said == f"codes.txt: {used} values used, {left or 'none'} left"
            assert said in finished.text
            assert used > 20
    assert (tmp_path / "triggers.txt").read_text("utf-8").split() == served["values"]["trigger"]
