"""Ports for the servers of tests."""

from __future__ import annotations

import contextlib
import os
import random
import socket
from collections.abc import Iterator
from itertools import cycle

HOST = "127.0.0.1"


def _ports() -> Iterator[int]:
    """Each once before any comes again, and none that another worker of the same run has.

    A port is named long before a process started for it listens there, and nobody listens while it is down.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    own = list(range(20_000 + worker, 32_000, workers))
    random.SystemRandom().shuffle(own)
    return cycle(own)


_OWN = _ports()


def free_port() -> int:
    """A port that no outgoing connection takes while its owner is down: below the ephemeral ones."""
    for _, port in zip(range(200), _OWN, strict=False):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((HOST, port))
            return port
    raise AssertionError("no port is free")
