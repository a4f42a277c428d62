"""Names below `localhost`, which are this machine's own by RFC 6761 (section 6.3), whatever a resolver says of them."""

from __future__ import annotations

LOOPBACK = ("127.0.0.1", "::1")
"""The addresses that such a name has, in the order in which they are tried."""


def is_below_localhost(host: str) -> bool:
    """Return whether this is a name such as `mock.localhost`.

    `localhost` itself is not one: every system resolves it.
    """
    return host.rstrip(".").lower().endswith(".localhost")
