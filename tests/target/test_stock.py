"""Lists of a profile: each value that works once is taken once, by whichever process, and counted."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.target.sources import remembered, share, source
from slack_conformance.target.stock import InFile, Listed

ROOT = Path(__file__).parents[2]
FOUR = ["v1", "v2", "v3", "v4"]


def _file(folder: Path, text: str = "v1\nv2\nv3\nv4\n") -> Path:
    path = folder / "codes.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_value_is_removed_from_its_file_as_it_is_taken(tmp_path: Path) -> None:
    path = _file(tmp_path, "v1 v2\n\nv3\n")
    code = source({"list": {"file": "codes.txt"}}, tmp_path, "values.code", once=True)
    assert (code.draw(), path.read_text("utf-8").split()) == ("v1", ["v2", "v3"])
    assert (code.draw(), code.draw(), code.draw(), path.read_text("utf-8")) == ("v2", "v3", None, "")
    assert code.stock is not None
    assert (code.stock.used, code.stock.left(), code.stock.total) == (3, 0, 3)
    assert [one.name for one in tmp_path.iterdir()] == ["codes.txt"]


def test_a_second_run_goes_on_where_the_first_one_ended(tmp_path: Path) -> None:
    _file(tmp_path)
    taken = [source({"list": {"file": "codes.txt"}}, tmp_path, "code", once=True).draw() for _ in range(3)]
    assert taken == ["v1", "v2", "v3"]


@pytest.mark.parametrize("spec", [{"file": "codes.txt", "keep": True}, FOUR])
def test_a_list_that_is_kept_or_stands_in_the_profile_is_only_remembered(tmp_path: Path, spec: object) -> None:
    path = _file(tmp_path)
    code = source({"list": spec}, tmp_path, "values.code", once=True)
    assert [code.draw() for _ in range(5)] == [*FOUR, None]
    assert path.read_text("utf-8").split() == FOUR
    assert code.stock is not None
    assert (code.stock.used, code.stock.left()) == (4, 0)


def test_the_file_of_a_value_that_can_be_sent_again_is_left_alone(tmp_path: Path) -> None:
    """Its list begins again, unless it is told not to."""
    path = _file(tmp_path)
    spec = {"list": {"file": "codes.txt"}}
    token = source(spec, tmp_path, "values.token")
    assert [token.draw() for _ in range(6)] == [*FOUR, "v1", "v2"]
    token = source(spec, tmp_path, "values.token", endless=False)
    assert [token.draw() for _ in range(5)] == [*FOUR, None]
    assert path.read_text("utf-8").split() == FOUR


def test_no_two_processes_take_the_same_value(tmp_path: Path) -> None:
    path = _file(tmp_path, "\n".join(f"v{number}" for number in range(120)))
    program = (
        "from pathlib import Path; from slack_conformance.target.sources import source\n"
        'code = source({"list": {"file": "codes.txt"}}, Path("."), "code", once=True)\n'
        "print(*[code.draw() for _ in range(40)])"
    )

    def taken() -> list[str]:
        command = [sys.executable, "-c", program]
        env = {"PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=True)  # noqa: S603
        return done.stdout.decode().split()

    with ThreadPoolExecutor(3) as pool:
        found = [value for one in [pool.submit(taken) for _ in range(3)] for value in one.result()]
    assert len(found) == len(set(found)) == 120
    assert path.read_text("utf-8") == ""


def test_a_file_keeps_its_mode_and_may_be_a_link(tmp_path: Path) -> None:
    path = _file(tmp_path)
    path.chmod(0o640)
    (tmp_path / "link.txt").symlink_to(path)
    assert source({"list": {"file": "link.txt"}}, tmp_path, "code", once=True).draw() == "v1"
    assert (path.read_text("utf-8").split(), path.stat().st_mode & 0o777) == (FOUR[1:], 0o640)
    assert (tmp_path / "link.txt").is_symlink()


def test_a_file_that_cannot_be_rewritten_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(DataError, match="keep = true"):
        source({"list": {"file": "codes.txt"}}, tmp_path, "values.code", once=True)
    kept = source({"list": {"file": "codes.txt", "keep": True}}, tmp_path, "values.code", once=True)
    assert kept.draw() == "v1"


def test_a_file_that_is_gone_or_spoilt_meanwhile_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path)
    stock = InFile("codes.txt", path, "values.code", str)
    path.unlink()
    with pytest.raises(DataError, match="cannot be used"):
        stock.take()
    with pytest.raises(DataError, match="cannot be read"):
        stock.left()


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_list_is_refused_only_where_nothing_else_could_come(tmp_path: Path, text: str) -> None:
    """Codes may have been used up by the run before; a token that is not there never was."""
    _file(tmp_path, text)
    assert source({"list": {"file": "codes.txt"}}, tmp_path, "code", once=True).draw() is None
    with pytest.raises(DataError, match="is empty"):
        source({"list": {"file": "codes.txt"}}, tmp_path, "values.token")


def test_processes_are_dealt_a_list_and_each_counts_its_own() -> None:
    parts = [share(source({"list": FOUR[:3]}, Path(), "code", once=True), worker, 2) for worker in range(2)]
    assert [[part.draw() for _ in range(3)] for part in parts] == [["v1", "v3", None], ["v2", None, None]]
    assert [(part.stock.used, part.stock.left()) for part in parts if part.stock is not None] == [(2, 0), (1, 0)]
    again = [share(source({"list": ["v1"]}, Path(), "token"), worker, 2) for worker in range(2)]
    assert [part.draw() for part in again] == ["v1", "v1"]


def test_a_remembered_value_is_taken_once() -> None:
    stock = Listed("the list", FOUR)
    one = remembered(source({"list": FOUR}, Path(), "token"))
    assert [one.draw() for _ in range(3)] == ["v1", "v1", "v1"]
    assert stock.used == 0


def test_sources_of_the_same_values_have_the_same_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state whose values come from where the healthy ones come from is not a state."""
    monkeypatch.setenv("A_FAKE_TOKEN", "v1")
    (tmp_path / "token.txt").write_text("v1\n", encoding="utf-8")
    _file(tmp_path)
    same: list[Any] = [{"env": "A_FAKE_TOKEN"}, {"file": "token.txt"}, "v1"]
    assert {source(spec, tmp_path, "token").origin for spec in same} == {"v1"}
    mint = [source({"command": ["mint", kind]}, tmp_path, "code").origin for kind in ("a", "a", "b")]
    assert [mint[0] == other for other in mint] == [True, True, False]
    given: list[dict[str, Any]] = [{"list": FOUR}, {"list": FOUR}, {"list": {"file": "codes.txt"}}]
    lists = [source(spec, tmp_path, "code").origin for spec in given]
    assert [lists[0] == other for other in lists] == [True, True, False]
    assert "v1" not in repr(source("v1", tmp_path, "token"))
