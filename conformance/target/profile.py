"""The profile: the description of a target, read from a TOML file or made from a bare URL."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..catalog.datafile import DataError, read_toml, suggestion
from ..catalog.editions import require_edition
from .carried import carried, sources
from .seeded import seeded_states
from .sources import FAKE, Source, share
from .unavailable import read_unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..catalog.model import Catalog
    from .seeded import Seeded
    from .switch import Switch


@dataclass(frozen=True, slots=True)
class Tls:
    """How the target's certificate is verified, and which client certificate is presented; absolute paths."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    unverified: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A target: its address and kind, and where its values and states come from. Times are in seconds."""

    url: str
    name: str
    real: bool = False
    file: str | None = None
    methods: tuple[str, ...] = ()
    host: str | None = None
    """The Host header of every request to the target; `None` for that of `url`."""
    control: str | None = None
    control_key: Source | None = None
    limit_s: float = 10.0
    wait_s: float = 30.0
    expiry_wait_s: float = 0.0
    pace: float | str = "none"
    exhaust: bool = True
    race: bool | None = None
    """Whether several requests may be sent at the same moment; `None` if the profile does not say."""
    proxy: str | None = None
    headers: Mapping[str, Source] = field(default_factory=dict)
    tls: Tls = field(default_factory=Tls)
    readings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Source] = field(default_factory=dict)
    states: Mapping[str, Seeded] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)
    """Reasons why the target lacks a state, method, rule or case, by name or id; `states` may add more."""
    edition: str | None = None
    """The edition by which the target is judged, unless a run names another one; `None` for the latest."""
    shared: Path | None = None
    """The file through which the processes of a run share the state that a command has put the target into."""

    @property
    def kind(self) -> str:
        """`mock` or `real`; their results are never combined."""
        return "real" if self.real else "mock"

    @property
    def races(self) -> bool:
        """Whether several requests may be sent at the same moment: by default to a mock that sets no pace."""
        return self.race if self.race is not None else not self.real and self.pace == "none"

    @property
    def switches(self) -> dict[str, Switch]:
        """The commands that put the target into a state and take it out again, by state."""
        return {name: seeded.switch for name, seeded in self.states.items() if seeded.switch is not None}

    def seeded(self, state: str, method: str) -> Seeded | None:
        """Return how the profile makes requests of this method meet the state, or `None` if it does not."""
        seeded = self.states.get(state)
        reached = seeded is not None and seeded.reaches(method) and not self.without_state(state, method)
        return seeded if reached else None

    def without_state(self, state: str, method: str) -> str | None:
        """Return the profile's reason why the target cannot be in this state for this method, or `None`."""
        seeded = self.states.get(state)
        return self.unavailable.get(state) or (seeded.why_not(method) if seeded is not None else None)


def profile_of_url(url: str, name: str = "", control: str | None = None) -> Profile:
    """Return the profile of a target of which only the URL is known. Raises `DataError` if the URL is invalid."""
    return Profile(url=checked_url(url, "target"), name=name or url, control=control)


def read_profile(path: Path, catalog: Catalog) -> Profile:
    """Read the profile from this file.

    Raises `DataError`, naming file and key, if it does not match its schema or names a state, method or value that does
    not exist.
    """
    content = read_toml(path, "target.schema.json")
    folder = path.parent
    for name in content.get("methods", ()):
        if name not in catalog.methods:
            raise DataError(str(path), "methods", f"no method {name!r}.", suggestion(name, catalog.methods))
    unavailable = read_unavailable(content.get("unavailable", {}), catalog, str(path))
    methods = tuple(name for name in content.get("methods", catalog.methods) if name not in unavailable)
    if not methods:
        raise DataError(str(path), "unavailable", "no method is left to test.", "Leave out what the target does have.")
    for row, reading in content.get("readings", {}).items():
        known = catalog.ledger[row].readings if row in catalog.ledger else {}
        if reading not in known:
            hint = suggestion(reading, known) if known else suggestion(row, catalog.ledger)
            raise DataError(str(path), f"readings.{row}", f"the ledger has no such reading {reading!r}.", hint)
    if "edition" in content:
        require_edition(catalog, content["edition"], str(path), "edition")
    real = content.get("kind", "mock") == "real"
    if real and (key := next(_fakes(content), "")):
        raise DataError(str(path), key, "a real sandbox has no fake values.", "Use env, file, command or list.")
    keys = {name: spec for name, spec in content.items() if name == "control_key"}
    return Profile(
        url=checked_url(content["url"], f"{path}: url"),
        name=content.get("name", content["url"]),
        real=real,
        file=str(path),
        methods=methods if "methods" in content or len(methods) < len(catalog.methods) else (),
        host=_checked_host(content["host"], f"{path}: host") if "host" in content else None,
        control=checked_url(content["control"], f"{path}: control").rstrip("/") if "control" in content else None,
        control_key=carried(keys, folder, f"{path}").get("control_key"),
        limit_s=content.get("limit_s", 10.0),
        wait_s=content.get("wait_s", 30.0),
        expiry_wait_s=content.get("expiry_wait_s", 0.0),
        pace=content.get("pace", "tier" if real else "none"),
        exhaust=content.get("exhaust", not real),
        race=content.get("race"),
        proxy=checked_url(content["proxy"], f"{path}: proxy").rstrip("/") if "proxy" in content else None,
        headers=carried(content.get("headers", {}), folder, f"{path}: headers"),
        tls=_tls(content.get("tls", {}), folder, f"{path}: tls"),
        readings=content.get("readings", {}),
        values=sources(content.get("values", {}), folder, f"{path}: values", catalog.one_shot_values),
        states=seeded_states(content, catalog, methods, folder, str(path)),
        unavailable=unavailable,
        edition=content.get("edition"),
    )


