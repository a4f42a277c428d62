"""Ask a target what it can, and write a profile that says so: `slack-conformance target init`."""

from __future__ import annotations

import json
import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..catalog.datafile import DataError, check, suggestion
from ..catalog.load import load_catalog
from ..catalog.paths import path_of
from ..engine.asking import ask
from ..engine.plan import plan
from ..engine.reach import descriptions, reach_in_rows
from ..results.terms import Kind
from ..results.words import counted
from ..run.failure_text import visible
from ..run.outcome import Exit
from ..sandbox.server import is_loopback
from ..target.carried import sources
from ..target.control import ControlClient, HttpCaller
from ..target.profile import profile_of_url, refuse_production
from ..wire.redact import Redactor
from ..wire.sender import Sender, Transport
from . import profile_text
from .ending import unwritable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from ..catalog.model import Catalog
    from ..engine.asking import Answered
    from ..engine.reach import Reach
    from ..target.profile import Profile

_KINDS = ("fake", "env", "file", "command", "list")
_LIMIT_S = 5.0
_CONTROL = "/conformance/v1"
_FAKE = "fake"
"""What stands in each secret that the sandbox makes."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("url", metavar="URL", nargs="?", help="base URL of the target, like http://127.0.0.1:8080/api/")
    parser.add_argument(
        "--from-serve",
        metavar="FILE",
        nargs="?",
        const="-",
        help="read the JSON line that `slack-conformance serve` prints, from this file or from standard input",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the profile to write (default: standard output)")
    parser.add_argument("--force", action="store_true", help="overwrite the file")
    parser.add_argument("--name", metavar="TEXT", help="how reports call the target (default: its URL)")
    parser.add_argument("--control", metavar="URL", help="base URL of its control API, if it has one")
    parser.add_argument("--control-key-env", metavar="NAME", help="environment variable with the control API's key")
    parser.add_argument(
        "--value",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a value to try and to write, plain or as KIND:VALUE with one of "
        f"{', '.join(_KINDS)}: `--value token=env:SANDBOX_TOKEN`, `--value code=command:./mint-code`; repeatable",
    )
    parser.add_argument("--allow-production", action="store_true", help="let the target be the production service")


def main(options: argparse.Namespace) -> int:
    """Write the profile, and say what to do next. Raises `DataError`."""
    catalog = load_catalog()
    out = None if options.output is None else path_of(options.output, "--output")
    if out is not None and out.exists() and not options.force:
        raise DataError(str(out), "", "this file exists already.", "Name another one, or say --force.")
    if out is not None and not os.access(out.parent, os.W_OK):
        raise DataError(str(out), "", "cannot be written: its folder is not there or not yours.", "Name another one.")
    if options.from_serve is not None:
        if options.url is not None:
            raise DataError("--from-serve", "", "a URL is given as well.", "What serve prints holds the URL itself.")
        return _from_serve(options.from_serve, out, options.name or "slack-conformance serve", catalog)
    if options.url is None:
        raise DataError(
            "target init", "", "no URL is given.", "Try: slack-conformance target init http://127.0.0.1:8080/api/"
        )
    return _from_url(options, out, catalog)


def _from_url(options: argparse.Namespace, out: Path | None, catalog: Catalog) -> int:
    folder = Path.cwd() if out is None else out.parent
    given = dict(_value(text) for text in options.value)
    keys: dict[str, Any] = {"control_key": {"env": options.control_key_env}} if options.control_key_env else {}
    check({"url": "http://127.0.0.1/", "values": given, **keys}, "target.schema.json", "--value")
    profile = replace(
        profile_of_url(options.url, options.name or "", options.control and options.control.rstrip("/")),
        limit_s=_LIMIT_S,
        values=sources(given, folder, "--value", catalog.one_shot_values),
        control_key=sources(keys, folder, "--control-key-env").get("control_key"),
    )
    refuse_production(profile, allowed=options.allow_production)
    if profile.control is None:
        profile = replace(profile, control=_control_beside(profile))
    elif (problem := _control_problem(profile, profile.control)) != "":
        raise DataError("--control", "", problem, "Leave it out if the target has none.")
    profile, answers, sent = _asked(profile, catalog)
    there = [one.method for one in answers if one.there]
    known = Redactor([(name, one.draw() or "") for name, one in profile.values.items() if one.secret and not one.fresh])
    found = [visible(known.by_value(one.line)) for one in answers]
    sys.stderr.writelines(f"{line}\n" for line in found)
    sys.stderr.write(f"{counted(sent, 'request')} {'was' if sent == 1 else 'were'} sent.\n")
    if not there:
        sys.stderr.write(f"No profile is written.\nNext: {_next(answers[0])}\n")
        return Exit.INCONCLUSIVE
    remarks = [f"The target at {profile.url}, as `slack-conformance target init` found it:", *found]
    keys = {"url": profile.url, "name": profile.name, **keys}
    if len(there) < len(catalog.methods):
        keys["methods"] = there
        profile = replace(profile, methods=tuple(there))
    if profile.control is not None:
        keys["control"] = profile.control
    return _write(out, remarks, keys, given, profile, catalog)


def _next(answered: Answered) -> str:
    """Return what to do if no method answers."""
    cause = answered.cause
    if cause is None or cause.kind is Kind.NOTHING_THERE:
        return "start the target, or correct the URL; then the same command again."
    return cause.needs[:1].lower() + cause.needs[1:]


def _value(text: str) -> tuple[str, Any]:
    """Return name and specification of a value on the command line. Raises `DataError`."""
    name, equals, value = text.partition("=")
    known = descriptions()
    if not equals or not value:
        raise DataError("--value", "", f"{name!r} has no value.", "It looks like NAME=VALUE or NAME=KIND:VALUE.")
    if name not in known:
        raise DataError("--value", "", f"there is no value {name!r}.", suggestion(name, known))
    kind, _, rest = value.partition(":")
    match kind:
        case "fake":
            return name, {"value": rest, "fake": True}
        case "command":
            return name, {"command": shlex.split(rest)}
        case "list":
            return name, {"list": {"file": rest}}
        case "env" | "file":
            return name, {kind: rest}
        case _:
            return name, value


def _asked(profile: Profile, catalog: Catalog) -> tuple[Profile, list[Answered], int]:
    """Ask at the URL, and where no method answers there, at those that may have been meant."""
    first, sent = ask(catalog, profile, catalog.methods)
    if any(one.there for one in first) or len(first) < len(catalog.methods):
        return profile, first, sent
    for url in _meant(profile.url, catalog):
        answers, more = ask(catalog, replace(profile, url=url), catalog.methods)
        sent += more
        if any(one.there for one in answers):
            sys.stderr.write(f"No method answers at {profile.url}, but at {url}: the profile names that.\n")
            name = url if profile.name == profile.url.rstrip("/") or profile.name in url else profile.name
            return replace(profile, url=url, name=name), answers, sent
    return profile, first, sent


def _meant(url: str, catalog: Catalog) -> Iterator[str]:
    """Yield URLs that may have been meant: without a method's name at the end, with `api/`."""
    before, _, last = url.rstrip("/").rpartition("/")
    if last in catalog.methods:
        yield f"{before}/"
    elif last != "api":
        yield f"{url}api/"


