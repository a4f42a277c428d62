"""What a profile makes secret, and what it makes public."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from conformance.catalog.model import HEALTHY, name_in_state
from conformance.wire.vocabulary import distinctive, why_not_distinctive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.target.profile import Profile
    from conformance.target.sources import Source


def secrets_of_profile(profile: Profile | None) -> Iterator[tuple[str, str]]:
    """Yield what the profile itself makes secret; what its commands and lists give is known when it is drawn."""
    if profile is None:
        return
    if profile.control_key is not None:
        yield from _drawn("control_key", profile.control_key)
    for headers in (profile.headers, *(seeded.headers for seeded in profile.states.values())):
        for header, source in headers.items():
            name = header.lower().replace("-", "_")
            for _, value in _drawn(name, source):
                yield name, value
                yield from ((name, part) for part in _parts(value))
    for state, values in ((HEALTHY, profile.values), *((state, one.values) for state, one in profile.states.items())):
        for name, source in values.items():
            yield from _drawn(name_in_state(name, state), source)


def public_texts(profile: Profile) -> frozenset[str]:
    """Return the values that stand in the profile's own text; nobody may put a secret there."""
    tables = (profile.values, *(seeded.values for seeded in profile.states.values()))
    sources = (source for values in tables for source in values.values() if not source.secret)
    return frozenset(text for source in sources if (text := source.draw()))


def public_text(profile: Profile | None) -> str:
    """Return what reports say of a target in any case: its addresses, its name, and values that are no secrets."""
    if profile is None:
        return ""
    said = (profile.url, profile.name, profile.file, profile.control, profile.proxy, *sorted(public_texts(profile)))
    return "\n".join(text for text in said if text)


def hidden_in_place_only(profile: Profile) -> list[str]:
    """Return the secrets that can only be hidden where they stand alone, each by its name and with the reason."""
    found = {
        name: why_not_distinctive(value)
        for name, value in secrets_of_profile(profile)
        if not distinctive(value, public_text(profile))
    }
    return [f"{name} ({why})" for name, why in found.items()]


def _drawn(name: str, source: Source) -> Iterator[tuple[str, str]]:
    if source.secret and not source.fresh:
        value = source.draw()
        if value:
            yield name, value


def _parts(value: str) -> Iterator[str]:
    """Yield what is secret by itself within a header: what follows the scheme, and the password of a Basic pair."""
    scheme, blank, rest = value.partition(" ")
    if blank:
        yield rest
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(rest, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield from (pair, pair.partition(":")[2])
