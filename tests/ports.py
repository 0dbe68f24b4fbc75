"""Ports for the servers of tests."""

from __future__ import annotations

import contextlib
import random
import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that no outgoing connection takes while its owner is down: below the ephemeral ones."""
    for port in random.SystemRandom().sample(range(20_000, 32_000), 200):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((HOST, port))
            return port
    raise AssertionError("no port is free")
