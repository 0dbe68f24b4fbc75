"""`python -m bot.sealing make|sign|examine`: one piece of work, in by standard input and out by standard output.

In comes a line of JSON and then bytes; what goes out is the file, or for an examination a line of JSON. Status 3 is a
refusal, whose reason stands on standard error.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.sealing.refusal import Refused

REFUSED = 3


def _work(deed: str, told: dict[str, Any], content: bytes) -> bytes:
    if deed == "make":
        from bot.sealing import drawing

        return drawing.draw(**told)
    if deed == "sign":
        from bot.sealing import signing

        return signing.sign(content, **told)
    from bot.sealing import examining

    return json.dumps(examining.examine(content, **told)).encode()


def main() -> int:
    """Do it; returns the exit status."""
    told = json.loads(sys.stdin.buffer.readline())
    try:
        done = _work(sys.argv[1], told, sys.stdin.buffer.read())
    except Refused as refused:
        sys.stderr.write(str(refused))
        return REFUSED
    sys.stdout.buffer.write(done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
