"""Faults as data: what each key means, and what is said of data that mean nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import Strength
from slack_conformance.catalog.place import data_root
from slack_conformance.lab.deviations.kinds import Answers, DeliberateFault, Ignores, Refuses, Renames
from slack_conformance.lab.deviations.load import declare_collateral, entries_of, faults_of
from slack_conformance.sandbox.reply import Reply

if TYPE_CHECKING:
    from pathlib import Path

METHOD = "things.open"
SHA = "0" * 64
PAGE = f"""
method = "{METHOD}"
page = "things.open.txt"
title = "Opens a thing"
tier = 3
success = "responses/error.schema.json"
failure = "responses/error.schema.json"

[argument.token]
kind = "token"
value = "$token"
place = "Arguments/1"
sha256 = "{SHA}"
summary = "The token."

[base.get]
verb = "GET"
arguments = "query"
token = "header"
place = "Facts"
summary = "GET is accepted."

[[row]]
code = "no_thing"
place = "Errors/1"
sha256 = "{SHA}"
concern = "errors"
strength = "must"
summary = "Invented."

  [[row.case]]
  id = "invented"
  base = "get"
  edit = {{ drop_header = "Authorization" }}

"""
FAULT = """
  [[row.fault]]
  name = "invented"
  summary = "Invented."
"""


def loaded(folder: Path, fault: str) -> list[DeliberateFault]:
    """Return the faults of an invented method whose row carries this fault."""
    shutil.copytree(data_root() / "fixtures", folder / "fixtures")
    (folder / "fixtures" / "methods" / f"{METHOD}.toml").write_text(PAGE + fault, encoding="utf-8")
    method = load_catalog(folder).methods[METHOD]
    entries = entries_of(METHOD, folder / "fixtures")
    bound = [fault.bound(method) for fault in faults_of(method, entries)]
    declare_collateral(method, bound, entries)
    return bound


def test_a_fault_is_bound_to_its_method(tmp_path: Path) -> None:
    text = (
        FAULT + 'ignores = "token.unknown"\nstrength = "should"\nbreaks = { via-get = "Invented." }\nbases = ["get"]\n'
    )
    (fault,) = loaded(tmp_path, text)
    assert isinstance(fault, Ignores)
    assert (fault.name, fault.rules) == (f"{METHOD}.no_thing--invented", (f"{METHOD}.no_thing",))
    assert (fault.found, fault.strength, fault.bases) == ("token.unknown", Strength.SHOULD, ("get",))
    assert fault.breaks == {"via-get": "Invented."}


def test_the_key_names_the_kind(tmp_path: Path) -> None:
    renames = FAULT + 'renames = "token.unknown"\ncode = "no_thing"\n'
    refuses = FAULT.replace("invented", "second") + 'refuses = "no_thing"\n'
    first, second = loaded(tmp_path, renames + refuses)
    assert isinstance(first, Renames)
    assert isinstance(second, Refuses)
    assert (first.found, first.code, second.code) == ("token.unknown", "no_thing", "no_thing")


def test_each_shape_is_a_fault(tmp_path: Path) -> None:
    text = FAULT.replace('"invented"', '"{shape}-here"').replace("Invented.", "It comes {shape}.")
    faults = loaded(tmp_path, text + 'shapes = ["ok-missing", "empty"]\n')
    assert [fault.fault for fault in faults] == ["ok-missing-here", "empty-here"]
    assert faults[0].summary == "It comes without `ok`."
    assert isinstance(faults[0], Answers)
    assert faults[0].change(Reply({"ok": True, "more": 1})).document == {"more": 1}


def test_what_a_fault_breaks_besides_may_stand_apart(tmp_path: Path) -> None:
    text = FAULT + 'spends = true\n[[row.fault]]\nof = ["invented"]\nalso = ["via-get"]\n'
    (fault,) = loaded(tmp_path, text)
    assert fault.rules == (f"{METHOD}.no_thing", f"{METHOD}.via-get")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FAULT, r"row\[0\]\.fault\[0\]: a fault has exactly one of these keys: ignores, renames"),
        (FAULT + 'ignores = "token.unknown"\nrefuses = "other"\n', "a fault has exactly one of these keys"),
        ('[[row.fault]]\nname = "invented"\nspends = true\n', r"row\[0\]\.fault\[0\]: key 'summary' is missing"),
        (FAULT + 'renames = "token.unknown"\n', "key 'code' is missing"),
        (FAULT + 'ignores = "token.unknown"\nwhen = ["fform"]\n', r"fault\[0\]\.when: .*'fform'.*Did you mean 'form'"),
        (FAULT + 'ignores = "token.unknwon"\n', "no condition 'token.unknwon'. Did you mean 'token.unknown'"),
        (FAULT + 'refuses = "no_thign"\n', "no error code 'no_thign'. Did you mean 'no_thing'"),
        (FAULT + 'answers = "nonsense"\n', r"fault\[0\]\.answers: there is no change 'nonsense'"),
        (FAULT + "answers = { headers = 1 }\n", "Did you mean 'header'"),
        (FAULT + 'answers = { status = "good" }\n', r"answers\.status: this has the wrong type"),
        (FAULT + 'shapes = ["array", "aray"]\n', "Did you mean 'array'"),
        (FAULT + 'ignores = "token.unknown"\nbases = ["put"]\n', "things.open has no rule or base 'put'"),
        (FAULT + 'spends = true\n[[row.fault]]\nof = ["invent"]\nalso = ["via-get"]\n', "Did you mean 'invented'"),
        (FAULT + 'spends = true\n[[row.fault]]\nof = ["invented"]\nalso = ["via-put"]\n', "has no rule 'via-put'"),
    ],
)
def test_data_that_mean_nothing_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        loaded(tmp_path, text)
