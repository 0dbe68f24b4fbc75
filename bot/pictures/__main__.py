"""`python -m bot.pictures`: a drawing as SVG on standard input, the same as PNG on standard output.

A process of its own: the renderer holds Python's lock while it draws, and draws nothing at all for words whose font it
does not have, without a word about it. The font is named by its file.
"""

from __future__ import annotations

import sys

import pylopdf_fonts_zh_cn as fonts
import resvg_py

from bot.pictures.svg import FAMILY

ZOOM = 2
"""A phone has more dots than units."""


def rendered(svg: str) -> bytes:
    """A drawing as PNG; the same drawing gives the same bytes."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        skip_system_fonts=True,
        font_files=[str(fonts.sans_path())],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(rendered(sys.stdin.buffer.read().decode("utf-8")))
