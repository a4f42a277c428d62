"""Settings of the documentation site, which `tox -e docs` builds from the Markdown files as they are."""

from __future__ import annotations

import posixpath
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))
from hatch_build import absolute  # noqa: E402 - after its folder is on the path

REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Repository"]

project = "slack-conformance"
project_copyright = "the slack-conformance authors, MIT licence"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md"]
exclude_patterns = [".*", "conformance", "reports", "src", "tests"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
html_extra_path = ["site"]
html_show_sphinx = False
pygments_style = "friendly"

_CONTENTS = """
```{toctree}
:hidden:
:glob:

docs/*
CONTRIBUTING
ARCHITECTURE
SECURITY
CHANGELOG
```
"""


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    """Give README the list of pages; links to files that the site does not have lead into the repository."""

    def stays(path: str) -> bool:
        of_the_site = path.endswith(".png") or path.removesuffix(".md") in app.env.found_docs
        return of_the_site or not (ROOT / path).exists()  # Sphinx complains of the latter

    source[0] = absolute(source[0], REPOSITORY, posixpath.dirname(name), stays)
    if name == root_doc:
        source[0] += _CONTENTS


def setup(app: Sphinx) -> None:
    """Have each page prepared before it is read."""
    app.connect("source-read", _read)
