"""Run the suite against several targets, one after the other, and show them beside each other.

Each run is a process of its own, just as if it had been started alone, with a folder of its own below the folder of the
reports. The folder `site` there has the pages over all.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..run.folder import RESULTS
from ..run.inputs import find_profile
from ..run.options import Options
from ..run.outcome import Exit, exit_code
from ..site.names import FileNames
from .site import write_site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SITE = "site"


def run_each(profiles: Sequence[str], reports: Path, arguments: Sequence[str], *, plan: bool, production: bool) -> int:
    """Run the suite with each of the profiles, write the site over all, and return the exit code that wins.

    `arguments` are those of `slack-conformance run`, without profile and folder. Raises `DataError` before the first
    run if a profile cannot be used.
    """
    folders = _folders(profiles, reports, production=production)
    codes: list[int] = []
    results = []
    for number, (profile, folder) in enumerate(folders.items(), 1):
        sys.stdout.write(f"run {number} of {len(folders)}: {profile}, reports in {folder}\n")
        sys.stdout.flush()
        own = [f"--profile={profile}", f"--reports={folder}"]
        command = [sys.executable, "-m", "slack_conformance", "run", *own, *arguments]
        before = _stamp(folder / RESULTS)
        codes.append(_run(command))
        if codes[-1] == Exit.INTERRUPTED:
            break
        if _stamp(folder / RESULTS) not in {None, before}:
            results.append(folder / RESULTS)
    if results and not plan and codes[-1] != Exit.INTERRUPTED:
        codes.append(write_site(results, reports / _SITE))
    return exit_code(*codes)


def _stamp(file: Path) -> tuple[int, int] | None:
    """Return what differs after a run has written the file anew; `None` if there is none."""
    return (file.stat().st_ino, file.stat().st_mtime_ns) if file.is_file() else None


def _run(command: Sequence[str]) -> int:
    """Run the command and return its exit code. On Ctrl-C or SIGTERM, terminate it and wait until it has ended.

    It has its own session: otherwise a terminal would send it Ctrl-C too, and a second signal would cut its end short.
    """
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True) as child:  # noqa: S603 - our own
        while True:
            try:
                code = child.wait()
            except KeyboardInterrupt:
                child.terminate()
            else:
                return code if code >= 0 else Exit.ENGINE  # killed by a signal that we did not send


def _folders(profiles: Sequence[str], reports: Path, *, production: bool) -> Mapping[str, Path]:
    """Return the folder of each profile's reports, named as its target is. Raises `DataError`."""
    names, catalog = FileNames(), load_catalog()
    names.name(_SITE)
    of: dict[str, str] = {}
    found = {}
    for profile in profiles:
        target = find_profile(Options(None, profile, None, allow_production=production), catalog, Path.cwd())
        name = "" if target is None else target.name
        if name in of:
            hint = "Give each a name of its own, by which its reports are told apart."
            raise DataError("--profile", "", f"{of[name]} and {profile} both have the name {name!r}.", hint)
        of[name] = profile
        found[profile] = reports / names.name(name)
    return found
