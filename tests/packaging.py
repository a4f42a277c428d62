"""What a package index gets: `python -m tests.packaging` builds it, and installs and tries each file as a user does.

Sdist and wheel are built, checked by twine, and installed in a fresh environment each. There the suite is run in
an empty folder against its own sandbox, so nothing of the checkout can help it. With a folder as its argument the
command leaves both files there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from tests.running import ROOT, environment

REPORTS = ("conformance.html", "results.jsonl", "summary.md", "ctrf.json", "junit.xml", "pytest.html", "allure-results")


def _run(*words: str | Path, folder: Path) -> None:
    """Run the command without the variables of our tests. Raises `SystemExit` unless it ends with 0."""
    variables = {name: value for name, value in environment().items() if not name.startswith(("CONFORMANCE_", "PYT"))}
    done = subprocess.run(words, cwd=folder, env=variables, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise SystemExit(f"{words[0]} ended with {done.returncode}.")


def build(folder: Path) -> list[Path]:
    """Build sdist and wheel into the folder, and return them."""
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT, folder=folder)
    return sorted(folder.iterdir())


def install(file: Path, folder: Path) -> Path:
    """Install the file in a fresh environment in the folder, and return where its scripts are."""
    venv.create(folder, with_pip=True)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(folder), "installed_base": str(folder)}))
    _run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", file, folder=folder)
    return scripts


def main() -> None:
    """Build, check, install and run. Raises `SystemExit` at the first step that fails."""
    with tempfile.TemporaryDirectory() as place:
        (made := Path(place, "dist")).mkdir()
        files = build(made)
        _run(sys.executable, "-m", "twine", "check", "--strict", *files, folder=made)
        for file in files:
            (empty := Path(place, f"in-{file.name}")).mkdir()
            scripts = install(file, Path(place, f"venv-{file.name}"))
            _run(scripts / "slack-conformance", "run", folder=empty)
            missing = [name for name in REPORTS if not (empty / "reports" / name).exists()]
            if missing:
                raise SystemExit(f"{file.name} does not write {', '.join(missing)}.")
        for folder in sys.argv[1:]:
            shutil.copytree(made, folder, dirs_exist_ok=True)


if __name__ == "__main__":
    main()
