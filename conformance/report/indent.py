"""Indent JSON without changing any of its values: what is shown is still what came."""

from __future__ import annotations

import json
import re

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ONE_LINE = 72
"""A text of so many characters stays on its line."""

_LONGEST = 8_000
_DEEPEST = 20


def indented(body: str) -> str:
    """Return a JSON text with a line for each member; any other text, and what is short or long, as it is.

    Only white space between tokens changes, so that repeated keys, escapes and numbers stay as they were sent.
    """
    if not _ONE_LINE < len(body) <= _LONGEST or "\n" in body:
        return body
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return body
    lines, depth, opened = [""], 0, False
    for sign in _SIGN.findall(body):
        if sign in "}]":
            depth -= 1
            if not opened:
                lines.append("  " * min(depth, _DEEPEST))
        elif opened:
            lines.append("  " * min(depth, _DEEPEST))
        opened = sign in "{["
        depth += opened
        lines[-1] += f"{sign} " if sign == ":" else sign
        if sign == ",":
            lines.append("  " * min(depth, _DEEPEST))
    return "\n".join(lines)
