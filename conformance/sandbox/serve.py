"""The sandbox as a separate process: says when it is ready, stops cleanly on a signal.

For programs it says so in one line, a JSON object. `url` is the base URL of the methods and `control` that of the
control API, null without one; `world` is the id of a healthy world there. `values` are those of this world, so that a
client can start without the control API: `token`, `scopes`, `scopes_mixed`, `client_id`, `client_secret`,
`redirect_uri`, `refresh_token`, and a few values each of `trigger` and `code`, of which every successful request uses
one up; `more` says how to get others. This world is never dropped, its triggers and codes do not expire, and it has no
rate limit; two processes never share a value.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from .server import Sandbox, SandboxError, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from .deviation import Deviation
    from .variant import Variant
    from .world import World

USAGE = 4
"""The exit code if the sandbox cannot be started as requested: the suite's code for wrong usage."""
ONE_SHOTS = 5
"""How many triggers and codes are handed out at the start."""


def print_ready(sandbox: Sandbox, world: World) -> None:
    """Print the line that says that the sandbox is ready, with everything that a program needs to know."""
    ready = {
        "url": sandbox.url,
        "control": sandbox.control,
        "world": world.id,
        "values": world.values,
        "more": how_to_get_more(sandbox),
    }
    print(json.dumps(ready), flush=True)  # noqa: T201 - scripts wait for this line of output


def how_to_get_more(sandbox: Sandbox) -> str:
    """Return a sentence on how to get further triggers and codes."""
    control = f"POST {sandbox.control}/worlds" if sandbox.control else "`POST worlds` of the control API (--control)"
    return f"For more triggers and codes, start with --one-shots N, or make a world with {control}."


def serve(  # noqa: PLR0913 - one parameter per option of the command
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    control: bool = False,
    control_port: int = 0,
    key: str | None = None,
    deviation: Deviation | None = None,
    variant: Variant | None = None,
    one_shots: int = ONE_SHOTS,
    ready: Callable[[Sandbox, World], None] = print_ready,
) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; return the exit code.

    `ready` is called with the sandbox and its standing world as soon as it answers; usually it prints one JSON line.
    """
    try:
        sandbox = Sandbox(
            host=host,
            port=port,
            control=control,
            control_port=control_port,
            control_key=key,
            real_time=True,
            deviation=deviation,
            variant=variant,
        )
    except (SandboxError, DataError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - output of a command
        return USAGE
    if not is_loopback(host):
        sys.stderr.write(
            f"slack-conformance serve: other machines may be able to connect to {host}, and the sandbox has no access "
            "control. Its values are fake; never give it real ones.\n"
        )
    stop = threading.Event()
    ending = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` has it
        ending.append(signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in ending}
    try:
        with sandbox:
            ready(sandbox, sandbox.standing_world(one_shots))
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
