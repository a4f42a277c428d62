"""A target with a handful of faults, and a run against it: what the pictures and the browser's tests show."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.sandbox.variant import Variant

if TYPE_CHECKING:
    from slack_conformance.sandbox.context import Context
    from slack_conformance.sandbox.reply import Reply

ROOT = Path(__file__).parents[2]

EXAMPLE_NAME = Variant("example-name", names={("apps.permissions.request", "trigger_id.unknown"): "invalid_trigger_id"})
"""A conforming target that follows the example where it and the table differ."""


class AFewFaults(Deviation):
    """Four ordinary mistakes: a check that is missing, two codes that are not documented, a header left out."""

    name = "a-few-faults"
    summary = "Charsets are not looked at, a used code is unknown, a scope has another name, Retry-After is missing."

    def refusal(self, code: str, context: Context) -> str | None:
        """Let one refusal pass and give two others another name."""
        del context
        return {"invalid_charset": None, "code_already_used": "invalid_code", "mixed_scope": "mixed_scopes"}.get(
            code, code
        )

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Leave out what tells how long to wait."""
        del context
        return replace(reply, headers=tuple(one for one in reply.headers if one[0].lower() != "retry-after"))


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the suite with every report in the folder's `reports`; return its exit code and what it printed."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CONFORMANCE_", "COV"))
    }
    kept["PYTHONPATH"] = str(ROOT / "src")
    if not any(point.name == "slack_conformance.plugin" for point in entry_points(group="pytest11")):
        kept["PYTEST_ADDOPTS"] = "-p slack_conformance.plugin"
    command = [sys.executable, "-m", "slack_conformance", "run", "--reports", "reports", *arguments]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=folder,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def run_against_a_few_faults(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the suite against the target with a few faults, which cannot be put into one state."""
    with Sandbox(deviation=AFewFaults(), variant=EXAMPLE_NAME) as sandbox:
        profile = folder / "dev-sandbox.toml"
        profile.write_text(
            f'url = "{sandbox.url}"\nname = "dev sandbox"\ncontrol = "{sandbox.control}"\n\n'
            '[state.two-factor-missing]\nunavailable = "This sandbox has no two-factor policy."\n',
            encoding="utf-8",
        )
        return run(folder, "--profile", profile.name, *arguments)
