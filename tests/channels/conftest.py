"""What the tests of channels share."""

from tests.channels.ding import ding, ding_build, doors
from tests.channels.wire import wire

__all__ = ["ding", "ding_build", "doors", "wire"]
