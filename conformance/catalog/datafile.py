"""Reading one data file: TOML, checked against its JSON Schema, with errors that name file and key."""

from __future__ import annotations

import difflib
import math
import tomllib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, cast

from .schema import validator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jsonschema.exceptions import ValidationError


class DataError(ValueError):
    """A data file cannot be used; the message names the file and key, the problem and the remedy."""

    def __init__(self, file: str, key: str, problem: str, hint: str = "") -> None:
        """Take the file, the dotted key in it (empty for the whole file), the problem and the remedy."""
        self.file, self.key, self.problem, self.hint = file, key, problem, hint
        where = f"{file}: {key}" if key else file
        super().__init__(f"{where}: {problem}" + (f" {hint}" if hint else ""))


def why(error: OSError | ValueError) -> str:
    """Return why a file cannot be read, in words: without the number and the path of the system's own text."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8: {error.reason} at byte {error.start}"
    return getattr(error, "strerror", None) or str(error)


def read_toml(path: Path, schema: str, *, checked: bool = True) -> dict[str, Any]:
    """Return the file's content, checked against `schemas/<schema>` unless it is known to match.

    Dates become strings, since JSON Schema has none. Raises `DataError` if the file cannot be read, is not TOML, or
    does not match its schema.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(str(path), "", f"cannot be read ({why(error)}).") from None
    try:
        content = tomllib.loads(text, parse_float=_finite)
    except ValueError as error:
        raise DataError(str(path), "", f"is not TOML: {error}.") from None
    except RecursionError:
        raise DataError(str(path), "", "is nested too deeply to be read.") from None
    plain: dict[str, Any] = without_dates(content)
    if checked:
        check(plain, schema, str(path))
    return plain


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number


def check(content: object, schema: str, file: str) -> None:
    """Raise `DataError` for the most relevant violation of `schemas/<schema>`, if there is any, and name some others.

    A schema that is missing or is not JSON is a `DataError` too.
    """
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - see `schema.validator`

    try:
        known = validator(schema)
    except (OSError, ValueError) as why_not:
        raise DataError(
            f"schemas/{schema}", "", f"cannot be read ({why_not}).", "Install slack-conformance again."
        ) from None
    errors = list(known.iter_errors(cast("Any", content)))
    error = best_match(errors)
    if error is not None:
        problem, hint = _in_words(error)
        others = (each for one in errors if (each := best_match([one])) is not None and each != error)
        raise DataError(file, dotted(error.absolute_path), problem, " ".join(filter(None, (hint, _also(others)))))


def _also(errors: Iterable[ValidationError]) -> str:
    """Return what else is wrong, so that a user can correct everything at once; empty if nothing is."""
    said = [f"{dotted(one.absolute_path)}: {_in_words(one)[0]}".removeprefix(": ") for one in errors]
    return f"Also wrong: {' '.join(said[:_OTHERS])}" if said else ""


def dotted(path: Iterable[str | int]) -> str:
    """Return the path to a value as a user would write it: `row[3].case[0].edit`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return 'Did you mean …?' for a near miss, else a list of the known words, cut if it is long."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1)
    more = f" and {len(known) - _NAMES} more" if len(known) > _NAMES else ""
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known[:_NAMES])}{more}."


_OTHERS = 4
"""How many further mistakes a message names."""

_NAMES = 10
"""How many names a message lists."""


def _in_words(error: ValidationError) -> tuple[str, str]:
    """Return the problem and the remedy.

    A value that may be a secret in the wrong place is not quoted.
    """
    schema: Any = error.schema
    wanted: Any = error.validator_value
    hint = str(schema.get("description", ""))
    match error.validator, error.instance:
        case "additionalProperties", dict(found):
            known = schema.get("properties", {})
            patterns = ", ".join(schema.get("patternProperties", {}))
            extra = [key for key in found if key not in known]
            problem = f"unknown {'key' if len(extra) == 1 else 'keys'} {', '.join(map(repr, extra[:_OTHERS]))}."
            hints = dict.fromkeys(suggestion(key, known) for key in extra[:_OTHERS])
            hint = " ".join(hints) if known else f"Keys look like {patterns}."
        case "enum", found:
            problem, hint = f"{found!r} is not allowed here.", suggestion(str(found), map(str, wanted))
        case "required", dict(found):
            missing = next((key for key in wanted if key not in found), "")
            problem, hint = f"key {missing!r} is missing.", ""
        case "dependentRequired", dict(found):
            missing = next(key for one, others in wanted.items() if one in found for key in others if key not in found)
            problem = f"key {missing!r} is missing."
        case (("maxProperties" | "minProperties"), dict(found)):
            problem = f"{', '.join(map(repr, found))} cannot be combined." if found else "this is empty."
        case "type", str() if wanted == "object":
            problem = "this cannot be plain text."
        case (("type" | "anyOf"), _):
            problem = f"this has the wrong type{_instead(error.validator, wanted)}."
        case _:
            problem = f"{_shortened(error.message)}."
    return problem, hint


_IN_TOML = {"object": "a table", "array": "an array", "integer": "an integer", "boolean": "true or false"}


def _instead(keyword: str, wanted: Any) -> str:  # noqa: ANN401 - as the schema has it
    """Return which types are right, in the words of TOML; empty if that is not known."""
    one_or_more = [one.get("type", "") for one in wanted] if keyword == "anyOf" else wanted
    types = [one_or_more] if isinstance(one_or_more, str) else one_or_more
    return ": it must be " + " or ".join(_IN_TOML.get(one, f"a {one}") for one in types) if all(types) else ""


def _shortened(message: str, limit: int = 200) -> str:
    return message if len(message) <= limit else message[: limit - 1] + "…"


def without_dates(value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """Return the content with dates and times as ISO strings."""
    if isinstance(value, dict):
        return {key: without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_dates(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value


def files_in(folder: Path, pattern: str = "*.toml") -> Iterator[Path]:
    """Yield the folder's matching files, sorted by name."""
    yield from sorted(folder.glob(pattern))
