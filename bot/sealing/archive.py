"""A certificate with its key in a PKCS#12 file (.p12, .pfx): opened, read, and told when it ends."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12


class Unusable(Exception):
    """It is no such archive, the password is another, or there is no key in it."""


def open_archive(path: Path, password: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that signs, and those that vouch for it; raises `Unusable`."""
    try:
        key, own, others = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode())
    except (ValueError, OSError) as error:
        raise Unusable(str(error)) from error
    if key is None or own is None:
        raise Unusable("no key")
    return own, list(others)


def certificates(path: Path, password: str) -> str:
    """All certificates in it as PEM, the signing one first."""
    own, others = open_archive(path, password)
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in (own, *others))


def ends(path: Path, password: str) -> datetime:
    """Until when it may sign."""
    return open_archive(path, password)[0].not_valid_after_utc
