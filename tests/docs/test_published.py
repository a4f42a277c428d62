"""What a package index and a repository's visitors see: metadata, links, and versions that agree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from hatch_build import absolute
from slack_conformance import __version__
from tests.docs.shell_lines import PAGES
from tests.running import ROOT

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

ALL = (*PAGES, *(ROOT / f"{name}.md" for name in ("ARCHITECTURE", "CHANGELOG", "SECURITY")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ADDRESS = PROJECT["urls"]["Repository"]


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> EmailMessage:
    """Return the metadata of a wheel that was built from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name), policy=policy.default)


def test_no_link_of_the_description_is_dead_on_a_package_index(metadata: EmailMessage) -> None:
    """Each leads to another site, into the repository, or to a heading of the description itself."""
    text = metadata.get_payload()
    assert isinstance(text, str)
    links = LINK.findall(text)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert f"{ADDRESS}/blob/HEAD/docs/reports.md#verdicts" in links
    assert f"{ADDRESS}/issues/new/choose" in links
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_metadata_say_what_it_is_and_where(metadata: EmailMessage) -> None:
    urls = dict(value.split(", ") for value in metadata.get_all("Project-URL", []))
    assert {"Repository", "Documentation", "Issues", "Changelog"} <= urls.keys()
    assert all(url.startswith(ADDRESS) for url in urls.values())
    assert metadata["Author"]
    assert "Slack Web API" in metadata["Summary"]
    kinds = {value.split(" :: ")[0] for value in metadata.get_all("Classifier", [])}
    assert kinds >= {"Development Status", "Environment", "Intended Audience", "Operating System", "Topic", "Typing"}


def test_the_versions_agree(metadata: EmailMessage) -> None:
    """Those of the package, the newest released section of the changelog, and the wheel that README installs."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    wheels = re.findall(r"slack_conformance-([\d.]+)-py3", (ROOT / "README.md").read_text("utf-8"))
    assert {__version__, metadata["Version"], released[0], *wheels} == {__version__}


def test_every_supported_python_is_tried_in_ci() -> None:
    """By `.ci/run`'s own Python, or by the other job."""
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    tried = set(re.findall(r"container: python:(3\.\d+)|\"(3\.\d+)\"", workflow))
    named = re.findall(r"Python :: (3\.\d+)'", str(PROJECT["classifiers"]))
    assert {one or other for one, other in tried} == set(named)
    assert "- run: .ci/run\n" in workflow


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
    local = {link for link in links if link and not re.match(r"https?:|(\.\./)+issues/", link)}
    assert {link for link in local if not (page.parent / link).exists()} == set()


def test_the_address_of_the_repository_stands_in_one_place() -> None:
    """Whoever moves the repository changes `[project.urls]`, and no page."""
    assert [page.name for page in ALL if ADDRESS in page.read_text("utf-8")] == []


def test_only_relative_links_are_made_absolute() -> None:
    text = "[a](a.md#b) [c](../c) [d](#d) [e](https://e.example/f.md) [g](../../../issues/new) ![h](h.png)"
    made = absolute(text, "https://r.example", "docs", stays="docs/h.png".__eq__)
    blob = "https://r.example/blob/HEAD"
    assert made == (
        f"[a]({blob}/docs/a.md#b) [c]({blob}/c) [d](#d) [e](https://e.example/f.md) "
        "[g](https://r.example/issues/new) ![h](h.png)"
    )