def _control_beside(profile: Profile) -> str | None:
    """Return the URL of a control API at the address of the target itself, if there is one."""
    parts = urlsplit(profile.url)
    url = f"{parts.scheme}://{parts.netloc}{_CONTROL}"
    return None if _control_problem(profile, url) else url


def _control_problem(profile: Profile, url: str) -> str:
    """Return why there is no usable control API at this URL; empty if there is."""
    key = profile.control_key.draw() if profile.control_key else None
    with Sender(Transport(limit_s=_LIMIT_S)) as sender:
        return ControlClient(HttpCaller(url, sender, key)).problem()


def _from_serve(source: str, out: Path | None, name: str, catalog: Catalog) -> int:
    """Write a profile from the line that `serve` prints. Raises `DataError`."""
    if source == "-":
        text = sys.stdin.readline()
    else:
        path = path_of(source, "--from-serve")
        try:
            text = next(iter(path.read_text(encoding="utf-8").splitlines()), "")
        except (OSError, ValueError) as error:
            raise DataError(str(path), "", f"cannot be read ({getattr(error, 'strerror', 'not text')}).") from None
    try:
        ready = json.loads(text)
        url, control, handed = ready["url"], ready["control"], dict(ready["values"])
    except (ValueError, TypeError, KeyError):
        hint = "Try: slack-conformance serve > ready.json & then --from-serve ready.json"
        raise DataError(
            "--from-serve", "", "this is not the line of JSON that `slack-conformance serve` prints.", hint
        ) from None
    profile = replace(profile_of_url(url, name, control))
    refuse_production(profile, allowed=False)
    keys: dict[str, Any] = {"url": profile.url, "name": name}
    if control is not None:
        keys["control"] = control
        remarks = ["The sandbox that `slack-conformance serve` started. Its control API gives every value and state."]
        return _write(out, remarks, keys, {}, profile, catalog)
    known = {value: handed[value] for value in descriptions() if value in handed}
    trusted = is_loopback(urlsplit(url).hostname or "")
    given = {value: _handed(value, one, out, trusted=trusted) for value, one in known.items()}
    remarks = ["The sandbox that `slack-conformance serve` started, without a control API: no state can be reached."]
    if any("fake" in one for one in given.values() if isinstance(one, dict)):
        remarks.append("Secrets stand here in clear since the sandbox made them up: each says so in its text.")
    if any("env" in one for one in given.values() if isinstance(one, dict)):
        remarks.append("Secrets that do not look made up are not written here: set the variables that are named.")
    folder = Path.cwd() if out is None else out.parent
    shown = {one: spec for one, spec in given.items() if not (isinstance(spec, dict) and "env" in spec)}
    profile = replace(profile, values=sources(shown, folder, "--from-serve", catalog.one_shot_values))
    return _write(out, remarks, keys, given, profile, catalog)


