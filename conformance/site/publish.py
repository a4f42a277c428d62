"""Move a site that is complete to its place, and touch nothing there that does not belong to an earlier site.

`files.txt` in the folder lists the files of the site, itself included. A file of the list is replaced, or deleted if
the new site does not have it; a file that is not on it is never touched, and if it is in the way, nothing is moved.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

LIST, FIRST = "files.txt", "index.html"


def publish(made: Path, out: Path) -> int:
    """Move every file from `made` into `out`, the first page last, and return their number.

    Raises `DataError` before anything is moved if something of somebody else is in the way, and `OSError` if a file
    cannot be moved.
    """
    new = sorted([path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()] + [LIST])
    old = _listed(out)
    for name in dict.fromkeys([*new, *sorted(old)]):
        _check(out, name, name in old)
    # Until the end, the list has the files of both, so that the next attempt can finish what was interrupted.
    _write(out / LIST, {*old, *new})
    for name in sorted(new, key=lambda one: one == FIRST):
        if name != LIST:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).replace(out / name)
    for name in sorted(old - {*new}):
        (out / name).unlink(missing_ok=True)
        _delete_if_empty(out, name)
    _write(out / LIST, new)
    return len(new)


def _listed(out: Path) -> set[str]:
    """Return the files of the earlier site, without entries that no site of ours has."""
    try:
        lines = (out / LIST).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return set()
    if lines[:1] != [_TITLE]:
        return set()
    return {LIST, *(line for line in lines[1:] if _is_inside(line))}


_TITLE = "Files of this site, which slack-conformance replaces when it is made again:"


def _write(path: Path, names: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in (_TITLE, *sorted(names))), encoding="utf-8", newline="\n")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not {"\\", ":", "\0"} & {*name}


def _check(out: Path, name: str, ours: bool) -> None:  # noqa: FBT001 - private
    """Raise `DataError` if the file cannot be put or deleted there without harm to others."""
    path = out / name
    for folder in path.parents:
        if folder == out:
            break
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise DataError(str(folder), "", "is in the way of a folder of the site.", "Move it aside.")
    if path.is_dir() or (not ours and (path.exists() or path.is_symlink())):
        hint = "Move it aside, or name another folder with -o."
        raise DataError(str(path), "", "is not a file of an earlier site, and is in the way of a page.", hint)


def _delete_if_empty(out: Path, name: str) -> None:
    for folder in (out / name).parents:
        if folder == out or any(folder.iterdir()):
            return
        folder.rmdir()
