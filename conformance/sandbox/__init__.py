"""The embedded target: both methods over real HTTP, with answers derived from the facts of a world."""

from .deviation import Deviation
from .explain import Explanation, Nearest
from .journal import PermissionRequest, ReceivedCall
from .server import Sandbox, SandboxError
from .variant import Variant
from .world import World

__all__ = [
    "Deviation",
    "Explanation",
    "Nearest",
    "PermissionRequest",
    "ReceivedCall",
    "Sandbox",
    "SandboxError",
    "Variant",
    "World",
]
