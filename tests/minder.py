"""Holds a test's PostgreSQL by the hand: when whoever started it is gone, even by `kill -9`, server and data go too.

Run as a script: `minder.py FOLDER SERVER ARGUMENTS...`. A line on its standard input is the way to stop the server, and
the end of the input means that nobody is left to ask. `pg_ctl` cannot do this: it lets its server go on for ever.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading


def mind(folder: str, command: list[str]) -> int:
    """Run the server until it is told to stop or ends by itself; returns its exit status."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    heard: list[bytes] = []

    def obey() -> None:
        heard.append(os.read(0, 16))
        server.send_signal(signal.SIGINT if heard[0] == b"fast" else signal.SIGQUIT)

    threading.Thread(target=obey, daemon=True).start()
    status = server.wait()
    if heard == [b""]:
        shutil.rmtree(folder, ignore_errors=True)
    return status


if __name__ == "__main__":
    os._exit(mind(sys.argv[1], sys.argv[2:]) & 0xFF)  # the thread may still be reading: nothing is waited for
