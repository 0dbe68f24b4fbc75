"""Certificates as PEM or DER, as pyHanko wants them."""

from __future__ import annotations

import base64

from asn1crypto import pem, x509


def all_in(encoded: str) -> list[x509.Certificate]:
    """Every certificate in a file that came here in base64."""
    return certificates(base64.b64decode(encoded)) if encoded else []


def certificates(content: bytes) -> list[x509.Certificate]:
    """Every certificate in these bytes; raises ValueError for others."""
    if not pem.detect(content):
        return [x509.Certificate.load(content)]
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(content, multiple=True)]
