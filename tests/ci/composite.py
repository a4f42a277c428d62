"""A small runner for composite actions, which does with `action.yml` what GitHub's does, as far as ours needs it.

A `run` step is run by bash with the variables of the job, its own `env` and fresh files for outputs and summary. A
`uses` step is noted with its inputs and not run; `effects` says what it would do, and which outputs it would have.
Expressions are those that the action has: a context, `always()`, `==` and `!=` with a literal, and `&&`.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Outputs = dict[str, str]

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_OUTPUT = re.compile(r"^(?P<name>[^\n=<]+)<<(?P<end>\S+)\n(?P<value>.*?)\n(?P=end)$", re.DOTALL | re.MULTILINE)


def read_action(path: Path) -> Any:  # noqa: ANN401 - as the file has it
    """Return the content of an action, or of any other YAML file."""
    return YAML(typ="safe", pure=True).load(path)


@dataclass
class Job:
    """One use of an action: what it is given, and what it leaves."""

    action: Path
    workspace: Path
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    """The variables of the job, those of the runner included."""
    effects: Mapping[str, Callable[[Mapping[str, str]], Outputs]] = field(default_factory=dict)
    """By the action that a step uses, or the id of a step to be left out: what it would do with its inputs."""
    steps: dict[str, Outputs] = field(default_factory=dict)
    """The outputs of each step with an id."""
    ran: list[str] = field(default_factory=list)
    """The steps that ran, by name, id, or the action that they use."""
    log: str = ""
    summary: str = ""
    failed: bool = False
    outputs: Outputs = field(default_factory=dict)

    def run(self) -> Job:
        """Run all steps whose condition holds, and set the outputs."""
        content = read_action(self.action / "action.yml")
        unknown = self.inputs.keys() - content["inputs"].keys()
        assert not unknown, unknown
        self.inputs = {name: one["default"] for name, one in content["inputs"].items()} | dict(self.inputs)
        for step in content["runs"]["steps"]:
            condition = step.get("if", "success()")
            holds = all(self._holds(term.strip()) for term in condition.split("&&"))
            if holds and (not self.failed or "always()" in condition):
                self._step(step)
        self.outputs = {name: self._filled(one["value"]) for name, one in content["outputs"].items()}
        return self

    def _step(self, step: Mapping[str, Any]) -> None:
        name = step.get("id", "")
        kind = step.get("uses", "").partition("@")[0] or name
        self.ran.append(step.get("uses", "").partition("@")[0] or step.get("name") or name)
        if kind in self.effects or "uses" in step:
            given = {key: self._filled(str(value)) for key, value in step.get("with", {}).items()}
            outputs = self.effects[kind](given) if kind in self.effects else {}
        else:
            outputs = self._shell(step)
        if name:
            self.steps[name] = outputs

    def _shell(self, step: Mapping[str, Any]) -> Outputs:
        assert step["shell"] == "bash"
        assert not _EXPRESSION.search(step["run"]), "an input would become a part of the script"
        script, output, summary = (self.workspace.parent / name for name in ("step.sh", "output", "summary"))
        script.write_text(step["run"], encoding="utf-8")
        output.write_text("", encoding="utf-8")
        summary.write_text("", encoding="utf-8")
        own = {key: self._filled(str(value)) for key, value in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
        done = subprocess.run(  # noqa: S603 - our own script
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],  # noqa: S607 - as the runner does
            cwd=self.workspace,
            env={**self.environment, "GITHUB_ACTION_PATH": str(self.action), **files, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.log += done.stdout
        self.summary += summary.read_text("utf-8")
        self.failed |= done.returncode != 0
        return {found["name"]: found["value"] for found in _OUTPUT.finditer(output.read_text("utf-8"))}

    def _filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._value(found[1]), text)

    def _holds(self, term: str) -> bool:
        if term in {"always()", "success()"}:
            return True
        found = re.fullmatch(r"(\S+) (==|!=) '([^']*)'", term)
        assert found, f"this runner does not know the expression {term}"
        return (self._value(found[1]) == found[3]) is (found[2] == "==")

    def _value(self, context: str) -> str:
        match context.split("."):
            case ["inputs", name]:
                return self.inputs[name]
            case ["steps", step, "outputs", name]:
                return self.steps.get(step, {}).get(name, "")
            case ["github", "token"]:
                return "fake-token-of-the-job"
        raise AssertionError(f"this runner does not know the expression {context}")
