"""The embedded target: both methods over real HTTP, with answers derived from the facts of a world."""

from .deviation import Deviation
from .server import Sandbox, SandboxError
from .variant import Variant

__all__ = ["Deviation", "Sandbox", "SandboxError", "Variant"]
