"""Results files: what is read back, and every reason for which a file is refused."""

from __future__ import annotations

import copy
import errno
import json
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import msgspec
import pytest
from msgspec import structs

from slack_conformance.results.io import (
    CutError,
    ResultsError,
    ResultsWriter,
    digest_of,
    from_text,
    read_results,
    to_text,
)
from slack_conformance.results.model import CaseResult, Footer
from slack_conformance.results.terms import Verdict
from slack_conformance.summary.tally import sentence_of
from tests.report import build
from tests.results.build import case_result, cause, finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


Written = TypeVar("Written", CaseResult, Footer)


def whole() -> list[build.Line]:
    """Return a file in which every kind of case stands."""
    cases = [build.case(f"bad_{number}", verdict=verdict) for number, verdict in enumerate(build.VERDICTS)]
    cases[5]["known"] = {"issue": "T-1", "owner": "us", "expires": "2027-01-31", "reason": "later"}
    cases[7]["cause"] = {"kind": "engine", "text": "It broke.", "needs": ""}
    return build.lines(cases)


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    results = read_results(build.written(tmp_path / "r.jsonl", whole()))
    assert [case.verdict for case in results.cases] == list(Verdict)
    assert results.counts == dict.fromkeys(Verdict, 1)
    assert results.footer is not None
    assert results.rules["things.make.bad_0"].name == "bad_0"
    assert results.cases[2].exchanges[1].request.headers[0] == ("Host", "127.0.0.1:8080")


def test_exchanges_of_passing_cases_are_kept_only_when_asked_for(tmp_path: Path) -> None:
    path = build.written(tmp_path / "r.jsonl", whole())
    assert not read_results(path).cases[0].exchanges
    assert len(read_results(path, every_exchange=True).cases[0].exchanges) == 2


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    results = read_results(build.written(tmp_path / "r.jsonl", whole()), every_exchange=True)
    assert results.footer is not None
    writer = ResultsWriter(tmp_path / "folder" / "again.jsonl", results.header)
    for case in results.cases:
        writer.write(case)
    writer.write_footer(structs.replace(results.footer, sentence="Of a run that goes on."))
    writer.write_footer(results.footer)
    writer.close()
    again = read_results(writer.path, every_exchange=True)
    assert (again.header, [_bare(one) for one in again.cases]) == (results.header, list(results.cases))
    assert again.footer is not None
    assert _bare(again.footer) == results.footer
    lines = writer.path.read_bytes().splitlines(keepends=True)
    assert [json.loads(line) | ({"after": ""} if number else {}) for number, line in enumerate(lines)] == whole()
    assert [json.loads(line)["after"] for line in lines[1:]] == [digest_of(line) for line in lines[:-1]]


def _bare(line: Written) -> Written:
    """Return a line as it was before the digest of the one before it was entered."""
    return structs.replace(line, after="")


def test_a_result_travels_as_text() -> None:
    case = case_result("things.make.bad_colour", got='"\u2028 é"', findings=(finding("status"),), cause=cause())
    assert from_text(to_text(case)) == case


def test_a_changed_line_of_the_file_is_still_one_line() -> None:
    assert to_text(case_result("things.make.x", got="one\ntwo")).count("\n") == 0


def _set(line: int, *path: Any, to: Any) -> Callable[[list[build.Line]], None]:  # noqa: ANN401 - any JSON value
    def change(content: list[build.Line]) -> None:
        place: Any = content[line]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