def _handed(name: str, value: Any, out: Path | None, *, trusted: bool) -> Any:  # noqa: ANN401 - of a profile
    """Return how the profile gives a value that was printed: a secret in clear only if the sandbox made it up.

    Values that work once go into a file beside the profile, which loses each one as it is sent.
    """
    if isinstance(value, list):
        texts = [str(one) for one in value]
        if out is None:
            return {"list": texts}
        path = out.with_name(f"{out.stem}.{name}s.txt")
        with unwritable():
            path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return {"list": {"file": path.name}}
    example = profile_text.examples()[name]
    if not isinstance(example, dict):
        return value
    return {"value": value, "fake": True} if trusted and _FAKE in value else example


def _write(  # noqa: PLR0913, PLR0917 - the parts of a profile
    out: Path | None,
    remarks: Sequence[str],
    keys: Mapping[str, Any],
    given: Mapping[str, Any],
    profile: Profile,
    catalog: Catalog,
) -> int:
    """Write the profile, and say what a run with it would prove and what to do next."""
    cases = [case for case in catalog.cases if case.method in (profile.methods or catalog.methods)]
    found: Reach = reach_in_rows(catalog, profile, cases, plan(catalog, profile, cases))
    shown = "my-sandbox.toml" if out is None else str(out)
    lines = [
        *profile_text.head(remarks, keys, shlex.quote(shown)),
        *profile_text.values(given, found),
        *profile_text.states(found, catalog),
    ]
    text = "".join(f"{line}\n" for line in lines)
    if out is None:
        sys.stdout.write(text)
    else:
        with unwritable():
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(text, encoding="utf-8", newline="\n")
        sys.stderr.write(f"written: {out}\n")
    sys.stderr.write(f"{found.sentence}\n")
    step = (
        found.step(shlex.quote(shown))
        if out is not None
        else f"the same command with -o {shown}, which also says what to do then."
    )
    sys.stderr.write(f"Next: {step}\n")
    return Exit.GOOD
