"""The languages: what each needs on this machine, how its clients are installed, and its driver as a process."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.running import ROOT

from .model import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

INSTALLED = ROOT / "build" / "clients"
"""Where packages are installed; git ignores it."""
STOPS_WITHIN_S = 10
ANSWERS_WITHIN_S = 120
"""A driver that takes longer is killed; in no situation does a client wait for so long."""


@dataclass(frozen=True)
class Language:
    """How the clients of one language are installed and run."""

    sources: tuple[str, ...]
    """The files of its folder that are copied to where the clients are installed."""
    driver: tuple[str, ...]
    """The command that starts the driver there."""
    pinned: Callable[[], Mapping[str, str]]
    """Returns the version of each package, as the language's manifest has it."""
    install: tuple[str, ...] = ()
    """The command that installs the clients there."""
    tools: tuple[str, ...] = ()
    """Programs that must be on the PATH."""
    with_tests: tuple[str, ...] = ()
    """Packages that are installed together with the tests, in exactly the version of the manifest."""


def _python() -> dict[str, str]:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    return dict(entry.split("==") for entry in groups["clients"] if "==" in entry)


def _javascript() -> dict[str, str]:
    return dict(json.loads((FOLDER / "javascript" / "package.json").read_text("utf-8"))["dependencies"])


def _java() -> dict[str, str]:
    found = re.search(r"<slack.version>(.+?)</slack.version>", (FOLDER / "java" / "pom.xml").read_text("utf-8"))
    assert found
    return dict.fromkeys(("com.slack.api:slack-api-client", "com.slack.api:bolt"), found[1])


LANGUAGES: Mapping[str, Language] = {
    "python": Language(
        sources=("driver.py",),
        driver=(sys.executable, "driver.py"),
        pinned=_python,
        with_tests=("slack-sdk", "slack-bolt"),
    ),
    "javascript": Language(
        sources=("package.json", "package-lock.json", "driver.js"),
        driver=("node", "driver.js"),
        pinned=_javascript,
        install=("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        tools=("node", "npm"),
    ),
    "java": Language(
        sources=("pom.xml", "Driver.java"),
        driver=("java", "-cp", os.pathsep.join(["target/classes", "target/dependency/*"]), "Driver"),
        pinned=_java,
        install=("mvn", "-q", "-B", "compile", "dependency:copy-dependencies"),
        tools=("java", "mvn"),
    ),
}


def installed(name: str) -> str | None:
    """Install the clients of a language, unless those of the same manifest are there; return why that is impossible."""
    language, folder = LANGUAGES[name], INSTALLED / name
    lacking = [tool for tool in language.tools if shutil.which(tool) is None]
    wanted = {package: language.pinned()[package] for package in language.with_tests}
    lacking += [f"{package} {version}" for package, version in wanted.items() if not _is_installed(package, version)]
    if lacking:
        return f"{name}: {' and '.join(lacking)} not found"
    given = [(FOLDER / name / source, folder / source) for source in language.sources]
    mark = folder / "installed"
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source, _ in given)).hexdigest()
    if mark.exists() and mark.read_text("utf-8") == digest:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    for source, copy in given:
        shutil.copy(source, copy)
    if language.install:
        done = subprocess.run(language.install, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            words = (done.stderr.strip() or done.stdout.strip() or "it did not say why").splitlines()
            return f"{name}: {Path(language.install[0]).name} could not install the packages: {words[0]}"
    mark.write_text(digest, "utf-8")
    return None


def _is_installed(package: str, version: str) -> bool:
    try:
        return metadata.version(package) == version
    except metadata.PackageNotFoundError:
        return False


class Driver:
    """The process of a driver, to which orders are given; a context manager."""

    def __init__(self, name: str) -> None:
        """Start the driver of a language whose clients are installed."""
        self._name = name
        command = LANGUAGES[name].driver
        self._process = subprocess.Popen(  # noqa: S603 - our own
            command, cwd=INSTALLED / name, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._orders, self._answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        """Return the driver."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, which stops when there are no more orders."""
        self._orders.close()
        try:
            self._process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()

    def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Return the driver's line about an order. Raises `RuntimeError` if there is none."""
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()
        watch = threading.Timer(ANSWERS_WITHIN_S, self._process.kill)
        watch.start()
        line = self._answers.readline()
        watch.cancel()
        if not line:
            raise RuntimeError(f"The {self._name} driver ended at {order['client']}, {order['method']}.")
        return dict(json.loads(line))


def version(language: str, package: str) -> str:
    """Return the package's version in the manifest of its language."""
    return LANGUAGES[language].pinned()[package]
