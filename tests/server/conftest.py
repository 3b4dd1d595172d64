"""The fixtures of all tests that ask the real application over HTTP."""

from ..http import *  # noqa: F403
