"""A copy of the data in a folder of its own, which a test may edit, and a run may be made of."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from slack_conformance.catalog.place import data_root
from tests.catalog.freeze import write_manifest

if TYPE_CHECKING:
    from pathlib import Path

METHOD = "fixtures/methods/oauth.access.toml"
ROW = """strength = "must"
summary  = "A redirect_uri that is not the one of the original request is refused with this code."
"""
RULE = "oauth.access.bad_redirect_uri"
NEWCOMER = f"{RULE}.newcomer"
"""A case that our data do not have: it asks for a refusal that no server gives, so it fails everywhere."""

_CASE = """
  [[row.case]]
  id   = "newcomer"
  base = "post-form"
  edit = { add_argument = { single_channel = "true" } }
"""


def overlay(folder: Path) -> Path:
    """Copy the data below this folder, and return it. A catalog is loaded once for each folder, so edit it before."""
    for name in ("fixtures", "schemas"):
        shutil.copytree(data_root() / name, folder / name)
    return folder


def edit(root: Path, old: str, new: str, file: str = METHOD) -> None:
    """Replace the only place of a text in a file, and write the manifest."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    write_manifest(root)


def with_newcomer(folder: Path) -> Path:
    """Return a copy of the data with one case more."""
    edit(overlay(folder), ROW, ROW + _CASE)
    return folder


def correct(root: Path, *lines: str, edition: str = "2026.1") -> None:
    """Add an erratum with these lines to an edition."""
    path = root / f"fixtures/editions/{edition}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join([text, "[[erratum]]", *lines, ""]), encoding="utf-8")
    write_manifest(root)