_FOUND = build.case("bad_2", verdict="FAIL")["findings"]
WRONG = {
    "unknown key": (_set(1, "colour", to=1), "line 2: Object contains unknown field `colour`"),
    "number for text": (
        _set(3, "exchanges", 1, "answer", "body", to=7),
        r"line 4: exchanges\[1\].answer.body: Expected `str`, got `int`",
    ),
    "true for a number": (_set(1, "ms", to=True), "line 2: ms: Expected `float`, got `bool`"),
    "unknown verdict": (_set(1, "verdict", to="OK"), "line 2: verdict: Invalid enum value 'OK'"),
    "verdict that cannot be hashed": (_set(1, "verdict", to=[]), "line 2: verdict: Expected `str`, got `array`"),
    "no number": (_set(1, "ms", to=float("nan")), "line 2 is not JSON .JSON is malformed: invalid character"),
    "endless number": (_set(-1, "seconds", to=10**400), r"line \d+: seconds: Number out of range"),
    "no URL": (
        _set(3, "exchanges", 1, "request", "url", to="http://[bad"),
        r"line 4: case things.make.bad_2.one: exchanges\[1\].request.url: 'http://\[bad' is not a URL",
    ),
    "no date": (
        _set(1, "known", to={"issue": "i", "owner": "o", "expires": "garbage", "reason": "r"}),
        "line 2: known.expires: Invalid RFC3339 encoded date",
    ),
    "unknown code": (_set(3, "findings", 0, "code", to="odd"), r"line 4: findings\[0\].code: Invalid enum value 'odd'"),
    "unknown cause": (_set(4, "cause", "kind", to="odd"), "line 5: cause.kind: Invalid enum value 'odd'"),
    "negative": (_set(1, "ms", to=-1), "line 2: ms: Expected `float` >= 0"),
    "INCONCLUSIVE for nothing": (_set(4, "cause", to=None), "bad_3.one is INCONCLUSIVE, but no cause says why"),
    "FAIL of nothing": (_set(3, "findings", to=[]), "line 4: case things.make.bad_2.one is FAIL, but no finding"),
    "half a pair": (_set(1, "reading", to=["DOC-01"]), "line 2: reading: Expected `array` of length 2"),
    "unknown rule": (_set(1, "rule", to="things.make.other"), "names things.make.other, which is not a rule"),
    "twice": (_set(2, "id", to="things.make.bad_0.one"), "things.make.bad_0.one stands here twice"),
    "other line": (_set(1, "type", to="note"), "line 2: type: Invalid value 'note'"),
    "other count": (_set(-1, "counts", "PASS", to=9), "counts 9 PASS, the lines 1"),
    "better exit": (_set(-1, "exit", to=0), "says exit 0, although a case is ENGINE"),
    "findings of a PASS": (_set(1, "findings", to=_FOUND), "is PASS, and yet has findings"),
    "withdrawn by hand": (
        _set(-1, "withdrawn", to={"things.make.bad_2.one": {"kind": "base-refused", "text": "So.", "needs": ""}}),
        "withdraws things.make.bad_2.one, a FAIL of what was accepted",
    ),
    "count missing": (_set(-1, "counts", to={}), "counts nothing PASS, the lines 1"),
    "withdrawn stranger": (
        _set(-1, "withdrawn", to={"x": {"kind": "no-value", "text": "t", "needs": ""}}),
        "withdraws x",
    ),
    "no header": (_set(0, "type", to="case"), "does not begin with a header"),
    "later format": (_set(0, "format", to=3), "results format 3, written by suite '0.1.0'; this suite reads format 2"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    change, message = WRONG[name]
    content = copy.deepcopy(whole())
    change(content)
    with pytest.raises(ResultsError, match=message) as caught:
        read_results(build.written(tmp_path / "r.jsonl", content))
    assert not isinstance(caught.value, CutError)


@pytest.mark.parametrize("key", ["verdict", "findings", "exchanges"])
def test_a_missing_key_is_named(key: str, tmp_path: Path) -> None:
    content = whole()
    del content[1][key]
    with pytest.raises(ResultsError, match=f"line 2: Object missing required field `{key}`"):
        read_results(build.written(tmp_path / "r.jsonl", content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"[1]\n", "line 1: Expected `object`, got `array`"),
        (b"{\n", "line 1 is not JSON"),
        (b"\xff\n", "line 1 is not JSON"),
        (b'{"type":"\xff"}\n', "line 1 is not UTF-8"),
        (b"{}\n", "does not begin with a header"),
        (b'{"type":' + b"[" * 200_000 + b"\n", "line 1 is nested more deeply"),
    ],
)
def test_what_is_not_a_results_file_is_rejected(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(content)
    with pytest.raises(ResultsError, match=message):
        read_results(path)


def test_a_file_that_is_not_there_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="cannot be read"):
        read_results(tmp_path / "none.jsonl")


def test_a_line_in_the_middle_that_is_not_json_is_an_error_and_not_a_cut(tmp_path: Path) -> None:
    path = build.written(tmp_path / "r.jsonl", whole())
    broken = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*broken[:2], "{oops\n", *broken[2:]]), encoding="utf-8")
    with pytest.raises(ResultsError, match="line 3 is not JSON"):
        read_results(path)


