"""A data file that cannot be used is named, with the key and what to do."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError, check
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

METHOD = "methods/oauth.access.toml"
PERMISSIONS = "methods/apps.permissions.request.toml"
TRANSPORT = "rules/transport.toml"
LEDGER = "ledger.toml"
STATES = "states.toml"
SLACK_GO = "clients/slack-go.toml"

Change = tuple[str, str]


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, Change], DataError]:
    """Return a function that changes one file of a copy of the data, and gives back what loading says."""

    def load(file: str, change: Change) -> DataError:
        shutil.copytree(data_root() / "fixtures", tmp_path / "fixtures")
        path = tmp_path / "fixtures" / file
        text = path.read_text(encoding="utf-8")
        assert change[0] in text
        path.write_text(text.replace(*change, 1), encoding="utf-8")
        with pytest.raises(DataError) as caught:
            load_catalog(tmp_path)
        assert caught.value.file.endswith(file)
        return caught.value

    return load


MISTAKES = {
    "not TOML": (METHOD, ("method  =", "method  "), "", "is not TOML"),
    "unknown key": (METHOD, ("title   =", 'titel = "x"\ntitle   ='), "", "unknown key 'titel'. Did you mean 'title'?"),
    "missing key": (STATES, ('fact     = "The method was retired."\n', ""), "method-retired", "'fact' is missing"),
    "unknown base": (
        METHOD,
        ('base    = "post-form"', 'base    = "post-from"'),
        "row[0].case[0].base",
        "Did you mean 'post-form'?",
    ),
    "unknown further base": (
        METHOD,
        ('also_by = ["get", "post-multipart"', 'also_by = ["got", "post-multipart"'),
        ".also_by",
        "Did you mean 'get'?",
    ),
    "base that a shared rule needs": (
        PERMISSIONS,
        ("[base.post-form-unlisted]", "[base.form-unlisted]"),
        "].rule.base",
        "no base 'post-form-unlisted', which the rule's case ",
    ),
    "unknown base in a row with a shared rule": (
        PERMISSIONS,
        ('id   = "unknown-token-by-get"\n  base = "get"', 'id   = "unknown-token-by-get"\n  base = "got"'),
        "row[6].case[0].base",
        "no base 'got'. Did you mean 'get'?",
    ),
    "unknown ledger row": (METHOD, ('["DOC-14"]', '["DOC-99"]'), "row[0].ledger", "no row 'DOC-99'"),
    "unknown shared rule": (METHOD, ("accounts.token_revoked", "accounts.token_revokd"), "row[0].rule", "Did you mean"),
    "unknown rule beside": (
        METHOD,
        ('also = ["failure-shape"]', 'also = ["failure-form"]'),
        "also",
        "Did you mean 'failure-shape'?",
    ),
    "unknown state of a value": (
        METHOD,
        ('of = "app-removed"', 'of = "app-gone"'),
        "row[0].case[0]",
        "no state 'app-gone'",
    ),
    "unknown state": (
        METHOD,
        ('state = "email-unverified"', 'state = "email-unverifed"'),
        "case[0]",
        "Did you mean 'email-unverified'?",
    ),
    "unknown edit": (TRANSPORT, ("drop_header", "drop_heder"), "edit", "'drop_heder'"),
    "two edits": (TRANSPORT, ('{ drop_header = "Content-Type" }', '{ drop_header = "A", verb = "PUT" }'), "edit", ""),
    "duplicate case": (
        METHOD,
        ('id   = "second-use-by-get"', 'id   = "second-use-by-form"'),
        "case[1].id",
        "is here twice",
    ),
    "duplicate row": (
        METHOD,
        ('code   = "invalid_arg_name"', 'code   = "token_revoked"'),
        "token_revoked",
        "is here twice",
    ),
    "unknown strength": (METHOD, ('strength    = "should"', 'strength    = "shall"'), "base.get.strength", "'shall'"),
    "bad hash": (METHOD, ('sha256      = "', 'sha256      = "x'), "argument.client_id.sha256", "x"),
    "unknown preferred reading": (
        LEDGER,
        ('preferred = "table"', 'preferred = "tabel"'),
        "DOC-01.preferred",
        "Did you mean 'table'?",
    ),
    "unknown evidence": (
        STATES,
        ('evidence = "fault"', 'evidence = "falt"'),
        "maintenance.evidence",
        "Did you mean 'fault'?",
    ),
    "form and JSON of a client": (SLACK_GO, ("form = ", "json = '{}'\nform = "), "request[0]", ""),
    "pair of three": (SLACK_GO, ('["code", "$code"]', '["code", "$code", "x"]'), "request[0].form[2]", ""),
}
"""What is wrong: the file, the change, and what key and text must say."""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_key(mistake: str, broken: Callable[[str, Change], DataError]) -> None:
    file, change, key, text = MISTAKES[mistake]
    error = broken(file, change)
    assert key in error.key
    assert text in str(error)


def test_a_row_without_case_and_reason_is_named(broken: Callable[[str, Change], DataError]) -> None:
    row = '\n  [[row.case]]\n  id      = "resource-gone"\n  base    = "post-form"\n'
    row += '  also_by = ["get", "post-form-basic", "post-multipart"]\n  edit    = { state = "resource-gone" }\n'
    error = broken(METHOD, (row, ""))
    assert error.key == "row[13]"
    assert "neither a case nor 'untestable'" in str(error)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"states\.toml: cannot be read"):
        load_catalog(tmp_path)


def test_data_without_a_method_are_refused(tmp_path: Path) -> None:
    """A suite without cases would have nothing to fail."""
    for name in ("states.toml", "ledger.toml", "rules", "clients"):
        (tmp_path / "fixtures" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "fixtures" / name).symlink_to(data_root() / "fixtures" / name)
    with pytest.raises(DataError, match=r"methods: no methods were found\. Install slack-conformance again"):
        load_catalog(tmp_path)


def test_a_missing_schema_is_named() -> None:
    with pytest.raises(
        DataError, match=r"schemas/nothing\.schema\.json: cannot be read .* Install slack-conformance again"
    ):
        check({}, "nothing.schema.json", "x.toml")


def test_our_own_data_load() -> None:
    catalog = load_catalog()
    assert set(catalog.methods) >= {"apps.permissions.request", "oauth.access"}
    assert len(catalog.sha256) == 64


def test_a_shared_case_is_copied_for_each_further_base_that_a_method_has(tmp_path: Path) -> None:
    shutil.copytree(data_root() / "fixtures", tmp_path / "fixtures")
    path = tmp_path / "fixtures" / "rules" / "accounts.toml"
    old = 'id      = "two-factor-missing"\nbase    = "post-form"\nalso_by = ["get", "post-multipart"]'
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, old.replace("post-multipart", "post-form-basic")), encoding="utf-8")
    copies = {
        name: [case.id.rpartition(".")[2] for case in method.cases if case.rule.name == "two_factor_setup_required"]
        for name, method in load_catalog(tmp_path).methods.items()
    }
    assert copies == {
        "apps.permissions.request": ["two-factor-missing", "two-factor-missing-by-get"],
        "oauth.access": ["two-factor-missing", "two-factor-missing-by-get", "two-factor-missing-by-form-basic"],
    }


def test_our_own_data_match_their_schemas(tmp_path: Path) -> None:
    """Nobody else checks them as long as they are as they were released; without a manifest they are not."""
    shutil.copytree(data_root() / "fixtures", tmp_path / "fixtures")
    assert load_catalog(tmp_path).cases == load_catalog().cases


def test_a_catalog_without_cases_has_everything_else_of_a_method() -> None:
    whole, bare = load_catalog(), load_catalog(cases=False)
    assert bare.cases == () != whole.cases
    assert bare.methods == {name: replace(method, cases=()) for name, method in whole.methods.items()}
    assert (bare.states, bare.ledger, bare.sha256) == (whole.states, {}, whole.sha256)


def test_edited_data_are_checked_without_cases_too(tmp_path: Path) -> None:
    for folder in ("fixtures", "schemas"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    with (tmp_path / "fixtures" / STATES).open("a", encoding="utf-8") as file:
        file.write("\n[oven-cold]\nfact = 1\n")
    with pytest.raises(DataError, match=r"oven-cold"):
        load_catalog(tmp_path, cases=False)
