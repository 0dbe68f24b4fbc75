"""What the tests of channels share."""

from tests.channels.wire import wire

__all__ = ["wire"]
