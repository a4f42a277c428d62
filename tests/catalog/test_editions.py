"""A published edition stays as it is, unless an erratum says why; a new one has what is new."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.editions import find_edition, order, require_edition
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from tests.catalog.edition import hashes, open_differences, publish
from tests.catalog.overlay import METHOD, NEWCOMER, ROW, RULE, correct, edit, overlay, with_newcomer
from tests.invented import INVENTED

if TYPE_CHECKING:
    from pathlib import Path

WEAKER = ROW.replace("must", "should")
DROPPED = """  id      = "dropped"
  base    = "post-form"
  also_by = ["post-form-basic", "post-multipart"]
"""
"""The head of a case of the rule, with copies."""

WHY = ("date = 2027-01-31", 'reason = "The sentence can be read otherwise."')


def test_what_was_published_has_not_changed() -> None:
    """If it has: undo the change, or add the erratum that the message names."""
    assert open_differences(data_root()) == []


def test_a_copy_of_the_data_is_as_published(tmp_path: Path) -> None:
    assert open_differences(overlay(tmp_path)) == []


def test_another_wording_changes_no_edition(tmp_path: Path) -> None:
    edit(overlay(tmp_path), "A redirect_uri that is not the one of", "Any redirect_uri other than that of")
    assert open_differences(tmp_path) == []


def test_a_case_more_changes_no_edition(tmp_path: Path) -> None:
    assert open_differences(with_newcomer(tmp_path)) == []


def test_a_changed_rule_needs_an_erratum(tmp_path: Path) -> None:
    """The message has what the erratum takes."""
    edit(overlay(tmp_path / "a"), ROW, WEAKER)
    complaints = open_differences(tmp_path / "a")
    changed = {line.partition(" ")[0]: re.findall('sha256 = "([0-9a-f]{16})"', line) for line in complaints}
    assert RULE in changed
    edition = find_edition(load_catalog(), "2026.1", "")
    assert edition is not None
    cases = [case.id for case in load_catalog().cases if case.rule.id == RULE and case.id in edition.cases]
    assert changed.keys() == {RULE, *cases}  # the strength is that of its cases, too
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    for name, (digest,) in changed.items():
        correct(tmp_path / "b", f'id = "{name}"', *WHY, f'sha256 = "{digest}"')
    assert open_differences(tmp_path / "b") == []


def test_an_erratum_holds_for_one_change_only(tmp_path: Path) -> None:
    edit(overlay(tmp_path), ROW, WEAKER)
    correct(tmp_path, f'id = "{RULE}"', *WHY, f'sha256 = "{"0" * 16}"')
    assert [line for line in open_differences(tmp_path) if line.startswith(f"{RULE} differs from edition 2026.1.")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (DROPPED, DROPPED.replace('"post-form"\n', '"get"\n')),
        (DROPPED, f'{DROPPED}  strength = "may"\n'),
        (DROPPED, f'{DROPPED}  accept = ["ok", "bad_redirect_uri"]\n'),
        (DROPPED, f'{DROPPED}  world = "app-removed"\n'),
    ],
)
def test_what_a_verdict_depends_on_is_in_the_hash_of_a_case(old: str, new: str, tmp_path: Path) -> None:
    edit(overlay(tmp_path), old, new)
    assert f"{RULE}.dropped differs from edition 2026.1" in " ".join(open_differences(tmp_path))


def test_another_edit_and_another_schema_are_noticed(tmp_path: Path) -> None:
    edit(overlay(tmp_path), 'redirect_uri = { like = "longer-path" }', 'redirect_uri = { like = "other-address" }')
    schema = load_catalog().methods["oauth.access"].success_schema
    text = (tmp_path / "schemas" / schema).read_text("utf-8")
    (tmp_path / "schemas" / schema).write_text(text.replace("{", '{"minProperties": 2,', 1), encoding="utf-8")
    found = {line.partition(" ")[0] for line in open_differences(tmp_path)}
    assert {f"{RULE}.longer-path", "oauth.access"} <= found


def test_a_case_may_not_vanish_without_an_erratum(tmp_path: Path) -> None:
    renamed = DROPPED.replace('"dropped"', '"left-out"')
    edit(overlay(tmp_path / "a"), DROPPED, renamed)
    gone = [line.partition(" ")[0] for line in open_differences(tmp_path / "a") if "of edition 2026.1 is gone" in line]
    assert f"{RULE}.dropped" in gone
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    for name in gone:
        correct(tmp_path / "b", f'id = "{name}"', *WHY)
    assert open_differences(tmp_path / "b") == []


def test_an_erratum_for_nothing_is_named(tmp_path: Path) -> None:
    correct(overlay(tmp_path), 'id = "oauth.access.bad_typo"', *WHY)
    assert open_differences(tmp_path) == ["2026.1 has an erratum for 'oauth.access.bad_typo', which is not in it."]


@pytest.mark.parametrize("lines", [(f'id = "{RULE}"', WHY[0]), (f'id = "{RULE}"', WHY[0], 'reason = " "'), WHY])
def test_an_erratum_needs_its_reason_date_and_id(lines: tuple[str, ...], tmp_path: Path) -> None:
    correct(overlay(tmp_path), *lines)
    (tmp_path / "fixtures/manifest.txt").unlink()  # files as released are not checked again
    with pytest.raises(DataError, match=r"2026\.1\.toml: erratum\[0\]"):
        open_differences(tmp_path)


def test_a_new_edition_has_the_new_case_and_leaves_the_old_one_alone(tmp_path: Path) -> None:
    root = with_newcomer(tmp_path / "a")
    before = (root / "fixtures/editions/2026.1.toml").read_bytes()
    publish("2026.2", root, "2026-12-24")
    shutil.copytree(root, tmp_path / "b")
    catalog = load_catalog(tmp_path / "b")
    assert list(catalog.editions)[-2:] == ["2026.1", "2026.2"]
    assert catalog.editions["2026.1"].read_bytes() == before
    old, new = (find_edition(catalog, name, "") for name in ("2026.1", None))
    assert old is not None
    assert NEWCOMER in old.newer(catalog.cases)
    assert new is not None
    assert (new.name, new.published, new.newer(catalog.cases)) == ("2026.2", "2026-12-24", ())
    assert open_differences(tmp_path / "b") == []
    edit(overlay_of(tmp_path / "b", tmp_path / "c"), f'id   = "{NEWCOMER.rpartition(".")[2]}"', 'id   = "other"')
    assert f"{NEWCOMER} of edition 2026.2 is gone" in " ".join(open_differences(tmp_path / "c"))


def overlay_of(root: Path, folder: Path) -> Path:
    """Return a copy of a copy."""
    shutil.copytree(root, folder)
    return folder


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("2026.1", "edition: 2026.1 is not newer than 2026.1. A published edition is never written again."),
        ("2025.9", "edition: 2025.9 is not newer than 2026.1. A published edition is never written again."),
        ("../2027", "edition: '../2027' is not the name of an edition. It looks like 2026.1."),
        ("2027.0", "edition: '2027.0' is not the name of an edition. It looks like 2026.1."),
    ],
)
def test_a_published_edition_is_never_written_again(name: str, message: str, tmp_path: Path) -> None:
    root = overlay(tmp_path)
    with pytest.raises(DataError) as caught:
        publish(name, root, "2026-12-24")
    assert str(caught.value) == message
    assert list((root / "fixtures/editions").iterdir()) == [root / "fixtures/editions/2026.1.toml"]


def test_editions_are_ordered_by_number(tmp_path: Path) -> None:
    first = overlay(tmp_path) / "fixtures/editions/2026.1.toml"
    for name in ("2026.10", "2026.2"):
        shutil.copyfile(first, first.with_name(f"{name}.toml"))
    assert list(load_catalog(tmp_path).editions) == ["2026.1", "2026.2", "2026.10"]
    assert order("2027.1", "") > order("2026.10", "")


def test_a_file_with_another_name_is_refused(tmp_path: Path) -> None:
    shutil.copyfile(overlay(tmp_path) / METHOD, tmp_path / "fixtures/editions/draft.toml")
    with pytest.raises(DataError, match=r"draft\.toml: 'draft' is not the name of an edition"):
        load_catalog(tmp_path)


def test_an_unknown_edition_is_answered_by_the_known_ones() -> None:
    with pytest.raises(DataError) as caught:
        require_edition(load_catalog(), "2026.7", "my.toml", "edition")
    known = ", ".join(load_catalog().editions)
    assert str(caught.value) == f"my.toml: edition: there is no edition '2026.7'. Known: {known}."


def test_data_without_editions_have_none() -> None:
    assert find_edition(INVENTED, None, "") is None
    with pytest.raises(DataError, match=r"there is no edition '2026\.1'\. Known: none\."):
        find_edition(INVENTED, "2026.1", "--edition")


def test_hashes_do_not_depend_on_the_folder(tmp_path: Path) -> None:
    assert hashes(load_catalog(overlay(tmp_path)), tmp_path) == hashes(load_catalog(), data_root())
