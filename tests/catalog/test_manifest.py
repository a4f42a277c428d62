"""Data files that differ from the released ones are named."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.manifest import MANIFEST, changed_files, is_as_released, manifest
from slack_conformance.catalog.place import data_root

if TYPE_CHECKING:
    from pathlib import Path


def test_the_manifest_is_that_of_our_data() -> None:
    """If not: `python -m tests.catalog.freeze`."""
    assert changed_files(data_root()) == ()


def test_what_was_changed_added_or_deleted_is_named(tmp_path: Path) -> None:
    for folder in ("fixtures", "schemas"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    assert (tmp_path / MANIFEST).read_text("utf-8") == manifest(tmp_path)
    ledger, added = tmp_path / "fixtures/ledger.toml", tmp_path / "fixtures/rules/new.toml"
    ledger.write_bytes(ledger.read_bytes().replace(b"\n", b"\r\n"))
    assert changed_files(tmp_path) == ()
    ledger.write_text("", encoding="utf-8")
    added.write_text("", encoding="utf-8")
    (tmp_path / "schemas/rule.schema.json").unlink()
    (tmp_path / "fixtures/targets/mine.toml").write_text("", encoding="utf-8")
    assert changed_files(tmp_path) == ("fixtures/ledger.toml", "fixtures/rules/new.toml", "schemas/rule.schema.json")


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"fixtures/manifest\.txt: cannot be read .* Install slack-conformance again"):
        changed_files(tmp_path)


def test_data_without_a_manifest_are_not_as_released(tmp_path: Path) -> None:
    assert is_as_released(data_root())
    assert not is_as_released(tmp_path)
