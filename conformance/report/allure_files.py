"""What Allure shows beside the tests: the environment, names for its categories, and the CI job that ran them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from ..results.words import API
from .visible import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..results.io import Results

_CATEGORIES = (
    {"name": "Contradicts the documentation", "matchedStatuses": ["failed"]},
    {"name": "Could not be tested", "matchedStatuses": ["broken"], "messageRegex": "(?s).*INCONCLUSIVE.*"},
    {"name": "Error of the suite itself", "matchedStatuses": ["broken"]},
    {"name": "Known deviation or does not apply", "matchedStatuses": ["skipped"]},
)


class _Service(NamedTuple):
    """A CI service: the variable that shows it, and the templates of its build's name and URL."""

    shown_by: str
    kind: str
    name: str
    build: str
    url: str


_SERVICES = (
    _Service(
        "GITHUB_ACTIONS",
        "github",
        "GitHub Actions",
        "{GITHUB_WORKFLOW} #{GITHUB_RUN_NUMBER}",
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
    ),
    _Service("GITLAB_CI", "gitlab", "GitLab CI", "{CI_PROJECT_PATH} #{CI_PIPELINE_IID}", "{CI_JOB_URL}"),
    _Service("JENKINS_URL", "jenkins", "Jenkins", "{JOB_NAME} #{BUILD_NUMBER}", "{BUILD_URL}"),
)


def write_allure_files(folder: Path, results: Results, variables: Mapping[str, str]) -> None:
    """Write the files into Allure's folder, if Allure has written results there. Raises `OSError`."""
    if not any(folder.glob("*-result.json")):
        return
    lines = "".join(f"{name}={_property(value)}\n" for name, value in _environment(results).items())
    (folder / "environment.properties").write_text(lines, encoding="utf-8")
    _write(folder / "categories.json", _CATEGORIES)
    job = executor(variables)
    if job is not None:
        _write(folder / "executor.json", job)


def executor(variables: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return the CI job as Allure describes it; `None` outside of CI, or if a variable is missing."""
    for service in _SERVICES:
        if variables.get(service.shown_by):
            try:
                build, url = service.build.format_map(variables), service.url.format_map(variables)
            except KeyError:
                return None
            return {"name": service.name, "type": service.kind, "buildName": plain(build), "buildUrl": plain(url)}
    return None


def _environment(results: Results) -> Mapping[str, str]:
    header = results.header
    return {
        "Conforms.to": f"{API}: {', '.join(header.methods)}",
        "Target": f"{header.target.name} ({header.target.kind})",
        "Address": header.target.url,
        "Profile": header.profile or "none",
        "Suite": f"slack-conformance {header.suite}",
        "Seed": "none" if header.seed is None else str(header.seed),
        **{name.replace(" ", ".").replace("=", "."): version for name, version in header.environment.items()},
    }


def _property(text: str) -> str:
    return plain(text).replace("\\", "\\\\")


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