def share_of(profile: Profile, worker: int, workers: int) -> Profile:
    """Return the share of the profile for one of several processes, numbered from 0.

    No two processes take the same one-shot value, nor the same value of a state: the first use may end the state.
    """

    def dealt(values: Mapping[str, Source]) -> dict[str, Source]:
        return {name: share(source, worker, workers) for name, source in values.items()}

    states = {name: replace(seeded, values=dealt(seeded.values)) for name, seeded in profile.states.items()}
    once = {name: source for name, source in profile.values.items() if source.once}
    return replace(profile, values={**profile.values, **dealt(once)}, states=states)


_HOST = re.compile(r"(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+\.?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
"""A host name or address in a URL; resolvers may read anything else as a different host."""


def checked_url(url: str, where: str) -> str:
    """Return the URL with one trailing slash. Raises `DataError` if it is not an http(s) URL."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.port != 0 and _HOST.fullmatch(parts.hostname or "")
    except ValueError:
        usable = None
    if not usable or not url.isprintable() or set(url) & set(" ?#@\\"):
        missing = "" if "://" in url else "http:// or https:// is missing. "
        hint = f"{missing}It looks like http://127.0.0.1:8080/api/ and has no user, query or fragment."
        raise DataError(where, "", "this is not a usable URL.", hint)
    return url.rstrip("/") + "/"


_HOST_HEADER = re.compile(
    r"((?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+\.?|\[[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*\])(?::([0-9]{1,5}))?"
)


def _checked_host(host: str, where: str) -> str:
    """Return the value of a Host header. Raises `DataError` if it is not a host with or without a port."""
    found = _HOST_HEADER.fullmatch(host)
    if found is None or (found[2] is not None and int(found[2]) not in _PORTS):
        hint = "It looks like mock.example or mock.example:8080, and has no http:// and no path."
        raise DataError(where, "", "this is not a host that a Host header can name.", hint)
    return host


_PORTS = range(1, 65_536)

PRODUCTION = ("slack.com", "slack-gov.com", "slack-edge.com")
"""Hosts of the production service, including subdomains."""


def reaches_production(profile: Profile) -> bool:
    """Whether any address of the profile belongs to the production service."""
    return bool(production_address(profile))


def production_address(profile: Profile) -> str:
    """Return the first address of the profile that belongs to the production service; empty if none does.

    The Host header counts as one: what listens at a harmless `url` may pass requests on to the host that it names.
    """
    if profile.host and _is_production(f"//{profile.host}"):
        return profile.host
    return next((url for url in (profile.url, profile.control, profile.proxy) if url and _is_production(url)), "")


def refuse_production(profile: Profile, *, allowed: bool) -> None:
    """Raise `DataError` if an address of the profile belongs to the production service, unless that is allowed."""
    address = production_address(profile)
    if address and not allowed:
        option = "--allow-production (--conformance-allow-production to pytest)"
        hint = f"Name a sandbox, or say {option} if you own the workspace and mean it."
        raise DataError(address, "", "this is a host of the production service.", hint)


def _is_production(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    return any(host == name or host.endswith(f".{name}") for name in PRODUCTION)


def _file(folder: Path, name: str, key: str) -> str:
    try:
        file = (folder / name).resolve(strict=True)
        if file.is_file():
            return str(file)
    except (OSError, ValueError):
        pass
    raise DataError(key, "", f"the file {name!r} does not exist.", "Paths start at the profile.")


def _fakes(table: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Yield the key of every value marked as made up (`fake = true`)."""
    for name, entry in table.items():
        if isinstance(entry, dict):
            if FAKE in entry:
                yield before + name
            yield from _fakes(entry, f"{before}{name}.")


def _tls(table: Mapping[str, str], folder: Path, key: str) -> Tls:
    files = {
        name: _file(folder, table[name], f"{key}.{name}") for name in ("ca", "certificate", "key") if name in table
    }
    if "key" in files and "certificate" not in files:
        raise DataError(f"{key}.key", "", "a key without its certificate.", "Give the certificate as well.")
    if "certificate" in files:
        _check_client(files["certificate"], files.get("key"), key)
    return Tls(**files, unverified=table.get("unverified"))


class _Encrypted(Exception):  # noqa: N818 - not an error by itself
    """OpenSSL has asked for a passphrase."""


def _check_client(certificate: str, private: str | None, key: str) -> None:
    """Raise `DataError` if a client certificate cannot be presented: later, it would look like a failed connection."""

    def passphrase() -> str:
        raise _Encrypted

    place = f"{key}.key" if private else f"{key}.certificate"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, private, passphrase)
    except _Encrypted:
        problem = "the private key is encrypted, and a profile has no place for its passphrase."
        hint = "Decrypt it into a file that only you can read: openssl pkey -in client.key -out decrypted.key"
        raise DataError(place, "", problem, hint) from None
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
        problem = f"the certificate and its private key cannot be used ({str(reason).replace('_', ' ').lower()})."
        hint = "Both are PEM files, and the key is that of the certificate; without `key`, it is in the same file."
        raise DataError(place, "", problem, hint) from None
