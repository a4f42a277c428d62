"""Paths given by users in options, environment variables and profiles."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .datafile import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable


def path_of(text: str | Path, where: str, root: Path | None = None) -> Path:
    """Return the path with `~` expanded, relative to `root`; `where` names the option or key for error messages.

    Raises `DataError` if the text cannot be a path. Does not check whether the file exists.
    """
    if not str(text).strip():
        raise DataError(where, "", "the path is empty.", "Name a file or folder.")
    try:
        # Path("./~x") drops the "./" and would then be expanded as a user's home.
        path = Path(text).expanduser() if str(text).startswith("~") else Path(text)
    except RuntimeError:
        hint = "Write ./~… for a file whose name starts with ~."
        raise DataError(where, "", f"{str(text)!r} names the home of a user who does not exist.", hint) from None
    path = path if root is None else root / path
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass
    except OSError as error:
        raise DataError(where, "", f"{_brief(path)!r} is not a usable path ({error.strerror}).") from None
    except ValueError as error:
        raise DataError(where, "", f"{_brief(path)!r} is not a usable path ({error}).") from None
    return path


def expanded(text: str) -> Path:
    """Return the path with `~` expanded if possible, else unchanged."""
    with suppress(RuntimeError):
        return Path(text).expanduser() if text.startswith("~") else Path(text)
    return Path(text)


def spare(inputs: Iterable[Path], out: Path, where: str) -> None:
    """Raise `DataError` if an output file is one of the `inputs` or of the other outputs."""
    for path in inputs:
        if path.resolve() == out.resolve() or (path.exists() and out.exists() and path.samefile(out)):
            raise DataError(where, "", f"{out} is an input file, or another report.", "Choose another path.")


def _brief(path: Path, limit: int = 60) -> str:
    text = str(path)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
