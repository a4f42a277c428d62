"""The steps of action.yml that take more than a line of shell. Inputs and outputs are variables of the runner.

    install   makes an environment of its own for the suite
    earlier   names the results with which a pull request is compared, and those that this run leaves for others
    run       runs the suite; its exit code is an output, so that the steps after it run whatever it is
    comment   writes the comment on a pull request, or replaces that of the run before

The results for a pull request come from the cache: a run for the commit that it is merged into saves them under the
name of the commit. That needs no permission, and works for pull requests from forks, which can read the caches of the
base branch and write none of them. Where there are none, the run is judged by itself: `regression` is then `fail`.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import uuid
import venv
from pathlib import Path
from typing import Any, NoReturn

_LONGEST_COMMENT = 60_000
"""Characters of a summary in a comment, of which GitHub takes 65,536."""


def install() -> None:
    """Install the commit of this action, or the version that is asked for, and name the interpreter that has it."""
    folder = Path(os.environ["RUNNER_TEMP"], f"slack-conformance-{uuid.uuid4().hex}")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    version = os.environ["VERSION"]
    what = f"slack-conformance=={version}" if version else os.environ["GITHUB_ACTION_PATH"]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", what]
    subprocess.run(pip, check=True)  # noqa: S603 - without a shell
    _output("python", str(python))


def earlier() -> None:
    """Name the keys of the cache: a pull request restores, every other run saves."""
    keys = f"slack-conformance-{os.environ['NAME']}"
    _output("path", str(Path(os.environ["RUNNER_TEMP"], "slack-conformance-earlier", "results.jsonl")))
    if os.environ["GITHUB_EVENT_NAME"] in _MERGING:
        commit = _merged_into()
        _output("restore", f"{keys}-{commit}" if commit else "")
    else:
        _output("save", f"{keys}-{os.environ['GITHUB_SHA']}")


_MERGING = {"pull_request", "pull_request_target", "merge_group"}


def _merged_into() -> str:
    """Return the commit into which this one is merged; empty if it cannot be told.

    A pull request runs as a commit that merges it, whose first parent is the newest commit of the base branch. That
    is newer than what the event names, and stands in the commit itself, while a shallow checkout knows no parents.
    """
    if os.environ["GITHUB_EVENT_NAME"] == "pull_request":
        git = ["git", "cat-file", "-p", os.environ["GITHUB_SHA"]]
        shown = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603 - without a shell
        lines = shown.stdout.partition("\n\n")[0].splitlines()
        parents = [line.split()[1] for line in lines if line.startswith("parent ")]
        if len(parents) > 1:
            return parents[0]
    event = _event()
    named = event.get("pull_request", {}).get("base", {}).get("sha") or event.get("merge_group", {}).get("base_sha")
    return str(named or "")


def run() -> None:
    """Run the suite, and tell how it ended."""
    results = Path(os.environ["REPORTS"], "results.jsonl")
    before = _stamp(results)
    code = subprocess.run(_command(), check=False).returncode  # noqa: S603 - without a shell
    recorded = _stamp(results) not in {None, before}
    last = _last_line(results) if recorded else {}
    of_use = last.get("type") == "footer" and last["cut"] is None and last["counts"]["PASS"] > 0
    sentence = last.get("sentence", f"The run ended with {code}, and its log says why.")
    _output("exit-code", str(code))
    _output("reports", str(results.parent.absolute()))
    _output("sentence", sentence)
    _output("recorded", str(recorded).lower())
    _output("of-use", str(of_use).lower())
    place = os.environ["EARLIER"]
    if of_use and place:  # a cache entry cannot be replaced, so only useful results may get there
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(results, place)


def _last_line(results: Path) -> dict[str, Any]:
    """Return the last line of the results file; nothing if the run was killed while it wrote it, or before."""
    try:
        last: dict[str, Any] = json.loads(results.read_text(encoding="utf-8").splitlines()[-1])
    except (ValueError, IndexError):
        return {}
    return last


def _command() -> list[str]:
    """Return the command of the run. Exits with wrong usage if an input has no meaning."""
    given = {name: os.environ[name.upper()] for name in ("target", "profile", "baseline", "edition")}
    if not given["target"] and not given["profile"]:
        _refuse("Give the target's URL (`target`), or the file that describes it (`profile`).")
    gate, previous, place = os.environ["GATE"], os.environ["PREVIOUS"], os.environ["EARLIER"]
    if gate not in {"fail", "regression"}:
        _refuse(f"gate is {gate!r}. It is `fail` or `regression`.")
    if not previous and place and Path(place).is_file():
        previous = place
    command = [sys.executable, "-m", "slack_conformance", "run", "--reports", os.environ["REPORTS"]]
    command += [f"--{name}={value}" for name, value in given.items() if value]
    if previous:
        command += [f"--previous={previous}", f"--gate={gate}"]
    elif gate == "regression" and os.environ["GITHUB_EVENT_NAME"] in _MERGING:
        _say("notice", "There are no results of the commit that this is merged into, so everything that fails counts.")
    try:
        return [*command, *shlex.split(os.environ["ARGUMENTS"])]
    except ValueError as error:
        _refuse(f"arguments cannot be read ({error}).")


def comment() -> None:
    """Write the comment, or replace the one of an earlier run. A failure is a warning and does not turn the job red."""
    import requests  # noqa: PLC0415 - `install` has none

    number = _event().get("pull_request", {}).get("number")
    if number is None:
        return
    comments = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues/{number}/comments"
    mark = f"<!-- slack-conformance: {os.environ['NAME']} -->"
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {os.environ['TOKEN']}"
        try:
            own, url = None, f"{comments}?per_page=100"
            while url and own is None:
                page = session.get(url, timeout=30)
                page.raise_for_status()
                own = next((one["url"] for one in page.json() if _is_own(one, mark)), None)
                url = page.links.get("next", {}).get("url", "")
            content = {"body": f"{mark}\n{_summary()}"}
            sent = session.request("PATCH" if own else "POST", own or comments, json=content, timeout=30)
            sent.raise_for_status()
        except requests.RequestException as error:
            status = error.response.status_code if error.response is not None else type(error).__name__
            text = f"The comment could not be written ({status}). The job needs the permission `pull-requests: write`, "
            _say("warning", f"{text}which pull requests from forks never have.")


def _is_own(one: dict[str, Any], mark: str) -> bool:
    """Whether a comment is one of this action, and not of somebody who copied its mark."""
    author = one["user"] or {}  # null if the account was deleted
    return author.get("type") == "Bot" and str(one["body"]).startswith(mark)


def _summary() -> str:
    file = Path(os.environ["REPORTS"], "summary.md")
    known = file.read_text(encoding="utf-8") if os.environ["RECORDED"] == "true" and file.is_file() else ""
    if len(known) > _LONGEST_COMMENT:
        known = known[:_LONGEST_COMMENT].rpartition("\n")[0] + "\n\n… The reports have the rest."
    return f"{known or os.environ['SENTENCE']}\n\nExit code {os.environ['CODE']}."


def _event() -> dict[str, Any]:
    event: dict[str, Any] = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    return event


def _stamp(file: Path) -> tuple[int, int] | None:
    """Return what differs after a run has written the file anew; `None` if there is none."""
    return (file.stat().st_ino, file.stat().st_mtime_ns) if file.is_file() else None


def _output(name: str, value: str) -> None:
    """Set an output of the step; no line of the value can end it."""
    end = uuid.uuid4().hex
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{name}<<{end}\n{value}\n{end}\n")


def _say(kind: str, text: str) -> None:
    sys.stdout.write(f"::{kind} title=slack-conformance::{text.replace('%', '%25').replace(chr(10), '%0A')}\n")


def _refuse(text: str) -> NoReturn:
    _say("error", text)
    _output("exit-code", "4")
    _output("sentence", text)
    sys.exit(4)


if __name__ == "__main__":
    {"install": install, "earlier": earlier, "run": run, "comment": comment}[sys.argv[1]]()