@pytest.mark.parametrize("end", ["", '{"type":"case","id'])
def test_a_cut_file_is_an_error_that_still_holds_what_there_is(end: str, tmp_path: Path) -> None:
    path = build.written(tmp_path / "r.jsonl", whole()[:3])
    path.write_text(path.read_text("utf-8") + end, encoding="utf-8")
    with pytest.raises(CutError, match="cut off after 2 of 8 cases") as caught:
        read_results(path)
    results = caught.value.results
    assert len(results.cases) == 2
    assert results.footer is None
    assert sentence_of(results).startswith("Cut off: 2 of 8 cases")


def test_two_files_joined_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="after the footer"):
        read_results(build.written(tmp_path / "r.jsonl", [*whole(), *whole()]))


def test_a_withdrawn_case_is_inconclusive_with_the_cause_given(tmp_path: Path) -> None:
    cause = {"kind": "base-refused", "text": "The base failed when asked again.", "needs": "a steady base"}
    cases = [build.case("bad_colour"), build.case("bad_name", verdict="FAIL", observed="bad_paint")]
    withdrawn = {"withdrawn": {cases[0]["id"]: cause, cases[1]["id"]: cause}}
    results = build.results(tmp_path, cases, foot=withdrawn)
    assert results.counts[Verdict.INCONCLUSIVE] == 2
    for case in results.cases:
        assert case.cause is not None
        assert case.cause.text == cause["text"]
        assert not case.findings
        assert not case.seen


def test_a_mark_before_the_first_line_says_nothing(tmp_path: Path) -> None:
    """Some editors put one there."""
    path = build.written(tmp_path / "r.jsonl", whole())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_results(path)


ODD = "\x85 \x9b \u2028 \u2029 é 𝄞 \U0010ffff"
"""Characters that end a line for some programs, command some terminals, or take two units in UTF-16."""


def test_lines_are_ascii(tmp_path: Path) -> None:
    """Also where the target's answer is not; what is read back is the same."""
    results = read_results(build.written(tmp_path / "r.jsonl", whole()), every_exchange=True)
    case = case_result("things.make.bad_0", got=f'"{ODD}"', cause=cause(text=f"\\{ODD}\\n"))
    writer = ResultsWriter(tmp_path / "odd.jsonl", results.header)
    writer.write(case)
    writer.close()
    content = writer.path.read_bytes()
    assert content.isascii()
    assert len(content.decode().splitlines()) == 2
    with pytest.raises(CutError) as cut:
        read_results(writer.path)
    assert [_bare(one) for one in cut.value.results.cases] == [case]


def test_files_with_other_characters_are_read_too(tmp_path: Path) -> None:
    """As earlier versions wrote them."""
    path = tmp_path / "r.jsonl"
    case = case_result("things.make.bad_0", got=ODD)
    header, *_ = build.written(path, whole()).read_bytes().splitlines(keepends=True)
    path.write_bytes(header + msgspec.json.encode(case) + b"\n")
    with pytest.raises(CutError) as cut:
        read_results(path)
    assert cut.value.results.cases == (case,)


class _Full:
    """A file on a disk that has room for so many bytes."""

    def __init__(self, file: BinaryIO, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._file.write(data[: self._room])
        self._room -= written
        return written

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the file has
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_line_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    header = read_results(build.written(tmp_path / "r.jsonl", whole())).header
    writer = ResultsWriter(tmp_path / "full.jsonl", header)
    writer.write(case_result("things.make.bad_0"))
    before = writer.path.read_bytes()
    monkeypatch.setattr(writer, "_file", _Full(writer._file, room))
    with pytest.raises(OSError, match="No space left"):
        writer.write(case_result("things.make.bad_1"))
    writer.close()
    assert writer.path.read_bytes() == before
