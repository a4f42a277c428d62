"""Search the files that a run wrote for secrets; a file with one is moved aside, and the run ends with 12.

A notice takes its place, in the file's own format, so that nobody takes a missing report for one that was not asked
for, and a CI server shows an error.

Every file is searched for distinctive values (`wire.vocabulary`), in any encoding. Other values
occur in reports by chance: those that the profile fixes are looked for only in the exchanges of the results file, where
a value can be.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from ..catalog.paths import expanded
from ..results.io import exchanges_in
from ..results.words import counted
from ..secrecy.of_profile import public_text, secrets_of_profile
from ..secrecy.secrets import Secrets
from ..wire.redact import OF_HTTP, Redactor
from ..wire.vocabulary import distinctive
from .folder import RESULTS
from .options import read_options
from .outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from ..results.exchange import RecordedExchange
    from ..target.profile import Profile

QUARANTINE = "quarantine"
"""Folder for files that must not be published. It is beside the reports, since CI uploads those."""

_WRITTEN_BY_OPTION = ("xmlpath", "htmlpath", "allure_report_dir", "log_file", "report_log", "debug")
"""Options of pytest and its plugins that name what a run writes."""

_PIECE, _OVERLAP = 250_000, 65_536
_NAMED_AT_MOST = 12
_CLOCK_S = 2
"""Seconds by which a file system's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A file that held secrets, their names, and where it was moved to; `None` if it was deleted."""

    path: Path
    names: tuple[str, ...]
    moved: Path | None = None


def scan(paths: Iterable[Path], secrets: Secrets) -> list[Leak]:
    """Return a leak for each of these files, or files in these folders, that holds a secret in any encoding."""
    leaks = []
    files = {file for path in paths for file in _files(path)}
    for path in sorted(files, key=lambda path: (len(path.parts), path)):
        names = {name for piece in _pieces(path) for name in secrets.in_text(piece).values()}
        if names:
            leaks.append(Leak(path, tuple(sorted(names))))
    return leaks


def in_place(results: Path, secrets: Iterable[tuple[str, str]], public: str = "") -> tuple[str, ...]:
    """Return the names of the secrets that occur as a value in an exchange of this results file."""
    known = [(name, Redactor([(name, value)], public)) for name, value in secrets if not distinctive(value, public)]
    texts = {text for exchange in (exchanges_in(results) if known else ()) for text in _texts(exchange)}
    return tuple(sorted({name for name, one in known if any(one.known(text) != text for text in texts)}))


def _texts(exchange: RecordedExchange) -> Iterator[str]:
    """Yield the parts of an exchange in which redaction looks for values."""
    sent, came = exchange.request, exchange.answer
    yield sent.url.partition("?")[2]
    yield from (sent.body or "", came.body if came is not None else "")
    headers = (*sent.headers, *(came.headers if came is not None else ()))
    yield from (value for name, value in headers if name.lower() not in OF_HTTP)


def put_aside(leak: Leak, folder: Path) -> Leak:
    """Move the file into this folder, readable by its owner alone; delete it if that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        moved = _free(folder, leak.path.name)
        leak.path.chmod(0o600)
        shutil.move(leak.path, moved)
        leak.path.write_text(_notice(leak), encoding="utf-8")
    except OSError:
        leak.path.unlink(missing_ok=True)
        return leak
    return Leak(leak.path, leak.names, moved)


_JUNIT = (
    '<testsuites><testsuite name="secrets" tests="1" errors="1"><testcase name="secrets"><error message={}/></testcase>'
    "</testsuite></testsuites>\n"
)


def _notice(leak: Leak) -> str:
    """Return the content of the file that takes the place of this one."""
    names = ", ".join(leak.names)
    said = f"This report held secrets ({names}) and was moved aside; the run ended with {Exit.SECRET:d}."
    match leak.path.suffix:
        case ".xml":
            return _JUNIT.format(quoteattr(said))
        case ".html":
            return f"<!doctype html>\n<meta charset=utf-8>\n<title>Moved aside</title>\n<p>{escape(said)}\n"
        case ".json" | ".jsonl":
            return json.dumps({"name": said, "status": "broken"}) + "\n"
        case _:
            return f"{said}\n"


def message(leaks: list[Leak], root: Path) -> Iterator[str]:
    """Yield lines that name the files and the secrets in them, without any value."""
    held = f"{counted(len(leaks), 'file')} of this run held secrets"
    yield f"SECRET  {held}. Exit code {Exit.SECRET:d}; do not publish {'it' if len(leaks) == 1 else 'them'}."
    for leak in leaks[:_NAMED_AT_MOST]:
        where = "deleted, since it could not be moved" if leak.moved is None else f"now {_short(leak.moved, root)}"
        yield f"  {_short(leak.path, root)} held {', '.join(leak.names)}; {where}"
    if len(leaks) > _NAMED_AT_MOST:
        yield f"  and {len(leaks) - _NAMED_AT_MOST} more, moved likewise"
    yield "  Redaction has a gap: please report which encoding the target answered with, not the value."


def search(
    config: pytest.Config, begun: float, known: Iterable[tuple[str, str]], profile: Profile | None
) -> list[Leak]:
    """Search every file that this run may have written, and move those with secrets aside.

    `begun` is the time at which the run began, `known` are the secrets that its processes met. Older files belong to
    others.
    """
    known = list(known)
    if not known:
        return []
    fixed, public = list(secrets_of_profile(profile)), public_text(profile)
    root, reports = config.invocation_params.dir, read_options(config).reports
    written = set(written_since(begun, config))
    leaks = scan(written, Secrets([*known, *fixed], public=public))
    for path in written - {leak.path for leak in leaks}:
        if path.name == RESULTS and (names := in_place(path, fixed, public)):
            leaks.append(Leak(path, names))
    if not leaks:
        return []
    folder = root / expanded(reports or QUARANTINE)
    quarantine = (folder if folder.resolve() == root.resolve() else folder.parent) / QUARANTINE
    return [put_aside(leak, quarantine) for leak in leaks]


def written_since(begun: float, config: pytest.Config) -> Iterator[Path]:
    """Yield every file that a run may write, if it changed since then."""
    options, root = vars(config.option), config.invocation_params.dir
    ours = read_options(config)
    named = [ours.reports, ours.ctrf, *(options.get(name) for name in _WRITTEN_BY_OPTION)]
    named.append(config.getini("log_file"))
    named += [str(Path(page).parent / "assets")] if (page := options.get("htmlpath")) else []
    places = [root / expanded(name) for name in named if name and isinstance(name, str)]
    places += [Path(os.environ["GITHUB_STEP_SUMMARY"])] if os.environ.get("GITHUB_STEP_SUMMARY") else []
    for file in (file for place in places for file in _files(place)):
        if file.stat().st_mtime >= begun - _CLOCK_S:
            yield file


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
    elif path.is_file():
        yield path


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the content of the file; long ones in overlapping pieces, unless compressed."""
    data = path.read_bytes()
    if len(data) <= _PIECE or data[:2] == b"\x1f\x8b":
        yield data
        return
    for start in range(0, len(data), _PIECE - _OVERLAP):
        yield data[start : start + _PIECE]


def _free(folder: Path, name: str) -> Path:
    """Return a path in the folder for this name that does not exist yet."""
    number, path = 1, folder / f"{name}.leaked"
    while path.exists():
        number += 1
        path = folder / f"{name}.{number}.leaked"
    return path


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
